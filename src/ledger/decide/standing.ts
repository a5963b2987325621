import { judgeSuspension } from '../../agreement/suspension.ts'
import type { ActResult, StaffAct } from '../../core/commands.ts'
import { refuse } from '../../core/refusal.ts'
import { type Decision, unchanged } from '../draft.ts'
import { viewAccount, viewAgreement } from '../views.ts'
import { type ActContext, judgeGround, termsOf, writeAct } from './act-context.ts'

/** The account as it stands after the act. */
export const viewStanding = ({ book, draft }: ActContext): ActResult => {
  const agreement = draft.account.agreementId === null ? null : book.get('agreements', draft.account.agreementId)
  const view = agreement && viewAgreement(agreement, book.terms(agreement.id), draft.account.effectiveAt)
  return { kind: 'account', account: viewAccount(draft.account, view) }
}

/** Suspends on a ground of the agreement's table, from the next request on (S1 §6.1). */
export const decideSuspendAccount = (
  at: ActContext,
  act: Extract<StaffAct, { kind: 'suspend_account' }>,
): Decision<ActResult> => {
  const refusal = judgeGround(at, act.ground, act.noticeDeemedAt)
  if (refusal) return unchanged(refusal)
  const { book, draft, by } = at
  // Who has paid is not stopped at will (S2 十(一)).
  if (act.ground === 'at_will' && (termsOf(at)?.stopAtWill !== true || book.openGrants().length > 0))
    return unchanged(refuse('state_conflict', { detail: 'paid_pack' }))
  if (draft.account.suspendedAt !== null) return unchanged(refuse('state_conflict', { detail: 'already_suspended' }))
  draft.set({ suspendedGround: act.ground, suspendedNote: act.note, suspendedBy: by.name, suspendedAt: draft.now })
  writeAct(at, { ground: act.ground, notice_at: act.noticeDeemedAt }, { note: act.note })
  return draft.done(viewStanding(at))
}

/** Lifts the suspension, whatever its ground. */
export const decideResumeAccount = (at: ActContext, act: Extract<StaffAct, { kind: 'resume_account' }>): Decision<ActResult> => {
  const { draft } = at
  if (draft.account.suspendedAt === null) return unchanged(refuse('state_conflict', { detail: 'not_suspended' }))
  draft.set({ suspendedGround: null, suspendedNote: null, suspendedBy: null, suspendedAt: null })
  writeAct(at, {}, { note: act.note })
  return draft.done(viewStanding(at))
}

/**
 * A suspension that follows from what the books hold, such as an overdue bill: by the clock or by the act that found it, when
 * the agreement's table allows the ground now and nobody has suspended the account. True when it did. The entry is
 * `suspend_account` and names the clause.
 */
export const suspendOnGround = (
  at: ActContext,
  ground: string,
  facts: { noticeDeemedAt: number | null; dueLastDay: string | null },
  clause: string,
): boolean => {
  const { draft, by } = at
  const terms = termsOf(at)
  if (!terms || draft.account.suspendedAt !== null || draft.account.closedAt !== null) return false
  const finding = judgeSuspension(terms.suspension, ground, facts, draft.now)
  if (!finding.allowed || finding.scope !== 'account') return false
  draft.set({ suspendedGround: ground, suspendedNote: clause, suspendedBy: by.name || 'clock', suspendedAt: draft.now })
  writeAct({ ...at, kind: 'suspend_account' }, { ground, notice_at: facts.noticeDeemedAt, clause })
  return true
}

/** Lifts a suspension that stands on this ground, because what it was for is over. True when it did. */
export const resumeFromGround = (at: ActContext, ground: string, clause: string): boolean => {
  const { draft } = at
  if (draft.account.suspendedAt === null || draft.account.suspendedGround !== ground) return false
  draft.set({ suspendedGround: null, suspendedNote: null, suspendedBy: null, suspendedAt: null })
  writeAct({ ...at, kind: 'resume_account' }, { ground, clause })
  return true
}
