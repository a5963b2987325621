/** Why the cooperation ends, as `agreement/settlement.ts` knows it. */
export const endCauses = ['mutual', 'provider_fault', 'upstream_change_rejected', 'customer_breach', 'expiry'] as const

/** One pack at its end. `usedFen + refundFen + keptFen` is what was paid. */
export interface PackFigures {
  orderId: number
  credits: number
  used: number
  /** Fen for one credit, exact fraction, such as `8/3`. */
  unitPrice: string
  paidFen: number
  usedFen: number
  refundFen: number
  keptFen: number
  remainder: 'refund' | 'hold' | 'lapse'
}

/** One fee with the penalties on it: plus where the customer is in breach, minus where the provider is (S3 §2.5). */
export interface FeeFigures {
  /** `milestone_1`, `bill_2025-06`. */
  code: string
  feeFen: number
  customerPenaltyFen: number
  providerPenaltyFen: number
  amountFen: number
}

/** What the books come to at the end of a cooperation, or in between. Figures alone: the document is made from them. */
export interface SettlementFigures {
  cause: (typeof endCauses)[number]
  asOf: string
  basis: 'paid' | 'list'
  packs: PackFigures[]
  fees: FeeFigures[]
  /** Value of what was used of the packs, what is paid back, and what is held or has lapsed. */
  chargeFen: number
  refundFen: number
  keptFen: number
  /** Sum of the fees; below 0 it is a credit note. */
  sumFen: number
  creditNoteFen: number | null
}

/** What a person says about a settlement; everything else is computed. */
export interface SettlementChoice {
  cause: (typeof endCauses)[number]
  /** Days or lump sum of a provider that built late: the customer chooses one (contracts.md §5 no. 26). */
  delayChoice: 'days' | 'lump'
  /** A person confirms that more than the capped penalty is billed (contracts.md §5 no. 3). */
  confirmUncapped: boolean
}

export type SettlementAct = {
  kind: 'figure_settlement'
  reference: string | null
  cause: (typeof endCauses)[number]
  /** As in `SettlementChoice`. */
  delay: 'days' | 'lump'
  confirmUncapped: boolean
}
