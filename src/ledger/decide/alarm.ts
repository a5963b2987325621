import { alarmKinds } from '../../core/alarms.ts'
import type { ActResult, AlarmCommand, DueResult, StaffAct } from '../../core/commands.ts'
import { refuse } from '../../core/refusal.ts'
import { alarmKey, type Book } from '../book.ts'
import { type Context, type Decision, Draft, unchanged } from '../draft.ts'
import { viewAlarm } from '../views.ts'
import { type ActContext, writeAct } from './act-context.ts'

/** Raises an alarm, or counts one that stands. */
export const raiseAlarm = (draft: Draft, book: Book, kind: string, subject: string): void => {
  const prior = book.get('alarms', alarmKey({ kind, subject }))
  const standing = prior !== null && prior.clearedAt === null
  draft.put('alarms', {
    accountId: draft.account.id,
    kind,
    subject,
    since: standing ? prior.since : draft.now,
    lastAt: draft.now,
    count: (prior?.count ?? 0) + 1,
    clearedAt: null,
    acknowledgedBy: standing ? prior.acknowledgedBy : null,
  })
}

/** Clears an alarm that stands; true when there was one. */
export const clearAlarm = (draft: Draft, book: Book, kind: string, subject: string): boolean => {
  const prior = book.get('alarms', alarmKey({ kind, subject }))
  if (!prior || prior.clearedAt !== null) return false
  draft.put('alarms', { ...prior, clearedAt: draft.now })
  return true
}

/** An alarm that was noticed outside a decision, such as by the sweep. */
export const decideAlarm = (book: Book, command: AlarmCommand, context: Context): Decision<DueResult> => {
  const account = book.account()
  if (!account) return unchanged({ kind: 'done', changed: false })
  const draft = new Draft(context, account)
  if (!command.raised) {
    return clearAlarm(draft, book, command.alarm, command.subject)
      ? draft.done({ kind: 'done', changed: true })
      : unchanged({ kind: 'done', changed: false })
  }
  const prior = book.get('alarms', alarmKey({ kind: command.alarm, subject: command.subject }))
  if (prior && prior.clearedAt === null) return unchanged({ kind: 'done', changed: false })
  raiseAlarm(draft, book, command.alarm, command.subject)
  return draft.done({ kind: 'done', changed: true })
}

/** A person has seen it. An alarm that tells of a fact ends with that; one that tells of a state stands until the state is over. */
export const decideAcknowledge = (at: ActContext, act: Extract<StaffAct, { kind: 'acknowledge_alarm' }>): Decision<ActResult> => {
  const { book, draft, by } = at
  const alarm = book.get('alarms', alarmKey({ kind: act.alarm, subject: act.subject }))
  if (!alarm) return unchanged(refuse('not_found'))
  if (alarm.clearedAt !== null) return unchanged(refuse('state_conflict', { detail: 'alarm_cleared' }))
  if (alarm.acknowledgedBy !== null) return unchanged(refuse('state_conflict', { detail: 'already_acknowledged' }))
  const ends = alarmKinds[alarm.kind]?.clears !== 'by_itself'
  const seen = draft.put('alarms', { ...alarm, acknowledgedBy: by.name, clearedAt: ends ? draft.now : null })
  writeAct(at, { alarm: alarm.kind, about: alarm.subject }, { note: act.note })
  return draft.done({ kind: 'alarm', alarm: viewAlarm(seen) })
}
