import { type ActivationHistory, findEffectiveAt, nothingHappened } from '../../agreement/activation.ts'
import type { ActResult } from '../../core/commands.ts'
import type { Signature, Signing, SigningAct } from '../../core/matters/signing.ts'
import { refuse } from '../../core/refusal.ts'
import type { Rows } from '../book.ts'
import { type ActContext, actorText, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { latestDocument } from './document.ts'
import { asMatter, changeMatter, defineMatter, type Matter, matterDone, openMatter, rowOf, viewMatter } from './matter.ts'
import { beginObligations } from './obligations.ts'
import { addSignature, signedAtOf } from './signature.ts'

const agreementOf = ({ book, draft }: ActContext): Rows['agreements'] | null =>
  draft.account.agreementId === null ? null : book.get('agreements', draft.account.agreementId)

/** There is one signing of each way for each version of the agreement. */
const referenceOf = (way: Signing['way'], version: number): string => `${way}-${version}`

const find = (at: ActContext, way: Signing['way'], version: number): Matter<'signing'> | null => {
  const row = at.book.matterByReference('signing', referenceOf(way, version))
  return row && asMatter<'signing'>(row)
}

const open = (
  at: ActContext,
  agreement: Rows['agreements'],
  way: Signing['way'],
  documentSha256: string | null,
): Matter<'signing'> => {
  const { version, digest } = agreement
  return openMatter(at, 'signing', {
    state: 'one_sided',
    reference: referenceOf(way, version),
    data: { way, version, digest, documentSha256, signatures: [], effectiveAt: null },
  })
}

/** Since when the agreement is in force by this act; null when it is not its trigger, or it was in force before. */
const activate = ({ book, draft }: ActContext, agreementId: number, happened: Partial<ActivationHistory>): number | null => {
  if (draft.account.effectiveAt !== null) return null
  const effectiveAt = findEffectiveAt(book.terms(agreementId).activation, { ...nothingHappened, ...happened })
  if (effectiveAt !== null) draft.set({ effectiveAt })
  return effectiveAt
}

const signAgreement = (at: ActContext, act: Extract<SigningAct, { kind: 'sign_agreement' }>): Decision<ActResult> => {
  const agreement = agreementOf(at)
  if (!agreement) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  const prior = find(at, 'signature', agreement.version)
  if (prior && prior.data.documentSha256 !== act.documentSha256)
    return unchanged(refuse('state_conflict', { detail: 'document_differs' }))
  const { party, sealed, signedAt } = act
  const signatures = addSignature(at, prior?.data.signatures ?? [], act)
  if (signatures === null && prior) return unchanged({ kind: 'matter', matter: viewMatter(rowOf(prior)), repeated: true })
  if (signatures === null || 'kind' in signatures) return unchanged(signatures ?? refuse('state_conflict'))

  const signing = prior ?? open(at, agreement, 'signature', act.documentSha256)
  const { customerSignedAt, providerSignedAt } = signedAtOf(signatures, true)
  const isSigned = customerSignedAt !== null && providerSignedAt !== null
  const effectiveAt = activate(at, agreement.id, { customerSignedAt, providerSignedAt })
  writeAct(at, {
    signing: signing.id,
    version: agreement.version,
    party,
    sealed: sealed ? 1 : 0,
    signed_at: signedAt,
    document: act.documentSha256,
    effective_at: effectiveAt,
  })
  if (effectiveAt !== null) beginObligations(at, at.book.terms(agreement.id))
  const state = isSigned ? 'signed' : signatures.length === 2 ? 'seal_missing' : 'one_sided'
  return matterDone(at, changeMatter(at, signing, { state, data: { signatures, effectiveAt }, close: isSigned }))
}

const acceptAgreement = (at: ActContext, act: Extract<SigningAct, { kind: 'accept_agreement' }>): Decision<ActResult> => {
  const agreement = agreementOf(at)
  if (!agreement) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  const { version, digest } = agreement
  // What was ticked is what was shown, or nothing was agreed (S2 二(二)).
  if (act.version !== version || act.digest !== digest) return unchanged(refuse('state_conflict', { detail: 'document_differs' }))
  // The privacy policy is the second document of the same tick (S2 七(三)).
  const policy = latestDocument(at, 'privacy_policy')?.data.sha256 ?? null
  if (act.privacyPolicySha256 !== policy) return unchanged(refuse('state_conflict', { detail: 'privacy_policy_differs' }))
  const signedAt = act.acceptedAt ?? at.draft.now
  if (signedAt > at.draft.now) return unchanged(refuse('state_conflict', { detail: 'signed_in_the_future' }))
  const prior = find(at, 'acceptance', version)
  if (prior) return unchanged({ kind: 'matter', matter: viewMatter(rowOf(prior)), repeated: true })

  const signing = open(at, agreement, 'acceptance', policy)
  const effectiveAt = activate(at, agreement.id, { acceptedAt: signedAt })
  writeAct(at, { signing: signing.id, version, digest, accepted_at: signedAt, document: policy, effective_at: effectiveAt })
  if (effectiveAt !== null) beginObligations(at, at.book.terms(agreement.id))
  const signatures: Signature[] = [{ party: 'customer', form: 'tick', sealed: false, signedAt, recordedBy: actorText(at.by) }]
  return matterDone(at, changeMatter(at, signing, { state: 'accepted', data: { signatures, effectiveAt }, close: true }))
}

/** How an agreement is agreed and comes into force (S0 七, S2 二(二), S2 十五(六), S3 §12.1, S4). */
export const signingRules = defineMatter<'signing', SigningAct>('signing', {
  sign_agreement: signAgreement,
  accept_agreement: acceptAgreement,
})
