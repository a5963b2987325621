import { judgeSuspension, type SuspensionFacts, type SuspensionRight } from '../../agreement/suspension.ts'
import type { ActResult, StaffAct } from '../../core/commands.ts'
import { agreeingParties } from '../../core/matters/suspension.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { type Decision, unchanged } from '../draft.ts'
import { findSuspension, recordLifting, recordSuspension, type Stopped, theAccount } from '../matters/suspension.ts'
import { viewAccount, viewAgreement } from '../views.ts'
import { type ActContext, termsOf, writeAct } from './act-context.ts'
import { earliestDueDay } from './due-bills.ts'

/** The account as it stands after the act. */
export const viewStanding = ({ book, draft }: ActContext): ActResult => {
  const agreement = draft.account.agreementId === null ? null : book.get('agreements', draft.account.agreementId)
  const view = agreement && viewAgreement(agreement, book.terms(agreement.id), draft.account.effectiveAt)
  return { kind: 'account', account: viewAccount(draft.account, view) }
}

/** Notices that a suspension may rest on: they tell of the breach, or of what is asked for. Any other proves nothing. */
const provingScenes: readonly string[] = ['correction_ordered', 'notice_of_breach', 'evidence_requested', 'overdue', 'written']

/** When the notice that staff name counted as delivered; null where they name none. Only a recorded notice proves anything. */
const findNotice = (at: ActContext, noticeId: number | null): { id: number | null; deemedAt: number | null } | Refusal => {
  if (noticeId === null) return { id: null, deemedAt: null }
  const row = at.book.get('matters', noticeId)
  if (!row || row.accountId !== at.book.accountId || row.kind !== 'notice') return refuse('not_found')
  const { scene, deemedAt } = row.data
  if (!provingScenes.includes(String(scene))) return refuse('state_conflict', { detail: 'notice_of_something_else' })
  return { id: row.id, deemedAt: typeof deemedAt === 'number' ? deemedAt : null }
}

export interface Grounded {
  kind: 'grounded'
  right: SuspensionRight | null
  notice: { id: number | null; deemedAt: number | null }
}

/**
 * Whether staff may suspend on this ground now: the account's own agreement decides, never a constant. Before there is an
 * agreement nothing limits the provider. Overdue is what an open bill says, never what staff say.
 */
export const judgeGround = (
  at: ActContext,
  { ground, noticeId }: { ground: string; noticeId: number | null },
  target: Stopped['target'],
): Grounded | Refusal => {
  const notice = findNotice(at, noticeId)
  if ('kind' in notice) return notice
  const terms = termsOf(at)
  if (terms === null) return { kind: 'grounded', right: null, notice }
  const facts = { noticeDeemedAt: notice.deemedAt, dueLastDay: earliestDueDay(at.book) }
  // Agreements from before it stood in the tables know the person's own right all the same (contracts.md §5 no. 45).
  const table = target === 'subject' ? { subject_objection: 'subject_at_once' as const, ...terms.suspension } : terms.suspension
  const right = judgeSuspension(table, ground, facts, at.draft.now)
  if (!right.allowed) return refuse('state_conflict', { detail: right.reason })
  // What may stop everybody may stop one person; what is about one person stops nobody else.
  if (right.scope === 'subject' && target !== 'subject') return refuse('state_conflict', { detail: 'ground_stops_one_subject' })
  return { kind: 'grounded', right, notice }
}

/** Suspends on a ground of the agreement's table, from the next request on (S1 §6.1). */
export const decideSuspendAccount = (
  at: ActContext,
  act: Extract<StaffAct, { kind: 'suspend_account' }>,
): Decision<ActResult> => {
  const found = judgeGround(at, act, 'account')
  if (found.kind === 'refused') return unchanged(found)
  const { book, draft, by } = at
  // Who has paid is not stopped at will (S2 十(一)).
  if (act.ground === 'at_will' && (termsOf(at)?.stopAtWill !== true || book.openGrants().length > 0))
    return unchanged(refuse('state_conflict', { detail: 'paid_pack' }))
  if (draft.account.suspendedAt !== null) return unchanged(refuse('state_conflict', { detail: 'already_suspended' }))
  const { right, notice } = found
  draft.set({ suspendedGround: act.ground, suspendedNote: act.note, suspendedBy: by.name, suspendedAt: draft.now })
  writeAct(at, { ground: act.ground, notice_at: notice.deemedAt }, { note: act.note, notice: notice.id })
  recordSuspension(at, theAccount, { ground: act.ground, note: act.note, clause: null, notice, right })
  return draft.done(viewStanding(at))
}

