import type { ActResult } from '../../core/commands.ts'
import { makeId } from '../../core/ids.ts'
import { matterPrefixes } from '../../core/matters/index.ts'
import { marketingScenes, type Notice, type NoticeAct, type NoticeVariables, type Scene } from '../../core/matters/notice.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay, toRfc3339 } from '../../core/shanghai.ts'
import { type ActContext, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { contactsInForce, endpointsFor } from './contacts-in-force.ts'
import { asMatter, changeMatter, defineMatter, type Matter, matterDone, openMatter, viewMatter } from './matter.ts'
import { recordNoticeFact, writeNotice } from './notice-by-staff.ts'
import { blankNotice, judgeNotice } from './notice-delivery.ts'
import { refuseWithoutTarget } from './sending.ts'

/** Scenes whose subject the agreement may keep off a channel (S3 §10.1). */
const subjectOf: Partial<Record<Scene, Notice['subject']>> = {
  closing: 'termination',
  notice_of_breach: 'breach',
  suspended: 'suspension',
  due: 'payment',
  overdue: 'payment',
  offer: 'offer',
}

const prefixOf: Record<string, Parameters<typeof makeId>[0]> = {
  ...matterPrefixes,
  grant: 'gra',
  key: 'key',
  verification: 'ver',
  order: 'ord',
  consent: 'con',
}

/**
 * Variables as the outside knows things: a number under the name of a thing is its public id, one whose name ends in `_at` an
 * instant. So decisions hand in what they have.
 */
const publicVariables = (accountId: string, variables: NoticeVariables): NoticeVariables =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (typeof value === 'string') return [name, value]
      const prefix = Object.hasOwn(prefixOf, name) ? prefixOf[name] : undefined
      if (prefix) return [name, makeId(prefix, accountId, value)]
      return [name, name.endsWith('_at') ? toRfc3339(value) : value]
    }),
  )

/**
 * Tells the customer something, in the same commit as what it tells of: at once in the list of its notices, and queued for every
 * e-mail address, mobile number and webhook endpoint that is recorded. Variables are ids, codes, numbers, days and instants; never
 * personal data. The answer is the one in the list.
 */
export const notify = (
  at: ActContext,
  scene: Scene,
  variables: NoticeVariables,
  /** An endpoint that is not told, because this very commit takes it out of use. */
  { without = null }: { without?: number | null } = {},
): Matter<'notice'> => {
  const now = at.draft.now
  const isMarketing = marketingScenes.includes(scene)
  const subject = subjectOf[scene] ?? null
  const common = { scene, variables: publicVariables(at.book.accountId, variables), subject }
  const facts = { sentAt: now, shownSentAt: now, arrivedAt: now }
  const shownData = judgeNotice(at, blankNotice({ ...common, channel: 'site_message', targetId: null, facts }))
  const shown = openMatter(at, 'notice', { state: 'sent', data: shownData })
  const queue = (channel: Notice['channel'], targetId: number): void => {
    const data = judgeNotice(at, blankNotice({ ...common, channel, targetId, facts: {} }))
    openMatter(at, 'notice', { state: 'queued', data, wakeAt: now })
  }
  for (const channel of ['email', 'sms'] as const)
    for (const contact of contactsInForce(at.book, channel, shanghaiDay(now)))
      if (!isMarketing || contact.data.marketing) queue(channel, contact.id)
  if (!isMarketing)
    for (const { id } of endpointsFor(at.book, scene)) {
      if (id !== without) queue('webhook', id)
    }
  return shown
}

/** Queues a webhook for one endpoint and nobody else. */
export const queueTo = (at: ActContext, endpointId: number, scene: Scene, variables: NoticeVariables): void => {
  const common = { scene, variables: publicVariables(at.book.accountId, variables), subject: null, facts: {} }
  const data = judgeNotice(at, blankNotice({ ...common, channel: 'webhook', targetId: endpointId }))
  openMatter(at, 'notice', { state: 'queued', data, wakeAt: at.draft.now })
}

/** The customer has read it, in its list. A copy that is still to be sent is sent all the same. */
const readNotice = (at: ActContext, act: Extract<NoticeAct, { kind: 'read_notice' }>): Decision<ActResult> => {
  const row = at.book.get('matters', act.noticeId)
  if (row?.accountId !== at.book.accountId || row.kind !== 'notice') return unchanged(refuse('not_found'))
  const notice = asMatter<'notice'>(row)
  if (notice.data.facts.readAt !== undefined) return unchanged({ kind: 'matter', matter: viewMatter(row), repeated: true })
  const data = { facts: { ...notice.data.facts, readAt: at.draft.now } }
  const isListed = notice.data.channel === 'site_message'
  const read = changeMatter(at, notice, isListed ? { state: 'read', data, close: true } : { data, wakeAt: notice.dueAt })
  writeAct(at, { notice: notice.id })
  return matterDone(at, read)
}

/** What the customer is told, on each channel. */
export const noticeRules = defineMatter<'notice', NoticeAct>(
  'notice',
  { read_notice: readNotice, write_notice: writeNotice, record_notice_fact: recordNoticeFact },
  refuseWithoutTarget,
  // What is still open after the end is told by notices too, and each of them counts when it is delivered.
  ['read_notice', 'write_notice', 'record_notice_fact'],
)
