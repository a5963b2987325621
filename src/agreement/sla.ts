import { shanghaiDay, startOfDayMs } from '../core/shanghai.ts'
import { type NotCovered, nextWorkday, type WorkingCalendar } from './calendar.ts'

const hourMs = 60 * 60 * 1000

/** What a preset promises about response times. */
export interface ServiceLevel {
  /** Whole hours by kind of response; null is a blank that the agreement must fill in. A kind that is missing is not promised. */
  hours: Readonly<Record<string, number | null>>
  /** Days on which a ticket's clock may start. */
  startsOn: 'every_day' | 'workdays'
}

export type ServiceDue =
  | { kind: 'due'; startMs: number; dueMs: number }
  | { kind: 'not_promised' }
  | { kind: 'blank' }
  | NotCovered

/**
 * When a response is due. Hours run from the instant of receipt, through nights and holidays (R11, S3 §5.2: every day, all day).
 * Where support has days off, the clock of a ticket that arrives on one starts with the next working day (S4 §7.1.2).
 */
export const findServiceDue = (
  calendar: WorkingCalendar,
  level: ServiceLevel,
  response: string,
  receivedAt: number,
): ServiceDue => {
  const hours = Object.hasOwn(level.hours, response) ? level.hours[response] : undefined
  if (hours === undefined) return { kind: 'not_promised' }
  if (hours === null) return { kind: 'blank' }
  const day = shanghaiDay(receivedAt)
  const startOn = level.startsOn === 'every_day' ? day : nextWorkday(calendar, day)
  if (typeof startOn !== 'string') return startOn
  const startMs = startOn === day ? receivedAt : startOfDayMs(startOn)
  return { kind: 'due', startMs, dueMs: startMs + hours * hourMs }
}

/** Whether a response was in time; the instant that is due still is (R11). */
export const isServiceMet = (dueMs: number, actAt: number): boolean => actAt <= dueMs
