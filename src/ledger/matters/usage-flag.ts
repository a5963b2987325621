import { clauseOf } from '../../agreement/clause.ts'
import { judgeSuspension } from '../../agreement/suspension.ts'
import type { ActResult } from '../../core/commands.ts'
import type { AbusePattern, Rung, UsageFlag, UsageFlagAct } from '../../core/matters/usage-flag.ts'
import type { Rows } from '../book.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { clearAlarm, raiseAlarm } from '../decide/alarm.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  defineMatter,
  findMatter,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
  publicIdOf,
} from './matter.ts'
import { notify } from './notice.ts'
import { recordLifting, stopKey, theKey } from './suspension.ts'

const hourMs = 3_600_000

/** Up the ladder: told first, then slowed down, then stopped. */
const above: Record<Rung, Rung> = { warned: 'throttled', throttled: 'stopped', stopped: 'stopped' }

const findFlag = (at: Pick<ActContext, 'book'>, keyNumber: number): Matter<'usage_flag'> | null =>
  openMattersOf(at, 'usage_flag').find(({ data }) => data.keyNumber === keyNumber) ?? null

const stepOf = (at: ActContext, rung: UsageFlag['steps'][number]['rung'], pattern: AbusePattern | null, note: string | null) => ({
  rung,
  at: at.draft.now,
  by: actorText(at.by),
  pattern,
  note,
})

/**
 * One more finding about a key: the next rung of its ladder, at once. Null when there is none, because the key is stopped
 * already, or the agreement's table knows no such ground.
 */
export const climb = (at: ActContext, key: Rows['apiKeys'], pattern: AbusePattern): Rung | null => {
  const terms = termsOf(at)
  if (!terms || key.suspendedAt !== null) return null
  const flag = findFlag(at, key.id)
  const rung = flag ? above[flag.state as Rung] : 'warned'
  const right = judgeSuspension(terms.suspension, 'abnormal_usage', { noticeDeemedAt: null, dueLastDay: null }, at.draft.now)
  const goes = rung !== 'stopped' || (right.allowed && right.scope === 'account')
  if (!goes) return null
  const quietUntil = rung === 'stopped' ? null : at.draft.now + terms.abuse.quietHours * hourMs
  const step = stepOf(at, rung, pattern, null)
  const climbed = flag
    ? changeMatter(at, flag, { state: rung, data: { steps: [...flag.data.steps, step] }, wakeAt: quietUntil })
    : openMatter(at, 'usage_flag', { state: rung, data: { keyNumber: key.id, steps: [step] }, wakeAt: quietUntil })
  raiseAlarm(at.draft, at.book, 'abnormal_usage', publicIdOf(climbed))
  const clause = clauseOf(terms.preset, 'abuse')
  if (rung === 'stopped') {
    const none = { id: null, deemedAt: null }
    if (right.allowed) stopKey(at, key, { ground: 'abnormal_usage', note: null, clause, notice: none, right })
    return rung
  }
  writeAct({ ...at, kind: `usage_${rung}` }, { key: key.id, pattern, clause })
  if (rung === 'throttled') at.draft.put('apiKeys', { ...key, throttle: throttleOf(terms) })
  notify(at, `usage_${rung}`, { key: key.id })
  return rung
}

const throttleOf = ({ rate, abuse }: { rate: { limit: number }; abuse: { throttlePercent: number } }): number =>
  Math.max(1, Math.floor((rate.limit * abuse.throttlePercent) / 100))

/** After quiet time one rung down, by the clock. A key that is stopped is let go by staff alone: nothing is seen of it. */
const stepDown = (at: ActContext, flag: Matter<'usage_flag'>): void => {
  const terms = termsOf(at)
  if (!terms || flag.state === 'stopped') return
  const clause = clauseOf(terms.preset, 'abuse')
  if (flag.state === 'throttled') {
    const steps = [...flag.data.steps, stepOf(at, 'warned', null, null)]
    changeMatter(at, flag, { state: 'warned', data: { steps }, wakeAt: at.draft.now + terms.abuse.quietHours * hourMs })
    unthrottle(at, flag.data.keyNumber)
    writeAct({ ...at, kind: 'usage_unthrottled' }, { key: flag.data.keyNumber, clause })
    return
  }
  const steps = [...flag.data.steps, stepOf(at, 'cleared', null, null)]
  changeMatter(at, flag, { state: 'cleared', data: { steps }, close: true })
  clearAlarm(at.draft, at.book, 'abnormal_usage', publicIdOf(flag))
  writeAct({ ...at, kind: 'usage_cleared' }, { key: flag.data.keyNumber, clause })
}

const unthrottle = (at: ActContext, keyNumber: number): void => {
  const key = at.book.get('apiKeys', keyNumber)
  if (key && key.throttle !== null) at.draft.put('apiKeys', { ...key, throttle: null })
}

/** Ends the ladder of a key without touching the key. True when there was one. */
export const clearFlag = (at: ActContext, keyNumber: number, note: string | null): boolean => {
  const flag = findFlag(at, keyNumber)
  if (!flag) return false
  endFlag(at, flag, note)
  return true
}

const endFlag = (at: ActContext, flag: Matter<'usage_flag'>, note: string | null): Matter<'usage_flag'> => {
  const steps = [...flag.data.steps, stepOf(at, 'cleared', null, note)]
  clearAlarm(at.draft, at.book, 'abnormal_usage', publicIdOf(flag))
  return changeMatter(at, flag, { state: 'cleared', data: { steps }, close: true })
}

/** Staff take it back, whole: the throttle, and the stop where the ladder had stopped the key. */
const clearByStaff = (at: ActContext, act: UsageFlagAct): Decision<ActResult> => {
  const flag = findMatter(at, 'usage_flag', act.flagId)
  if (isRefusal(flag)) return unchanged(flag)
  const { keyNumber } = flag.data
  const cleared = endFlag(at, flag, act.note)
  const key = at.book.get('apiKeys', keyNumber)
  const stopped = flag.state === 'stopped' && key?.suspendedGround === 'abnormal_usage'
  if (key) {
    const open = stopped ? { suspendedGround: null, suspendedNote: null, suspendedBy: null, suspendedAt: null } : {}
    at.draft.put('apiKeys', { ...key, ...open, throttle: null })
  }
  writeAct(at, { usage_flag: flag.id, key: keyNumber }, { note: act.note })
  if (stopped) {
    writeAct({ ...at, kind: 'resume_key' }, { key: keyNumber }, { note: act.note })
    recordLifting(at, theKey(keyNumber), { note: act.note, clause: null })
  }
  return matterDone(at, cleared)
}

/** The ladder of a key that looks like probing (S2 五(四), S3 附件3 第七条; reliability.md X12). */
export const usageFlagRules = defineMatter<'usage_flag', UsageFlagAct>(
  'usage_flag',
  { clear_usage_flag: clearByStaff },
  (at, flag) => stepDown(at, flag),
)
