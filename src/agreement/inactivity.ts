import { addDays, shanghaiDay } from '../core/shanghai.ts'
import type { NotCovered, WorkingCalendar } from './calendar.ts'
import { countAhead, endOfDayMs, type PeriodLength } from './deadline.ts'

/** When a silent customer may be closed. */
export interface InactivityRight {
  /** Last silent day of the period; the day of the last operation is day 0, and the period does not roll (R8). */
  lastDay: string
  /** The right exists from this instant, milliseconds. */
  rightFromMs: number
}

/** The right that arises after `days` days without any operation (S0 六.2); every operation starts the count again. */
export const findInactivityRight = (lastOperationAt: number, days: number): InactivityRight => {
  const lastDay = addDays(shanghaiDay(lastOperationAt), days)
  return { lastDay, rightFromMs: endOfDayMs(lastDay) }
}

/**
 * Whether the right may be used at an instant. A paid pack that has not run out, or an open bill, keeps the account open
 * however silent it is (contracts.md §5 no. 14).
 */
export const isInactive = (right: InactivityRight, now: number, has: { livePaidPack: boolean; openBill: boolean }): boolean =>
  now >= right.rightFromMs && !has.livePaidPack && !has.openBill

export type InactivityClosing =
  | { kind: 'closing'; lastDay: string; closeFromMs: number }
  | { kind: 'right_not_yet_arisen'; rightFromMs: number }

/** When a notice lets the provider close. A notice that is deemed delivered before the right exists starts no period (S0 六). */
export const planInactivityClosing = (
  calendar: WorkingCalendar,
  right: InactivityRight,
  noticeDeemedAt: number,
  notice: PeriodLength,
): InactivityClosing | NotCovered => {
  if (noticeDeemedAt < right.rightFromMs) return { kind: 'right_not_yet_arisen', rightFromMs: right.rightFromMs }
  const period = countAhead(calendar, shanghaiDay(noticeDeemedAt), notice)
  return period.kind === 'period' ? { kind: 'closing', lastDay: period.lastDay, closeFromMs: period.endMs } : period
}
