import fc from 'fast-check'
import { afterEach, describe, expect, it, test } from 'vitest'
import {
  addDays,
  addMonths,
  daysBetween,
  isCalendarDay,
  parseRfc3339,
  shanghaiDay,
  startOfDayMs,
  toRfc3339,
} from '../../src/core/shanghai.ts'

// Until 1991 Shanghai had summer time, which a fixed offset does not follow.
const instants = fc.integer({ min: Date.UTC(1992, 0, 1), max: Date.UTC(2199, 11, 31) })
const dayMs = 86_400_000

const intl = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit' })

describe('Shanghai days', () => {
  test.each([
    [Date.UTC(2024, 10, 11, 15, 59, 59, 999), '2024-11-11'],
    [Date.UTC(2024, 10, 11, 16), '2024-11-12'],
    [Date.UTC(2023, 11, 31, 16), '2024-01-01'],
    [0, '1970-01-01'],
    [-1, '1970-01-01'],
  ])('%d is in %s', (ms, day) => {
    expect(shanghaiDay(ms)).toBe(day)
  })

  it('agrees with the time zone tables', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        expect(shanghaiDay(ms)).toBe(intl.format(ms))
        const start = startOfDayMs(shanghaiDay(ms))
        expect(start <= ms && ms < start + dayMs).toBe(true)
        expect(shanghaiDay(start - 1)).toBe(addDays(shanghaiDay(ms), -1))
      }),
    )
  })

  test.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2024-02-29', 365, '2025-02-28'],
    ['2023-02-28', 1, '2023-03-01'],
    ['2024-01-01', -1, '2023-12-31'],
    ['2024-01-01', 0, '2024-01-01'],
  ])('%s and %d days is %s', (day, n, later) => {
    expect(addDays(day, n)).toBe(later)
  })

  test.each([
    ['2024-01-31', 1, '2024-02-29'],
    ['2025-01-31', 1, '2025-02-28'],
    ['2025-05-31', 1, '2025-06-30'],
    ['2025-08-31', 6, '2026-02-28'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2024-02-29', 48, '2028-02-29'],
    ['2025-11-15', 2, '2026-01-15'],
    ['2025-12-01', 0, '2025-12-01'],
    ['2025-01-31', -2, '2024-11-30'],
    ['2025-03-31', -15, '2023-12-31'],
  ])('%s and %d months is %s', (day, n, later) => {
    expect(addMonths(day, n)).toBe(later)
  })

  it('months keep the day, or end the month', () => {
    fc.assert(
      fc.property(instants.map(shanghaiDay), fc.integer({ min: -240, max: 240 }), (day, n) => {
        const later = addMonths(day, n)
        const months = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7))
        expect(months(later) - months(day)).toBe(n)
        const isLastOfMonth = addDays(later, 1).endsWith('-01')
        expect(later.slice(8) === day.slice(8) || (isLastOfMonth && later.slice(8) < day.slice(8))).toBe(true)
      }),
    )
  })

  it('days between are the days that were added', () => {
    fc.assert(
      fc.property(instants.map(shanghaiDay), fc.integer({ min: -5000, max: 5000 }), (day, n) => {
        expect(daysBetween(day, addDays(day, n))).toBe(n)
      }),
    )
  })

  test.each([
    '2023-02-29',
    '2024-02-30',
    '2024-13-01',
    '2024-00-01',
    '2024-1-1',
    '20240101',
    '',
    '2024-01-01T00:00:00Z',
    '2024-01-01\n',
  ])('%j is no day', (text) => {
    expect(isCalendarDay(text)).toBe(false)
    expect(() => startOfDayMs(text)).toThrow(RangeError)
    expect(() => addDays(text, 1)).toThrow(RangeError)
    expect(() => addMonths(text, 1)).toThrow(RangeError)
    expect(() => daysBetween('2024-01-01', text)).toThrow(RangeError)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 9e15, -9e14])('%d is no instant', (ms) => {
    expect(() => shanghaiDay(ms)).toThrow(RangeError)
    expect(() => toRfc3339(ms)).toThrow(RangeError)
  })
})

describe('RFC 3339', () => {
  test.each<[string, number]>([
    ['2024-11-11T08:00:00+08:00', Date.UTC(2024, 10, 11)],
    ['2024-11-11T00:00:00Z', Date.UTC(2024, 10, 11)],
    ['2024-11-11t00:00:00z', Date.UTC(2024, 10, 11)],
    ['2024-11-11T00:00:00-00:00', Date.UTC(2024, 10, 11)],
    ['2024-11-10T19:30:00.5-04:30', Date.UTC(2024, 10, 11, 0, 0, 0, 500)],
    ['2024-02-29T23:59:59.999999999Z', Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
    ['1985-04-12T23:20:50.52Z', Date.UTC(1985, 3, 12, 23, 20, 50, 520)],
    ['1937-01-01T12:00:27.87+00:20', Date.UTC(1937, 0, 1, 11, 40, 27, 870)],
  ])('reads %s', (text, ms) => {
    expect(parseRfc3339(text)).toBe(ms)
  })

  test.each([
    '',
    '2024-11-11',
    '2024-11-11T08:00:00',
    '2024-11-11T08:00+08:00',
    '2024-11-11 08:00:00+08:00',
    '2024-11-11T08:00:00+0800',
    '2024-11-11T08:00:00+08',
    '2024-11-11T08:00:00 +08:00',
    '2024-11-11T08:00:00+24:00',
    '2024-11-11T08:00:00+08:60',
    '2024-11-11T24:00:00Z',
    '2024-11-11T08:60:00Z',
    '2016-12-31T23:59:60Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-11-11T08:00:00.Z',
    '2024-11-11T08:00:00,5Z',
    '+002024-11-11T08:00:00Z',
    '２０２４-11-11T08:00:00Z',
    '2024-11-11T08:00:00Z\n',
    'Mon, 11 Nov 2024 00:00:00 GMT',
    '1731283200000',
  ])('%j is none', (text) => {
    expect(parseRfc3339(text)).toBeNull()
  })

  it('reads what it writes', () => {
    expect(toRfc3339(Date.UTC(2024, 10, 11))).toBe('2024-11-11T08:00:00.000+08:00')
    fc.assert(
      fc.property(instants, (ms) => {
        const text = toRfc3339(ms)
        expect(parseRfc3339(text)).toBe(ms)
        expect(Date.parse(text)).toBe(ms)
        expect(text.slice(0, 10)).toBe(shanghaiDay(ms))
      }),
    )
  })
})

describe('the time zone of the machine', () => {
  const before = process.env.TZ
  afterEach(() => {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  })

  test.each(['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'])('changes nothing: %s', (zone) => {
    process.env.TZ = zone
    const ms = Date.UTC(2024, 2, 10, 16)
    expect(new Date(ms).getTimezoneOffset() === 0).toBe(zone === 'UTC')
    expect(shanghaiDay(ms)).toBe('2024-03-11')
    expect(startOfDayMs('2024-03-11')).toBe(ms)
    expect(addDays('2024-03-10', 1)).toBe('2024-03-11')
    expect(toRfc3339(ms)).toBe('2024-03-11T00:00:00.000+08:00')
    expect(parseRfc3339('2024-03-11T00:00:00+08:00')).toBe(ms)
  })
})
