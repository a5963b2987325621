import { addDays, shanghaiDay } from '../core/shanghai.ts'
import type { NotCovered, WorkingCalendar } from './calendar.ts'
import { countWithin, endOfDayMs, type Period, type PeriodLength } from './deadline.ts'
import type { ProofPaper } from './time-terms.ts'

/** The duration after which a long event opens talks. */
export interface LongEvent {
  /** The day on which the duration is full; it does not roll (R8). */
  fullOn: string
  /** Talks may be asked for from this instant, milliseconds. */
  talksFromMs: number
}

/** When an event that started on a day has lasted `durationDays` (S3 §9.4). The first day is not counted (R4). */
export const findLongEvent = (startOn: string, durationDays: number): LongEvent => {
  const fullOn = addDays(startOn, durationDays)
  return { fullOn, talksFromMs: endOfDayMs(fullOn) }
}

/**
 * Talks over a long event, counted from the day of the deemed request, and rolled because both sides must act (S3 §9.4, R7).
 * From the end of the period either side may end the agreement. A request before the duration is full opens nothing, as
 * with an inactivity notice before its right (contracts.md §3.11).
 */
export const countTalks = (
  calendar: WorkingCalendar,
  event: LongEvent,
  requestDeemedOn: string,
  length: PeriodLength,
): Period | NotCovered | { kind: 'too_early' } =>
  requestDeemedOn <= event.fullOn ? { kind: 'too_early' } : countWithin(calendar, requestDeemedOn, length, true)

/**
 * A deadline moved by the actual delay: added to the last day before it rolls, so that a delay which ends inside a holiday is
 * not counted twice (S3 §9.3). `delayDays` may be 0.
 */
export const extendDeadline = (
  calendar: WorkingCalendar,
  effectiveOn: string,
  days: number,
  delayDays: number,
): Period | NotCovered => countWithin(calendar, effectiveOn, { n: days + delayDays, unit: 'day' }, true)

export type ReliefFinding =
  | { exempt: true }
  | { exempt: false; reason: 'already_late_before_event' | 'notice_late' | 'proof_late' }

/**
 * Whether an event relieves from an obligation: it was not late already (S0 四), the other side was told at once, and the proof
 * came within its days (S3 §9.2). The first condition that fails is the reason.
 */
export const judgeRelief = (claim: {
  eventOn: string
  obligationLastDay: string
  notifiedAtOnce: boolean
  proofInTime: boolean
}): ReliefFinding => {
  if (claim.eventOn > claim.obligationLastDay) return { exempt: false, reason: 'already_late_before_event' }
  if (!claim.notifiedAtOnce) return { exempt: false, reason: 'notice_late' }
  if (!claim.proofInTime) return { exempt: false, reason: 'proof_late' }
  return { exempt: true }
}

/**
 * Whether the other side was told at once. The texts say 立即 and no hours: by the end of the day after the event, because a
 * day is the unit in which everything else of a case is counted.
 */
export const isToldAtOnce = (eventOn: string, toldAt: number): boolean => shanghaiDay(toldAt) <= addDays(eventOn, 1)

/**
 * Whether the papers prove the event. Those that the preset lists, each; `any`, or a preset that lists none, takes one of any kind
 * (contracts.md §5 no. 24).
 */
export const isProved = (asked: readonly ProofPaper[], filed: readonly string[]): boolean => {
  const named = asked.filter((paper) => paper !== 'any')
  return filed.length > 0 && named.every((paper) => filed.includes(paper))
}
