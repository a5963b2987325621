/** A payment that was recorded: the day on which the money came, how much, and the bank's own reference. */
export interface PaidPart {
  on: string
  amountFen: number
  bankReference: string
}

/** A penalty as it stands, in fen. What was accrued and what a cap leaves of it are both shown (contracts.md §5 no. 3). */
export interface PenaltyFigures {
  accruedFen: number
  thresholdFen: number
  cappedFen: number
  billedFen: number
  /** More than the capped amount is billed, and a person has to confirm it first. */
  needsConfirmation: boolean
  /** The share is passed: the provider may end the agreement. */
  terminationRight: boolean
}

/** Where a debt stands on a day, in fen. */
export interface DebtFigures {
  /** The Shanghai day up to which an open rest is counted. */
  asOf: string
  /** Last day on which it can be paid in time; null while nothing has started that period. */
  dueOn: string | null
  /** Days of a year are counted whose holidays are not published: nothing is done on it. */
  provisional: boolean
  paidFen: number
  openFen: number
  overpaidFen: number
  /** Days of the part that was late the longest; 0 when nothing was. */
  daysLate: number
  /** Null where the agreement knows none. */
  penalty: PenaltyFigures | null
  interestFen: number | null
  /** What is owed, with its penalty or interest as billed. */
  totalFen: number
}

/** Something that is owed and paid in one or more parts. */
export interface Debt {
  owedFen: number
  payments: PaidPart[]
  figures: DebtFigures
}

/** A payment on a milestone or a bill. Repeating one under the same bank reference does nothing. */
export interface PaymentAct {
  on: string
  amountFen: number
  bankReference: string
}
