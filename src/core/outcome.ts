/** How a verification ended (DESIGN.md §2). `match`, `mismatch` and `no_record` are delivered answers. */
export const outcomes = ['match', 'mismatch', 'no_record', 'rejected', 'unavailable', 'unknown'] as const
export type Outcome = (typeof outcomes)[number]

/** `unknown` is not an ending: the source may have done the work, so the hold stays. */
export type DefiniteOutcome = Exclude<Outcome, 'unknown'>

export type DeliveredOutcome = 'match' | 'mismatch' | 'no_record'

/** True when the source gave an answer that is passed on to the caller. */
export const isDelivered = (outcome: Outcome): outcome is DeliveredOutcome =>
  outcome === 'match' || outcome === 'mismatch' || outcome === 'no_record'
