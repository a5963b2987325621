import type { Mode } from '../mode.ts'
import type { Outcome } from '../outcome.ts'
import type { BillLine } from './bill.ts'
import type { PenaltyFigures } from './debt.ts'

/** One pack in a period: credits, and what they are worth. What is held counts as there still. */
export interface StatementPack {
  grantId: number
  /** Null for a grant that nobody bought; it has no value. */
  orderId: number | null
  check: string
  opening: number
  granted: number
  captured: number
  lapsed: number
  refunded: number
  closing: number
  /** Of the closing credits: held by calls without an ending. */
  held: number
  /** Fen, by the price paid; `openingFen + soldFen - usedFen - lapsedFen - refundedFen` is `closingFen`. */
  openingFen: number
  soldFen: number
  usedFen: number
  lapsedFen: number
  refundedFen: number
  closingFen: number
}

/** Calls of one kind that ended in the period. Calls of an earlier service month are a line of their own. */
export interface StatementUsage {
  mode: Mode
  check: string
  outcome: Outcome
  /** Month of arrival, `YYYY-MM`. */
  serviceMonth: string
  verifications: number
  /** Credits of packs; 0 for test calls, and where nothing is paid by the call. */
  credits: number
}

/** A month of use as it was billed (S4 §6.1). */
export interface StatementBill {
  billId: number
  lines: BillLine[]
  totalFen: number
}

/** One part of a fixed price, as it stood at the end of the period (S3 §2.3, §8.1). */
export interface StatementMilestone {
  milestoneId: number
  number: number
  owedFen: number
  dueOn: string | null
  /** What fell due in the period: all of it, or nothing. */
  fellDueFen: number
  /** Paid in the period, and paid at all. */
  paidInPeriodFen: number
  paidFen: number
  openFen: number
  daysLate: number
  penalty: PenaltyFigures | null
  interestFen: number | null
}

/** Calls that got no answer because of the source. They cost nothing. */
export interface StatementFault {
  check: string
  outcome: Extract<Outcome, 'unavailable' | 'unknown'>
  verifications: number
}

/** An outage that touched the period, as it was recorded by the issue of the statement. */
export interface StatementOutage {
  outageId: number
  from: number
  to: number | null
  checks: string[]
  planned: boolean
}

/** A credit note that lowers this statement. */
export interface StatementCorrection {
  creditNoteId: number
  amountFen: number
  cause: string
}

/** An amount with its tax, in fen; `netFen + taxFen` is `grossFen`. */
export interface TaxedLine {
  /** `bill_2025-06`, `milestone_1`, a pack by `grant_<number>`, or the code of a part of the contract amount. */
  code: string
  grossFen: number
  netFen: number
  taxFen: number
}

/** Lines with tax. The totals are the sums of the lines (contracts.md §5 no. 33). */
export interface TaxTable {
  rate: string
  lines: TaxedLine[]
  grossFen: number
  netFen: number
  taxFen: number
}

/**
 * What a statement says. Made once, when it is issued, from what the journal holds up to `toSeq` and from what was recorded about
 * the period by then; nothing of it changes afterwards.
 */
export interface StatementFigures {
  /** The lines of the journal that it covers: those above `fromSeq`, up to `toSeq`. */
  fromSeq: number
  toSeq: number
  agreementVersion: number
  packs: StatementPack[]
  usage: StatementUsage[]
  /** The earliest day on which a call arrived that ended in the period; null where none did. */
  firstServiceDay: string | null
  bill: StatementBill | null
  milestones: StatementMilestone[]
  faults: StatementFault[]
  outages: StatementOutage[]
  corrections: StatementCorrection[]
  /** Live calls without an ending at the cut-off: being asked, or in doubt. */
  openCalls: number
  /** What of the charges is tax; null where the agreement names no rate (contracts.md §5 no. 43). */
  vat: TaxTable | null
  /** The amount of the contract in its parts (S3 附件2); null where it has none. */
  contract: TaxTable | null
  /** Value of the credits used, what was billed, and what of a fixed price fell due. */
  chargedFen: number
  correctedFen: number
  /** `chargedFen - correctedFen`; below 0 it is in the customer's favour. */
  totalFen: number
}

/** A statement of one account for one Shanghai month (S3 §6.1.6; contracts.md §5 no. 39). Free text names no person. */
export interface Statement {
  /** `YYYY-MM`, and the days that it covers, both included. The last day moves forward when the account closes. */
  period: string
  from: string
  to: string
  /** Null while the period runs. */
  figures: StatementFigures | null
  /** SHA-256 of the canonical JSON of the figures, as the audit log has it. */
  digest: string | null
  issuedAt: number | null
  /** Day from which the time to object is counted. */
  noticedOn: string | null
  /** Last day to object as it was known at the issue, null while its days are uncertain; and the clause of that time. */
  objectUntil: string | null
  objectionClause: string | null
  /** How it came to be final; null before. */
  finality: 'accepted' | 'silence' | 'objection_rejected' | 'objection_upheld' | null
  finalOn: string | null
  objection: { on: string; text: string; disputedFen: number } | null
  /** What an upheld objection gives back, and the credit note by which it does. */
  concludedFen: number | null
}

/** By whom ever: `on` is the day on which an objection came that staff write down, null for now. */
type ObjectionAct = { kind: 'object_to_statement'; statementId: number; on: string | null; text: string; disputedFen: number }

export type StatementAct =
  /** The statement of a month that has none: issued at once when the month is over. */
  | { kind: 'open_statement'; period: string }
  | { kind: 'conclude_statement_objection'; statementId: number; result: 'upheld' | 'rejected'; amountFen: number | null }
  | ObjectionAct

export type OwnStatementAct = { kind: 'accept_statement'; statementId: number } | ObjectionAct
