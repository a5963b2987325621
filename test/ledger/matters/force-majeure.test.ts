import { describe, expect, test } from 'vitest'
import type { MatterView } from '../../../src/core/matters/index.ts'
import { useTestLedgers } from '../../support/ledger.ts'
import {
  conflictOf,
  customerDoes,
  leavesOf,
  mattersOf,
  runMattersDue,
  seedMatterWorld,
  staffDoes,
} from '../../support/ledger-matters.ts'

const open = useTestLedgers()
const paper = 'e'.repeat(64)
const flood = {
  kind: 'open_force_majeure',
  reference: null,
  side: 'provider',
  eventOn: '2024-08-02',
  text: 'flood',
  obligation: { text: 'payment', lastDay: '2024-08-20', matterId: null, clock: null },
  toldAt: null,
} as const
const s3Papers = {
  forceMajeure: { papers: ['notarial_deed', 'written_statement'], long: { durationDays: 30, talks: { n: 10, unit: 'day' } } },
}
type Case = MatterView<'force_majeure'>

const seed = (overrides: Record<string, unknown> = s3Papers) => {
  const ledger = open()
  const world = seedMatterWorld(ledger, overrides)
  const file = (caseId: number, kind: 'notarial_deed' | 'written_statement' | 'other') =>
    staffDoes<'force_majeure'>(ledger, world, { kind: 'file_proof', caseId, paper: kind, sha256: paper })
  const prove = (caseId: number) => {
    file(caseId, 'notarial_deed')
    return file(caseId, 'written_statement')
  }
  const relief = (caseId: number, delayDays: number | null = null) =>
    ({ kind: 'grant_relief', caseId, effect: delayDays === null ? 'partial_release' : 'extension', delayDays }) as const
  return { ledger, world, file, prove, relief }
}
const proofEnding = ({ clocks }: Case) => clocks.find(({ name }) => name === 'proof')?.ending

describe('the proof', () => {
  test('is due 15 days after the event, rolled, and complete with every paper that the agreement names', () => {
    const { ledger, world, file } = seed()
    const opened = staffDoes<'force_majeure'>(ledger, world, flood)
    // D15F-02.
    expect(opened.clocks).toEqual([expect.objectContaining({ name: 'proof', lastDay: '2024-08-19' })])
    expect(mattersOf(ledger, world, 'notice').map(({ data }) => data.scene)).toEqual(['force_majeure'])
    expect(proofEnding(file(opened.id, 'notarial_deed'))).toBe(null)
    expect(conflictOf(ledger, world, { kind: 'grant_relief', caseId: opened.id, effect: 'end', delayDays: null })).toBe(
      'proof_missing',
    )
    expect(proofEnding(file(opened.id, 'written_statement'))).toBe('met')
    // The same paper again is the same paper.
    expect(file(opened.id, 'written_statement').data.papers).toHaveLength(2)
  })

  test('of S1 is the notary’s paper; another one does not prove it', () => {
    const { ledger, world, file } = seed({})
    const { id } = staffDoes(ledger, world, flood)
    expect(proofEnding(file(id, 'other'))).toBe(null)
    expect(proofEnding(file(id, 'notarial_deed'))).toBe('met')
  })
})

