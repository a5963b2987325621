import { describe, expect, test } from 'vitest'
import { readHolidayTable, workingCalendar } from '../../src/agreement/calendar.ts'
import { holidayTable } from '../../src/agreement/calendar-table.ts'
import { type Clock, extendClock, firstLateMs, isClockOver, recountClock, startClock } from '../../src/agreement/clock.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'

const head = { name: 'evidence', clause: 'S1 §2.1', startedAt: 0 }
const within = (eventOn: string, n: number) => ({ kind: 'within', eventOn, length: { n, unit: 'workday' }, roll: true }) as const

const start = (rule: Parameters<typeof startClock>[1]['rule']) => {
  const clock = startClock(workingCalendar, { ...head, rule })
  if (!clock) throw new Error('the clock runs')
  return clock
}

describe('a clock', () => {
  test('of working days is over at the first instant after its last day', () => {
    // The National Day holiday of 2025 is 1 to 8 October.
    const clock = start(within('2025-09-29', 3))
    expect([clock.lastDay, clock.assumedYears]).toEqual(['2025-10-10', []])
    expect(isClockOver(clock, startOfDayMs('2025-10-11') - 1)).toBe(false)
    expect(isClockOver(clock, startOfDayMs('2025-10-11'))).toBe(true)
  })

  test('of hours is still in time at the instant that is due (R11)', () => {
    const level = { hours: { reply: 1 }, startsOn: 'every_day' } as const
    const clock = start({ kind: 'service', level, response: 'reply', receivedAt: 1_000 })
    expect([clock.dueAt, firstLateMs(clock)]).toEqual([3_601_000, 3_601_001])
    expect([isClockOver(clock, 3_601_000), isClockOver(clock, 3_601_001)]).toEqual([false, true])
  })

  test('of a response that nobody promised does not run', () => {
    const level = { hours: {}, startsOn: 'every_day' } as const
    expect(startClock(workingCalendar, { ...head, rule: { kind: 'service', level, response: 'plan', receivedAt: 0 } })).toBeNull()
  })

  test('with days of a year that is not published is uncertain, is never over, and is counted again when the year is there', () => {
    const clock = start(within('2026-12-30', 3))
    expect([clock.lastDay, clock.assumedYears]).toEqual(['2027-01-04', [2027]])
    expect(isClockOver(clock, startOfDayMs('2027-02-01'))).toBe(false)
    const daysOff: [string, string][] = [['2027-01-01', '2027-01-05']]
    const year = { year: 2027, source: 'made up', daysOff, makeUpDays: [] }
    const reading = readHolidayTable({ version: 'test', years: [...holidayTable.years, year] })
    if (reading.kind !== 'calendar') throw new Error(reading.faults.join('; '))
    const counted = recountClock(reading.calendar, clock)
    expect([counted.lastDay, counted.assumedYears]).toEqual(['2027-01-07', []])
    expect(isClockOver(counted, startOfDayMs('2027-01-08'))).toBe(true)
  })

  test('that has ended is never counted again', () => {
    const ended = { ...start(within('2026-12-30', 3)), endedAt: 5, ending: 'met' as const }
    expect(recountClock(workingCalendar, ended)).toEqual(ended)
  })
})

describe('a clock that an event has moved', () => {
  const moved = (rule: Clock['rule'], days: number) => extendClock(workingCalendar, start(rule), days)
  const length = (n: number, unit: 'day' | 'workday') => ({ n, unit }) as const

  test('ends so many days after its last day before that rolled, and keeps its days when it is counted again', () => {
    // FMX: 20 days from 1 June 2025 end on Saturday 21 June and roll; with 2 days of delay they end on Monday 23 June.
    const rule = { kind: 'within', eventOn: '2025-06-01', length: length(20, 'day'), roll: true } as const
    const clock = moved(rule, 2)
    expect(clock).toMatchObject({ lastDay: '2025-06-23', rule: { extendedBy: 2 } })
    expect(clock && recountClock(workingCalendar, clock).lastDay).toBe('2025-06-23')
    expect(clock && extendClock(workingCalendar, clock, 5)).toMatchObject({ lastDay: '2025-06-30', rule: { extendedBy: 7 } })
  })

  test('of working days, or one that does not roll, moves by days all the same', () => {
    const ofWorkdays = { kind: 'within', eventOn: '2025-06-02', length: length(3, 'workday'), roll: false } as const
    expect(moved(ofWorkdays, 2)?.lastDay).toBe('2025-06-07')
  })

  test('of hours moves by whole days', () => {
    const level = { hours: { reply: 1 }, startsOn: 'every_day' } as const
    const rule = { kind: 'service', level, response: 'reply', receivedAt: 0 } as const
    expect(moved(rule, 2)).toMatchObject({ dueAt: 3_600_000 + 2 * 86_400_000, rule: { kind: 'at' } })
  })

  test('runs again when it was missed meanwhile, and stays ended when it was met', () => {
    const clock = start({ kind: 'at', at: 1_000 })
    const missed = { ...clock, endedAt: 2_000, ending: 'missed' as const }
    expect(extendClock(workingCalendar, missed, 1)).toMatchObject({ ending: null, endedAt: null, dueAt: 86_401_000 })
    expect(extendClock(workingCalendar, { ...missed, ending: 'met' }, 1)).toBeNull()
  })
})
