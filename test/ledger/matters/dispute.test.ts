import { describe, expect, test } from 'vitest'
import { useTestLedgers } from '../../support/ledger.ts'
import {
  conflictOf,
  customerDoes,
  customerTries,
  leavesOf,
  mattersOf,
  runMattersDue,
  seedMatterWorld,
  staffDoes,
} from '../../support/ledger-matters.ts'
import { act, verifyOnce } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const dispute = {
  kind: 'open_dispute',
  reference: null,
  topic: 'fee',
  text: 'counted twice',
  disputedFen: 1_200,
  noticeId: null,
  requestedOn: null,
} as const

describe('talks', () => {
  test('run from the day on which the request counts as delivered, and roll out of days off', () => {
    const ledger = open()
    const world = seedMatterWorld(ledger, { disputes: { talksDays: 10, venue: 'customers_place' } })
    ledger.clock.set('2024-09-26T10:00:00+08:00')
    const { clocks, data } = staffDoes<'dispute'>(ledger, world, { ...dispute, requestedOn: '2024-09-25' })
    // D10-02: the last day falls into the National Day holidays.
    expect(clocks).toEqual([expect.objectContaining({ name: 'talks', lastDay: '2024-10-08' })])
    expect([data.venue, data.requestedOn]).toEqual(['customers_place', '2024-09-25'])
    ledger.clock.set('2024-10-09T00:00:00+08:00')
    expect(runMattersDue(ledger)).toBe(1)
    expect(mattersOf(ledger, world, 'dispute')[0]?.state).toBe('court_open')
    expect(leavesOf(ledger, 'deadline_missed')).toEqual([expect.objectContaining({ clock: 'talks' })])
  })

  test('are 30 days where the agreement names none, and the day of a customer’s own request is now', () => {
    const ledger = open()
    const world = seedMatterWorld(ledger)
    ledger.clock.set('2025-03-03T10:00:00+08:00')
    const opened = customerDoes<'dispute'>(ledger, world, { ...dispute, requestedOn: '2024-01-01' })
    expect([opened.data.requestedOn, opened.clocks[0]?.lastDay, opened.data.venue]).toEqual(['2025-03-03', '2025-04-02', null])
  })

  test('begin with a notice when it counts as delivered', () => {
    const ledger = open()
    const world = seedMatterWorld(ledger)
    staffDoes(ledger, world, dispute)
    const notice = mattersOf(ledger, world, 'notice')[0]
    expect(notice?.data).toMatchObject({ scene: 'dispute_opened', variables: { venue: 'not_agreed' } })
    expect(notice?.data.deemedAt).toBe(ledger.clock.now)
    ledger.corrupt("UPDATE matters SET data = json_set(data, '$.deemedAt', NULL) WHERE id = ?", notice?.id ?? 0)
    expect(conflictOf(ledger, world, { ...dispute, noticeId: notice?.id ?? 0 })).toBe('notice_not_delivered')
    expect(conflictOf(ledger, world, { ...dispute, noticeId: 7 })).toBe('not_found')
  })
})

test('a dispute stops no call', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  customerDoes(ledger, world, dispute)
  expect(verifyOnce(ledger, world, 'one', 'match').state).toBe('captured')
})

test('the customer withdraws its own, once; that it was settled staff record', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const own = customerDoes<'dispute'>(ledger, world, dispute)
  const theirs = staffDoes<'dispute'>(ledger, world, dispute)
  const close = (disputeId: number, ending: 'withdrawn' | 'agreed') =>
    ({ kind: 'close_dispute', disputeId, ending, text: null }) as const
  const refused = { detail: 'step_of_the_other_side' }
  expect(customerTries(ledger, world, close(own.id, 'agreed'))).toMatchObject(refused)
  expect(customerTries(ledger, world, close(theirs.id, 'withdrawn'))).toMatchObject(refused)
  expect(customerDoes<'dispute'>(ledger, world, close(own.id, 'withdrawn')).data.ending).toBe('withdrawn')
  expect(customerDoes(ledger, world, close(own.id, 'withdrawn')).id).toBe(own.id)
  expect(staffDoes(ledger, world, close(theirs.id, 'agreed')).clocks[0]?.ending).toBe('stopped')
  expect(leavesOf(ledger, 'close_dispute')).toHaveLength(2)
})

test('one that is open when the account is closed can still end', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const { id } = customerDoes(ledger, world, dispute)
  act(ledger, world.accountId, { kind: 'close_account', note: 'over' })
  expect(staffDoes(ledger, world, { kind: 'close_dispute', disputeId: id, ending: 'judged', text: null }).state).toBe('judged')
  expect(conflictOf(ledger, world, dispute)).toBe('account_closed')
})
