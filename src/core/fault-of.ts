import type { Outcome } from './outcome.ts'

/** Whose a failed call was (S0 三(二)3). Force majeure is told by a recorded outage, never by a single call. */
export const callFaults = ['customer', 'gateway', 'partner', 'network'] as const
export type CallFault = (typeof callFaults)[number]

/** The way to the source: no byte reached it, or the line broke. */
const ofNetwork = new Set(['name_not_resolved', 'connect_timeout', 'reset', 'network', 'not_sent'])
/** Nobody was asked, or our own code for the source failed. */
const ofGateway = new Set(['no_source', 'source_not_registered', 'source_fault', 'answer_invalid', 'deadline_before_asking'])

/** Whose fault it is that a verification has no result; null when it has one. A source that does not answer in time is the partner's. */
export const faultOf = (outcome: Outcome, reason: string): CallFault | null => {
  if (outcome === 'match' || outcome === 'mismatch' || outcome === 'no_record') return null
  if (outcome === 'rejected') return 'customer'
  if (ofGateway.has(reason)) return 'gateway'
  return ofNetwork.has(reason) ? 'network' : 'partner'
}

/**
 * The same as far as sums can tell, which keep no reasons: of the customer, of the gateway because there was no source to ask, or
 * anywhere behind the question to one.
 */
export const faultSideOf = (outcome: Outcome, source: string): 'none' | 'customer' | 'gateway' | 'behind_question' => {
  if (outcome === 'rejected') return 'customer'
  if (outcome === 'unavailable' || outcome === 'unknown') return source === '' ? 'gateway' : 'behind_question'
  return 'none'
}
