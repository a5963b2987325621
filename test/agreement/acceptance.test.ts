import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type AcceptanceHistory, judgeAcceptance } from '../../src/agreement/acceptance.ts'
import { workingCalendar } from '../../src/agreement/calendar.ts'
import { addDays, startOfDayMs } from '../../src/core/shanghai.ts'

const rule = { organise: { n: 7, unit: 'workday' as const }, afterReminder: { n: 3, unit: 'workday' as const } }

/** Applied for on Thursday 2025-05-29; the Dragon Boat days off lie in the first period. */
const lastDay = '2025-06-10'
const judge = (today: string, history: Partial<AcceptanceHistory> = {}) => {
  const whole = { applicationDeemedOn: '2025-05-29', reminderDeemedOn: null, organisedOn: null, ...history }
  const found = judgeAcceptance(workingCalendar, rule, whole, today)
  if (found.kind !== 'acceptance') throw new Error(`the table does not cover ${found.year}`)
  expect(found.lastDay).toBe(lastDay)
  return found
}

describe('an application for acceptance', () => {
  const reminded = { reminderDeemedOn: '2025-06-11' }

  test.each<[string, string, Partial<AcceptanceHistory>, object]>([
    ['waits until the last day', lastDay, {}, { status: 'pending' }],
    ['is not accepted by silence alone', '2025-06-11', {}, { status: 'not_accepted', reason: 'no_reminder' }],
    ['never, however long', '2026-06-11', {}, { status: 'not_accepted', reason: 'no_reminder' }],
    [
      'takes no reminder on the last day',
      '2025-06-30',
      { reminderDeemedOn: lastDay },
      { status: 'not_accepted', reason: 'reminder_before_first_period_ended' },
    ],
    ['waits for the first period even when reminded early', lastDay, { reminderDeemedOn: '2025-06-03' }, { status: 'pending' }],
    ['waits after the reminder', '2025-06-16', reminded, { status: 'pending' }],
    [
      'is then deemed accepted',
      '2025-06-17',
      reminded,
      { status: 'deemed_accepted', acceptedOn: '2025-06-16', deemedAtMs: startOfDayMs('2025-06-17') },
    ],
    ['is organised in time', '2025-07-01', { organisedOn: lastDay }, { status: 'organised_in_time' }],
    ['or after the reminder', '2025-07-01', { ...reminded, organisedOn: '2025-06-16' }, { status: 'organised_after_reminder' }],
    [
      'or on the day of the reminder',
      '2025-07-01',
      { ...reminded, organisedOn: '2025-06-11' },
      { status: 'organised_after_reminder' },
    ],
    ['too late for that', '2025-07-01', { ...reminded, organisedOn: '2025-06-17' }, { status: 'deemed_accepted' }],
    ['late without a reminder', '2025-07-01', { organisedOn: '2025-06-20' }, { status: 'organised_late' }],
    [
      'late, and then reminded all the same',
      '2025-07-01',
      { reminderDeemedOn: '2025-06-20', organisedOn: '2025-06-18' },
      { status: 'organised_late' },
    ],
    ['knows nothing of tomorrow', '2025-06-13', { organisedOn: '2025-06-14', ...reminded }, { status: 'pending' }],
    [
      'nor of a reminder to come',
      '2025-06-13',
      { reminderDeemedOn: '2025-06-14' },
      { status: 'not_accepted', reason: 'no_reminder' },
    ],
  ])('%s (%s)', (_, today, history, standing) => {
    expect(judge(today, history).standing).toMatchObject(standing)
  })

  it('names the last day after a reminder only when the reminder counts', () => {
    expect(judge('2025-06-12', reminded).afterReminder).toBe('2025-06-16')
    expect(judge('2025-06-12', { reminderDeemedOn: lastDay }).afterReminder).toBeNull()
    expect(judge('2025-06-10', reminded).afterReminder).toBeNull()
  })

  it('is deemed for good: no later act and no later day changes it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (wait, act) => {
        const organisedOn = addDays('2025-06-17', act)
        const { standing } = judge(addDays('2025-06-17', wait), { ...reminded, organisedOn })
        expect(standing).toMatchObject({ status: 'deemed_accepted', acceptedOn: '2025-06-16' })
      }),
    )
  })

  it.each([
    ['2026-12-28', null],
    ['2026-12-17', '2026-12-29'],
  ])('applied for on %s, reminded on %s: beyond the table', (applicationDeemedOn, reminderDeemedOn) => {
    const history = { applicationDeemedOn, reminderDeemedOn, organisedOn: null }
    expect(judgeAcceptance(workingCalendar, rule, history, '2026-12-31')).toEqual({ kind: 'calendar_not_covered', year: 2027 })
  })
})
