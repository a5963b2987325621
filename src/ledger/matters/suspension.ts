import { clauseOf } from '../../agreement/clause.ts'
import type { SuspensionRight } from '../../agreement/suspension.ts'
import type { ActResult } from '../../core/commands.ts'
import type { AgreeingParty, SuspensionAct, SuspensionRecord } from '../../core/matters/suspension.ts'
import { refuse } from '../../core/refusal.ts'
import type { Rows } from '../book.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { raiseAlarm } from '../decide/alarm.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  defineMatter,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
  publicIdOf,
  viewMatter,
} from './matter.ts'
import { notify } from './notice.ts'

/** What is stopped, with the number that tells it from others of its kind. */
export type Stopped = Pick<SuspensionRecord, 'target' | 'keyNumber' | 'consentId' | 'subjectId'>

export const theAccount: Stopped = { target: 'account', keyNumber: null, consentId: null, subjectId: null }
export const theKey = (keyNumber: number): Stopped => ({ target: 'key', keyNumber, consentId: null, subjectId: null })

const isSame = (a: Stopped, b: Stopped): boolean =>
  a.target === b.target && a.keyNumber === b.keyNumber && a.subjectId === b.subjectId

/** The suspension of this that stands; null for one from before they were recorded. */
export const findSuspension = (at: Pick<ActContext, 'book'>, what: Stopped): Matter<'suspension'> | null =>
  openMattersOf(at, 'suspension').find(({ data }) => isSame(data, what)) ?? null

/** Whether a suspension stands for which the records of the account are kept as they are: nothing may be erased then (S3 附件3 第二条). */
export const areRecordsKept = (at: Pick<ActContext, 'book'>): boolean =>
  openMattersOf(at, 'suspension').some(({ data }) => data.keepRecords)

export interface Imposed {
  ground: string
  note: string | null
  clause: string | null
  notice: { id: number | null; deemedAt: number | null }
  /** What the agreement's table says of the ground; null where no agreement is made yet. */
  right: SuspensionRight | null
}

/**
 * The record of a suspension that begins with this act, and what the ground demands beside it: the notice where none came
 * first (contracts.md §5 no. 6), and the alarm until the authority is told (S3 附件3 第二条).
 */
export const recordSuspension = (at: ActContext, what: Stopped, imposed: Imposed): Matter<'suspension'> => {
  const { ground, note, clause, notice, right } = imposed
  const matter = openMatter(at, 'suspension', {
    state: 'in_force',
    data: {
      ...what,
      ground,
      note,
      clause,
      noticeId: notice.id,
      noticeAt: notice.deemedAt,
      keepRecords: right?.keepRecords ?? false,
      reportToAuthority: right?.reportToAuthority ?? false,
      resumeOn: right?.resumeOn ?? null,
      lifted: null,
    },
  })
  if (matter.data.reportToAuthority) raiseAlarm(at.draft, at.book, 'authority_report_due', publicIdOf(matter))
  // One that stops a single person is told to nobody but the customer's own list: its ground is that person's affair.
  if ((right?.noticeAfterwards ?? true) && what.target !== 'subject') notify(at, 'suspended', toldOf(matter))
  return matter
}

/** Ends the record of the suspension that stands, and tells the customer. Nothing to end where none was recorded. */
export const recordLifting = (
  at: ActContext,
  what: Stopped,
  { note, clause, agreedBy = [] }: { note: string | null; clause: string | null; agreedBy?: readonly AgreeingParty[] },
): void => {
  const matter = findSuspension(at, what)
  if (!matter) return
  const lifted = changeMatter(at, matter, {
    state: 'lifted',
    data: { lifted: { by: actorText(at.by), note, clause, agreedBy: [...agreedBy] } },
    close: true,
  })
  if (what.target !== 'subject') notify(at, 'resumed', toldOf(lifted))
}

const toldOf = ({ id, data }: Matter<'suspension'>): Record<string, string | number> => ({
  suspension: id,
  target: data.target,
  ground: data.ground,
  ...(data.keyNumber === null ? {} : { key: data.keyNumber }),
})

/** Stops a key for something that no staff decided: the entry is the clock's, because its leaf names the key that is stopped. */
export const stopKey = (at: ActContext, key: Rows['apiKeys'], imposed: Imposed): Matter<'suspension'> => {
  const { ground, clause, notice } = imposed
  at.draft.put('apiKeys', {
    ...key,
    suspendedGround: ground,
    suspendedNote: clause,
    suspendedBy: actorText(at.by),
    suspendedAt: at.draft.now,
  })
  writeAct(
    { ...at, by: { kind: 'clock', name: '' }, kind: 'suspend_key' },
    { key: key.id, ground, notice_at: notice.deemedAt, clause },
  )
  return recordSuspension(at, theKey(key.id), imposed)
}

/**
 * The customer reports that a key is in the wrong hands: it is locked by the same commit, whatever the agreement's table says,
 * because it is the customer's own key. What was charged before stays: what a key does is the customer's act (S3 §6.1.9).
 */
const reportLeak = (at: ActContext, act: SuspensionAct): Decision<ActResult> => {
  const key = at.book.get('apiKeys', act.keyNumber)
  if (!key || key.accountId !== at.book.accountId) return unchanged(refuse('not_found'))
  if (key.revokedAt !== null) return unchanged(refuse('state_conflict', { detail: 'key_revoked' }))
  const prior = findSuspension(at, theKey(key.id))
  if (prior?.data.ground === 'key_leaked') return unchanged({ kind: 'matter', matter: viewMatter(asRow(prior)), repeated: true })
  if (key.suspendedAt !== null) return unchanged(refuse('state_conflict', { detail: 'already_suspended' }))
  writeAct(at, { leaked: key.id }, { note: act.note })
  const matter = stopKey(at, key, {
    ground: 'key_leaked',
    note: act.note,
    clause: clauseOf(termsOf(at)?.preset ?? '', 'key_leaked'),
    notice: { id: null, deemedAt: null },
    right: null,
  })
  return matterDone(at, matter)
}

const asRow = (matter: Matter<'suspension'>): Rows['matters'] => matter as unknown as Rows['matters']

/** Suspensions, each from its beginning to its end. Staff impose and lift them by the acts on account, key and person. */
export const suspensionRules = defineMatter<'suspension', SuspensionAct>('suspension', { report_leak: reportLeak })
