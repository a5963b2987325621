import { judgeSuspension } from '../../agreement/suspension.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActCommand } from '../../core/commands.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import type { Book } from '../book.ts'
import type { Context, Draft } from '../draft.ts'
import type { LeafFacts } from '../leaf.ts'

/** What every act on an existing account is handed. */
export interface ActContext {
  book: Book
  command: ActCommand
  context: Context
  draft: Draft
}

/** The journal line of a staff act. Free text stays in the journal; the leaf has a salted digest of it. */
export const writeAct = (
  { command, context, draft }: ActContext,
  facts: LeafFacts,
  body: Record<string, string | number | null> = {},
): void => {
  const salt = context.crypto.randomHex(16)
  const text = canonicalJson({ ...body, reason: command.reason, salt })
  draft.entry({
    kind: command.act.kind,
    actor: `staff:${command.actor}`,
    body: text,
    leaf: { ...facts, staff: command.actor, note: context.crypto.sha256(text) },
  })
}

/** Checks a suspension's ground against the agreement's table; the account's own agreement decides, never a constant. */
export const judgeGround = (at: ActContext, ground: string, noticeDeemedAt: number | null): Refusal | null => {
  const agreementId = at.draft.account.agreementId
  if (agreementId === null) return null
  // The books hold no bills, so nothing can be overdue in them.
  const facts = { noticeDeemedAt, dueLastDay: null }
  const finding = judgeSuspension(at.book.terms(agreementId).suspension, ground, facts, at.draft.now)
  if (!finding.allowed) return refuse('state_conflict', { detail: finding.reason })
  return finding.scope === 'account' ? null : refuse('state_conflict', { detail: 'ground_stops_one_subject' })
}
