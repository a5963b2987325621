import type { ActResult } from '../../core/commands.ts'
import type { EvidenceAct } from '../../core/matters/evidence.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { proveCalls } from './evidence-request.ts'
import {
  changeMatter,
  defineMatter,
  findMatter,
  findRepeatedEnding,
  isRefusal,
  matterDone,
  openMatter,
  viewMatter,
} from './matter.ts'

type Act<K extends EvidenceAct['kind']> = Extract<EvidenceAct, { kind: K }>

/**
 * A text is filed for one consent, and only the text whose digest was recorded with it (S1 §2.1). It is announced before its
 * file is stored, so that no file lies anywhere that the books do not know.
 */
const fileEvidence = (at: ActContext, act: Act<'file_evidence'>): Decision<ActResult> => {
  const { book } = at
  const consent = 'id' in act.consent ? book.get('consents', act.consent.id) : book.consentByReference(act.consent.reference)
  if (!consent || consent.accountId !== book.accountId) return unchanged(refuse('not_found'))
  if (consent.details.evidence.sha256 !== act.sha256) return unchanged(refuse('state_conflict', { detail: 'evidence_differs' }))
  const subject = book.get('dataSubjects', consent.subjectId)
  if (!subject || subject.erasedAt !== null) return unchanged(refuse('state_conflict', { detail: 'subject_erased' }))
  const prior = book.matterByReference('evidence', String(consent.id))
  if (prior) return unchanged({ kind: 'matter', matter: viewMatter(prior), repeated: true })
  const { sha256, bytes, mediaType } = act
  const evidence = openMatter(at, 'evidence', {
    state: 'expected',
    data: { consentId: consent.id, sha256, bytes, mediaType, frozen: subject.frozenAt !== null },
    reference: String(consent.id),
  })
  writeAct(at, { evidence: evidence.id, consent: consent.id, sha256, bytes })
  return matterDone(at, evidence)
}

/** Its file is stored: every open request for a call on this consent is answered by it. */
const keepEvidence = (at: ActContext, act: Act<'keep_evidence'>): Decision<ActResult> => {
  const kept = findRepeatedEnding(at, 'evidence', act.evidenceId, 'stored')
  if (kept) return unchanged(kept)
  const evidence = findMatter(at, 'evidence', act.evidenceId)
  if (isRefusal(evidence)) return unchanged(evidence)
  const stored = changeMatter(at, evidence, { state: 'stored', close: true })
  writeAct(at, { evidence: evidence.id, consent: evidence.data.consentId })
  proveCalls(at, evidence.data.consentId, evidence.data.sha256)
  return matterDone(at, stored)
}

/** Authorisation texts that customers file. They are used for nothing but proving a consent (S2 五(五)2). */
export const evidenceRules = defineMatter<'evidence', EvidenceAct>('evidence', {
  file_evidence: fileEvidence,
  keep_evidence: keepEvidence,
})
