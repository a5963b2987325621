import type { Side } from './force-majeure.ts'

/**
 * What a claim may be for: the eight heads of S1 §6.1 with loss in general, what was paid on the other side's behalf (S1 §2.1), lost
 * records (S3 §9.5), and the customer's own commercial risk, which is none (S1 §4.7).
 */
export const claimHeads = [
  'legal_fees',
  'litigation_fees',
  'preservation_insurance',
  'travel',
  'appraisal',
  'notarisation',
  'third_party_claims',
  'administrative_fines',
  'direct_loss',
  'indirect_loss',
  'data_loss',
  'paid_on_behalf',
  'business_risk',
] as const
export type ClaimHead = (typeof claimHeads)[number]
export const claimEndings = ['settled', 'withdrawn', 'rejected'] as const
export type ClaimEnding = (typeof claimEndings)[number]

/** What one side asks of the other. It is recorded as it was stated and never computed (contracts.md §5 no. 18). */
export interface Claim {
  claimant: Side
  head: ClaimHead
  amountFen: number
  text: string
  verificationIds: number[]
  /** Digests of the papers that support it. */
  evidence: string[]
  ending: ClaimEnding | null
}

export type ClaimAct = {
  kind: 'record_claim'
  reference: string | null
  claimant: Side
  head: ClaimHead
  amountFen: number
  text: string
  verificationIds: number[]
  evidence: string[]
}
export type ClaimStaffAct = { kind: 'end_claim'; claimId: number; ending: ClaimEnding; text: string | null }
