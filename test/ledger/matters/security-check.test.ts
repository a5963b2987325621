import { expect, test } from 'vitest'
import { useTestLedgers } from '../../support/ledger.ts'
import { conflictOf, leavesOf, runMattersDue, seedMatterWorld, staffDoes } from '../../support/ledger-matters.ts'

const open = useTestLedgers()
const check = (on: string, more: object = {}) =>
  ({
    kind: 'record_security_check',
    reference: null,
    on,
    intervalDays: 30,
    found: 3,
    fixed: 3,
    reportSha256: null,
    ...more,
  }) as const

test('the next check answers the one before it; without one, the interval runs out with an alarm of its own', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const first = staffDoes(ledger, world, check('2024-08-01'))
  expect(first.clocks).toEqual([expect.objectContaining({ name: 'next_check', lastDay: '2024-08-31', clause: 'choice' })])
  ledger.clock.set('2024-08-31T23:59:59.999+08:00')
  expect(runMattersDue(ledger)).toBe(0)
  ledger.clock.advance(1)
  expect(runMattersDue(ledger)).toBe(1)
  expect(ledger.rows('SELECT kind FROM alarms WHERE cleared_at IS NULL')).toEqual([{ kind: 'security_check_overdue' }])
  expect(leavesOf(ledger, 'deadline_missed')).toEqual([expect.objectContaining({ clock: 'next_check' })])
  staffDoes(ledger, world, check('2024-09-01'))
  expect(ledger.rows('SELECT kind FROM alarms WHERE cleared_at IS NULL')).toEqual([])
})

test('a check is of a day that has come, not older than the newest, and closes no more than it found', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  expect(conflictOf(ledger, world, check('2024-08-03'))).toBe('not_yet')
  expect(conflictOf(ledger, world, check('2024-08-01', { fixed: 4 }))).toBe('more_fixed_than_found')
  staffDoes(ledger, world, check('2024-08-01'))
  expect(conflictOf(ledger, world, check('2024-07-31'))).toBe('later_check_recorded')
})
