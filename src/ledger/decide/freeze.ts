import type { ActResult, StaffAct } from '../../core/commands.ts'
import { refuse } from '../../core/refusal.ts'
import { type Decision, unchanged } from '../draft.ts'
import { asMatter, changeMatter } from '../matters/matter.ts'
import { type ActContext, writeAct } from './act-context.ts'

/**
 * Keeps the row of one person as it is while an authority's matter needs it, or lets it go: a frozen row is not erased, whoever
 * asks for it (S2 十三(一)). Named by a consent, because no route takes an ID number.
 */
export const decideFreezeSubject = (
  at: ActContext,
  act: Extract<StaffAct, { kind: 'freeze_subject' | 'release_subject' }>,
): Decision<ActResult> => {
  const { book, draft } = at
  const consent = book.get('consents', act.consentId)
  const subject = consent && consent.accountId === book.accountId ? book.get('dataSubjects', consent.subjectId) : null
  if (!subject) return unchanged(refuse('not_found'))
  const freezes = act.kind === 'freeze_subject'
  if (freezes && subject.erasedAt !== null) return unchanged(refuse('state_conflict', { detail: 'subject_erased' }))
  if (freezes === (subject.frozenAt !== null))
    return unchanged(refuse('state_conflict', { detail: freezes ? 'already_frozen' : 'not_frozen' }))
  draft.put('dataSubjects', { ...subject, frozenAt: freezes ? draft.now : null })
  // The texts of the person stay with it.
  for (const { id } of book.consentsOfSubject(subject.id)) {
    const row = book.matterByReference('evidence', String(id))
    if (row) changeMatter(at, asMatter<'evidence'>(row), { data: { frozen: freezes } })
  }
  writeAct(at, { consent: act.consentId }, { note: act.note })
  return draft.done({ kind: 'done' })
}
