import type { BillLine } from './matters/bill.ts'
import type { Mode } from './mode.ts'
import type { Outcome } from './outcome.ts'

/** What became of the credits of one pack in a month: `opening + sold − used − lapsed − refunded` is always `closing`. */
export interface CreditRoll {
  opening: number
  sold: number
  used: number
  lapsed: number
  refunded: number
  closing: number
  /** Of the closing ones, those that calls without an ending held at the cut-off. */
  held: number
}

/** The same in fen: what is still owed in service for what was paid. */
export interface FenRoll {
  openingFen: number
  soldFen: number
  usedFen: number
  lapsedFen: number
  refundedFen: number
  closingFen: number
}

export interface PackMonth extends CreditRoll, FenRoll {
  grantId: string
  /** The customer's number of the order; null for credits that were given without one, which have no price. */
  order: string | null
  check: string
  mode: Mode
  paidFen: number
}

/** Live calls of one check that ended in a month. */
export interface CheckMonth {
  check: string
  verifications: number
  credits: number
  /** Value of what was used of packs. */
  usedFen: number
  /** Its share of the query fee of the bill of the month. */
  billedFen: number
  /** What the sources said that its calls cost, and what is left of the two above; millionths of a yuan. */
  costMicroYuan: number
  marginMicroYuan: number
}

/** Calls that were asked for by the last day and had no ending then. */
export interface OpenMonth {
  /** Those that have none yet, the oldest first, and no more than can be looked at; `stillOpen` counts all of them. */
  calls: { verificationId: string; check: string; mode: Mode; state: 'held' | 'unknown'; heldAt: number }[]
  stillOpen: number
  /** Those of them that are in doubt. */
  inDoubt: number
  /** What became of the others. */
  settledSince: { check: string; mode: Mode; outcome: Outcome; count: number; credits: number }[]
}

/** A bill or a milestone as it stood at the end of the month. */
export interface DebtMonth {
  debtId: string
  /** The month of a bill, the number of a milestone. */
  about: string
  state: 'not_due' | 'due' | 'overdue' | 'paid'
  dueOn: string | null
  owedFen: number
  paidFen: number
  openFen: number
  overpaidFen: number
  daysLate: number
  /** Penalty or interest, as it is billed. */
  lateFen: number
}

/** Money that came in the month, by the day of the bank where it is known. */
export interface PaymentMonth {
  on: string
  amountFen: number
  bankReference: string
  /** Public id of the order or debt that it paid. */
  aboutId: string
}

/** A statement, settlement, tax invoice or credit note of the month, by its number. */
export interface DocumentMonth {
  kind: string
  documentId: string
  number: string | null
  state: string
  amountFen: number | null
  issuedAt: number
}

export interface BillMonth {
  billId: string
  state: string
  owedFen: number
  tax: { rate: string; netFen: number; taxFen: number } | null
  lines: BillLine[]
}

/** What a person has to explain before the month is closed. */
export const differenceKinds = [
  /** An alarm stands that concerns money. */
  'alarm',
  /** The month is over and its bill is not issued. */
  'bill_not_issued',
  /** The month is over, something happened in it, and the customer was told nothing of it. */
  'statement_not_issued',
  /** The statement says something else than the journal. */
  'statement_differs',
  /** The bank's lines of a day and its orders differ, and nobody has said why. */
  'bank_difference',
  /** More was paid than owed. */
  'overpaid',
  /** A source billed calls that brought no result: they are charged to nobody (DESIGN.md §2). */
  'billed_without_result',
  /** The sums of calls and the sums of the packs differ on what was used. */
  'cut_off',
] as const
export type DifferenceKind = (typeof differenceKinds)[number]

export interface DifferenceMonth {
  kind: DifferenceKind
  /** Public id, check or kind of alarm; null when there is nothing more to say. */
  about: string | null
  count: number
  amountFen: number | null
}

/** One account at the end of a month of Shanghai days, from its ledger alone. */
export interface MonthEndView {
  accountId: string
  name: string
  /** `YYYY-MM`, with its first and last day. */
  month: string
  from: string
  to: string
  /** The month is not over: everything here can still change. */
  provisional: boolean
  preset: string | null
  /** The last journal number before the month and the last one in it: between them is everything that the figures count. */
  journal: { before: number; last: number }
  packs: PackMonth[]
  checks: CheckMonth[]
  open: OpenMonth
  bill: BillMonth | null
  /** Parts of a fixed price that began to be owed in the month. */
  milestones: { milestoneId: string; number: number; owedFen: number; startedOn: string }[]
  debts: DebtMonth[]
  payments: PaymentMonth[]
  documents: DocumentMonth[]
  differences: DifferenceMonth[]
}
