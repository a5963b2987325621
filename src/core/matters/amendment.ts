import type { Party, Signature } from './signing.ts'

/** A change of the agreement: by a supplement that both sides sign, or shown and used, as the agreement says (contracts.md §5 no. 7). */
export interface Amendment {
  way: 'supplement' | 'shown_and_used'
  /** The version that it changes. */
  basedOn: number
  /** The new terms whole, as they will be stored, and their digest. */
  terms: string
  digest: string
  /** The text of the change: what is signed, or what is shown. */
  documentSha256: string
  /** When the customer was shown it; null for a supplement, which nobody accepts by using anything. */
  displayedAt: number | null
  signatures: Signature[]
  /** The version that it became, and when; null until then. */
  version: number | null
  acceptedAt: number | null
}

export type AmendmentAct =
  | { kind: 'propose_amendment'; preset: string; overrides: Record<string, unknown>; documentSha256: string }
  | {
      kind: 'sign_amendment'
      amendmentId: number
      party: Party
      documentSha256: string
      sealed: boolean
      /** Null for now: the customer's own signature by its key. */
      signedAt: number | null
    }
  | { kind: 'object_amendment'; amendmentId: number; note: string | null }
