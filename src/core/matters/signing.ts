/** The two sides of an agreement; letters are for printing only (contracts.md §5 no. 5). */
export const parties = ['customer', 'provider'] as const
export type Party = (typeof parties)[number]

/** One signature, or one tick, as it stands on a text. */
export interface Signature {
  party: Party
  form: 'signature' | 'tick'
  /** Whether the seal of the side stands beside it (S0 七); a tick has none. */
  sealed: boolean
  signedAt: number
  recordedBy: string
}

/** How one version of the agreement was agreed: two signatures on a document, or a tick on the text that was shown. */
export interface Signing {
  way: 'signature' | 'acceptance'
  /** Version of the agreement, and the digest of its terms. */
  version: number
  digest: string
  /** What was signed: the document. For a tick, which is on the terms as they are shown, the privacy policy; null without one. */
  documentSha256: string | null
  signatures: Signature[]
  /** Since when the agreement is in force by this; null while it is not, or where something else is its trigger. */
  effectiveAt: number | null
}

export type SigningAct =
  | { kind: 'sign_agreement'; party: Party; documentSha256: string; sealed: boolean; signedAt: number }
  /** `acceptedAt` where staff record a tick that was made elsewhere; a customer ticks now. */
  | {
      kind: 'accept_agreement'
      version: number
      digest: string
      /** The privacy policy as it was shown, where there is one (S2 七(三)). */
      privacyPolicySha256: string | null
      acceptedAt: number | null
    }
