import type { Outcome } from '../core/outcome.ts'
import type { RuleTerms } from './rule-terms.ts'

/** How a ground lets the provider suspend (contracts.md §5 no. 6); `suspension.ts` holds what each means. */
export type SuspensionRule =
  | 'after_notice'
  | 'after_advance_notice'
  | 'at_once'
  | 'at_once_with_report'
  | 'when_overdue'
  | 'subject_at_once'

/** What one check costs and needs under this agreement. */
export interface CheckTerms {
  /** Whole credits per charged verification. */
  credits: number
  /** Outcomes that are charged: data of the agreement, never truthiness of a vendor's code (contracts.md §5 no. 22). */
  chargedOutcomes: Outcome[]
  /** Purposes that a call may name (S1 §1). */
  purposes: string[]
  /** Kinds of consent that count (S1 §2.1: written authorisation in any valid form). */
  consentTypes: string[]
}

/**
 * An agreement as data: everything that a decision reads. Versioned and digested; changed only by a new version.
 * The list follows the end of contracts.md §5. Members are only ever added, each with what it is in an agreement that was
 * stored without it (`stored-terms.ts`).
 */
export interface Terms extends RuleTerms {
  preset: string
  /** Which contract party is which role; letters are for printing only (contracts.md §5 no. 5). */
  roles: { customer: string; provider: string }
  /** What brings the agreement into force. */
  activation: 'payment' | 'signature' | 'acceptance'
  charging: {
    /** Prepaid calls spend a grant; the others are counted, and what they cost is a bill's affair, if anybody's. */
    model: 'prepaid' | 'free' | 'postpaid' | 'milestones'
    /** Which price a settlement on actual use divides (contracts.md §5 no. 19). */
    settlementBasis: 'paid' | 'list'
  }
  /** Days are Asia/Shanghai days; null is open. */
  term: { start: string | null; end: string | null; endInclusive: boolean }
  checks: Record<string, CheckTerms>
  /** Requests per key; it protects the gateway and is not the quota (S3 附件3 第七条). */
  rate: { limit: number; windowSeconds: number }
  /** Days after which a verification in doubt is released without a result. */
  settleWithinDays: number
  /** Grounds on which service may stop, and whether a delivered notice must come first. */
  suspension: Record<string, SuspensionRule>
  /** Code that stands in every reply, report and export (S1 §2.3). */
  usage: 'internal_reference_only'
}
