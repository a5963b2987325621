import { assumeWeekendsOnly, type NotCovered, type WorkingCalendar } from './calendar.ts'
import { countAfterMonths, countWithin, type Period, type PeriodLength } from './deadline.ts'
import { extendDeadline } from './force-majeure.ts'
import { findServiceDue, type ServiceLevel } from './sla.ts'

const dayMs = 86_400_000

/** How a clock counts: kept with it, so that it can be counted again under a calendar that reaches further. */
export type ClockRule =
  /**
   * Somebody must act within a length after the day of the event; rolled out of days off or not (R4, R7, R8). `extendedBy`: days
   * by which an event has moved it (S3 §9.3).
   */
  | { kind: 'within'; eventOn: string; length: PeriodLength; roll: boolean; extendedBy?: number }
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

/** Days of delay are added to the last day before it rolls (S3 §9.3). */
const countExtended = (
  calendar: WorkingCalendar,
  { eventOn, length, roll, extendedBy = 0 }: Extract<ClockRule, { kind: 'within' }>,
): Period | NotCovered => {
  if (extendedBy === 0) return countWithin(calendar, eventOn, length, roll)
  if (length.unit === 'day' && roll) return extendDeadline(calendar, eventOn, length.n, extendedBy)
  const before = countWithin(calendar, eventOn, length, false)
  return before.kind === 'period' ? countWithin(calendar, before.unrolledLastDay, { n: extendedBy, unit: 'day' }, roll) : before
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
          ? countExtended(calendar, rule)
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

/** The rule moved by so many days; hours and instants move as whole days. Null for a rule that an event cannot move. */
const moveRule = (clock: Clock, days: number): ClockRule | null => {
  const { rule } = clock
  if (rule.kind === 'within') return { ...rule, extendedBy: (rule.extendedBy ?? 0) + days }
  return rule.kind === 'after_months' ? null : { kind: 'at', at: clock.dueAt + days * dayMs }
}

/**
 * The clock with its deadline moved by the days that an event has delayed it (S3 §9.3). One that was missed meanwhile runs again: it is
 * judged by the new deadline. Null when it has ended otherwise or cannot be moved.
 */
export const extendClock = (calendar: WorkingCalendar, clock: Clock, days: number): Clock | null => {
  const rule = clock.ending === null || clock.ending === 'missed' ? moveRule(clock, days) : null
  const end = rule && count(calendar, rule)
  return rule && end && { ...clock, rule, ...end, endedAt: null, ending: null }
}

/** Whether its end may be acted upon: it runs, its time is over, and every day of it is certain. */
export const isClockOver = (clock: Clock, now: number): boolean =>
  clock.ending === null && clock.assumedYears.length === 0 && now >= firstLateMs(clock)

/** The first instant that is too late. */
export const firstLateMs = ({ rule, dueAt }: Clock): number => (rule.kind === 'service' ? dueAt + 1 : dueAt)
