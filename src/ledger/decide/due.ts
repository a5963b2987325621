import type { DueCommand, DueResult } from '../../core/commands.ts'
import type { Book } from '../book.ts'
import { type Context, type Decision, Draft, unchanged } from '../draft.ts'
import { clearAlarm } from './alarm.ts'
import { decideCountDenials } from './deny.ts'
import { writeDoubt, writeEnding } from './settle.ts'

/** After its deadline a verification is waited for this long before it is said to be in doubt: its own second commit may be queued. */
export const doubtGraceMs = 5_000

const dayMs = 86_400_000

/** Acts of the clock. Each judges again whether its time has come, so a repeated or early one does nothing. */
export const decideDue = (book: Book, command: DueCommand, context: Context): Decision<DueResult> => {
  switch (command.kind) {
    case 'doubt':
      return decideDoubt(book, command.verificationId, context)
    case 'release_doubt':
      return decideReleaseDoubt(book, command.verificationId, context)
    case 'expire_grant':
      return decideExpireGrant(book, command.grantId, context)
    case 'count_denials':
      return decideCountDenials(book, command, context)
  }
}

const nothing: DueResult = { kind: 'done', changed: false }
const changed: DueResult = { kind: 'done', changed: true }

/** A hold past its deadline is in doubt: a timer never releases one, because the source may have done the work (DESIGN.md §2). */
const decideDoubt = (book: Book, id: number, context: Context): Decision<DueResult> => {
  const verification = book.get('verifications', id)
  const account = book.account()
  if (!verification || !account || book.get('outcomes', id) || book.get('doubts', id)) return unchanged(nothing)
  const draft = new Draft(context, account)
  if (draft.now < verification.deadlineAt + doubtGraceMs) return unchanged(nothing)
  writeDoubt(draft, verification, { sourceId: null, sourceReference: null, reason: 'deadline' })
  return draft.done(changed)
}

/** When `settleWithinDays` have passed without a result, the hold is given back: the fee is for passing on a result (S1 §1). */
const decideReleaseDoubt = (book: Book, id: number, context: Context): Decision<DueResult> => {
  const verification = book.get('verifications', id)
  const doubt = book.get('doubts', id)
  const account = book.account()
  if (!verification || !doubt || !account || book.get('outcomes', id)) return unchanged(nothing)
  const draft = new Draft(context, account)
  if (draft.now < verification.heldAt + book.terms(verification.agreementId).settleWithinDays * dayMs) return unchanged(nothing)
  writeEnding(draft, book, verification, {
    outcome: 'unknown',
    sourceId: doubt.sourceId,
    sourceReference: null,
    sourceBilled: null,
    reason: 'settle_time_over',
    rawDigest: null,
    by: 'time',
    actor: 'clock',
  })
  clearAlarm(draft, book, 'in_doubt_aged', String(id))
  return draft.done(changed)
}

/** Credits that nobody used by the end of their grant lapse, as an entry of their own; held ones are left to their ending (S1 三). */
const decideExpireGrant = (book: Book, id: number, context: Context): Decision<DueResult> => {
  const grant = book.get('grants', id)
  const account = book.account()
  if (!grant || !account || grant.expiresAt === null || grant.available === 0) return unchanged(nothing)
  const draft = new Draft(context, account)
  if (draft.now < grant.expiresAt) return unchanged(nothing)
  draft.entry({
    kind: 'expire',
    actor: 'clock',
    grantId: id,
    credits: grant.available,
    leaf: { grant: id, credits: grant.available },
  })
  draft.put('grants', { ...grant, available: 0, expired: grant.expired + grant.available })
  return draft.done(changed)
}
