import type { DueCommand, DueResult } from '../../core/commands.ts'
import type { Book } from '../book.ts'
import { type Context, type Decision, Draft, unchanged } from '../draft.ts'
import { decideMatterDue } from '../matters/index.ts'
import { recountMatter } from '../matters/matter.ts'
import { writeAct } from './act-context.ts'
import { clearAlarm } from './alarm.ts'
import { byClock } from './by-clock.ts'
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
    case 'matter_due':
      return decideMatter(book, command, context)
    case 'recount_matter':
      return decideRecount(book, command, context)
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

/** A clock of a matter is over, or the matter wanted to be looked at. What follows is the rules' of its kind. */
const decideMatter = (book: Book, { kind, matterId }: Extract<DueCommand, { kind: 'matter_due' }>, context: Context) => {
  const row = book.get('matters', matterId)
  const account = book.account()
  if (!row || !account || row.dueAt === null) return unchanged(nothing)
  const draft = new Draft(context, account)
  if (draft.now < row.dueAt) return unchanged(nothing)
  decideMatterDue(byClock(book, kind, draft), row)
  return draft.done(changed)
}

/** Days that were uncertain are counted again once the calendar reaches further (contracts.md §5 no. 37). */
const decideRecount = (book: Book, { kind, matterId }: Extract<DueCommand, { kind: 'recount_matter' }>, context: Context) => {
  const row = book.get('matters', matterId)
  const account = book.account()
  if (!row || !account || row.provisionalUnder === null || row.provisionalUnder === context.calendar.version)
    return unchanged(nothing)
  const draft = new Draft(context, account)
  const at = byClock(book, kind, draft)
  recountMatter(at, row)
  writeAct(at, { [row.kind]: row.id, calendar: context.calendar.version })
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
