import type { ActResult } from '../../core/commands.ts'
import type { SubjectRequestAct } from '../../core/matters/subject-request.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import type { Rows } from '../book.ts'
import { type ActContext, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { eraseEvidence, eraseSubject } from './erasing.ts'
import {
  changeMatter,
  defineMatter,
  findMatter,
  findRepeated,
  findRepeatedEnding,
  isRefusal,
  matterDone,
  openMatter,
} from './matter.ts'

type Act<K extends SubjectRequestAct['kind']> = Extract<SubjectRequestAct, { kind: K }>

const conflict = (detail: string): Refusal => refuse('state_conflict', { detail })

const subjectOf = ({ book }: ActContext, consentId: number): Rows['dataSubjects'] | null => {
  const consent = book.get('consents', consentId)
  return consent && consent.accountId === book.accountId ? book.get('dataSubjects', consent.subjectId) : null
}

/** A person may ask for its own records, nobody else: the request of a third party is written down and refused (S3 §7.3). */
const openRequest = (at: ActContext, act: Act<'open_subject_request'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'subject_request', act.reference, act)
  if (repeated) return unchanged(repeated)
  if (!subjectOf(at, act.consentId)) return unchanged(refuse('not_found'))
  const isOwn = act.requester !== 'third_party'
  if (isOwn && act.proofSha256 === null) return unchanged(conflict('proof_missing'))
  const { ask, requester, consentId, proofSha256, text, reference } = act
  const request = openMatter(at, 'subject_request', {
    state: 'open',
    data: { ask, requester, consentId, proofSha256, text, evidenceIds: [], erased: null },
    reference,
    act,
  })
  const judged = isOwn ? request : changeMatter(at, request, { state: 'refused', close: true })
  writeAct(
    at,
    { subject_request: request.id, ask, requester, consent: consentId, proof: proofSha256, state: judged.state },
    { text },
  )
  return matterDone(at, judged)
}

/** Why a person cannot be erased now, or null: a consent that stands, a call under way, an authority's matter. */
const findObstacle = ({ book }: ActContext, subject: Rows['dataSubjects']): Refusal | null => {
  if (subject.frozenAt !== null) return conflict('subject_frozen')
  const consents = book.consentsOfSubject(subject.id)
  if (consents.some(({ withdrawnAt }) => withdrawnAt === null)) return conflict('consent_standing')
  const own = new Set(consents.map(({ id }) => id))
  return book.openVerifications().some(({ consentId }) => own.has(consentId)) ? conflict('calls_open') : null
}

/** The evidence that goes with the person. */
const evidenceOf = ({ book }: ActContext, subject: Rows['dataSubjects']): Rows['matters'][] =>
  book
    .consentsOfSubject(subject.id)
    .map(({ id }) => book.matterByReference('evidence', String(id)))
    .filter((row) => row !== null)
    .filter(({ state }) => state !== 'removed')

const acceptRequest = (at: ActContext, act: Act<'accept_subject_request'>): Decision<ActResult> => {
  const request = findMatter(at, 'subject_request', act.requestId)
  if (isRefusal(request)) return unchanged(request)
  if (request.data.ask !== 'erasure') return unchanged(conflict('not_an_erasure'))
  const subject = subjectOf(at, request.data.consentId)
  if (!subject) return unchanged(refuse('not_found'))
  const obstacle = findObstacle(at, subject)
  if (obstacle) return unchanged(obstacle)
  const evidenceIds = evidenceOf(at, subject).map(({ id }) => id)
  const accepted = changeMatter(at, request, { state: 'accepted', data: { evidenceIds } })
  writeAct(at, { subject_request: request.id, evidence_files: evidenceIds.length })
  return matterDone(at, accepted)
}

const completeRequest = (at: ActContext, act: Act<'complete_subject_request'>): Decision<ActResult> => {
  const done = findRepeatedEnding(at, 'subject_request', act.requestId, 'done')
  if (done) return unchanged(done)
  const request = findMatter(at, 'subject_request', act.requestId)
  if (isRefusal(request)) return unchanged(request)
  const subject = subjectOf(at, request.data.consentId)
  if (!subject) return unchanged(refuse('not_found'))
  if (request.data.ask === 'access') {
    writeAct(at, { subject_request: request.id })
    return matterDone(at, changeMatter(at, request, { state: 'done', close: true }))
  }
  if (request.state !== 'accepted') return unchanged(conflict('not_accepted'))
  const obstacle = findObstacle(at, subject)
  if (obstacle) return unchanged(obstacle)
  const files = evidenceOf(at, subject)
  for (const row of files) eraseEvidence(at, row)
  if (subject.erasedAt === null) eraseSubject(at, subject)
  const consents = at.book.consentsOfSubject(subject.id).length
  const erased = { consents, evidenceFiles: files.length, erasedAt: at.draft.now }
  writeAct(at, { subject_request: request.id, consents, evidence_files: files.length })
  return matterDone(at, changeMatter(at, request, { state: 'done', data: { erased, text: null }, close: true }))
}

/** What persons ask for about themselves: their own records, or that what is personal goes (S3 §7.3). */
export const subjectRequestRules = defineMatter<'subject_request', SubjectRequestAct>(
  'subject_request',
  { open_subject_request: openRequest, accept_subject_request: acceptRequest, complete_subject_request: completeRequest },
  undefined,
  ['open_subject_request', 'accept_subject_request', 'complete_subject_request'],
)
