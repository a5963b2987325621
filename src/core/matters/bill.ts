import type { Debt, PaymentAct } from './debt.ts'

/** A quantity that somebody measured outside the gateway's calls. */
export interface DataUse {
  reference: string
  bytes: number
  at: number
  by: string
}

export interface BillLine {
  /** `platform_fee`, `query_fee`, `data_fee` (S4 §6.1.2). */
  code: string
  /** Periods, charged calls or megabytes (10^6 bytes), exact. */
  quantity: string
  /** Yuan for one, exact decimal text. */
  unitPrice: string
  amountFen: number
}

/** A bill for one month of use (S4 §6). While the month runs it collects what is measured. */
export interface Bill extends Debt {
  /** `YYYY-MM`, and the days of service in it, both included. */
  period: string
  from: string
  to: string
  /** When it was issued. Left out while the month runs, and by bills that are older than this member. */
  issuedAt?: number
  dataUses: DataUse[]
  /** Empty while the month runs. */
  lines: BillLine[]
  /** The tax in the total; null where the agreement names no rate: each side bears its own (S4 §6.2.2). */
  tax: { rate: string; netFen: number; taxFen: number } | null
  invoiceOn: string | null
  /** The agreement lets the provider suspend when the bill is overdue. */
  suspendsWhenOverdue: boolean
  paymentForm: 'transfer' | 'online' | null
  invoiceKind: 'ordinary' | 'special' | null
}

export type BillAct =
  /** Opens the month; one that is over is billed at once. */
  | { kind: 'open_bill'; period: string }
  | { kind: 'record_data_use'; billId: number; reference: string; bytes: number }
  | { kind: 'record_invoice_receipt'; billId: number; on: string }
  | ({ kind: 'pay_bill'; billId: number } & PaymentAct)