/** Lifts the suspension, whatever its ground. */
export const decideResumeAccount = (at: ActContext, act: Extract<StaffAct, { kind: 'resume_account' }>): Decision<ActResult> => {
  const { draft } = at
  if (draft.account.suspendedAt === null) return unchanged(refuse('state_conflict', { detail: 'not_suspended' }))
  draft.set({ suspendedGround: null, suspendedNote: null, suspendedBy: null, suspendedAt: null })
  writeAct(at, {}, { note: act.note })
  recordLifting(at, theAccount, { note: act.note, clause: null })
  return draft.done(viewStanding(at))
}

/**
 * A suspension that follows from what the books hold, such as an overdue bill: by the clock or by the act that found it, when
 * the agreement's table allows the ground now and nobody has suspended the account. True when it did. The entry is
 * `suspend_account` and names the clause; the customer is told where no notice came first, and staff can lift it.
 */
export const suspendOnGround = (
  at: ActContext,
  ground: string,
  facts: SuspensionFacts & { noticeId?: number | null },
  clause: string,
): boolean => {
  const { draft, by } = at
  const terms = termsOf(at)
  if (!terms || draft.account.suspendedAt !== null || draft.account.closedAt !== null) return false
  const finding = judgeSuspension(terms.suspension, ground, facts, draft.now)
  if (!finding.allowed || finding.scope !== 'account') return false
  draft.set({ suspendedGround: ground, suspendedNote: clause, suspendedBy: by.name || 'clock', suspendedAt: draft.now })
  writeAct({ ...at, kind: 'suspend_account' }, { ground, notice_at: facts.noticeDeemedAt, clause })
  const notice = { id: facts.noticeId ?? null, deemedAt: facts.noticeDeemedAt }
  recordSuspension(at, theAccount, { ground, note: null, clause, notice, right: finding })
  return true
}

/** Lifts a suspension that stands on this ground, because what it was for is over. True when it did. */
export const resumeFromGround = (at: ActContext, ground: string, clause: string): boolean => {
  const { draft } = at
  if (draft.account.suspendedAt === null || draft.account.suspendedGround !== ground) return false
  draft.set({ suspendedGround: null, suspendedNote: null, suspendedBy: null, suspendedAt: null })
  writeAct({ ...at, kind: 'resume_account' }, { ground, clause })
  recordLifting(at, theAccount, { note: null, clause })
  return true
}

/**
 * Stops the checks about one person and nobody else (S3 §6.2.9, contracts.md §5 no. 45). Named by a consent, because no route
 * takes an ID number. Where the ground asks for the agreement of three sides, nothing less lifts it.
 */
export const decideSubjectHold = (
  at: ActContext,
  act: Extract<StaffAct, { kind: 'hold_subject' | 'resume_subject' }>,
): Decision<ActResult> => {
  const { book, draft, by } = at
  const consent = book.get('consents', act.consentId)
  const subject = consent && consent.accountId === book.accountId ? book.get('dataSubjects', consent.subjectId) : null
  if (!subject) return unchanged(refuse('not_found'))
  const what: Stopped = { target: 'subject', keyNumber: null, consentId: act.consentId, subjectId: subject.id }
  if (act.kind === 'hold_subject') {
    if (subject.suspendedAt !== null) return unchanged(refuse('state_conflict', { detail: 'already_on_hold' }))
    const found = judgeGround(at, { ground: act.ground, noticeId: null }, 'subject')
    if (found.kind === 'refused') return unchanged(found)
    draft.put('dataSubjects', {
      ...subject,
      suspendedGround: act.ground,
      suspendedNote: act.note,
      suspendedBy: by.name,
      suspendedAt: draft.now,
    })
    writeAct(at, { consent: act.consentId, ground: act.ground }, { note: act.note })
    const { right, notice } = found
    recordSuspension(at, what, { ground: act.ground, note: act.note, clause: null, notice, right })
    return draft.done({ kind: 'done' })
  }
  if (subject.suspendedAt === null) return unchanged(refuse('state_conflict', { detail: 'not_on_hold' }))
  const needsAll = findSuspension(at, what)?.data.resumeOn === 'three_party_agreement'
  if (needsAll && !agreeingParties.every((party) => act.agreedBy.includes(party)))
    return unchanged(refuse('state_conflict', { detail: 'three_party_agreement_required' }))
  draft.put('dataSubjects', {
    ...subject,
    suspendedGround: null,
    suspendedNote: null,
    suspendedBy: null,
    suspendedAt: null,
  })
  const agreed = act.agreedBy.length === 0 ? {} : { agreed_by: act.agreedBy.join(' ') }
  writeAct(at, { consent: act.consentId, ground: null }, { note: act.note, ...agreed })
  recordLifting(at, what, { note: act.note, clause: null, agreedBy: act.agreedBy })
  return draft.done({ kind: 'done' })
}
