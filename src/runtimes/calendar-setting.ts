import { z } from 'zod'
import { readHolidayTable, type WorkingCalendar, workingCalendar } from '../agreement/calendar.ts'
import { holidayTable } from '../agreement/calendar-table.ts'
import { ConfigError } from './config.ts'

/** Years that an operator loads, in the form of the shipped table (`agreement/calendar-table.ts`). */
const loadedYears = z.strictObject({
  version: z.string().regex(/^[!-~]{1,64}$/),
  years: z
    .array(
      z.strictObject({
        year: z.int().min(2000).max(9999),
        source: z.string().min(1),
        daysOff: z.array(z.tuple([z.string(), z.string()])),
        makeUpDays: z.array(z.string()),
      }),
    )
    .min(1),
})

const readJson = (text: string, name: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError(`${name} must hold JSON: {"version", "years": [{"year", "source", "daysOff", "makeUpDays"}]}`)
  }
}

/**
 * The shipped calendar with the years of a setting, which are added and never put in the place of one that is there: what was
 * counted stays true. Null is nothing loaded. Throws ConfigError, whose sentence names the first fault.
 */
export const readCalendar = (text: string | null, name: string): WorkingCalendar => {
  if (text === null) return workingCalendar
  const parsed = loadedYears.safeParse(readJson(text, name))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new ConfigError(`${name} has a fault at ${issue?.path.join('.') || 'its beginning'}: ${issue?.message ?? 'unknown'}`)
  }
  const { version, years } = parsed.data
  const reading = readHolidayTable({ version: `${holidayTable.version}+${version}`, years: [...holidayTable.years, ...years] })
  if (reading.kind === 'faults') throw new ConfigError(`${name} has a fault: ${reading.faults[0] ?? 'unknown'}`)
  return reading.calendar
}
