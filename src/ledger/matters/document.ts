import { copiesOf } from '../../agreement/copies.ts'
import type { ActResult } from '../../core/commands.ts'
import type { AgreementDocument, DocumentAct, DocumentKind } from '../../core/matters/document.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  defineMatter,
  findMatter,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
  rowOf,
  viewMatter,
} from './matter.ts'

const mostDownloads = 100

/** The newest document of a kind; null when none is recorded. */
export const latestDocument = (at: Pick<ActContext, 'book'>, what: DocumentKind): Matter<'document'> | null =>
  openMattersOf(at, 'document').findLast(({ data }) => data.what === what) ?? null

const record = (at: ActContext, act: Extract<DocumentAct, { kind: 'record_document' }>): Decision<ActResult> => {
  const { book, draft } = at
  const terms = termsOf(at)
  const agreement = draft.account.agreementId === null ? null : book.get('agreements', draft.account.agreementId)
  if (!terms || !agreement) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  const known = openMattersOf(at, 'document').find(({ data }) => data.what === act.what && data.sha256 === act.sha256)
  if (known) return unchanged({ kind: 'matter', matter: viewMatter(rowOf(known)), repeated: true })
  const agreed = act.what === 'contract' ? copiesOf(terms.preset) : null
  if (agreed !== null && act.copies !== null && act.copies !== agreed)
    return unchanged(refuse('state_conflict', { detail: 'copies_differ' }))
  const { what, version, sha256, sealed, form } = act
  const copies = act.copies ?? agreed ?? 1
  const data: AgreementDocument = {
    what,
    version,
    sha256,
    sealed,
    copies,
    form,
    authoritative: form === terms.authoritativeForm,
    agreementVersion: agreement.version,
    bytes: null,
    filedAt: null,
    downloads: [],
  }
  const document = openMatter(at, 'document', { state: 'recorded', data })
  writeAct(at, { document: document.id, what, digest: sha256, sealed: sealed ? 1 : 0, copies, version: agreement.version })
  return matterDone(at, document)
}

/** The copy is there. Whoever stored it says of what digest it is: another document is none of ours. */
const file = (at: ActContext, act: Extract<DocumentAct, { kind: 'file_document' }>): Decision<ActResult> => {
  const document = findMatter(at, 'document', act.documentId)
  if (isRefusal(document)) return unchanged(document)
  if (document.data.sha256 !== act.sha256) return unchanged(refuse('state_conflict', { detail: 'document_differs' }))
  if (document.data.filedAt !== null) return unchanged({ kind: 'matter', matter: viewMatter(rowOf(document)), repeated: true })
  writeAct(at, { document: document.id, digest: act.sha256, bytes: act.bytes })
  return matterDone(at, changeMatter(at, document, { state: 'filed', data: { bytes: act.bytes, filedAt: at.draft.now } }))
}

/** Who fetched it and when (S1 三.2). The entry is there before the bytes leave. */
const download = (at: ActContext, act: Extract<DocumentAct, { kind: 'download_document' }>): Decision<ActResult> => {
  const document = findMatter(at, 'document', act.documentId)
  if (isRefusal(document)) return unchanged(document)
  if (document.data.filedAt === null) return unchanged(refuse('not_found'))
  writeAct(at, { document: document.id, digest: document.data.sha256 })
  const downloads = [...document.data.downloads, { at: at.draft.now, by: actorText(at.by) }].slice(-mostDownloads)
  return matterDone(at, changeMatter(at, document, { data: { downloads } }))
}

/** The papers of an agreement, by digest, with who fetched them (S1 二.2, S1 三.2, S0 七, S3 §12.1, S2 七(三)). */
export const documentRules = defineMatter<'document', DocumentAct>('document', {
  record_document: record,
  file_document: file,
  download_document: download,
})
