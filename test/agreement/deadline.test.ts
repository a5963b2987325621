import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { isWorkday, type NotCovered, readHolidayTable, workingCalendar } from '../../src/agreement/calendar.ts'
import { holidayTable } from '../../src/agreement/calendar-table.ts'
import {
  countAfterMonths,
  countAhead,
  countForDisplay,
  countWithin,
  isInTime,
  type Period,
  type PeriodLength,
  type PeriodUnit,
} from '../../src/agreement/deadline.ts'
import { addDays, startOfDayMs } from '../../src/core/shanghai.ts'

const calendar = workingCalendar
const fixed = <Counted extends Period>(period: Counted | NotCovered): Counted => {
  if (period.kind !== 'period') throw new Error(`the table does not cover ${period.year}`)
  return period
}
const within = (eventOn: string, n: number, unit: PeriodUnit, roll = true) =>
  fixed(countWithin(calendar, eventOn, { n, unit }, roll))

const everyDay = Array.from({ length: 851 }, (_, n) => addDays('2024-01-01', n))
const events = fc.constantFrom(...everyDay)
/** Those from which eleven months still end inside the table. */
const earlierEvents = fc.constantFrom(...everyDay.slice(0, 700))
const lengths: fc.Arbitrary<PeriodLength> = fc.oneof(
  fc.record({ n: fc.integer({ min: 1, max: 60 }), unit: fc.constantFrom('workday' as const, 'day' as const) }),
  fc.record({ n: fc.integer({ min: 1, max: 6 }), unit: fc.constant('month' as const) }),
)

describe('a period in which somebody must act', () => {
  test.each<[string, number, PeriodUnit, string, string, string]>([
    ['2025-04-30', 3, 'workday', '2025-05-06', '2025-05-08', 'over Labour Day'],
    ['2024-02-09', 2, 'workday', '2024-02-18', '2024-02-19', 'first day is a Sunday that is worked'],
    ['2024-02-10', 2, 'workday', '2024-02-18', '2024-02-19', 'an event on a day off'],
    ['2023-12-31', 1, 'workday', '2024-01-02', '2024-01-02', 'the event itself need not be covered'],
    ['2024-04-24', 10, 'day', '2024-04-25', '2024-05-06', 'rolls out of a holiday'],
    ['2024-07-01', 5, 'day', '2024-07-02', '2024-07-08', 'rolls out of a plain weekend'],
    ['2026-02-07', 7, 'day', '2026-02-08', '2026-02-14', 'ends on a Saturday that is worked'],
    ['2024-01-31', 1, 'month', '2024-02-01', '2024-02-29', 'no 31 February'],
    ['2026-01-31', 1, 'month', '2026-02-01', '2026-02-28', 'month end on a Saturday that is worked'],
    ['2025-10-03', 1, 'year', '2025-10-04', '2026-10-08', 'a year that ends in a holiday'],
  ])('%s and %d %s: %s to %s (%s)', (event, n, unit, firstDay, lastDay) => {
    const period = within(event, n, unit)
    expect(period).toMatchObject({ firstDay, lastDay, endMs: startOfDayMs(addDays(lastDay, 1)) })
  })

  it('rolls only when it is told to', () => {
    expect(within('2024-04-24', 10, 'day', false)).toMatchObject({ unrolledLastDay: '2024-05-04', lastDay: '2024-05-04' })
    expect(within('2024-04-24', 10, 'day', true)).toMatchObject({ unrolledLastDay: '2024-05-04', lastDay: '2024-05-06' })
    expect(within('2024-04-24', 10, 'day').countedDays).toBeNull()
  })

  it('counts working days, exactly so many, and misses none', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 60 }), (event, n) => {
        const period = within(event, n, 'workday')
        const passed: string[] = []
        for (let day = addDays(event, 1); day <= period.lastDay; day = addDays(day, 1)) {
          if (isWorkday(calendar, day) === true) passed.push(day)
        }
        expect(period.countedDays).toEqual(passed)
        expect(passed).toHaveLength(n)
        expect([period.firstDay, period.lastDay]).toEqual([passed[0], passed.at(-1)])
      }),
    )
  })

  it('rolls to the first working day, and no further', () => {
    fc.assert(
      fc.property(events, lengths, (event, length) => {
        const { unrolledLastDay, lastDay } = fixed(countWithin(calendar, event, length, true))
        expect(isWorkday(calendar, lastDay)).toBe(true)
        for (let day = unrolledLastDay; day < lastDay; day = addDays(day, 1)) expect(isWorkday(calendar, day)).toBe(false)
        expect(unrolledLastDay <= lastDay).toBe(true)
      }),
    )
  })

  it('ends no earlier when the event is later or the period longer', () => {
    fc.assert(
      fc.property(earlierEvents, earlierEvents, lengths, fc.nat({ max: 5 }), fc.boolean(), (one, other, length, more, roll) => {
        const [earlier, later] = [one, other].sort()
        if (earlier === undefined || later === undefined) throw new Error('there are two events')
        const end = (event: string, n: number) => fixed(countWithin(calendar, event, { ...length, n }, roll)).endMs
        expect(end(earlier, length.n)).toBeLessThanOrEqual(end(later, length.n))
        expect(end(one, length.n)).toBeLessThanOrEqual(end(one, length.n + more))
      }),
    )
  })

  it('is kept up to its last millisecond, and by an act before the event', () => {
    fc.assert(
      fc.property(events, lengths, fc.boolean(), (event, length, roll) => {
        const period = fixed(countWithin(calendar, event, length, roll))
        expect(isInTime(period, period.endMs - 1)).toBe(true)
        expect(isInTime(period, period.endMs)).toBe(false)
        expect(isInTime(period, startOfDayMs(event) - 1)).toBe(true)
      }),
    )
  })

  test.each([0, -1, 1.5, Number.NaN])('a length of %d is none', (n) => {
    expect(() => countWithin(calendar, '2025-01-01', { n, unit: 'day' }, false)).toThrow(RangeError)
    expect(() => countAfterMonths(calendar, '2025-01-01', n, { n: 1, unit: 'workday' }, false)).toThrow(RangeError)
  })
})

