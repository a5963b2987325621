import { judgeCause } from '../../agreement/cause.ts'
import type { Attribution, Cause } from '../../core/matters/cause.ts'
import { type ActContext, termsOf } from '../decide/act-context.ts'
import type { LeafFacts } from '../leaf.ts'
import { clauseFor } from './record.ts'

/** What follows from a cause under the agreement, and how the leaf tells it. */
export const attribute = (
  at: ActContext,
  { cause, proofSha256 }: { cause: Cause; proofSha256: string | null },
): { attribution: Attribution; facts: LeafFacts; isFinal: boolean } => {
  const { penaltyMayFollow, reason } = judgeCause(cause, proofSha256 !== null, termsOf(at)?.partner.fault ?? 'not_a_breach')
  return {
    attribution: { cause, proofSha256, penaltyMayFollow },
    facts: {
      cause,
      proof: proofSha256,
      penalty: penaltyMayFollow ? 'may_follow' : 'none',
      why: reason,
      clause: clauseFor(at, 'cause'),
    },
    // A proof that is missing may still come.
    isFinal: reason !== 'proof_missing',
  }
}
