/** Patterns of probing (reliability.md §4.8), each with its number in the agreement's `abuse`. */
export const abusePatterns = [
  'many_names_of_one_number',
  'many_numbers_of_one_name',
  'numbers_in_sequence',
  'many_persons_of_one_consent',
  'mismatches',
  'at_night',
] as const
export type AbusePattern = (typeof abusePatterns)[number]

/** How far the ladder of one key has been climbed: told, slowed down, stopped. */
export type Rung = 'warned' | 'throttled' | 'stopped'

/** Suspicious use of one key. Its state is the rung. Staff see the patterns; the customer is told the rung alone. */
export interface UsageFlag {
  keyNumber: number
  /** Up by what was seen, down by quiet time or by staff; oldest first. */
  steps: { rung: Rung | 'cleared'; at: number; by: string; pattern: AbusePattern | null; note: string | null }[]
}

/** Staff take the whole ladder back: throttle and stop end with it. */
export type UsageFlagAct = { kind: 'clear_usage_flag'; flagId: number; note: string }
