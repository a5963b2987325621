import type { NotCovered, WorkingCalendar } from './calendar.ts'
import { countWithin, type PeriodLength } from './deadline.ts'

/** One text that the customer handed in for one call. */
export interface EvidenceUpload {
  callId: string
  /** Whether it is the text whose digest was recorded before the call. */
  digestMatches: boolean
  /** Day on which it came in; null where only the order of things is known, which counts as in time. */
  uploadedOn: string | null
}

export type EvidenceStanding = 'proved' | 'digest_mismatch' | 'pending' | 'overdue'

export interface EvidenceFinding {
  kind: 'evidence'
  /** Standing of every call that was asked about, in the order of asking. */
  calls: { callId: string; standing: EvidenceStanding }[]
  /** Last day to answer; null while no clock runs. */
  lastDay: string | null
  /** A text that differs, or none in time, is a breach (S1 §2.1). */
  breach: boolean
}

/** The clock of a request: how long the customer has, from which day, and today. */
export interface EvidenceClock {
  answerWithin: PeriodLength
  requestedOn: string
  today: string
}

/**
 * How a request for authorisation texts stands (S1 §2.1: at any time). The text must be the one that was recorded before the
 * call. Without a clock nothing is overdue; the time to answer is a parameter, because the clause names none (contracts.md §5
 * no. 23), and it rolls out of days off, because the customer must act. One right text in time proves a call, whatever else came in.
 */
export const judgeEvidence = (
  calendar: WorkingCalendar,
  callIds: readonly string[],
  uploads: readonly EvidenceUpload[],
  clock: EvidenceClock | null,
): EvidenceFinding | NotCovered => {
  const period = clock && countWithin(calendar, clock.requestedOn, clock.answerWithin, true)
  if (period && period.kind !== 'period') return period
  const lastDay = period?.lastDay ?? null
  const isOver = clock !== null && lastDay !== null && clock.today > lastDay
  const standingOf = (callId: string): EvidenceStanding => {
    const inTime = uploads.filter(
      (upload) =>
        upload.callId === callId &&
        (upload.uploadedOn === null ||
          ((lastDay === null || upload.uploadedOn <= lastDay) && upload.uploadedOn <= (clock?.today ?? upload.uploadedOn))),
    )
    if (inTime.some(({ digestMatches }) => digestMatches)) return 'proved'
    if (inTime.length > 0) return 'digest_mismatch'
    return isOver ? 'overdue' : 'pending'
  }
  const calls = callIds.map((callId) => ({ callId, standing: standingOf(callId) }))
  const breach = calls.some(({ standing }) => standing === 'digest_mismatch' || standing === 'overdue')
  return { kind: 'evidence', calls, lastDay, breach }
}
