import type { SourceChangeKind } from '../core/matters/source-change.ts'

/** How the two sides change the agreement itself (contracts.md §5 no. 7). */
export type Amendment = 'supplement' | 'shown_and_used'

/** What has happened to a changed text, in milliseconds; null where it has not. */
export interface ChangeHistory {
  displayedAt: number | null
  /** First use of the service after the change was made. */
  nextUseAt: number | null
  /** When the customer asked to close the account. */
  cancelAt: number | null
  customerSignedAt: number | null
  providerSignedAt: number | null
}

export type ChangeStanding =
  | { status: 'accepted'; by: 'continued_use' | 'supplement'; atMs: number }
  | { status: 'pending' | 'account_closing' }
  | { status: 'not_effective'; reason: 'never_displayed' | 'supplementary_agreement_required' }

/** By a supplement that both sides signed, from the later signature, and by nothing else (S1 §8.1). */
const judgeSupplement = ({ customerSignedAt, providerSignedAt }: ChangeHistory): ChangeStanding =>
  customerSignedAt === null || providerSignedAt === null
    ? { status: 'not_effective', reason: 'supplementary_agreement_required' }
    : { status: 'accepted', by: 'supplement', atMs: Math.max(customerSignedAt, providerSignedAt) }

/**
 * By use after the change was shown; who does not want it cancels the account instead (S2 二(三)). What came first counts; a
 * use at the very instant of the cancellation accepts nothing.
 */
const judgeUse = ({ displayedAt, nextUseAt, cancelAt }: ChangeHistory): ChangeStanding => {
  if (displayedAt === null) return { status: 'not_effective', reason: 'never_displayed' }
  const isUsed = nextUseAt !== null && nextUseAt >= displayedAt && (cancelAt === null || nextUseAt < cancelAt)
  if (isUsed) return { status: 'accepted', by: 'continued_use', atMs: nextUseAt }
  return { status: cancelAt === null ? 'pending' : 'account_closing' }
}

/** How a change of the agreement stands. */
export const judgeChange = (amendment: Amendment, history: ChangeHistory): ChangeStanding =>
  amendment === 'supplement' ? judgeSupplement(history) : judgeUse(history)

/** Whose fault it is when a partner changes or fails: nobody's (S1 §2.4), or the provider's (S3 §6.1.2; contracts.md §5 no. 17). */
export type PartnerFault = 'not_a_breach' | 'providers_breach'

export type PartnerChangeStanding =
  | { status: 'accepted'; repriceApplied: boolean }
  | { status: 'close_by_agreement'; providerBreach: boolean }
  | { status: 'old_terms_continue_if_upstream_allows'; repriceApplied: false }

/**
 * What follows from a partner's change and the customer's answer to it (S1 §2.4). Refused: both sides end it by agreement and
 * settle the actual use (S1 §4.6). Silence is no consent: paid calls keep their price (contracts.md §5 no. 42).
 */
export const judgePartnerChange = (
  kind: SourceChangeKind,
  answer: 'accept' | 'reject' | null,
  fault: PartnerFault,
): PartnerChangeStanding => {
  if (answer === 'reject') return { status: 'close_by_agreement', providerBreach: fault === 'providers_breach' }
  if (answer === null) return { status: 'old_terms_continue_if_upstream_allows', repriceApplied: false }
  return { status: 'accepted', repriceApplied: kind === 'price' }
}
