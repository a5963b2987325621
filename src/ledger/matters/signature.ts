import type { Party, Signature } from '../../core/matters/signing.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { type ActContext, actorText } from '../decide/act-context.ts'

interface Wanted {
  party: Party
  sealed: boolean
  signedAt: number
}

/** The signatures with one more; null when it is there already, a refusal when it cannot be. */
export const addSignature = (
  at: ActContext,
  signatures: readonly Signature[],
  { party, sealed, signedAt }: Wanted,
): Signature[] | Refusal | null => {
  if (signedAt > at.draft.now) return refuse('state_conflict', { detail: 'signed_in_the_future' })
  const own = signatures.find((signature) => signature.party === party)
  if (own && own.sealed === sealed && own.signedAt === signedAt) return null
  // A seal that was missing may follow; nothing else of a signature is ever changed.
  if (own && (own.sealed || !sealed)) return refuse('state_conflict', { detail: 'already_signed' })
  const others = signatures.filter((signature) => signature.party !== party)
  return [...others, { party, form: 'signature', sealed, signedAt, recordedBy: actorText(at.by) }]
}

/** When each side has signed; where a seal has to be there, a signature without it waits for it (S0 七). */
export const signedAtOf = (signatures: readonly Signature[], needsSeal: boolean) => {
  const of = (party: Party): number | null =>
    signatures.find((signature) => signature.party === party && (signature.sealed || !needsSeal))?.signedAt ?? null
  return { customerSignedAt: of('customer'), providerSignedAt: of('provider') }
}
