import type { NotCovered, WorkingCalendar } from './calendar.ts'
import { countWithin, type PeriodLength } from './deadline.ts'

export type ObjectionFinding =
  | { kind: 'open'; lastDay: string }
  | { kind: 'objection_open'; lastDay: string }
  /** Silence, or an objection that came too late: the fee stands from this instant, milliseconds. */
  | { kind: 'accepted'; lastDay: string; acceptedAtMs: number }
  | NotCovered

/**
 * How a fee stands on a day: open to objection, objected in time, or accepted by silence (S3 §6.1.6; elsewhere by default,
 * contracts.md §5 no. 39). The period rolls, because the customer must act (R7). An objection after `today` has not happened yet.
 */
export const judgeFeeObjection = (
  calendar: WorkingCalendar,
  within: PeriodLength,
  noticeDeemedOn: string,
  objectedOn: string | null,
  today: string,
): ObjectionFinding => {
  const period = countWithin(calendar, noticeDeemedOn, within, true)
  if (period.kind !== 'period') return period
  const { lastDay } = period
  if (objectedOn !== null && objectedOn <= lastDay && objectedOn <= today) return { kind: 'objection_open', lastDay }
  return today <= lastDay ? { kind: 'open', lastDay } : { kind: 'accepted', lastDay, acceptedAtMs: period.endMs }
}
