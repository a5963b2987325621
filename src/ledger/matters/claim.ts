import { judgeClaim } from '../../agreement/claim-heads.ts'
import type { ClaimAct, ClaimStaffAct } from '../../core/matters/claim.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, termsOf } from '../decide/act-context.ts'
import { defineMatter } from './matter.ts'
import { conflict, endOnce, openOnce } from './record.ts'

/** As it was stated, when the agreement knows its head; nothing is computed (contracts.md §5 no. 18). */
const recordClaim = (at: ActContext, act: ClaimAct) =>
  openOnce(at, 'claim', act, () => {
    const { head, amountFen, text, verificationIds, evidence } = act
    const { accountId } = at.book
    const claimant = at.by.kind === 'key' ? 'customer' : act.claimant
    if (verificationIds.some((id) => at.book.get('verifications', id)?.accountId !== accountId)) return refuse('not_found')
    const finding = judgeClaim(termsOf(at)?.claims ?? 'all', head)
    if (!finding.allowed) return conflict(finding.reason)
    return {
      state: 'open',
      data: { claimant, head, amountFen, text, verificationIds, evidence, ending: null },
      facts: { claimant, head, amount_fen: amountFen },
      body: { text },
    }
  })

const endClaim = (at: ActContext, { claimId, ending, text }: ClaimStaffAct) =>
  endOnce(at, 'claim', claimId, ending, () => ({
    state: ending,
    data: { ending },
    close: true,
    facts: { ending },
    body: { text },
  }))

/** Claims of either side (S1 §2.1, §6.1, §4.7; S2 十三(二); S3 §9.5). They outlive the account (S2 八(三)). */
export const claimRules = defineMatter<'claim', ClaimAct | ClaimStaffAct>(
  'claim',
  { record_claim: recordClaim, end_claim: endClaim },
  undefined,
  // What is open between the two sides outlives the account (S2 八(三), 十三(一)).
  ['record_claim', 'end_claim'],
)
