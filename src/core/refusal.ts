/**
 * The expected "no"s, in the order in which they are judged: the first fault of a request is the one that is answered.
 * The order is part of the contract (DESIGN.md §2 step 3; contracts.md GATE-17) and is pinned by a table test.
 */
export const refusalOrder = [
  'key_missing',
  'key_malformed',
  'key_unknown',
  'key_revoked',
  'key_expired',
  'abnormal_usage',
  'rate_limited',
  'key_scope',
  'address_not_allowed',
  'idempotency_key_reused',
  'verification_in_progress',
  'source_unknown',
  'source_unavailable',
  'account_closed',
  'not_effective',
  'term_expired',
  'account_suspended',
  'key_suspended',
  'subject_on_hold',
  'check_not_granted',
  'purpose_not_allowed',
  'input_invalid',
  'consent_missing',
  'consent_subject',
  'consent_withdrawn',
  'consent_expired',
  'consent_after_request',
  'consent_scope',
  'consent_source',
  'consent_used_up',
  'quota_exhausted',
] as const

/** Refusals that the life of a verification can end in. */
export type VerificationRefusalCode = (typeof refusalOrder)[number]

/** Refusals of the other acts: state that does not allow the act, or a thing that does not exist for this caller. */
export type ActRefusalCode =
  | 'not_found'
  | 'state_conflict'
  | 'consent_reference_reused'
  | 'agreement_incomplete'
  | 'approval_required'

export type RefusalCode = VerificationRefusalCode | ActRefusalCode

/** One broken rule of the input: where and which, never the value. */
export interface InputFault {
  /** JSON pointer into the request body (RFC 6901). */
  pointer: string
  /** Stable name of the rule that was broken. */
  rule: string
}

/** State of the caller's rate limit after this request. */
export interface RateState {
  limit: number
  windowSeconds: number
  remaining: number
  resetSeconds: number
  exceeded: boolean
}

/** An expected "no": a value, never an exception, so that it survives the trip out of a Durable Object. */
export interface Refusal {
  kind: 'refused'
  code: RefusalCode
  /** Public id of the verification that the refusal speaks of. */
  verificationId?: string
  faults?: InputFault[]
  rate?: RateState
  /** One fixed word that tells the cases of one code apart, such as the state that forbids the act. Never personal data. */
  detail?: string
}

export const refuse = (code: RefusalCode, more: Omit<Refusal, 'kind' | 'code'> = {}): Refusal => ({
  kind: 'refused',
  code,
  ...more,
})
