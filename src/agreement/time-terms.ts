import type { AcceptanceRule } from './acceptance.ts'
import type { PeriodLength } from './deadline.ts'
import type { ServiceLevel } from './sla.ts'

export type ProofPaper = 'any' | 'notarial_deed' | 'written_statement'

/** The periods of a preset that the time rules read. Null: the preset knows no such right. */
export interface TimeTerms {
  acceptance: AcceptanceRule | null
  feeObjection: PeriodLength
  inactivity: { days: number; notice: PeriodLength } | null
  /** The papers that prove an event: `any` is any valid proof (S0 四), none where the preset asks for none (contracts.md §5 no. 24). */
  forceMajeure: { proof: PeriodLength; papers: ProofPaper[]; long: { durationDays: number; talks: PeriodLength } | null }
  maintenanceYears: number | null
  serviceLevel: ServiceLevel
}

/** A number of working days. */
export const workdays = (n: number): PeriodLength => ({ n, unit: 'workday' })
/** A number of calendar days. */
export const days = (n: number): PeriodLength => ({ n, unit: 'day' })

/** Where a preset is silent: 15 days to object and 15 to prove (contracts.md §5 no. 24 and 39), no response times (no. 31). */
const silent: TimeTerms = {
  acceptance: null,
  feeObjection: days(15),
  inactivity: null,
  forceMajeure: { proof: days(15), papers: [], long: null },
  maintenanceYears: null,
  serviceLevel: { hours: {}, startsOn: 'every_day' },
}

const s3: TimeTerms = {
  ...silent,
  acceptance: { organise: workdays(7), afterReminder: workdays(3) },
  forceMajeure: { proof: days(15), papers: ['notarial_deed', 'written_statement'], long: { durationDays: 30, talks: days(10) } },
  maintenanceYears: 1,
  // Answer, urgent handling on site, interruption on site; remote help at an interruption is at once (S3 §5.2).
  serviceLevel: { hours: { reply: 1, urgent_onsite: 4, outage_onsite: 2, outage_remote: 0 }, startsOn: 'every_day' },
}

/** S4 leaves its hours blank and does not count holidays (S4 §7.1.2, §7.3.2). */
const s4: TimeTerms = { ...silent, serviceLevel: { hours: { reply: null, plan: null }, startsOn: 'workdays' } }

const s0: TimeTerms = {
  ...silent,
  inactivity: { days: 360, notice: workdays(5) },
  forceMajeure: { ...silent.forceMajeure, papers: ['any'] },
}

/** A notary's paper (S1 §7.1.1). */
const s1: TimeTerms = { ...silent, forceMajeure: { ...silent.forceMajeure, papers: ['notarial_deed'] } }

/** The time terms by preset (contracts.md §4). */
export const timeTermsOf = { S0: s0, S1: s1, S2: silent, S3: s3, S4: s4 } satisfies Record<string, TimeTerms>
