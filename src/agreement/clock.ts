import { assumeWeekendsOnly, type NotCovered, type WorkingCalendar } from './calendar.ts'
import { countAfterMonths, countWithin, type PeriodLength } from './deadline.ts'
import { findServiceDue, type ServiceLevel } from './sla.ts'

/** How a clock counts: kept with it, so that it can be counted again under a calendar that reaches further. */
export type ClockRule =
  /** Somebody must act within a length after the day of the event; rolled out of days off or not (R4, R7, R8). */
  | { kind: 'within'; eventOn: string; length: PeriodLength; roll: boolean }
  /** A length after whole months (S3 §2.3). */
  | { kind: 'after_months'; eventOn: string; months: number; length: PeriodLength; roll: boolean }
  /** Hours of a service level from an instant (R11). */
  | { kind: 'service'; level: ServiceLevel; response: string; receivedAt: number }
  /** An instant that was named, such as the time a correction has to be done by. */
  | { kind: 'at'; at: number }

/** A clock that runs or has ended. Instants in milliseconds, days Asia/Shanghai. Plain JSON. */
export interface Clock {
  name: string
  clause: string
  startedAt: number
  rule: ClockRule
  /** Last day of a period of days; null for hours and instants. */
  lastDay: string | null
  /** First instant that is too late for a period of days; the last that is in time for hours (R5, R11). */
  dueAt: number
  /** Years of which only weekends were known when it was counted: while there are any, nothing is done on its end (contracts.md §5 no. 37). */
  assumedYears: number[]
  /** Set where its end is nobody's failure: something takes effect then, such as the end of a notice period. */
  effect?: true
  endedAt: number | null
  ending: 'met' | 'missed' | 'stopped' | null
}

interface End {
  lastDay: string | null
  dueAt: number
}

const countOnce = (calendar: WorkingCalendar, rule: ClockRule): End | NotCovered | null => {
  switch (rule.kind) {
    case 'at':
      return { lastDay: null, dueAt: rule.at }
    case 'service': {
      const found = findServiceDue(calendar, rule.level, rule.response, rule.receivedAt)
      if (found.kind === 'due') return { lastDay: null, dueAt: found.dueMs }
      return found.kind === 'calendar_not_covered' ? found : null
    }
    case 'within':
    case 'after_months': {
      const period =
        rule.kind === 'within'
          ? countWithin(calendar, rule.eventOn, rule.length, rule.roll)
          : countAfterMonths(calendar, rule.eventOn, rule.months, rule.length, rule.roll)
      return period.kind === 'period' ? { lastDay: period.lastDay, dueAt: period.endMs } : period
    }
  }
}

const count = (calendar: WorkingCalendar, rule: ClockRule): (End & { assumedYears: number[] }) | null => {
  const assumedYears: number[] = []
  for (let known = calendar; ; ) {
    const end = countOnce(known, rule)
    if (end === null) return null
    if (!('kind' in end)) return { ...end, assumedYears }
    assumedYears.push(end.year)
    known = assumeWeekendsOnly(known, end.year)
  }
}

/** Starts a clock; null when the agreement promises no such response or leaves its hours blank. */
export const startClock = (
  calendar: WorkingCalendar,
  { name, clause, startedAt, rule, effect }: Pick<Clock, 'name' | 'clause' | 'startedAt' | 'rule' | 'effect'>,
): Clock | null => {
  const end = count(calendar, rule)
  return end && { name, clause, startedAt, rule, ...end, ...(effect ? { effect } : {}), endedAt: null, ending: null }
}

/** The same clock under another calendar. One that has ended stays as it is. */
export const recountClock = (calendar: WorkingCalendar, clock: Clock): Clock =>
  clock.ending === null ? { ...clock, ...count(calendar, clock.rule) } : clock

/** Whether its end may be acted upon: it runs, its time is over, and every day of it is certain. */
export const isClockOver = (clock: Clock, now: number): boolean =>
  clock.ending === null && clock.assumedYears.length === 0 && now >= firstLateMs(clock)

/** The first instant that is too late. */
export const firstLateMs = ({ rule, dueAt }: Clock): number => (rule.kind === 'service' ? dueAt + 1 : dueAt)
