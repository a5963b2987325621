import { z } from '@hono/zod-openapi'
import type { Debt, PaymentAct } from '../../core/matters/debt.ts'
import { day, note, orNull } from '../schemas/common.ts'

/** An amount in fen. */
export const fen = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

const signedFen = z.int()

export const paymentBody = z
  .strictObject({
    on: day.openapi({ description: 'The day on which the money came, Asia/Shanghai.' }),
    amount_fen: fen.min(1),
    bank_reference: z
      .string()
      .min(1)
      .max(128)
      .openapi({ description: "The bank's own reference. The same payment under it is recorded once." }),
    reason: note,
  })
  .openapi('DebtPaymentRequest')

export const paymentIn = ({ on, amount_fen, bank_reference }: z.output<typeof paymentBody>): PaymentAct => ({
  on,
  amountFen: amount_fen,
  bankReference: bank_reference,
})

const penalty = z
  .strictObject({
    accrued_fen: fen,
    threshold_fen: fen,
    capped_fen: fen,
    billed_fen: fen,
    needs_confirmation: z.boolean(),
    termination_right: z.boolean().openapi({ description: 'The share is passed from which the provider may end the agreement.' }),
  })
  .openapi('Penalty')

const figures = z
  .strictObject({
    as_of: z.string().openapi({ description: 'The day up to which an open rest is counted.' }),
    due_on: z.string().nullable(),
    provisional: z.boolean(),
    paid_fen: fen,
    open_fen: fen,
    overpaid_fen: fen,
    days_late: z.int(),
    penalty: orNull(penalty),
    interest_fen: fen.nullable(),
    total_fen: signedFen.openapi({ description: 'What is owed, with its penalty or interest as billed.' }),
  })
  .openapi('DebtFigures')

/** What every debt shows. */
export const debtMembers = {
  owed_fen: fen,
  payments: z.array(z.strictObject({ on: z.string(), amount_fen: fen, bank_reference: z.string() })),
  figures,
  payment_form: z.enum(['transfer', 'online']).nullable(),
  invoice_kind: z.enum(['ordinary', 'special']).nullable(),
}

export const renderDebt = ({
  owedFen,
  payments,
  figures: { penalty, ...now },
  paymentForm,
  invoiceKind,
}: Debt & { paymentForm: string | null; invoiceKind: string | null }) => ({
  owed_fen: owedFen,
  payments: payments.map(({ on, amountFen, bankReference }) => ({ on, amount_fen: amountFen, bank_reference: bankReference })),
  figures: {
    as_of: now.asOf,
    due_on: now.dueOn,
    provisional: now.provisional,
    paid_fen: now.paidFen,
    open_fen: now.openFen,
    overpaid_fen: now.overpaidFen,
    days_late: now.daysLate,
    penalty: penalty && {
      accrued_fen: penalty.accruedFen,
      threshold_fen: penalty.thresholdFen,
      capped_fen: penalty.cappedFen,
      billed_fen: penalty.billedFen,
      needs_confirmation: penalty.needsConfirmation,
      termination_right: penalty.terminationRight,
    },
    interest_fen: now.interestFen,
    total_fen: now.totalFen,
  },
  payment_form: paymentForm,
  invoice_kind: invoiceKind,
})
