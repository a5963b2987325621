import type { DisclosureGround, RecipientKind, Regulator } from '../core/matters/disclosure.ts'

/** Grounds on which each recipient may be told. */
const groundsFor: Record<RecipientKind, readonly DisclosureGround[]> = {
  // Lawyers, accountants, contractors, once they have signed secrecy (S3 §7.2, §7.4).
  adviser: ['adviser_under_secrecy', 'written_consent', 'no_longer_secret'],
  // The four bodies of S0 二, or what any law demands of any other.
  regulator: ['named_regulator', 'required_by_law', 'written_consent', 'no_longer_secret'],
  authority: ['required_by_law', 'written_consent', 'no_longer_secret'],
  third_party: ['written_consent', 'no_longer_secret'],
}

export type DisclosureFinding =
  | { allowed: true; customerNotTold: boolean }
  | { allowed: false; reason: 'ground_not_for_recipient' | 'regulator_not_named' | 'secrecy_agreement_missing' | 'proof_missing' }

/**
 * Whether somebody may be told what is secret (S0 二 a to c, S1 §5.1, S2 五, S4 §4.1, §8.2). Each ground has its paper, but for the
 * regulators that S0 names, where the list is the ground. An authority that was told before the customer was is allowed and
 * flagged: the law may leave no time (S3 §7.5).
 */
export const judgeDisclosure = (wanted: {
  recipient: RecipientKind
  regulator: Regulator | null
  ground: DisclosureGround
  hasProof: boolean
  customerTold: boolean
}): DisclosureFinding => {
  const { recipient, regulator, ground, hasProof, customerTold } = wanted
  if (!groundsFor[recipient].includes(ground)) return { allowed: false, reason: 'ground_not_for_recipient' }
  if (ground === 'named_regulator' && regulator === null) return { allowed: false, reason: 'regulator_not_named' }
  if (recipient === 'adviser' && ground === 'adviser_under_secrecy' && !hasProof)
    return { allowed: false, reason: 'secrecy_agreement_missing' }
  if (ground !== 'named_regulator' && !hasProof) return { allowed: false, reason: 'proof_missing' }
  return { allowed: true, customerNotTold: ground === 'required_by_law' && !customerTold }
}
