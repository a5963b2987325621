import { z } from 'zod'
import type { NotCovered } from '../../src/agreement/calendar.ts'
import type { Period } from '../../src/agreement/deadline.ts'
import { isCalendarDay, parseRfc3339, shanghaiDay, startOfDayMs, toRfc3339 } from '../../src/core/shanghai.ts'
import type { Output } from './op.ts'

/** A day or an instant: the vectors write both for the same member. A day stands for its first instant in Shanghai. */
export const moment = z.string().transform((text, context) => {
  const ms = isCalendarDay(text) ? startOfDayMs(text) : parseRfc3339(text)
  if (ms !== null) return { ms, day: shanghaiDay(ms) }
  context.addIssue({ code: 'custom', message: 'a time is a day, YYYY-MM-DD, or an RFC 3339 instant with its offset' })
  return z.NEVER
})

/** Length of a period, in the vectors' words. */
export const length = { n: z.int().min(1).max(10_000), unit: z.enum(['workday', 'day', 'month', 'year']) }

/** An instant as the vectors write it: Shanghai time, milliseconds only where there are some. */
export const iso = (ms: number): string => toRfc3339(ms).replace('.000+', '+')

/** A year that the holiday table lacks, as the vectors refuse it. */
export const notCovered = ({ year }: NotCovered): Output => ({ error: 'calendar_not_covered', needs: String(year) })

/** A period in the words of `deadline.within`, or the refusal. Only working days are listed one by one. */
export const writePeriod = (period: Period | NotCovered): Output =>
  period.kind === 'period'
    ? {
        firstDay: period.firstDay,
        unrolledLastDay: period.unrolledLastDay,
        lastDay: period.lastDay,
        deadlineExclusive: iso(period.endMs),
        ...(period.countedDays && { countedDays: period.countedDays }),
      }
    : notCovered(period)

/** A notice period in the words of `deadline.advance`, or the refusal. */
export const writeNotice = (period: Period | NotCovered): Output =>
  period.kind === 'period'
    ? {
        firstDay: period.firstDay,
        lastDayOfPeriod: period.lastDay,
        effectiveNotBefore: iso(period.endMs),
        ...(period.countedDays && { countedDays: period.countedDays }),
      }
    : notCovered(period)
