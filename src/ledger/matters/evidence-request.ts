import { clauseOf } from '../../agreement/clause.ts'
import { type EvidenceUpload, judgeEvidence } from '../../agreement/evidence.ts'
import type { ActResult } from '../../core/commands.ts'
import type { EvidenceCall, EvidenceRequestAct, EvidenceRequestStaffAct } from '../../core/matters/evidence.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { clearAlarm, raiseAlarm } from '../decide/alarm.ts'
import { suspendOnGround } from '../decide/standing.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  clockFrom,
  defineMatter,
  endClock,
  findMatter,
  findRepeated,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
  publicIdOf,
} from './matter.ts'
import { notify } from './notice.ts'

const clauseNow = (at: ActContext): string => clauseOf(termsOf(at)?.preset ?? '', 'evidence')

/** How every call stands now, as the agreement judges it; while the calendar does not reach, nothing is overdue. */
const judgeCalls = (at: ActContext, requestedOn: string, calls: readonly EvidenceCall[]) => {
  const terms = termsOf(at)
  const ids = calls.map(({ verificationId }) => String(verificationId))
  const uploads = calls.flatMap(({ verificationId, uploads }): EvidenceUpload[] =>
    uploads.map(({ at: uploadedAt, matches }) => ({
      callId: String(verificationId),
      digestMatches: matches,
      uploadedOn: shanghaiDay(uploadedAt),
    })),
  )
  const clock = terms && { answerWithin: terms.evidence, requestedOn, today: shanghaiDay(at.draft.now) }
  const found = judgeEvidence(calendarOf(at), ids, uploads, clock)
  const finding = found.kind === 'evidence' ? found : judgeEvidence(calendarOf(at), ids, uploads, null)
  if (finding.kind !== 'evidence') throw new Error('evidence without a clock needs no calendar')
  const judged = calls.map((call, index) => ({ ...call, standing: finding.calls[index]?.standing ?? call.standing }))
  return { calls: judged, breach: finding.breach }
}

/**
 * The request as it stands after something came in or the time is over. A breach is a ground of the agreement: where its table
 * asks for no notice, service stops at once (S2 五(四)); otherwise the notice goes out and staff decide.
 */
const standAnew = (
  at: ActContext,
  request: Matter<'evidence_request'>,
  uploaded: readonly EvidenceCall[],
): Matter<'evidence_request'> => {
  const { calls, breach } = judgeCalls(at, shanghaiDay(request.openedAt), uploaded)
  const subject = publicIdOf(request)
  if (calls.every(({ standing }) => standing === 'proved')) {
    clearAlarm(at.draft, at.book, 'evidence_breach', subject)
    const clocks = endClock(request.clocks, 'answer', at.draft.now)
    return changeMatter(at, request, { state: 'proved', data: { calls }, clocks, close: true })
  }
  if (!breach) {
    if (request.state === 'breached') clearAlarm(at.draft, at.book, 'evidence_breach', subject)
    return changeMatter(at, request, { state: 'requested', data: { calls } })
  }
  if (request.state !== 'breached') {
    const clause = clauseNow(at)
    const count = (wanted: string): number => calls.filter(({ standing }) => standing === wanted).length
    writeAct(
      { ...at, kind: 'evidence_breached', reason: null },
      { evidence_request: request.id, clause, overdue: count('overdue'), different: count('digest_mismatch') },
    )
    raiseAlarm(at.draft, at.book, 'evidence_breach', subject)
    notify(at, 'evidence_breached', { evidence_request: subject, clause })
    suspendOnGround(at, 'evidence_overdue', { noticeDeemedAt: null, dueLastDay: null }, clause)
  }
  return changeMatter(at, request, { state: 'breached', data: { calls } })
}

/** Staff ask for the texts behind these calls; one that is on file already proves its call. */
const requestEvidence = (
  at: ActContext,
  act: Extract<EvidenceRequestStaffAct, { kind: 'request_evidence' }>,
): Decision<ActResult> => {
  const repeated = findRepeated(at, 'evidence_request', act.reference, act)
  if (repeated) return unchanged(repeated)
  const terms = termsOf(at)
  if (!terms) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  const calls: EvidenceCall[] = []
  for (const id of new Set(act.verificationIds)) {
    const consentId = at.book.get('verifications', id)?.consentId
    const consent = consentId === undefined ? null : at.book.get('consents', consentId)
    if (!consent) return unchanged(refuse('not_found'))
    const expectedSha256 = consent.details.evidence.sha256
    const isStored = at.book.matterByReference('evidence', String(consent.id))?.state === 'stored'
    const uploads = isStored ? [{ sha256: expectedSha256, at: at.draft.now, matches: true }] : []
    calls.push({ verificationId: id, consentId: consent.id, expectedSha256, standing: 'pending', uploads })
  }
  const clock = clockFrom(at, {
    name: 'answer',
    clause: clauseNow(at),
    rule: { kind: 'within', eventOn: shanghaiDay(at.draft.now), length: terms.evidence, roll: true },
  })
  const { text, reference } = act
  const request = openMatter(at, 'evidence_request', {
    state: 'requested',
    data: { text, calls },
    clocks: [clock],
    reference,
    act,
  })
  writeAct(at, { evidence_request: request.id, clause: clauseNow(at), calls: calls.length }, { text })
  const due = clock === null ? {} : { due_at: clock.dueAt }
  notify(at, 'evidence_requested', { evidence_request: publicIdOf(request), calls: calls.length, ...due })
  return matterDone(at, standAnew(at, request, calls))
}

/** A text came in that is not the recorded one: its digest is kept, and it is a breach unless the right one follows in time. */
const noteEvidence = (at: ActContext, act: Extract<EvidenceRequestAct, { kind: 'note_evidence' }>): Decision<ActResult> => {
  const request = findMatter(at, 'evidence_request', act.requestId)
  if (isRefusal(request)) return unchanged(request)
  const { sha256, verificationId } = act
  const asked = request.data.calls.find((call) => call.verificationId === verificationId)
  if (!asked) return unchanged(refuse('not_found'))
  if (asked.expectedSha256 === sha256) return unchanged(refuse('state_conflict', { detail: 'evidence_not_stored' }))
  const uploads = [...asked.uploads, { sha256, at: at.draft.now, matches: false }].slice(-10)
  writeAct(at, { evidence_request: request.id, verification: verificationId, sha256 })
  const calls = request.data.calls.map((call) => (call === asked ? { ...call, uploads } : call))
  return matterDone(at, standAnew(at, request, calls))
}

/** The text of this consent is on file: it answers every open request that asked for it. */
export const proveCalls = (at: ActContext, consentId: number, sha256: string): void => {
  for (const request of openMattersOf(at, 'evidence_request')) {
    if (!request.data.calls.some((call) => call.consentId === consentId)) continue
    const calls = request.data.calls.map((call) =>
      call.consentId === consentId
        ? { ...call, uploads: [...call.uploads, { sha256, at: at.draft.now, matches: call.expectedSha256 === sha256 }] }
        : call,
    )
    standAnew(at, request, calls)
  }
}

/** Requests for authorisation texts, with the time to answer that the agreement gives (S1 §2.1, contracts.md §5 no. 23). */
export const evidenceRequestRules = defineMatter<'evidence_request', EvidenceRequestAct | EvidenceRequestStaffAct>(
  'evidence_request',
  { request_evidence: requestEvidence, note_evidence: noteEvidence },
  (at, request) => {
    standAnew(at, request, request.data.calls)
  },
)
