/** One line of the bank: an amount under the number of an order, for one payee where the bank names one. */
export interface BankLine {
  no: string
  amountFen: number
  bankReference: string
  payee: string | null
}

/** Most lines of one statement. */
export const mostBankLines = 10_000

/** A number on which the orders of the day and the bank do not agree; null where one of them does not know it. */
export interface BankDifference {
  no: string
  what: 'amount_mismatch' | 'missing_in_statement' | 'unknown_in_statement'
  orderedFen: number | null
  statedFen: number | null
}

/** A day's orders against its bank lines. */
export interface BankFinding {
  judgedAt: number
  orders: number
  matched: number
  differing: BankDifference[]
  orderTotalFen: number
  statementTotalFen: number
  /** Orders less statement. */
  differenceFen: number
}

/** What finance found out about one differing number. It stands as long as the amounts do. */
export interface BankExplanation {
  no: string
  orderedFen: number | null
  statedFen: number | null
  text: string
  at: number
  by: string
}

/** The bank's lines of one day, which come the day after [隔日支付流水] (S3 附件1 模块1). A correction is the next version of it. */
export interface BankStatement {
  day: string
  /** From 1. */
  version: number
  lines: BankLine[]
  /** SHA-256 of the canonical JSON of the lines; null until they are here. */
  linesSha256: string | null
  /** Null until the lines are here. */
  finding: BankFinding | null
  explanations: BankExplanation[]
  /** The version that took its place. */
  replacedBy: number | null
}

export type BankStatementAct =
  /** `correction`: takes the place of what was recorded for the day before. */
  | { kind: 'record_bank_statement'; day: string; lines: BankLine[]; correction: boolean }
  | { kind: 'explain_difference'; bankStatementId: number; no: string; text: string }
