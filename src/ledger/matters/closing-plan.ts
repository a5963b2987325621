import type { Clock } from '../../agreement/clock.ts'
import { type EndNotice, judgeSilenceClosing, judgeStopDay, planEnd } from '../../agreement/closing.ts'
import { judgeDelivery } from '../../agreement/delivery.ts'
import { isInactive } from '../../agreement/inactivity.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { SentNotice } from '../../core/matters/closing.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import { type ActContext, calendarOf } from '../decide/act-context.ts'
import { clockFrom } from './matter.ts'

/** When an announced end takes effect: by its clock, or now when that is null. */
export interface EndPlan {
  endsAt: number | null
  clock: Clock | null
}

const conflict = (detail: string): Refusal => refuse('state_conflict', { detail })

/** When a notice counts as delivered under the agreement (S0 七, S3 §10). */
export const findDeemedAt = (terms: Terms, sent: SentNotice, subject: string): number | Refusal => {
  const delivery = judgeDelivery(terms.delivery, { ...sent, subject })
  if (delivery.kind === 'not_delivered') return conflict(delivery.reason)
  return delivery.kind === 'delivered_at' ? delivery.atMs : startOfDayMs(delivery.day)
}

const effectAt = (at: ActContext, clause: string, ms: number): EndPlan =>
  ms <= at.draft.now
    ? { endsAt: at.draft.now, clock: null }
    : { endsAt: ms, clock: clockFrom(at, { name: 'end', clause, rule: { kind: 'at', at: ms }, effect: true }) }

/** An end that is counted from the delivery of its notice. Of uncertain days nothing takes effect until they are known. */
const countedEnd = (at: ActContext, clause: string, deemedAt: number, notice: EndNotice): EndPlan => {
  if (typeof notice === 'string') return effectAt(at, clause, deemedAt)
  const clock = clockFrom(at, {
    name: 'end',
    clause,
    rule: { kind: 'within', eventOn: shanghaiDay(deemedAt), length: notice, roll: false },
    effect: true,
  })
  if (clock && clock.assumedYears.length === 0 && clock.dueAt <= at.draft.now) return effectAt(at, clause, clock.dueAt)
  return { endsAt: clock && clock.assumedYears.length === 0 ? clock.dueAt : null, clock }
}

/** An end on a day that was named. */
export const planDay = (at: ActContext, clause: string, stopOn: string): EndPlan => effectAt(at, clause, startOfDayMs(stopOn))

/**
 * The end that follows from a notice, for the customer's own wish (`ground` null) or on a ground of the agreement; null when
 * both sides have to agree first.
 */
export const planNoticedEnd = (
  at: ActContext,
  terms: Terms,
  wanted: { ground: string | null; deemedAt: number; stopOn: string | null; clause: string },
): EndPlan | Refusal | null => {
  const { ground, deemedAt, stopOn, clause } = wanted
  const plan = planEnd(calendarOf(at), terms.ending, ground, deemedAt)
  switch (plan.kind) {
    case 'agreement_needed':
      return null
    case 'ground_unknown':
      return conflict('ground_unknown')
    case 'calendar_not_covered':
      if (stopOn !== null) return conflict('calendar_not_covered')
      return countedEnd(at, clause, deemedAt, noticeOf(terms, ground))
    case 'end': {
      if (stopOn === null) return countedEnd(at, clause, deemedAt, noticeOf(terms, ground))
      const stop = judgeStopDay(plan.earliestMs, stopOn)
      return stop.accepted ? effectAt(at, clause, stop.stopMs) : conflict(stop.reason)
    }
  }
}

const noticeOf = ({ ending }: Terms, ground: string | null): EndNotice =>
  (ground === null ? ending.customerNotice : ending.grounds[ground]) ?? 'by_agreement'

/** What keeps a silent account: a paid pack that has not run out, or an open bill. The books hold no bills (contracts.md §5 no. 14). */
export const keptBy = ({ book, draft }: Pick<ActContext, 'book' | 'draft'>): { livePaidPack: boolean; openBill: boolean } => ({
  livePaidPack: book.openGrants().some(({ orderId, expiresAt, available, held }) => {
    const isLive = available + held > 0 && (expiresAt === null || draft.now < expiresAt)
    return isLive && orderId !== null && (book.get('orders', orderId)?.paidFen ?? 0) > 0
  }),
  openBill: false,
})

/** From when silence is counted: the last operation, or the agreement's first day when there was none. */
export const silentSince = ({ draft }: Pick<ActContext, 'draft'>): number =>
  draft.account.lastOperationAt ?? draft.account.effectiveAt ?? draft.account.createdAt

/** How a closing for silence stands that was announced with a notice: when it ends, or why not (S0 六.2). */
export const planSilentEnd = (
  at: ActContext,
  rule: NonNullable<Terms['inactivity']>,
  clause: string,
  deemedAt: number,
): EndPlan | Refusal => {
  const since = silentSince(at)
  const standing = judgeSilenceClosing(calendarOf(at), rule, deemedAt, since)
  if (standing.kind === 'closing_cancelled') return conflict(standing.reason)
  if (standing.kind === 'right_not_yet_arisen') return conflict(standing.kind)
  const kept = keptBy(at)
  if (!isInactive({ lastDay: '', rightFromMs: 0 }, at.draft.now, kept)) return conflict(kept.openBill ? 'open_bill' : 'paid_pack')
  return countedEnd(at, clause, deemedAt, rule.notice)
}
