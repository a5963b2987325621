import { firstIdFrom } from '../ids.ts'
import { addDays, startOfDayMs } from '../shanghai.ts'
import type { ReceiptKind } from './receipt.ts'

/** What a payment can be for. */
export const paidFors = ['bill', 'milestone', 'settlement', 'order', 'other'] as const

/** What a payment order is about: a thing of the account by its number, or a code of the two sides where it is none. */
export interface PaidFor {
  kind: (typeof paidFors)[number]
  id: number | null
  code: string | null
}

/** What one payee is to get, in fen. Payees are codes, such as `tax`; no person is named. */
export interface PayeeShare {
  payee: string
  amountFen: number
}

/** How it is known that a share has come to its payee. */
export interface ShareCleared {
  on: string
  bankReference: string | null
  /** The number of the bank statement that says so; null where a person does. */
  statementId: number | null
  at: number
  by: string
}

export interface ClearedShare extends PayeeShare {
  cleared: ShareCleared | null
}

/**
 * An order to pay that somebody else carries out: created, verified, paid, cleared to its payees (S3 附件1 模块1). It is recorded
 * here and never executed. Its number is the reference of its matter.
 */
export interface PaymentOrder {
  amountFen: number
  about: PaidFor
  shares: ClearedShare[]
  verified: { at: number; by: string } | null
  /** Shanghai day on which the money came, with the bank's reference and when it was recorded; null until then. */
  paidOn: string | null
  bankReference: string | null
  paidAt: number | null
  /** What of it was recorded on the bill or milestone that it is about: nothing where that was paid already. Null for the rest. */
  appliedFen: number | null
  /** Why the bank did not carry it out; null unless it failed. */
  failure: string | null
  receipts: { id: number; receipt: ReceiptKind; number: string; on: string; sha256: string }[]
}

/** The days within which an order is paid: one that is older is made anew. A choice, so that the orders of a day can be found. */
export const orderLifeDays = 366

/** From which number and change on the payment orders of a day, or of later ones, are looked for: none is older than its life. */
export const boundsOfPaidDay = (day: string): { fromId: number; sinceMs: number } => ({
  fromId: firstIdFrom(startOfDayMs(addDays(day, -orderLifeDays))),
  sinceMs: startOfDayMs(day),
})

type OrderStep<K extends string> = { kind: K; paymentOrderId: number }

export type VerifyPaymentAct = OrderStep<'verify_payment_order'> & { amountFen: number; shares: PayeeShare[] }

export type PaymentOrderAct =
  /** `reference` is the number of the order. */
  | { kind: 'create_payment_order'; reference: string; amountFen: number; about: PaidFor; shares: PayeeShare[] }
  | VerifyPaymentAct
  | (OrderStep<'record_payment_result'> & { on: string; bankReference: string })
  | (OrderStep<'record_payment_failure'> & { cause: string })
  | (OrderStep<'cancel_payment_order'> & { text: string | null })
  /** Confirms the share of one payee, or with null every share that is not confirmed yet. */
  | (OrderStep<'clear_shares'> & { payee: string | null; on: string; bankReference: string | null })
  | (OrderStep<'record_receipt'> & { receipt: ReceiptKind; number: string; on: string; sha256: string })
