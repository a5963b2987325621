import type { LedgerOf, Log, OutgoingNotice, SendNotice } from './core/ports.ts'

export interface DeliverDeps {
  /** Notices whose time to be sent has come, over every account or over one. */
  outgoing(): Promise<OutgoingNotice[]>
  ledgerOf: LedgerOf
  send: SendNotice
  log: Log
  /** True when nothing new is begun any more. */
  isStopping?(): boolean
}

/** What is being sent right now. In memory only. */
export type Underway = Set<string>

const parallelSendings = 8

/**
 * Sends what is due and records what became of it; the answer is how many there were. It runs beside the sweep, so that a slow receiver holds up nothing but the
 * notices behind it, and one notice is never under way twice. Whether a recording still means anything is the ledger's to judge.
 */
export const deliver = async (deps: DeliverDeps, underway: Underway): Promise<number> => {
  const waiting = (await deps.outgoing()).filter((notice) => !underway.has(nameOf(notice)))
  const count = waiting.length
  for (const notice of waiting) underway.add(nameOf(notice))
  const next = (): OutgoingNotice | undefined => (deps.isStopping?.() ? undefined : waiting.shift())
  const takeNext = async (): Promise<void> => {
    for (let notice = next(); notice; notice = next()) {
      try {
        await deliverOne(deps, notice)
      } finally {
        underway.delete(nameOf(notice))
      }
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: parallelSendings }, takeNext))
  for (const notice of waiting.splice(0)) underway.delete(nameOf(notice))
  const broken = lanes.find((lane) => lane.status === 'rejected')
  if (broken) throw broken.reason
  return count
}

const nameOf = ({ accountId, noticeId }: OutgoingNotice): string => `${accountId} ${noticeId}`

const deliverOne = async ({ ledgerOf, send, log }: DeliverDeps, notice: OutgoingNotice): Promise<void> => {
  const { accountId, noticeId, channel } = notice
  const sending = await send(notice)
  await ledgerOf(accountId).submit({ kind: 'record_sending', accountId, noticeId, sending })
  log('notice_sending', {
    account: accountId,
    notice: noticeId,
    channel,
    ending: sending.kind,
    reason: sending.kind === 'sent' ? null : sending.reason,
  })
}
