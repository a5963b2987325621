import { makeId, parseId } from './ids.ts'

/** What the subject of an alarm names, and how it ends. */
interface AlarmKind {
  subject: 'verification' | 'source' | 'clock' | 'matter' | 'key'
  /** `by_itself`: when what it tells of is over. `on_acknowledgement`: it tells of a fact, and a person has to have seen it. */
  clears: 'by_itself' | 'on_acknowledgement'
}

/** Every kind of alarm. Each has its heading in docs/runbook.md. */
export const alarmKinds: Record<string, AlarmKind> = {
  clock_leaped: { subject: 'clock', clears: 'on_acknowledgement' },
  deadline_missed: { subject: 'matter', clears: 'on_acknowledgement' },
  erasure_due: { subject: 'matter', clears: 'by_itself' },
  evidence_breach: { subject: 'matter', clears: 'by_itself' },
  in_doubt_aged: { subject: 'verification', clears: 'by_itself' },
  inactive: { subject: 'matter', clears: 'by_itself' },
  late_answer: { subject: 'verification', clears: 'on_acknowledgement' },
  notice_undelivered: { subject: 'matter', clears: 'on_acknowledgement' },
  webhook_disabled: { subject: 'matter', clears: 'on_acknowledgement' },
  source_unknown_code: { subject: 'source', clears: 'on_acknowledgement' },
  payment_difference: { subject: 'matter', clears: 'by_itself' },
  penalty_above_share: { subject: 'matter', clears: 'on_acknowledgement' },
  security_check_overdue: { subject: 'matter', clears: 'by_itself' },
  abnormal_usage: { subject: 'matter', clears: 'by_itself' },
  authority_report_due: { subject: 'matter', clears: 'on_acknowledgement' },
  key_shared: { subject: 'key', clears: 'on_acknowledgement' },
}

/** Where staff read what to do. */
export const runbookOf = (kind: string): string => `docs/runbook.md#${kind}`

/** The subject as the outside knows it: the public id of a verification, the id of a source, the machine's clock, the public id of a matter or of a key. Of a verification the ledger keeps the number alone. */
export const publicSubjectOf = (accountId: string, kind: string, subject: string): string =>
  alarmKinds[kind]?.subject === 'verification' ? makeId('ver', accountId, Number(subject)) : subject

/** The id of an alarm within its account: an alarm that is raised again is the same alarm. */
export const alarmIdOf = (accountId: string, kind: string, subject: string): string =>
  `${kind}.${publicSubjectOf(accountId, kind, subject)}`

/** Reads what `alarmIdOf` writes; null when it is no alarm that this account could have. */
export const parseAlarmId = (accountId: string, text: string): { alarm: string; subject: string } | null => {
  const dot = text.indexOf('.')
  const alarm = text.slice(0, dot)
  const kind = dot > 0 && Object.hasOwn(alarmKinds, alarm) ? alarmKinds[alarm] : undefined
  if (!kind) return null
  const subject = text.slice(dot + 1)
  if (kind.subject !== 'verification') return { alarm, subject }
  const id = parseId(subject, 'ver')
  return id && id.accountId === accountId ? { alarm, subject: String(id.n) } : null
}
