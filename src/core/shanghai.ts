/*
 * Days of the agreements are days in Shanghai (DESIGN.md §3). The offset is a fixed +08:00: mainland China has kept it without
 * summer time since 1992, and no agreement or grant is older. Nothing here depends on the time zone of the machine.
 */

const offsetMs = 8 * 60 * 60 * 1000

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** True for a day that exists in the Gregorian calendar, written `YYYY-MM-DD`. By arithmetic, because every identity number names one. */
export const isCalendarDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8))
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day >= 1 && day <= (month === 2 && isLeap ? 29 : (daysOfMonths[month - 1] ?? 0))
}

const toLocalIso = (ms: number): string => {
  if (!Number.isSafeInteger(ms)) throw new RangeError('an instant is a whole number of milliseconds')
  const iso = new Date(ms + offsetMs).toISOString()
  if (iso.length !== 24) throw new RangeError('the instant lies outside the years 0000 to 9999')
  return iso
}

const dayMs = 24 * 60 * 60 * 1000

/** The day that was asked for last: nearly every instant of a verification lies in today. */
let lastDay = { number: Number.NaN, text: '' }

/** The Shanghai day, `YYYY-MM-DD`, of an instant in milliseconds since the Unix epoch. Throws RangeError outside the years 0 to 9999. */
export const shanghaiDay = (ms: number): string => {
  const number = Math.floor((ms + offsetMs) / dayMs)
  if (number !== lastDay.number || !Number.isSafeInteger(ms)) lastDay = { number, text: toLocalIso(ms).slice(0, 10) }
  return lastDay.text
}

/** The instant, in milliseconds since the Unix epoch, at which a Shanghai day begins. Throws RangeError for a day that does not exist. */
export const startOfDayMs = (day: string): number => {
  if (!isCalendarDay(day)) throw new RangeError('a day is written YYYY-MM-DD and exists')
  return Date.parse(`${day}T00:00:00.000Z`) - offsetMs
}

/** The day that lies `n` calendar days later (earlier when negative). Throws RangeError for a day that does not exist. */
export const addDays = (day: string, n: number): string => shanghaiDay(startOfDayMs(day) + n * 24 * 60 * 60 * 1000)

/** Days from one day to another, negative backwards. Throws RangeError for a day that does not exist. */
export const daysBetween = (from: string, to: string): number => (startOfDayMs(to) - startOfDayMs(from)) / (24 * 60 * 60 * 1000)

/**
 * The corresponding day `n` months later (earlier when negative), or the last day of that month when it has none: one month
 * after 31 January is 28 or 29 February (Civil Code art. 202). Throws RangeError for a day that does not exist.
 */
export const addMonths = (day: string, n: number): string => {
  const month = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + n
  const firstOf = (index: number) =>
    `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}-01`
  const lastDay = addDays(firstOf(month + 1), -1)
  const sameDay = addDays(firstOf(month), daysBetween(`${day.slice(0, 7)}-01`, day))
  return sameDay < lastDay ? sameDay : lastDay
}

/** RFC 3339 text of an instant in Shanghai time, with milliseconds: `2024-11-11T08:00:00.000+08:00`. Throws RangeError as `shanghaiDay`. */
export const toRfc3339 = (ms: number): string => toLocalIso(ms).replace('Z', '+08:00')

const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/

/**
 * Reads an RFC 3339 date-time (§5.6) into milliseconds since the Unix epoch, or null. The offset is required and the day must
 * exist; digits after the millisecond are cut off. The leap second `:60` is refused, because Unix time has no instant for it.
 */
export const parseRfc3339 = (text: string): number | null => {
  const match = rfc3339.exec(text)
  if (!match) return null
  const [, day = '', hour, minute, second, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match
  if (!isCalendarDay(day)) return null
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0')
  const aheadMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return Date.parse(`${day}T${hour}:${minute}:${second}.${milliseconds}Z`) - aheadMs
}
