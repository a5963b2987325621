import { shanghaiDay } from '../core/shanghai.ts'
import type { SuspensionRule } from './terms.ts'

/** What is known when a suspension is decided: instants in milliseconds, days `YYYY-MM-DD`; null where there is none. */
export interface SuspensionFacts {
  noticeDeemedAt: number | null
  /** Last day on which the bill that is claimed to be overdue could be paid in time. */
  dueLastDay: string | null
}

/** What a ground lets the provider do, and what it must do with it. */
export interface SuspensionRight {
  allowed: true
  /** Milliseconds; a right that exists waits for nothing. */
  effectiveAt: number
  /** `subject`: the checks about one person stop, everybody else goes on. */
  scope: 'account' | 'subject'
  /** True where no notice had to come first: one is sent afterwards. */
  noticeAfterwards: boolean
  keepRecords: boolean
  reportToAuthority: boolean
  /** What lets service go on, where the agreement says so. */
  resumeOn: 'three_party_agreement' | null
}

export type SuspensionRefusal = 'ground_unknown' | 'notice_required' | 'advance_notice_required' | 'not_overdue'

export type SuspensionFinding = SuspensionRight | { allowed: false; reason: SuspensionRefusal }

interface RuleContent extends Omit<SuspensionRight, 'allowed' | 'effectiveAt'> {
  /** Why it is not allowed at this instant, or null. */
  findObstacle: (facts: SuspensionFacts, at: number) => Exclude<SuspensionRefusal, 'ground_unknown'> | null
}

const atOnce: RuleContent = {
  findObstacle: () => null,
  scope: 'account',
  noticeAfterwards: true,
  keepRecords: false,
  reportToAuthority: false,
  resumeOn: null,
}

/** What each rule means (contracts.md §5 no. 6). */
const rules: Record<SuspensionRule, RuleContent> = {
  at_once: atOnce,
  // Records are frozen and the authority is told (S3 附件3 第二条).
  at_once_with_report: { ...atOnce, keepRecords: true, reportToAuthority: true },
  // A delivered notice, and no waiting time after it (S1 §6.1).
  after_notice: {
    ...atOnce,
    findObstacle: ({ noticeDeemedAt }, at) => (noticeDeemedAt === null || noticeDeemedAt > at ? 'notice_required' : null),
    noticeAfterwards: false,
  },
  // In advance [提前通知]: the same instant is not ahead of itself (S3 附件3 第一条).
  after_advance_notice: {
    ...atOnce,
    findObstacle: ({ noticeDeemedAt }, at) =>
      noticeDeemedAt === null || noticeDeemedAt >= at ? 'advance_notice_required' : null,
    noticeAfterwards: false,
  },
  // From the first overdue day; the last day for payment is still in time (S4 §6.3.2, R5).
  when_overdue: {
    ...atOnce,
    findObstacle: ({ dueLastDay }, at) => (dueLastDay === null || shanghaiDay(at) <= dueLastDay ? 'not_overdue' : null),
  },
  // Only the person who objects is stopped, until the three sides agree (S3 §6.2.9).
  subject_at_once: { ...atOnce, scope: 'subject', resumeOn: 'three_party_agreement' },
}

/** True for a rule that `judgeSuspension` knows. */
export const isSuspensionRule = (value: unknown): value is SuspensionRule =>
  typeof value === 'string' && Object.hasOwn(rules, value)

/**
 * Whether service may be stopped on this ground at this instant, and how far. The agreement's table decides by ground
 * (contracts.md §5 no. 6). The customer's consent is never needed (S1 §6.1).
 */
export const judgeSuspension = (
  suspension: Readonly<Record<string, SuspensionRule>>,
  ground: string,
  facts: SuspensionFacts,
  at: number,
): SuspensionFinding => {
  const rule = Object.hasOwn(suspension, ground) ? suspension[ground] : undefined
  if (rule === undefined) return { allowed: false, reason: 'ground_unknown' }
  const { findObstacle, ...right } = rules[rule]
  const reason = findObstacle(facts, at)
  return reason === null ? { allowed: true, effectiveAt: at, ...right } : { allowed: false, reason }
}
