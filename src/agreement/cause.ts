import type { Cause } from '../core/matters/cause.ts'
import type { PartnerFault } from './amendment.ts'

export type CauseFinding =
  | { penaltyMayFollow: false; reason: 'outside_the_provider' | 'partner_is_no_breach' }
  | { penaltyMayFollow: true; reason: 'of_the_provider' | 'proof_missing' | 'partner_is_the_providers' }

/**
 * Whether a penalty line may follow from a failure. A partner's is nobody's breach (S1 §2.4, §4.3) or the provider's own (S3 §6.1.2),
 * as the agreement says. Every other cause outside the provider needs its proof (S3 §6.1.8: 合理证明材料), here in every preset:
 * without one, nothing tells it from the provider's own, and the clock of a penalty goes on.
 */
export const judgeCause = (cause: Cause, hasProof: boolean, partner: PartnerFault): CauseFinding => {
  if (cause === 'provider') return { penaltyMayFollow: true, reason: 'of_the_provider' }
  if (cause === 'partner')
    return partner === 'providers_breach'
      ? { penaltyMayFollow: true, reason: 'partner_is_the_providers' }
      : { penaltyMayFollow: false, reason: 'partner_is_no_breach' }
  return hasProof
    ? { penaltyMayFollow: false, reason: 'outside_the_provider' }
    : { penaltyMayFollow: true, reason: 'proof_missing' }
}
