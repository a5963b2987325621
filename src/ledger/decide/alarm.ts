import type { AlarmCommand, DueResult } from '../../core/commands.ts'
import { alarmKey, type Book } from '../book.ts'
import { type Context, type Decision, Draft, unchanged } from '../draft.ts'

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
