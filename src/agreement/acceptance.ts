import type { NotCovered, WorkingCalendar } from './calendar.ts'
import { countWithin, type PeriodLength } from './deadline.ts'

/** How long the customer has to organise the acceptance, before and after a reminder. */
export interface AcceptanceRule {
  organise: PeriodLength
  afterReminder: PeriodLength
}

/** What has happened, in days; null where it has not. */
export interface AcceptanceHistory {
  applicationDeemedOn: string
  reminderDeemedOn: string | null
  organisedOn: string | null
}

export type AcceptanceStanding =
  | { status: 'organised_in_time' | 'organised_after_reminder' | 'organised_late' | 'pending' }
  | { status: 'not_accepted'; reason: 'no_reminder' | 'reminder_before_first_period_ended' }
  /** `acceptedOn` counts as the day of signing, `deemedAtMs` is the first instant after it (contracts.md §5 no. 28). */
  | { status: 'deemed_accepted'; acceptedOn: string; deemedAtMs: number }

/** `afterReminder` is the last day after a reminder that counts, or null. */
export type AcceptanceFinding =
  | { kind: 'acceptance'; lastDay: string; afterReminder: string | null; standing: AcceptanceStanding }
  | NotCovered

/**
 * How an application for acceptance stands on a day (S3 §4.2). The clock runs from the application. A reminder counts only
 * after the first period is over; without one nothing is ever deemed. What lies after `today` has not happened yet.
 */
export const judgeAcceptance = (
  calendar: WorkingCalendar,
  rule: AcceptanceRule,
  history: AcceptanceHistory,
  today: string,
): AcceptanceFinding => {
  const first = countWithin(calendar, history.applicationDeemedOn, rule.organise, true)
  if (first.kind !== 'period') return first
  const upToToday = (day: string | null) => (day !== null && day <= today ? day : null)
  const organisedOn = upToToday(history.organisedOn)
  const remindedOn = upToToday(history.reminderDeemedOn)
  const { lastDay } = first
  const answer = (standing: AcceptanceStanding, afterReminder: string | null = null): AcceptanceFinding => ({
    kind: 'acceptance',
    lastDay,
    afterReminder,
    standing,
  })

  if (organisedOn !== null && organisedOn <= lastDay) return answer({ status: 'organised_in_time' })
  if (remindedOn === null || remindedOn <= lastDay) {
    if (organisedOn !== null) return answer({ status: 'organised_late' })
    if (today <= lastDay) return answer({ status: 'pending' })
    const reason = remindedOn === null ? 'no_reminder' : 'reminder_before_first_period_ended'
    return answer({ status: 'not_accepted', reason })
  }

  const second = countWithin(calendar, remindedOn, rule.afterReminder, true)
  if (second.kind !== 'period') return second
  if (organisedOn !== null && organisedOn <= second.lastDay) {
    const status = organisedOn < remindedOn ? 'organised_late' : 'organised_after_reminder'
    return answer({ status }, second.lastDay)
  }
  if (today <= second.lastDay) return answer({ status: 'pending' }, second.lastDay)
  return answer({ status: 'deemed_accepted', acceptedOn: second.lastDay, deemedAtMs: second.endMs }, second.lastDay)
}
