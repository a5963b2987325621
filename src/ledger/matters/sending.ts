import type { DueResult, RecordSendingCommand } from '../../core/commands.ts'
import type { OutgoingNotice, Sending } from '../../core/ports.ts'
import type { Book } from '../book.ts'
import { type ActContext, writeAct } from '../decide/act-context.ts'
import { raiseAlarm } from '../decide/alarm.ts'
import { type Context, type Decision, Draft, unchanged } from '../draft.ts'
import { activeEndpoints, currentContact } from './contacts-in-force.ts'
import { asMatter, changeMatter, type Matter, openMattersOf, publicIdOf } from './matter.ts'
import { judgeNotice } from './notice-delivery.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** Waits between tries, as the Standard Webhooks specification names them; after the last one nobody tries again. */
export const retryWaitsMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
]

/** Where a notice goes now, and in which language; null when there is no such place any more. */
const targetOf = (book: Book, { data }: Matter<'notice'>, now: number): Pick<OutgoingNotice, 'to' | 'language'> | null => {
  if (data.targetId === null) return null
  if (data.channel === 'webhook') {
    const endpoint = activeEndpoints(book).find(({ id }) => id === data.targetId)
    return endpoint ? { to: publicIdOf(endpoint), language: 'en' } : null
  }
  const contact = currentContact(book, data.targetId, now)
  return contact?.data.address ? { to: contact.data.address, language: contact.data.language } : null
}

const isMachineChannel = (channel: string): channel is OutgoingNotice['channel'] =>
  channel === 'email' || channel === 'sms' || channel === 'webhook'

/** A queued notice as a machine sends it; null when its address is gone. */
export const outgoingOf = (book: Book, notice: Matter<'notice'>, now: number): OutgoingNotice | null => {
  const { accountId, id: noticeId, openedAt } = notice
  const { channel, scene, variables, attempts } = notice.data
  const target = targetOf(book, notice, now)
  if (target === null || !isMachineChannel(channel)) return null
  return { accountId, noticeId, channel, ...target, scene, variables, openedAt, attempts }
}

const refuseNotice = (at: ActContext, notice: Matter<'notice'>, reason: string): void => {
  changeMatter(at, notice, { state: 'refused', data: { lastReason: reason }, close: true })
  writeAct({ ...at, kind: 'notice_refused' }, { notice: notice.id, channel: notice.data.channel, reason })
  alarmUndelivered(at, notice)
}

/** A webhook that is not taken is for the customer to mend: its endpoint tells of it (webhook-endpoint.ts). */
const alarmUndelivered = (at: ActContext, notice: Matter<'notice'>): void => {
  if (notice.data.channel !== 'webhook') raiseAlarm(at.draft, at.book, 'notice_undelivered', publicIdOf(notice))
}

/** The clock comes to a queued notice only when its address is gone. */
export const refuseWithoutTarget = (at: ActContext, notice: Matter<'notice'>): void => {
  if (outgoingOf(at.book, notice, at.draft.now) === null) refuseNotice(at, notice, 'address_gone')
}

/** What waits for an address that was taken away is not sent. */
export const refuseQueuedTo = (at: ActContext, targetId: number, reason: string, but: number | null = null): void => {
  for (const notice of openMattersOf(at, 'notice'))
    if (notice.state === 'queued' && notice.data.targetId === targetId && notice.id !== but) {
      changeMatter(at, notice, { state: 'refused', data: { lastReason: reason }, close: true })
      writeAct({ ...at, kind: 'notice_refused' }, { notice: notice.id, channel: notice.data.channel, reason })
    }
}

/** What a sending means for where it went. `notice` is as it stood before. */
export type FollowSending = (at: ActContext, notice: Matter<'notice'>, sending: Sending) => void

/**
 * What became of one try. Sent and refused are for good; a failed one is tried again by the schedule, and given up at its end. A
 * report on a notice that is not waiting, or whose next try is still ahead, is a repeated one and changes nothing.
 */
export const decideRecordSending = (
  book: Book,
  command: RecordSendingCommand,
  context: Context,
  follow: FollowSending,
): Decision<DueResult> => {
  const account = book.account()
  const row = book.get('matters', command.noticeId)
  const isWaiting = row?.accountId === book.accountId && row.kind === 'notice' && row.state === 'queued' && row.dueAt !== null
  const draft = account && new Draft(context, account)
  if (!draft || !isWaiting || draft.now < (row.dueAt ?? 0)) return unchanged({ kind: 'done', changed: false })
  const by = { kind: 'clock', name: '' } as const
  const at: ActContext = { book, by, kind: 'notice_sent', reason: null, context, draft }
  const notice = asMatter<'notice'>(row)
  recordSending(at, notice, command.sending)
  follow(at, notice, command.sending)
  return draft.done({ kind: 'done', changed: true })
}

/** Reasons are fixed words. Text of the other side, which may name the address, is kept nowhere. */
const wordOf = (reason: string): string => (/^[a-z0-9_]{1,64}$/.test(reason) ? reason : 'other')

const recordSending = (at: ActContext, notice: Matter<'notice'>, sending: Sending): void => {
  const now = at.draft.now
  const { channel } = notice.data
  const attempts = notice.data.attempts + 1
  if (sending.kind === 'sent') {
    const facts = { ...notice.data.facts, sentAt: now, shownSentAt: now }
    const sent = { ...notice.data, attempts, facts, lastReason: null, carrierReference: sending.reference }
    changeMatter(at, notice, { state: 'sent', data: judgeNotice(at, sent) })
    writeAct(at, { notice: notice.id, channel, scene: notice.data.scene })
    return
  }
  const reason = wordOf(sending.reason)
  const tried = changeMatter(at, notice, { data: { attempts, lastReason: reason }, wakeAt: now })
  if (sending.kind === 'refused') {
    refuseNotice(at, tried, reason)
    return
  }
  const waitMs = retryWaitsMs[attempts - 1]
  if (waitMs !== undefined) {
    changeMatter(at, tried, { wakeAt: now + Math.max(sending.retryAfterMs ?? waitMs, secondMs) })
    return
  }
  changeMatter(at, tried, { state: 'failed', close: true })
  writeAct({ ...at, kind: 'notice_failed' }, { notice: notice.id, channel, reason })
  alarmUndelivered(at, notice)
}
