/** What a tax invoice can be about. */
export const invoicedThings = ['order', 'bill', 'milestone', 'settlement', 'statement'] as const

export interface InvoiceAmounts {
  netFen: number
  taxFen: number
  grossFen: number
}

/**
 * A tax invoice [发票] that the tax system issued. It is recorded here and never issued. Amounts are above 0 in both directions: a red one
 * takes back what it names.
 */
export interface TaxInvoice extends InvoiceAmounts {
  /** 20 digits for a fully digital one [数电票], 8 with a `code` of 10 or 12 for any other. */
  number: string
  code: string | null
  invoice: 'ordinary' | 'special'
  direction: 'blue' | 'red'
  /** Gross amounts of its lines, where it has several: its totals are the sums of the rounded lines (contracts.md §5 no. 33). */
  linesGrossFen: number[]
  /** The agreement's rate by which it was judged; null where the agreement names none. */
  rate: string | null
  issuedOn: string
  about: { kind: (typeof invoicedThings)[number]; id: number }
  /** The invoice that a red one takes back. */
  takesBack: number | null
  /** What red ones have taken back of a blue one, gross. */
  takenBackFen: number
  /** Whether it is of the kind that the agreement names (S3 §2.7); null where it names none. */
  asAgreed: boolean | null
}

export type TaxInvoiceAct = {
  kind: 'record_tax_invoice'
  reference: string
} & Pick<TaxInvoice, 'number' | 'code' | 'invoice' | 'direction' | 'linesGrossFen' | 'issuedOn' | 'about' | 'takesBack'> &
  InvoiceAmounts