describe('relief', () => {
  test('is not for what was late already, not told at once, or proved too late', () => {
    const { ledger, world, prove, relief } = seed()
    const late = staffDoes(ledger, world, { ...flood, obligation: { ...flood.obligation, lastDay: '2024-08-01' } })
    prove(late.id)
    expect(conflictOf(ledger, world, relief(late.id))).toBe('already_late_before_event')
    const untold = staffDoes(ledger, world, { ...flood, eventOn: '2024-07-31' })
    prove(untold.id)
    expect(conflictOf(ledger, world, relief(untold.id))).toBe('notice_late')
    const unproved = staffDoes(ledger, world, flood)
    ledger.clock.set('2024-08-20T00:00:00+08:00')
    prove(unproved.id)
    expect(conflictOf(ledger, world, relief(unproved.id))).toBe('proof_late')
  })

  test('by extension has its days, no more than the event has lasted', () => {
    const { ledger, world, prove, relief } = seed()
    const { id } = staffDoes(ledger, world, flood)
    prove(id)
    ledger.clock.set('2024-08-09T10:00:00+08:00')
    expect(conflictOf(ledger, world, { ...relief(id), effect: 'extension' })).toBe('days_missing')
    expect(conflictOf(ledger, world, { ...relief(id, 3), effect: 'end' })).toBe('days_without_extension')
    staffDoes(ledger, world, { kind: 'end_event', caseId: id, on: '2024-08-04' })
    expect(conflictOf(ledger, world, relief(id, 4))).toBe('longer_than_event')
    expect(staffDoes<'force_majeure'>(ledger, world, relief(id, 3)).data.effect).toMatchObject({
      kind: 'extension',
      delayDays: 3,
    })
    expect(conflictOf(ledger, world, relief(id, 3))).toBe('relief_granted')
  })

  test('by extension moves the clock of another matter, also one that was missed meanwhile', () => {
    const { ledger, world, prove, relief } = seed({ ...s3Papers, disputes: { talksDays: 10, venue: null } })
    const talks = { kind: 'open_dispute', reference: null, topic: 'fee', text: 'x', disputedFen: 0, noticeId: null } as const
    const dispute = staffDoes(ledger, world, { ...talks, requestedOn: null })
    expect(dispute.clocks[0]?.lastDay).toBe('2024-08-12')
    const obligation = { text: 'the talks', lastDay: null, matterId: dispute.id, clock: 'talks' }
    expect(conflictOf(ledger, world, { ...flood, obligation: { ...obligation, clock: 'other' } })).toBe('no_such_clock')
    expect(conflictOf(ledger, world, { ...flood, obligation: { ...obligation, matterId: 7 } })).toBe('not_found')
    const event = staffDoes<'force_majeure'>(ledger, world, { ...flood, obligation })
    expect(event.data.obligation).toMatchObject({ lastDay: '2024-08-12', matterKind: 'dispute' })
    prove(event.id)
    ledger.clock.set('2024-08-13T10:00:00+08:00')
    runMattersDue(ledger)
    expect(mattersOf(ledger, world, 'dispute')[0]?.clocks[0]?.ending).toBe('missed')
    staffDoes(ledger, world, relief(event.id, 5))
    // 12 August and 5 days is a Saturday, and rolls.
    expect(mattersOf(ledger, world, 'dispute')[0]?.clocks[0]).toMatchObject({ lastDay: '2024-08-19', ending: null })
    expect(leavesOf(ledger, 'extend_deadline')).toEqual([
      expect.objectContaining({ dispute: dispute.id, clock: 'talks', days: 5, force_majeure: event.id }),
    ])
    ledger.clock.set('2024-08-20T00:00:00+08:00')
    expect(runMattersDue(ledger)).toBe(1)
  })
})

test('a case closes with notes on what was done against the loss, and not without', () => {
  const { ledger, world } = seed()
  const { id, data } = customerDoes<'force_majeure'>(ledger, world, flood)
  expect(data.side).toBe('customer')
  const close = { kind: 'close_force_majeure', caseId: id } as const
  expect(conflictOf(ledger, world, close)).toBe('mitigation_missing')
  customerDoes(ledger, world, { kind: 'note_mitigation', caseId: id, text: 'moved the machines' })
  expect(staffDoes(ledger, world, close).closedAt).toBe(ledger.clock.now)
})

describe('a long event', () => {
  test('opens talks after 30 days, and when they are over either side may end the agreement', () => {
    const { ledger, world } = seed()
    ledger.clock.set('2024-08-15T10:00:00+08:00')
    const { id } = staffDoes(ledger, world, { ...flood, eventOn: '2024-08-15' })
    const ask = { kind: 'request_event_talks', caseId: id, deemedOn: null } as const
    ledger.clock.set('2024-09-14T10:00:00+08:00')
    expect(conflictOf(ledger, world, ask)).toBe('event_not_long')
    ledger.clock.set('2024-09-20T10:00:00+08:00')
    // FM-02.
    const talks = customerDoes(ledger, world, ask)
    expect(talks.clocks.at(-1)).toMatchObject({ name: 'talks', lastDay: '2024-09-30' })
    expect(customerDoes(ledger, world, ask).clocks).toHaveLength(2)
    ledger.clock.set('2024-10-01T00:00:00+08:00')
    runMattersDue(ledger)
    const [ended] = mattersOf(ledger, world, 'force_majeure')
    expect([ended?.state, ended?.data.mayEndFrom]).toEqual(['may_end', ledger.clock.now])
  })

  test('opens none when it was over before, or where the agreement knows no exit', () => {
    const { ledger, world } = seed()
    const { id } = staffDoes(ledger, world, flood)
    ledger.clock.set('2024-09-20T10:00:00+08:00')
    staffDoes(ledger, world, { kind: 'end_event', caseId: id, on: '2024-08-20' })
    const ask = { kind: 'request_event_talks', caseId: id, deemedOn: null } as const
    expect(conflictOf(ledger, world, ask)).toBe('event_not_long')
    const other = seed({})
    const { id: otherId } = staffDoes(other.ledger, other.world, flood)
    expect(conflictOf(other.ledger, other.world, { ...ask, caseId: otherId })).toBe('no_long_event_rule')
  })
})
