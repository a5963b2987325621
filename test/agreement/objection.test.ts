import { describe, expect, it, test } from 'vitest'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { judgeFeeObjection } from '../../src/agreement/objection.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'

const fifteen = { n: 15, unit: 'day' as const }

/** Told on Friday 2024-08-30: day 15 is a Saturday that is worked, so nothing rolls. */
const lastDay = '2024-09-14'
const judge = (objectedOn: string | null, today: string) =>
  judgeFeeObjection(workingCalendar, fifteen, '2024-08-30', objectedOn, today)

describe('a fee', () => {
  const accepted = { kind: 'accepted', lastDay, acceptedAtMs: startOfDayMs('2024-09-15') }

  test.each<[string, string | null, string, object]>([
    ['is open on the day of the notice', null, '2024-08-30', { kind: 'open', lastDay }],
    ['and on the last day', null, lastDay, { kind: 'open', lastDay }],
    ['is accepted by silence', null, '2024-09-15', accepted],
    ['stays accepted', null, '2025-09-15', accepted],
    ['is disputed from the objection on', lastDay, lastDay, { kind: 'objection_open', lastDay }],
    ['stays disputed', '2024-09-02', '2025-01-02', { kind: 'objection_open', lastDay }],
    ['is not disputed too late', '2024-09-15', '2024-09-20', accepted],
    ['nor by tomorrow', '2024-09-10', '2024-09-09', { kind: 'open', lastDay }],
  ])('%s', (_, objectedOn, today, finding) => {
    expect(judge(objectedOn, today)).toEqual(finding)
  })

  it('may be given other periods', () => {
    const thirty = { n: 30, unit: 'day' as const }
    expect(judgeFeeObjection(workingCalendar, thirty, '2024-09-02', null, '2024-10-08')).toEqual({
      kind: 'open',
      lastDay: '2024-10-08',
    })
    const five = { n: 5, unit: 'workday' as const }
    expect(judgeFeeObjection(workingCalendar, five, '2024-09-30', null, '2024-10-08')).toEqual({
      kind: 'open',
      lastDay: '2024-10-12',
    })
  })

  it('is settled by no day that is not covered', () => {
    expect(judgeFeeObjection(workingCalendar, fifteen, '2026-12-19', null, '2026-12-31')).toEqual({
      kind: 'calendar_not_covered',
      year: 2027,
    })
  })
})
