/** Who may be told something (S0 二, S3 §7.2, §7.5). A partner is told by a verification, which stands in the journal. */
export const recipientKinds = ['adviser', 'regulator', 'authority', 'third_party'] as const
export type RecipientKind = (typeof recipientKinds)[number]

/** The bodies that S0 二 names: customs, inspection and quarantine, tax, foreign exchange. */
export const regulators = ['customs', 'inspection', 'tax', 'foreign_exchange'] as const
export type Regulator = (typeof regulators)[number]

/** S0 二 a), b), c), and the two that follow from who is told. */
export const disclosureGrounds = [
  'written_consent',
  'no_longer_secret',
  'required_by_law',
  'named_regulator',
  'adviser_under_secrecy',
] as const
export type DisclosureGround = (typeof disclosureGrounds)[number]

/** One disclosure: to whom, what, on what ground (S1 §5.1, S2 五). */
export interface Disclosure {
  recipient: RecipientKind
  /** Which body, where the recipient is a regulator. */
  regulator: Regulator | null
  /** The organisation that was told; never a person. */
  recipientName: string
  what: string
  legalGround: DisclosureGround
  /** Digest of the consent, the confirmation, the order of law, or the secrecy agreement that the ground rests on. */
  proofSha256: string | null
  /** The request that it answers. */
  authorityRequestId: number | null
  /** An authority was told before the customer was (S3 §7.5). */
  customerNotTold: boolean
}

export type DisclosureAct = { kind: 'record_disclosure'; reference: string | null } & Omit<Disclosure, 'customerNotTold'>