describe('a notice period', () => {
  it('has full days and does not roll', () => {
    expect(countAhead(calendar, '2025-09-15', { n: 20, unit: 'day' })).toMatchObject({
      firstDay: '2025-09-16',
      lastDay: '2025-10-05',
      endMs: startOfDayMs('2025-10-06'),
    })
    expect(countAhead(calendar, '2025-07-31', { n: 2, unit: 'month' })).toMatchObject({ lastDay: '2025-09-30' })
  })

  it('is a period without the roll, and in working days the same with it', () => {
    fc.assert(
      fc.property(events, lengths, (event, length) => {
        const ahead = countAhead(calendar, event, length)
        expect(ahead).toEqual(countWithin(calendar, event, length, false))
        if (length.unit === 'workday') expect(ahead).toEqual(countWithin(calendar, event, length, true))
      }),
    )
  })
})

describe('months, then working days', () => {
  test.each([
    ['2024-08-31', 6, 5, '2025-02-28', '2025-03-07'],
    ['2024-04-04', 12, 1, '2025-04-04', '2025-04-07'],
    ['2025-01-15', 3, 10, '2025-04-15', '2025-04-28'],
  ])('%s, %d months, %d working days: full on %s, last day %s', (start, months, n, fullOn, lastDay) => {
    const period = fixed(countAfterMonths(calendar, start, months, { n, unit: 'workday' }, false))
    expect(period).toMatchObject({ fullOn, lastDay })
  })
})

describe('beyond the table', () => {
  test.each<[string, PeriodLength, boolean, number | null]>([
    ['2026-12-29', { n: 2, unit: 'workday' }, false, null],
    ['2026-12-29', { n: 3, unit: 'workday' }, false, 2027],
    ['2023-12-28', { n: 1, unit: 'workday' }, false, 2023],
    ['2026-12-26', { n: 5, unit: 'day' }, true, null],
    ['2026-12-26', { n: 8, unit: 'day' }, true, 2027],
    ['2026-12-26', { n: 8, unit: 'day' }, false, null],
    ['2026-06-30', { n: 1, unit: 'year' }, true, 2027],
  ])('%s and %o, roll %s, needs the year %s', (event, length, roll, year) => {
    const period = countWithin(calendar, event, length, roll)
    if (year === null) expect(period.kind).toBe('period')
    else expect(period).toEqual({ kind: 'calendar_not_covered', year })
  })

  it('says so after months too', () => {
    expect(countAfterMonths(calendar, '2025-12-31', 12, { n: 1, unit: 'workday' }, false)).toEqual({
      kind: 'calendar_not_covered',
      year: 2027,
    })
  })

  it('shows a provisional day, and another one when the year is published', () => {
    const five: PeriodLength = { n: 5, unit: 'workday' }
    const count = (known: typeof calendar) => countAhead(known, '2026-12-30', five)
    expect(countForDisplay(calendar, count)).toMatchObject({
      kind: 'provisional',
      assumedYears: [2027],
      period: { lastDay: '2027-01-06' },
    })
    const published = readHolidayTable({
      version: 'next',
      years: [...holidayTable.years, { year: 2027, source: 'invented', daysOff: [['2027-01-01', '2027-01-03']], makeUpDays: [] }],
    })
    if (published.kind === 'faults') throw new Error(published.faults.join())
    expect(countForDisplay(published.calendar, count)).toMatchObject({ kind: 'period', lastDay: '2027-01-07' })
  })

  it('may have to assume more than one year', () => {
    const count = (known: typeof calendar) => countAhead(known, '2026-12-31', { n: 300, unit: 'workday' })
    expect(countForDisplay(calendar, count)).toMatchObject({ kind: 'provisional', assumedYears: [2027, 2028] })
  })
})
