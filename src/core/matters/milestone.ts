import type { Debt, PaymentAct } from './debt.ts'

/** One part of a fixed price (S3 §2.3). */
export interface Milestone extends Debt {
  /** From 1. */
  number: number
  /** Exact decimal text, such as `0.75`. */
  share: string
  /** The event from which its period to pay runs, and the day of that event. */
  from: 'acceptance' | 'online'
  startedOn: string
  /** Whole months that run before the period to pay, and the day on which they are full; null where there are none. */
  months: number
  fullOn: string | null
  paymentForm: 'transfer' | 'online' | null
  invoiceKind: 'ordinary' | 'special' | null
}

export type MilestoneAct =
  | ({ kind: 'pay_milestone'; milestoneId: number } & PaymentAct)
  /** The day of going online was another one than that of the acceptance. */
  | { kind: 'start_milestone'; milestoneId: number; on: string }
