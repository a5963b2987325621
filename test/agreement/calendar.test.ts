import { describe, expect, it, test } from 'vitest'
import {
  assumeWeekendsOnly,
  countWorkdays,
  isWorkday,
  nextWorkday,
  readHolidayTable,
  workingCalendar,
} from '../../src/agreement/calendar.ts'
import { type HolidayYear, holidayTable } from '../../src/agreement/calendar-table.ts'
import { addDays } from '../../src/core/shanghai.ts'

const next: HolidayYear = {
  year: 2027,
  source: 'an invented notice',
  daysOff: [['2027-01-01', '2027-01-03']],
  makeUpDays: ['2027-01-09'],
}

const extended = () => {
  const reading = readHolidayTable({ version: 'next', years: [...holidayTable.years, next] })
  if (reading.kind === 'faults') throw new Error(reading.faults.join())
  return reading.calendar
}

describe('the working days', () => {
  test.each([
    ['2024-02-11', false, 'a Sunday inside the festival'],
    ['2024-02-17', false, 'the last day of it, a Saturday'],
    ['2024-02-19', true, 'the Monday after it'],
    ['2024-04-28', true, 'a Sunday that is worked'],
    ['2024-06-10', false, 'a Monday off'],
    ['2024-07-06', false, 'a plain Saturday'],
    ['2024-07-08', true, 'a plain Monday'],
    ['2024-12-31', true, 'the last day of a year'],
    ['2025-01-01', false, 'New Year'],
    ['2025-06-02', false, 'a Monday off'],
    ['2025-09-27', false, 'the Saturday before a Sunday that is worked'],
    ['2025-10-09', true, 'the first day after eight off'],
    ['2026-06-19', false, 'a Friday off'],
    ['2026-09-28', true, 'the Monday after a holiday'],
    ['2026-12-31', true, 'the last day that is covered'],
  ])('%s: %s (%s)', (day, works) => {
    expect(isWorkday(workingCalendar, day)).toBe(works)
  })

  // Each column counted apart: Mondays to Fridays, the days off among them, the weekend days that are worked.
  test.each([
    [2024, 262, 19, 8],
    [2025, 261, 18, 5],
    [2026, 261, 19, 6],
  ])('%d has %d days from Monday to Friday, %d of them off, and %d make-up days', (year, weekdays, off, makeUp) => {
    expect(countWorkdays(workingCalendar, year)).toBe(weekdays - off + makeUp)
  })

  test.each(['2023-12-31', '2027-01-01', '1999-06-01'])('%s is not covered, and not guessed', (day) => {
    const year = Number(day.slice(0, 4))
    expect(isWorkday(workingCalendar, day)).toEqual({ kind: 'calendar_not_covered', year })
    expect(countWorkdays(workingCalendar, year)).toEqual({ kind: 'calendar_not_covered', year })
  })

  test.each(['2025-02-29', '2025-1-1', ''])('%j is no day', (day) => {
    expect(() => isWorkday(workingCalendar, day)).toThrow(RangeError)
  })

  it('finds the next working day, which may be the day itself', () => {
    expect(nextWorkday(workingCalendar, '2024-10-01')).toBe('2024-10-08')
    expect(nextWorkday(workingCalendar, '2024-10-12')).toBe('2024-10-12')
    expect(nextWorkday(workingCalendar, '2026-12-31')).toBe('2026-12-31')
    expect(nextWorkday(extended(), '2027-01-01')).toBe('2027-01-04')
    const shortened = readHolidayTable({ version: 'short', years: holidayTable.years.slice(0, 1) })
    if (shortened.kind === 'faults') throw new Error(shortened.faults.join())
    expect(nextWorkday(shortened.calendar, '2025-01-01')).toEqual({ kind: 'calendar_not_covered', year: 2025 })
  })
})

describe('the table', () => {
  it('takes a later year as data', () => {
    const calendar = extended()
    expect(calendar.version).toBe('next')
    expect(isWorkday(calendar, '2027-01-01')).toBe(false)
    expect(isWorkday(calendar, '2027-01-04')).toBe(true)
    expect(isWorkday(calendar, '2027-01-09')).toBe(true)
    expect(isWorkday(calendar, '2027-01-10')).toBe(false)
    for (let day = '2024-01-01'; day <= '2026-12-31'; day = addDays(day, 1))
      expect(isWorkday(calendar, day)).toBe(isWorkday(workingCalendar, day))
  })

  it('stands in for a year that is not published, and changes no other', () => {
    const assumed = assumeWeekendsOnly(workingCalendar, 2027)
    expect(isWorkday(assumed, '2027-01-01')).toBe(true)
    expect(isWorkday(assumed, '2027-01-02')).toBe(false)
    expect(isWorkday(assumed, '2026-10-01')).toBe(false)
    expect(isWorkday(workingCalendar, '2027-01-01')).toEqual({ kind: 'calendar_not_covered', year: 2027 })
  })

  test.each<[string, Partial<HolidayYear>]>([
    ['2027: days off 2026-12-31 to 2027-01-01', { daysOff: [['2026-12-31', '2027-01-01']] }],
    ['2027: days off 2027-01-03 to 2027-01-01', { daysOff: [['2027-01-03', '2027-01-01']] }],
    ['2027: days off 2027-02-29 to 2027-02-29', { daysOff: [['2027-02-29', '2027-02-29']] }],
    ['2027: make-up day 2027-01-04', { makeUpDays: ['2027-01-04'] }],
    ['2027: make-up day 2027-01-02', { makeUpDays: ['2027-01-02'] }],
    ['2027: make-up day 2028-01-08', { makeUpDays: ['2028-01-08'] }],
    ['2026: stands twice', { year: 2026, daysOff: [], makeUpDays: [] }],
  ])('is refused: %s', (fault, change) => {
    const years = [...holidayTable.years, { ...next, ...change }]
    expect(readHolidayTable({ version: 'broken', years })).toEqual({ kind: 'faults', faults: [fault] })
  })
})
