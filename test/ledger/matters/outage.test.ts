import { expect, test } from 'vitest'
import { useTestLedgers } from '../../support/ledger.ts'
import { conflictOf, leavesOf, seedMatterWorld, staffDoes } from '../../support/ledger-matters.ts'

const open = useTestLedgers()
const minuteMs = 60_000

const seed = () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const from = ledger.clock.now - 30 * minuteMs
  const outage = {
    kind: 'record_outage',
    reference: null,
    from,
    to: null,
    checks: [] as string[],
    planned: false,
    text: null,
  } as const
  return { ledger, world, from, outage }
}

test('an outage is recorded, over, and closed by its cause; the cause of an attack needs its proof', () => {
  const { ledger, world, from, outage } = seed()
  const { id, state } = staffDoes<'outage'>(ledger, world, outage)
  expect(state).toBe('running')
  const cause = { kind: 'attribute_outage', outageId: id, cause: 'attack' } as const
  expect(conflictOf(ledger, world, { ...cause, proofSha256: null })).toBe('not_over')
  expect(staffDoes(ledger, world, { kind: 'end_outage', outageId: id, to: from + minuteMs }).state).toBe('over')
  const unproved = staffDoes<'outage'>(ledger, world, { ...cause, proofSha256: null })
  expect([unproved.data.attribution?.penaltyMayFollow, unproved.closedAt]).toEqual([true, null])
  const proved = staffDoes<'outage'>(ledger, world, { ...cause, proofSha256: 'b'.repeat(64) })
  expect([proved.data.attribution?.penaltyMayFollow, proved.closedAt]).toEqual([false, ledger.clock.now])
  expect(leavesOf(ledger, 'attribute_outage').map(({ penalty }) => penalty)).toEqual(['may_follow', 'none'])
})

test('a planned break needs no cause', () => {
  const { ledger, world, from, outage } = seed()
  expect(staffDoes(ledger, world, { ...outage, planned: true, to: from + minuteMs }).closedAt).toBe(ledger.clock.now)
})

test('no outage lies in the future or ends before it begins', () => {
  const { ledger, world, from, outage } = seed()
  expect(conflictOf(ledger, world, { ...outage, from: ledger.clock.now + 1 })).toBe('not_yet')
  expect(conflictOf(ledger, world, { ...outage, to: from })).toBe('ends_before_it_begins')
  const { id } = staffDoes(ledger, world, outage)
  expect(conflictOf(ledger, world, { kind: 'end_outage', outageId: id, to: ledger.clock.now + 1 })).toBe('not_yet')
})
