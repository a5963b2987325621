import { isObjectOf, isPositive, orNull, type Shape } from './shape.ts'

/**
 * What is taken for probing of the register by one key: counts of different things that came with one thing, over the checks
 * that the ledger still remembers. Null switches a pattern off. The contracts name no numbers (S2 五(四), S3 附件3 第七条); all of these are
 * choices, set so that honest traffic of 100,000 checks raises none and a probe is seen before its 200th (X12).
 */
export interface AbuseTerms {
  /** Different names that were tried with one number. A person mistypes, or has two names, a few times. */
  namesPerNumber: number | null
  /** Different numbers that were tried with one name. Of the commonest name there are a few in ten thousand persons. */
  numbersPerName: number | null
  /** Different numbers of one place and one day of birth: somebody walks through the last four digits. */
  numbersPerBirthday: number | null
  /** Different persons for whom one consent was named. An honest consent is about one. */
  personsPerConsent: number | null
  /** Answers `mismatch` in a row that all speak against the baseline of honest traffic; a `match` takes some of them back. */
  mismatches: number | null
  /** Checks between 00:00 and 05:00 at least, when they are also more than this share (percent) of all checks. */
  night: { least: number; percent: number } | null
  /** Share (percent) of the agreement's rate that a throttled key keeps. */
  throttlePercent: number
  /** Hours without anything suspicious after which the ladder goes one step down. */
  quietHours: number
  /** Networks (IPv4 /24, IPv6 /48) new to a key on one day from which its sharing is an alarm (S1 §2.3). */
  newNetworksPerDay: number | null
}

export const abuseTerms: AbuseTerms = {
  namesPerNumber: 6,
  numbersPerName: 20,
  numbersPerBirthday: 12,
  personsPerConsent: 6,
  mismatches: 12,
  night: { least: 60, percent: 30 },
  throttlePercent: 10,
  quietHours: 24,
  newNetworksPerDay: 20,
}

const isCount = orNull((value) => isPositive(value) && value <= 1_000)
const isPercent = (value: unknown): boolean => isPositive(value) && value <= 100

export const abuseShape: Shape = {
  namesPerNumber: isCount,
  numbersPerName: isCount,
  numbersPerBirthday: isCount,
  personsPerConsent: isCount,
  mismatches: isCount,
  night: orNull(isObjectOf({ least: isPositive, percent: isPercent })),
  throttlePercent: isPercent,
  quietHours: (value) => isPositive(value) && value <= 8_760,
  newNetworksPerDay: isCount,
}
