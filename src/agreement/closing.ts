import { shanghaiDay, startOfDayMs } from '../core/shanghai.ts'
import type { NotCovered, WorkingCalendar } from './calendar.ts'
import { countAhead, type PeriodLength } from './deadline.ts'
import { findInactivityRight, type InactivityClosing, planInactivityClosing } from './inactivity.ts'

/** How long ahead an end must be announced. */
export type EndNotice = PeriodLength | 'at_once' | 'by_agreement'

export const handOverParts = [
  'manual',
  'ops_plan',
  'package_or_source',
  'all_collected_data',
  'ledger',
  'audit_log',
  'consent_records',
  'data_catalogue',
] as const

export type HandOverPart = (typeof handOverParts)[number]

export type ClosingStep = 'export_complete' | 'export_confirmed' | 'delete' | 'delete_or_anonymise'

/** How an agreement ends (contracts.md §5 no. 11 and 13). */
export interface EndingTerms {
  /** What the customer owes when it asks to stop without a listed ground. */
  customerNotice: EndNotice
  /** What either side owes on a listed ground, by its code. */
  grounds: Record<string, EndNotice>
  /** What is handed over before personal data goes; empty where there is no hand-over. */
  handOver: HandOverPart[]
  /** What becomes of personal data. Ledger and audit rows stay, without it. */
  personalData: 'delete' | 'delete_or_anonymise'
}

export type EndPlan =
  | { kind: 'end'; earliestMs: number }
  /** No notice ends it: both sides have to agree. */
  | { kind: 'agreement_needed' }
  | { kind: 'ground_unknown' }
  | NotCovered

/**
 * The first instant at which a stop that was asked for at an instant may take effect, for the customer's own wish (`ground`
 * null) or on a listed ground. Full days after the day of the request (R9, S0 一.4 and 六, S3 §8).
 */
export const planEnd = (calendar: WorkingCalendar, ending: EndingTerms, ground: string | null, requestedAt: number): EndPlan => {
  const listed = ground !== null && Object.hasOwn(ending.grounds, ground) ? ending.grounds[ground] : undefined
  const notice = ground === null ? ending.customerNotice : listed
  if (notice === undefined) return { kind: 'ground_unknown' }
  if (notice === 'by_agreement') return { kind: 'agreement_needed' }
  if (notice === 'at_once') return { kind: 'end', earliestMs: requestedAt }
  const period = countAhead(calendar, shanghaiDay(requestedAt), notice)
  return period.kind === 'period' ? { kind: 'end', earliestMs: period.endMs } : period
}

export type StopRequest = { accepted: true; stopMs: number } | { accepted: false; reason: 'notice_too_short'; earliestMs: number }

/** Whether service may stop at the beginning of the day that was asked for (S0 一.4). */
export const judgeStopDay = (earliestMs: number, stopOn: string): StopRequest => {
  const stopMs = startOfDayMs(stopOn)
  return stopMs < earliestMs ? { accepted: false, reason: 'notice_too_short', earliestMs } : { accepted: true, stopMs }
}

export type SilenceClosing = { kind: 'closing_cancelled'; reason: 'operation_in_notice_period' } | InactivityClosing | NotCovered

/**
 * How closing for silence stands once the notice is delivered. An operation before the end of the notice period stops it,
 * which the text leaves open and reads for the customer here (S0 六.2). An operation before the notice is the one from which
 * the silence is counted; where none is known the right is taken to exist.
 */
export const judgeSilenceClosing = (
  calendar: WorkingCalendar,
  rule: { days: number; notice: PeriodLength },
  noticeDeemedAt: number,
  operationAt: number | null,
): SilenceClosing => {
  if (operationAt !== null && operationAt < noticeDeemedAt)
    return planInactivityClosing(calendar, findInactivityRight(operationAt, rule.days), noticeDeemedAt, rule.notice)
  const period = countAhead(calendar, shanghaiDay(noticeDeemedAt), rule.notice)
  if (period.kind !== 'period') return period
  return operationAt !== null && operationAt < period.endMs
    ? { kind: 'closing_cancelled', reason: 'operation_in_notice_period' }
    : { kind: 'closing', lastDay: period.lastDay, closeFromMs: period.endMs }
}

/** The steps after the last call, in their order: nothing is deleted before the customer confirmed what was handed over (S3 §6.2.10). */
export const listClosingSteps = ({ handOver, personalData }: EndingTerms): ClosingStep[] =>
  handOver.length === 0 ? [personalData] : ['export_complete', 'export_confirmed', personalData]

/** The step that comes next after those that are done, or null when all are. A step done out of turn does not count. */
export const nextClosingStep = (ending: EndingTerms, done: readonly ClosingStep[]): ClosingStep | null =>
  listClosingSteps(ending).find((step, index) => done[index] !== step) ?? null
