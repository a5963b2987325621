import { addDays, daysBetween, isCalendarDay } from '../core/shanghai.ts'
import { type HolidayTable, type HolidayYear, holidayTable } from './calendar-table.ts'

/** Which days are working days, for the years that a table covers. Made by `readHolidayTable`. */
export interface WorkingCalendar {
  version: string
  years: ReadonlySet<number>
  daysOff: ReadonlySet<string>
  makeUpDays: ReadonlySet<string>
}

/** The answer needs a year whose arrangement is not in the table: no day is guessed (R12, contracts.md §5 no. 37). */
export interface NotCovered {
  kind: 'calendar_not_covered'
  year: number
}

export type CalendarReading = { kind: 'calendar'; calendar: WorkingCalendar } | { kind: 'faults'; faults: string[] }

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00.000Z`).getUTCDay())
const yearOf = (day: string): number => Number(day.slice(0, 4))

/** Every day from the first to the last, both included. */
const listDays = (first: string, last: string): string[] =>
  Array.from({ length: daysBetween(first, last) + 1 }, (_, n) => addDays(first, n))

const findYearFaults = ({ year, daysOff, makeUpDays }: HolidayYear): string[] => {
  const faults: string[] = []
  const isOfYear = (day: string) => isCalendarDay(day) && yearOf(day) === year
  for (const [first, last] of daysOff) {
    if (!isOfYear(first) || !isOfYear(last) || first > last) faults.push(`${year}: days off ${first} to ${last}`)
  }
  const isOff = (day: string) => daysOff.some(([first, last]) => first <= day && day <= last)
  for (const day of makeUpDays) {
    if (!isOfYear(day) || !isWeekend(day) || isOff(day)) faults.push(`${year}: make-up day ${day}`)
  }
  return faults
}

/**
 * A table as a calendar, or what is wrong with it: a day outside its year, a range that runs backwards, a make-up day that is
 * no weekend day or is also off, a year that stands twice. A year that is published later is added here as data.
 */
export const readHolidayTable = ({ version, years }: HolidayTable): CalendarReading => {
  const faults = years.flatMap(findYearFaults)
  const twice = years.filter(({ year }, at) => years.findIndex((other) => other.year === year) !== at)
  faults.push(...twice.map(({ year }) => `${year}: stands twice`))
  if (faults.length > 0) return { kind: 'faults', faults }
  const calendar = {
    version,
    years: new Set(years.map(({ year }) => year)),
    daysOff: new Set(years.flatMap(({ daysOff }) => daysOff.flatMap(([first, last]) => listDays(first, last)))),
    makeUpDays: new Set(years.flatMap(({ makeUpDays }) => makeUpDays)),
  }
  return { kind: 'calendar', calendar }
}

const readShipped = (): WorkingCalendar => {
  const reading = readHolidayTable(holidayTable)
  if (reading.kind === 'faults') throw new Error(`the shipped holiday table is broken: ${reading.faults.join('; ')}`)
  return reading.calendar
}

/** The calendar that is shipped: 2024 to 2026. */
export const workingCalendar: WorkingCalendar = readShipped()

/**
 * Whether people work on a day: Monday to Friday outside the arranged days off, and the make-up days (R6). Throws RangeError
 * for a day that does not exist.
 */
export const isWorkday = (calendar: WorkingCalendar, day: string): boolean | NotCovered => {
  if (!isCalendarDay(day)) throw new RangeError('a day is written YYYY-MM-DD and exists')
  const year = yearOf(day)
  if (!calendar.years.has(year)) return { kind: 'calendar_not_covered', year }
  return calendar.makeUpDays.has(day) || !(calendar.daysOff.has(day) || isWeekend(day))
}

/** How many working days a year has: a cheap test that its table is complete. */
export const countWorkdays = (calendar: WorkingCalendar, year: number): number | NotCovered => {
  if (!calendar.years.has(year)) return { kind: 'calendar_not_covered', year }
  const name = String(year).padStart(4, '0')
  return listDays(`${name}-01-01`, `${name}-12-31`).filter((day) => isWorkday(calendar, day) === true).length
}

/** The first working day on or after a day: where a period that must not end on a day off rolls to (R7). */
export const nextWorkday = (calendar: WorkingCalendar, day: string): string | NotCovered => {
  for (let at = day; ; at = addDays(at, 1)) {
    const works = isWorkday(calendar, at)
    if (works === true) return at
    if (works !== false) return works
  }
}

/**
 * The same calendar with one more year in which only weekends are days off. What is counted with it is provisional and is
 * counted again once the arrangement is published (contracts.md §5 no. 37).
 */
export const assumeWeekendsOnly = (calendar: WorkingCalendar, year: number): WorkingCalendar => ({
  ...calendar,
  years: new Set([...calendar.years, year]),
})
