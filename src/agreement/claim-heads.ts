import type { ClaimHead } from '../core/matters/claim.ts'
import type { RuleTerms } from './rule-terms.ts'

/** Heads that each extent leaves out (contracts.md §5 no. 18): S2 十三(二) knows direct loss alone, S3 §9.5 lists three that nobody answers for. */
const excluded: Record<RuleTerms['claims'], readonly ClaimHead[]> = {
  all: [],
  direct_and_indirect: [],
  direct_only: ['indirect_loss'],
  no_indirect: ['third_party_claims', 'data_loss', 'indirect_loss'],
}

export type ClaimFinding = { allowed: true } | { allowed: false; reason: 'business_risk' | 'head_not_in_agreement' }

/**
 * Whether a claim under this head may be made. What the customer makes of a result is its own commercial risk and never a claim
 * (S1 §4.7), in every preset.
 */
export const judgeClaim = (extent: RuleTerms['claims'], head: ClaimHead): ClaimFinding => {
  if (head === 'business_risk') return { allowed: false, reason: 'business_risk' }
  return excluded[extent].includes(head) ? { allowed: false, reason: 'head_not_in_agreement' } : { allowed: true }
}
