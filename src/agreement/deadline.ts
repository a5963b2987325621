import { addDays, addMonths, startOfDayMs } from '../core/shanghai.ts'
import { assumeWeekendsOnly, isWorkday, type NotCovered, nextWorkday, type WorkingCalendar } from './calendar.ts'

export type PeriodUnit = 'workday' | 'day' | 'month' | 'year'

/** The length of a period: at least one whole unit. */
export interface PeriodLength {
  n: number
  unit: PeriodUnit
}

/** A counted period. Days are Asia/Shanghai days. */
export interface Period {
  kind: 'period'
  /** First day that counts: the day after the event, or the first working day after it (R4). */
  firstDay: string
  /** Last day before it rolls; the same as `lastDay` when it does not. */
  unrolledLastDay: string
  lastDay: string
  /** First instant after the last day, milliseconds: in time is before it (R5). */
  endMs: number
  /** The working days that were counted; null for the other units. */
  countedDays: string[] | null
}

/** The first instant after a day, milliseconds. */
export const endOfDayMs = (day: string): number => startOfDayMs(addDays(day, 1))

const checkLength = (n: number): void => {
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError('a period has at least one whole unit')
}

const countDays = (calendar: WorkingCalendar, eventOn: string, n: number): string[] | NotCovered => {
  const counted: string[] = []
  for (let day = addDays(eventOn, 1); counted.length < n; day = addDays(day, 1)) {
    const works = isWorkday(calendar, day)
    if (typeof works !== 'boolean') return works
    if (works) counted.push(day)
  }
  return counted
}

/** Last day of a calendar period before it rolls: months and years end on the corresponding day (R10). */
const lastDayOf = (eventOn: string, { n, unit }: PeriodLength): string => {
  if (unit === 'day') return addDays(eventOn, n)
  return addMonths(eventOn, unit === 'year' ? n * 12 : n)
}

/**
 * A period in which somebody must act, counted from the day after the event (R4, R5). A calendar period that ends on a day off
 * rolls to the next working day when `roll` is set (Civil Code art. 203, R7); working days have nothing to roll. Throws
 * RangeError for a length below one.
 */
export const countWithin = (
  calendar: WorkingCalendar,
  eventOn: string,
  length: PeriodLength,
  roll: boolean,
): Period | NotCovered => {
  checkLength(length.n)
  const counted = length.unit === 'workday' ? countDays(calendar, eventOn, length.n) : null
  if (counted && 'kind' in counted) return counted
  const unrolledLastDay = counted?.at(-1) ?? lastDayOf(eventOn, length)
  const lastDay = roll ? nextWorkday(calendar, unrolledLastDay) : unrolledLastDay
  if (typeof lastDay !== 'string') return lastDay
  const firstDay = counted?.[0] ?? addDays(eventOn, 1)
  return { kind: 'period', firstDay, unrolledLastDay, lastDay, endMs: endOfDayMs(lastDay), countedDays: counted }
}

/**
 * A notice period, "at least N days ahead": full days after the day of deemed delivery, never rolled (R8). The effect may start
 * at `endMs` (R9, contracts.md §5 no. 12).
 */
export const countAhead = (calendar: WorkingCalendar, noticeOn: string, length: PeriodLength): Period | NotCovered =>
  countWithin(calendar, noticeOn, length, false)

/**
 * Months and then a further period, as in "30 working days after 12 full months online" (S3 §2.3). `fullOn` is the day on which
 * the months are full; it does not roll, being a duration (R8).
 */
export const countAfterMonths = (
  calendar: WorkingCalendar,
  startOn: string,
  months: number,
  length: PeriodLength,
  roll: boolean,
): (Period & { fullOn: string }) | NotCovered => {
  checkLength(months)
  const fullOn = addMonths(startOn, months)
  const period = countWithin(calendar, fullOn, length, roll)
  return period.kind === 'period' ? { ...period, fullOn } : period
}

/** Whether an act was in time: before the end of the last day, to the millisecond (R5). An act before the event is in time. */
export const isInTime = (period: Period, actAt: number): boolean => actAt < period.endMs

/** A period to show before the arrangement of `assumedYears` is published: they are counted with weekends alone. */
export interface ProvisionalPeriod {
  kind: 'provisional'
  assumedYears: number[]
  period: Period
}

/**
 * Counts a period for display when the calendar may not reach far enough: fixed where the table covers it, otherwise marked
 * provisional and to be counted again when the table is loaded (R12, contracts.md §5 no. 37). Nothing may be done on its end.
 */
export const countForDisplay = (
  calendar: WorkingCalendar,
  count: (calendar: WorkingCalendar) => Period | NotCovered,
): Period | ProvisionalPeriod => {
  const assumedYears: number[] = []
  for (let known = calendar; ; ) {
    const period = count(known)
    if (period.kind === 'period') return assumedYears.length === 0 ? period : { kind: 'provisional', assumedYears, period }
    assumedYears.push(period.year)
    known = assumeWeekendsOnly(known, period.year)
  }
}
