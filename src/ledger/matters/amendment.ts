import { type ChangeHistory, judgeChange } from '../../agreement/amendment.ts'
import { composeTerms } from '../../agreement/compose.ts'
import type { ActResult } from '../../core/commands.ts'
import type { Amendment, AmendmentAct } from '../../core/matters/amendment.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  defineMatter,
  findMatter,
  findRepeatedEnding,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
  rowOf,
  viewMatter,
} from './matter.ts'
import { notify } from './notice.ts'
import { addSignature, signedAtOf } from './signature.ts'
import { putVersion } from './versions.ts'

const no = (detail: string): Decision<ActResult> => unchanged(refuse('state_conflict', { detail }))

/** What has happened to it so far. */
const historyOf = ({ displayedAt, signatures }: Amendment, more: Partial<ChangeHistory> = {}): ChangeHistory => ({
  displayedAt,
  nextUseAt: null,
  cancelAt: null,
  ...signedAtOf(signatures, false),
  ...more,
})

/**
 * Proposes a change of an agreement in force. By the agreement's own mechanism it waits for two signatures (S1 §8.1) or is
 * shown to the customer at once (S2 二(三)).
 */
const propose = (at: ActContext, act: Extract<AmendmentAct, { kind: 'propose_amendment' }>): Decision<ActResult> => {
  const { book, draft, context } = at
  const terms = termsOf(at)
  const agreement = draft.account.agreementId === null ? null : book.get('agreements', draft.account.agreementId)
  if (!terms || !agreement) return no('agreement_missing')
  if (draft.account.effectiveAt === null) return no('nothing_in_force')
  if (openMattersOf(at, 'amendment').length > 0) return no('amendment_open')
  if (act.preset !== terms.preset) return no('preset_differs')
  const composed = composeTerms(act.preset, act.overrides)
  if (composed.kind === 'faults') return unchanged(refuse('agreement_incomplete', { detail: composed.faults.join('; ') }))

  const text = JSON.stringify(composed.terms)
  const digest = context.crypto.sha256(text)
  const isShown = terms.amendment === 'shown_and_used'
  const amendment = openMatter(at, 'amendment', {
    state: isShown ? 'shown' : 'proposed',
    data: {
      way: terms.amendment,
      basedOn: agreement.version,
      terms: text,
      digest,
      documentSha256: act.documentSha256,
      displayedAt: isShown ? draft.now : null,
      signatures: [],
      version: null,
      acceptedAt: null,
    },
  })
  writeAct(at, { amendment: amendment.id, based_on: agreement.version, digest, document: act.documentSha256 })
  if (isShown) notify(at, 'agreement_change_shown', { amendment: amendment.id, version: agreement.version + 1 })
  return matterDone(at, amendment)
}

/** Makes it the next version of the agreement. */
const accept = (at: ActContext, amendment: Matter<'amendment'>, data: Partial<Amendment>, acceptedAt: number) => {
  const row = putVersion(at, amendment.data.terms, amendment.id)
  writeAct(at, { amendment: amendment.id, agreement: row.id, version: row.version, digest: row.digest, accepted_at: acceptedAt })
  return changeMatter(at, amendment, {
    state: 'accepted',
    data: { ...data, version: row.version, acceptedAt },
    close: true,
  })
}

const sign = (at: ActContext, act: Extract<AmendmentAct, { kind: 'sign_amendment' }>): Decision<ActResult> => {
  const repeated = findRepeatedEnding(at, 'amendment', act.amendmentId, 'accepted')
  if (repeated) return unchanged(repeated)
  const amendment = findMatter(at, 'amendment', act.amendmentId)
  if (isRefusal(amendment)) return unchanged(amendment)
  const { data } = amendment
  if (data.way !== 'supplement') return no('accepted_by_use')
  if (data.documentSha256 !== act.documentSha256) return no('document_differs')
  // One person of the staff cannot stand for both sides.
  const recordedBy = actorText(at.by)
  if (data.signatures.some((signature) => signature.party !== act.party && signature.recordedBy === recordedBy))
    return no('second_person_required')
  const isOwn = at.by.kind === 'key' && data.signatures.some(({ party }) => party === 'customer')
  const signatures = isOwn
    ? null
    : addSignature(at, data.signatures, { party: act.party, sealed: act.sealed, signedAt: act.signedAt ?? at.draft.now })
  if (signatures === null) return unchanged({ kind: 'matter', matter: viewMatter(rowOf(amendment)), repeated: true })
  if ('kind' in signatures) return unchanged(signatures)
  const standing = judgeChange('supplement', historyOf({ ...data, signatures }))
  if (standing.status === 'accepted') return matterDone(at, accept(at, amendment, { signatures }, standing.atMs))
  writeAct(at, { amendment: amendment.id, party: act.party, sealed: act.sealed ? 1 : 0, document: act.documentSha256 })
  return matterDone(at, changeMatter(at, amendment, { state: 'one_sided', data: { signatures } }))
}

/**
 * Who does not want a change that was shown asks for the end of the account instead (S2 二(三)); who does not want a supplement
 * does not sign, and the agreement stays as it is.
 */
const object = (at: ActContext, act: Extract<AmendmentAct, { kind: 'object_amendment' }>): Decision<ActResult> => {
  for (const state of ['refused', 'account_closing']) {
    const repeated = findRepeatedEnding(at, 'amendment', act.amendmentId, state)
    if (repeated) return unchanged(repeated)
  }
  const amendment = findMatter(at, 'amendment', act.amendmentId)
  if (isRefusal(amendment)) return unchanged(amendment)
  const { way } = amendment.data
  const standing = judgeChange(way, historyOf(amendment.data, { cancelAt: at.draft.now }))
  const state = standing.status === 'account_closing' ? 'account_closing' : 'refused'
  writeAct(at, { amendment: amendment.id, standing: state }, { note: act.note })
  return matterDone(at, changeMatter(at, amendment, { state, close: true }))
}

/** Acts of a customer that are no use of the service: about the agreement itself, and looking at a notice. */
const noUse: readonly string[] = ['accept_agreement', 'object_amendment', 'sign_amendment', 'read_notice', 'download_document']

/**
 * The first use after a change was shown accepts it (S2 二(三)): the change is the next version from then on. The use itself is
 * still made under the version before, because that is what it was judged by. Nothing where changes are signed.
 */
export const acceptByUse = (at: ActContext): void => {
  if (noUse.includes(at.kind) || termsOf(at)?.amendment !== 'shown_and_used') return
  const [shown] = openMattersOf(at, 'amendment')
  if (!shown) return
  const standing = judgeChange('shown_and_used', historyOf(shown.data, { nextUseAt: at.draft.now }))
  if (standing.status === 'accepted') accept({ ...at, kind: 'accept_amendment' }, shown, {}, standing.atMs)
}

/** Changes of the agreement in force: terms are immutable, and what both sides agree is the next version. */
export const amendmentRules = defineMatter<'amendment', AmendmentAct>('amendment', {
  propose_amendment: propose,
  sign_amendment: sign,
  object_amendment: object,
})
