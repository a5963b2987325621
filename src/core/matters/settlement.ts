import type { ClaimHead } from './claim.ts'
import type { PaidPart, PenaltyFigures } from './debt.ts'
import type { Side } from './force-majeure.ts'
import type { PackFigures, SettlementChoice } from './settlement-figures.ts'

/** One pack of a settlement: what it came to, and where its credits stood. */
export interface SettlementPack extends PackFigures {
  grantId: number
  check: string
  /** What its unit price, its refund and what is kept of it rest on. */
  clause: string
  /** Credits of calls without an ending; 0 in a final one. */
  held: number
  /** Credits that nobody used and that a final settlement takes out of the grant. */
  left: number
  /** By which entry: given back, or lapsed. */
  move: 'refund' | 'expire'
}

/** One fee of a settlement: a bill, a milestone, or the building alone. */
export interface SettlementFee {
  code: string
  /** Number of the bill or milestone; null for a build without a fee. */
  matterId: number | null
  feeFen: number
  dueOn: string | null
  daysLate: number
  /** Capped and uncapped side by side; `chargedFen` is what stands in this settlement (contracts.md §5 no. 3). */
  penalty: (Pick<PenaltyFigures, 'accruedFen' | 'thresholdFen' | 'cappedFen'> & { chargedFen: number }) | null
  interestFen: number
  providerPenaltyFen: number
  /** The fee, plus what the customer owes for its lateness, minus what the provider owes for its own. */
  amountFen: number
  paidFen: number
  clause: string
}

/** What the provider owes for building late: days or a lump sum, as the customer chose, never both (contracts.md §5 no. 26). */
export interface SettlementDelay {
  daysLate: number
  daysFen: number
  lumpFen: number | null
  chosen: 'days' | 'lump'
  countedFen: number
  clause: string
}

/** A claim as it was recorded. */
export interface SettlementClaim {
  claimId: number
  claimant: Side
  head: ClaimHead
  amountFen: number
  clause: string
}

export type InFavourOf = 'customer' | 'provider' | 'nobody'

/** What a settlement says and two persons agree to, to the fen: its digest is that of exactly this. */
export interface SettlementFacts extends SettlementChoice {
  /** False for one in between, which moves nothing. */
  final: boolean
  /** The Shanghai day up to which lateness is counted. */
  asOf: string
  basis: 'paid' | 'list'
  packs: SettlementPack[]
  fees: SettlementFee[]
  delay: SettlementDelay | null
  claims: SettlementClaim[]
  /** Claims under heads that the agreement does not know, with why. */
  excludedClaims: (SettlementClaim & { reason: string })[]
  creditNotes: { creditNoteId: number; amountFen: number }[]
  /** Payments under settlements that were withdrawn: they count here. */
  carried: { settlementId: number; fromCustomerFen: number; toCustomerFen: number }[]
  chargeFen: number
  refundFen: number
  keptFen: number
  /** Sum of the fees with their penalties. */
  feesFen: number
  feesPaidFen: number
  /** More than the capped penalty is billed somewhere: whoever proposed has confirmed it. */
  uncapped: boolean
  /** What the customer still owes; below 0 what it is owed. */
  balanceFen: number
  inFavourOf: InFavourOf
  /** The balance as a credit note where it is below 0 (S3 §2.5). */
  creditNoteFen: number | null
}

export const settlementDirections = ['to_customer', 'from_customer'] as const
export type SettlementDirection = (typeof settlementDirections)[number]

/** A payment that was recorded; nothing is ever executed here. */
export interface SettlementPayment extends PaidPart {
  direction: SettlementDirection
}

/** The settlement of an account as a document. */
export interface Settlement extends SettlementFacts {
  /** SHA-256 of the canonical JSON of the facts. */
  digest: string
  /** The approval that stands open or was given; null in a draft. */
  approvalId: number | null
  proposedBy: string
  approvedBy: string | null
  approvedAt: number | null
  /** The customer's: a click on the digest, or the paper. */
  signature: { at: number; by: string; documentSha256: string | null } | null
  objections: { at: number; by: string; text: string }[]
  payments: SettlementPayment[]
  /** What is left of the balance after the payments, with its sign. */
  openFen: number
}

export type SettlementStaffAct =
  | ({ kind: 'propose_settlement_document'; final: boolean } & SettlementChoice)
  /** A proposal that lapsed, or whose figures have moved since. */
  | { kind: 'propose_settlement_again'; settlementId: number; confirmUncapped: boolean }
  | { kind: 'withdraw_settlement'; settlementId: number; text: string | null }
  /** An objection changes nothing. */
  | { kind: 'keep_settlement'; settlementId: number; text: string | null }
  | ({ kind: 'pay_settlement'; settlementId: number } & SettlementPayment)

export type SettlementCustomerAct =
  /** `digest` is what the customer was shown; staff record a paper instead. */
  | { kind: 'sign_settlement'; settlementId: number; digest: string | null; documentSha256: string | null }
  | { kind: 'object_settlement'; settlementId: number; text: string }
