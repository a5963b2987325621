import { z } from 'zod'
import { countWorkdays, isWorkday, workingCalendar } from '../../src/agreement/calendar.ts'
import { day, type OpTable, op } from './op.ts'
import { notCovered } from './time.ts'

/** Answers while the machine stands in another time zone, which must not show in the answer. */
const inTimeZone = <Answer>(zone: string | undefined, answer: () => Answer): Answer => {
  if (zone === undefined) return answer()
  const before = process.env.TZ
  process.env.TZ = zone
  try {
    return answer()
  } finally {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  }
}

/** The working-day calendar (contracts.md §3.2). */
export const calendarOps: OpTable = {
  'calendar.isWorkday': op({ date: day, hostTimeZone: z.string().optional() }, ({ date, hostTimeZone }) => {
    const works = inTimeZone(hostTimeZone, () => isWorkday(workingCalendar, date))
    return typeof works === 'boolean' ? { workday: works } : notCovered(works)
  }),
  'calendar.countWorkdays': op({ year: z.int().min(1).max(9998) }, ({ year }) => {
    const workdays = countWorkdays(workingCalendar, year)
    return typeof workdays === 'number' ? { workdays } : notCovered(workdays)
  }),
}
