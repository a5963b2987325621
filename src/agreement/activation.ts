import type { Terms } from './terms.ts'

/** What can bring an agreement into force, in milliseconds; null where it has not happened. */
export interface ActivationHistory {
  paidAt: number | null
  /** The tick on an open account: who has an account is registered (S2 十五(六)). */
  acceptedAt: number | null
  /** Signed and sealed; a signature without the seal is none (S0 七). */
  customerSignedAt: number | null
  providerSignedAt: number | null
}

export const nothingHappened: ActivationHistory = {
  paidAt: null,
  acceptedAt: null,
  customerSignedAt: null,
  providerSignedAt: null,
}

/**
 * Since when an agreement is in force; null while its own trigger has not happened, whatever else has: the payment (S1 三.1), the
 * tick (S2 二(二)), or the later of two signatures (S0 七; contracts.md §4).
 */
export const findEffectiveAt = (
  activation: Terms['activation'],
  { paidAt, acceptedAt, customerSignedAt, providerSignedAt }: ActivationHistory,
): number | null => {
  if (activation === 'payment') return paidAt
  if (activation === 'acceptance') return acceptedAt
  return customerSignedAt === null || providerSignedAt === null ? null : Math.max(customerSignedAt, providerSignedAt)
}
