/** A text in both languages of the gateway. */
export interface Words {
  zh: string
  en: string
}

/** How a value is written: `fen` as yuan with two places, `micro_yuan` as yuan with six, `time` from milliseconds, the rest as they are. */
export type ValueKind = 'text' | 'integer' | 'fen' | 'micro_yuan' | 'time' | 'day'

export type Value = string | number | null

export interface Column {
  /** The member of the JSON and the heading of the CSV, `snake_case`. */
  key: string
  label: Words
  kind: ValueKind
}

export interface PrintedTable {
  /** The member of the JSON and the name of the sheet, `snake_case`. */
  key: string
  title: Words
  columns: readonly Column[]
  rows: readonly Readonly<Record<string, Value>>[]
}

/** One fact above the tables, such as a period, a digest, a number of the journal. */
export interface Fact {
  key: string
  label: Words
  kind: ValueKind
  value: Value
}

/** A side of the agreement, by the word or letter of its contract. */
export interface PrintedParty {
  role: 'provider' | 'customer'
  /** Such as 甲方 (contracts.md §5 no. 5). */
  printedAs: string
  /** The organisation; null while none is on file. */
  name: string | null
  uscc: string | null
}

/** A sum at the end; `capitals` prints it in capital characters too (S3 §2.2). */
export interface PrintedTotal {
  key: string
  label: Words
  amountFen: number
  capitals: boolean
}

/**
 * What every printed thing is made of: a statement, a settlement, a credit note, a receipt, a report. Views become this, and this
 * becomes JSON, CSV, XLSX, HTML and PDF, so that no format can say something else than another. Plain values alone: the same
 * document gives the same bytes.
 */
export interface PrintedDocument {
  /** What it is, such as `statement`. */
  kind: string
  /** The public id of what is printed, such as `sta_…`; a period for a report. */
  number: string
  title: Words
  /** When it was issued, milliseconds; null for a draft, which is marked as one. */
  issuedAt: number | null
  parties: readonly PrintedParty[]
  facts: readonly Fact[]
  tables: readonly PrintedTable[]
  totals: readonly PrintedTotal[]
  /** Sentences under the totals, such as the rule of a figure with its clause. */
  notes: readonly Words[]
  /** Whose seal, signature and date have a place at the end. */
  places: readonly PrintedParty['role'][]
}
