import { expect, test } from 'vitest'
import { useTestLedgers } from '../../support/ledger.ts'
import { conflictOf, customerTries, leavesOf, runMattersDue, seedMatterWorld, staffDoes } from '../../support/ledger-matters.ts'

const open = useTestLedgers()
const hourMs = 3_600_000
const fault = { kind: 'open_ticket', reference: null, topic: 'fault', urgent: true, text: 'no answer' } as const
const s3Level = { hours: { reply: 1, urgent_onsite: 4, outage_onsite: 2, outage_remote: 0 } }
const proof = 'a'.repeat(64)

test('a proved cause outside the provider stops the clocks, and no penalty line may follow', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger, { serviceLevel: s3Level })
  const { id } = staffDoes(ledger, world, fault)
  const caused = staffDoes<'ticket'>(ledger, world, {
    kind: 'attribute_ticket',
    ticketId: id,
    cause: 'attack',
    proofSha256: proof,
  })
  expect(caused.data.attribution).toEqual({ cause: 'attack', proofSha256: proof, penaltyMayFollow: false })
  expect(caused.clocks.map(({ name, ending }) => [name, ending])).toEqual([
    ['reply', 'stopped'],
    ['urgent_onsite', 'stopped'],
  ])
  expect(leavesOf(ledger, 'attribute_ticket')).toEqual([
    expect.objectContaining({ cause: 'attack', penalty: 'none', clause: 'S1 §7.1.2', why: 'outside_the_provider' }),
  ])
})

test('a cause without its proof leaves the clocks running, and may be named again with it', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger, { serviceLevel: s3Level })
  const { id } = staffDoes(ledger, world, fault)
  const attribute = (proofSha256: string | null) =>
    staffDoes<'ticket'>(ledger, world, { kind: 'attribute_ticket', ticketId: id, cause: 'customer_equipment', proofSha256 })
  const unproved = attribute(null)
  expect([unproved.data.attribution?.penaltyMayFollow, unproved.clocks[0]?.ending]).toEqual([true, null])
  ledger.clock.advance(hourMs + 1)
  expect(runMattersDue(ledger)).toBe(1)
  const proved = attribute(proof)
  expect([proved.data.attribution?.penaltyMayFollow, proved.clocks.map(({ ending }) => ending)]).toEqual([
    false,
    ['missed', 'stopped'],
  ])
})

test.each([
  ['not_a_breach', false],
  ['providers_breach', true],
] as const)('whose fault a partner is, the agreement says: %s', (fault_, penaltyMayFollow) => {
  const ledger = open()
  const world = seedMatterWorld(ledger, { partner: { fault: fault_ } })
  const { id } = staffDoes(ledger, world, fault)
  const caused = staffDoes<'ticket'>(ledger, world, {
    kind: 'attribute_ticket',
    ticketId: id,
    cause: 'partner',
    proofSha256: null,
  })
  expect(caused.data.attribution?.penaltyMayFollow).toBe(penaltyMayFollow)
})

test('a response that comes too late is said to be, also when the sweep had not come by', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger, { serviceLevel: s3Level })
  const { id } = staffDoes(ledger, world, { ...fault, topic: 'outage' })
  ledger.clock.advance(2 * hourMs)
  staffDoes(ledger, world, { kind: 'step_ticket', ticketId: id, step: 'accepted', text: null })
  const visited = staffDoes(ledger, world, { kind: 'step_ticket', ticketId: id, step: 'on_site', text: 'engineer came' })
  expect(visited.clocks.map(({ name, ending }) => [name, ending])).toEqual([
    ['reply', null],
    ['urgent_onsite', 'met'],
    ['outage_onsite', 'met'],
    ['outage_remote', null],
  ])
  const replied = staffDoes(ledger, world, { kind: 'step_ticket', ticketId: id, step: 'replied', text: null })
  expect(replied.clocks[0]?.ending).toBe('missed')
  expect(leavesOf(ledger, 'step_ticket').at(-1)).toMatchObject({ step: 'replied', missed: 'reply' })
  expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'deadline_missed'")).toHaveLength(1)
})

test('support that has days off starts the clock of a ticket after them (S4 §7.1.2)', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger, { serviceLevel: { hours: { reply: 4, plan: 24 }, startsOn: 'workdays' } })
  ledger.clock.set('2025-10-01T10:00:00+08:00')
  const ticket = staffDoes(ledger, world, { ...fault, topic: 'question', urgent: false })
  const dueAt = Date.parse('2025-10-09T04:00:00+08:00')
  expect(ticket.clocks.map(({ name, dueAt: due }) => [name, due])).toEqual([
    ['reply', dueAt],
    ['plan', dueAt + 20 * hourMs],
  ])
})

test('answered in time and planned too late is a breach of the plan alone (S4 §7.3.2)', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger, { serviceLevel: { hours: { reply: 4, plan: 24 } } })
  const { id } = staffDoes(ledger, world, { ...fault, urgent: false })
  staffDoes(ledger, world, { kind: 'step_ticket', ticketId: id, step: 'replied', text: null })
  ledger.clock.advance(24 * hourMs + 1)
  runMattersDue(ledger)
  expect(leavesOf(ledger, 'deadline_missed')).toEqual([expect.objectContaining({ clock: 'plan' })])
})

test('a cause is named by staff and for a ticket that is there', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  expect(conflictOf(ledger, world, { kind: 'attribute_ticket', ticketId: 7, cause: 'provider', proofSha256: null })).toBe(
    'not_found',
  )
  const { id } = staffDoes(ledger, world, fault)
  expect(customerTries(ledger, world, { kind: 'step_ticket', ticketId: id, step: 'accepted', text: null })).toMatchObject({
    detail: 'step_of_the_other_side',
  })
})
