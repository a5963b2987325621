import { z } from '@hono/zod-openapi'
import type { MatterView } from '../../core/matters/index.ts'
import { paidFors } from '../../core/matters/payment-order.ts'
import { receiptKinds } from '../../core/matters/receipt.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, rule, sha256 } from '../schemas/common.ts'
import { addClearingRoutes } from './clearing.ts'
import { fen } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'
import { nullableTime, reason, text } from './parts.ts'
import { aboutId, aboutNumber, bankReference, paidFen, paperNumber, word } from './payment-parts.ts'
import { addReceiptRoutes } from './receipts.ts'
import { addStaffStep } from './staff-step.ts'

const tag = 'Payment orders'
const param = 'payment_order_id'
const finance = { param, roles: ['finance' as const] }

const share = z.strictObject({ payee: word, amount_fen: paidFen }).openapi('PayeeShare')
const shares = z
  .array(share)
  .min(1)
  .max(50)
  .openapi({ description: 'What each payee is to get. Together they are the amount, to the fen.' })

const about = z
  .strictObject({
    kind: z.enum(paidFors),
    id: z.string().max(64).optional().openapi({ description: 'The bill, part of a price, settlement or order of a pack.' }),
    code: word.optional().openapi({ description: 'What it is for, where it is none of these.' }),
  })
  .refine(({ kind, id, code }) => (kind === 'other' ? id === undefined && code !== undefined : id !== undefined && !code), {
    ...rule('id_or_code'),
  })
  .openapi('PaidFor')

const orderBody = z
  .strictObject({
    number: callerReference.openapi({ description: 'The number of the order, unique in the account.' }),
    amount_fen: paidFen,
    about,
    shares,
    reason,
  })
  .openapi('PaymentOrderRequest')
const split = { amount_fen: paidFen, shares }
const ownVerificationBody = z.strictObject(split).openapi('PaymentVerificationRequest')
const verificationBody = z.strictObject({ ...split, reason }).openapi('StaffPaymentVerificationRequest')
const resultBody = z
  .strictObject({
    on: day.openapi({ description: 'The day on which the money came, Asia/Shanghai.' }),
    bank_reference: bankReference,
    reason,
  })
  .openapi('PaymentResultRequest')
const failureBody = z
  .strictObject({ cause: word.openapi({ description: 'Why the bank did not carry it out.', example: 'account_closed' }), reason })
  .openapi('PaymentFailureRequest')
const cancellationBody = z.strictObject({ text: text.optional(), reason }).openapi('PaymentCancellationRequest')
const clearingBody = z
  .strictObject({
    payee: word.optional().openapi({ description: 'Left out: every share that is not confirmed yet.' }),
    on: day,
    bank_reference: bankReference.optional(),
    reason,
  })
  .openapi('ShareClearingRequest')
const receiptBody = z
  .strictObject({ kind: z.enum(receiptKinds), number: paperNumber, on: day, sha256, reason })
  .openapi('ReceiptRequest')

const receipt = z
  .strictObject({ kind: z.enum(receiptKinds), number: z.string(), on: z.string(), sha256: z.string() })
  .openapi('OrderReceipt')
const members = {
  number: z.string(),
  amount_fen: fen,
  about: z.strictObject({ kind: z.enum(paidFors), id: z.string().nullable(), code: z.string().nullable() }),
  shares: z.array(
    z
      .strictObject({
        payee: z.string(),
        amount_fen: fen,
        cleared_on: z.string().nullable(),
        cleared_by: z.enum(['bank', 'staff']).nullable().openapi({ description: 'By a line of the bank, or by a person.' }),
        bank_reference: z.string().nullable(),
      })
      .openapi('ClearedShare'),
  ),
  verified_at: nullableTime,
  verified_by: z.enum(['customer', 'staff']).nullable(),
  paid_on: z.string().nullable(),
  bank_reference: z.string().nullable(),
  applied_fen: fen.nullable().openapi({
    description: 'What of it was recorded on the bill or part of the price; null where it is about neither, or not paid.',
  }),
  failure: z.string().nullable(),
  receipts: z.array(receipt),
}

const renderShare = ({ payee, amountFen, cleared }: MatterView<'payment_order'>['data']['shares'][number]) => {
  const by = cleared?.statementId === null ? 'staff' : 'bank'
  return {
    payee,
    amount_fen: amountFen,
    cleared_on: cleared?.on ?? null,
    cleared_by: cleared && by,
    bank_reference: cleared?.bankReference ?? null,
  }
}

const render = (data: MatterView<'payment_order'>['data'], view: MatterView<'payment_order'>) => {
  const { kind, id, code } = data.about
  return {
    number: view.reference ?? '',
    amount_fen: data.amountFen,
    about: { kind, id: kind === 'other' || id === null ? null : aboutId(kind, view.accountId, id), code },
    shares: data.shares.map(renderShare),
    verified_at: data.verified && toRfc3339(data.verified.at),
    verified_by: data.verified && (data.verified.by.startsWith('key:') ? 'customer' : 'staff'),
    paid_on: data.paidOn,
    bank_reference: data.bankReference,
    applied_fen: data.appliedFen,
    failure: data.failure,
    receipts: data.receipts.map(({ receipt: kindOf, number, on, sha256: digest }) => ({
      kind: kindOf,
      number,
      on,
      sha256: digest,
    })),
  }
}

const states = ['created', 'verified', 'paid', 'failed', 'cancelled', 'cleared'] as const
const filter = {
  members: {
    state: z.enum(states).optional().openapi({ description: 'Orders in this state alone.' }),
    paid_on: day.optional().openapi({ description: 'The day on which the money came.' }),
  },
  only: ({ state = null, paid_on = null }: { state?: string | null; paid_on?: string | null }) => ({ state, paidOn: paid_on }),
}

const sharesIn = (given: z.output<typeof shares>) => given.map(({ payee, amount_fen }) => ({ payee, amountFen: amount_fen }))

/** Orders to pay: recorded, verified, paid, cleared to their payees; never executed here (S3 附件1 模块1). */
export const addPaymentOrderRoutes = (routes: Routes, deps: AppDeps): void => {
  const orders = new MatterRoutes(routes, deps, {
    kind: 'payment_order',
    noun: 'payment-orders',
    param,
    tag,
    name: 'PaymentOrder',
    members,
    filter,
    hidesStaff: true,
    render,
  })
  orders.addCustomerReads({ list: 'Your payment orders, newest first', one: 'One of your payment orders' })
  orders.addCustomerAct({
    method: 'post',
    path: `/{${param}}/verification`,
    summary: 'Say that amount and payees of an order are right',
    body: ownVerificationBody,
    status: 200,
    problems: ['not_found'],
    wanted: ({ amount_fen, shares: given }, accountId, c) => ({
      kind: 'verify_payment_order',
      paymentOrderId: orders.ownNumberIn(c, accountId),
      amountFen: amount_fen,
      shares: sharesIn(given),
    }),
  })
  orders.addStaffReads({ list: 'Payment orders of an account, newest first', one: 'One payment order' })
  orders.addStaffAct({
    method: 'post',
    summary: 'Record an order to pay, with the shares of its payees; nothing is paid by it',
    roles: ['finance'],
    body: orderBody,
    status: 201,
    wanted: ({ number, amount_fen, about: { kind, id, code = null }, shares: given }, accountId) => {
      const named = kind === 'other' || id === undefined ? null : aboutNumber(kind, id, accountId)
      if (kind !== 'other' && named === null) return null
      return {
        kind: 'create_payment_order',
        reference: number,
        amountFen: amount_fen,
        about: { kind, id: named, code },
        shares: sharesIn(given),
      }
    },
  })
  addStaffStep(
    orders,
    { ...finance, path: 'verification', summary: 'Say that amount and payees of an order are right', body: verificationBody },
    ({ amount_fen, shares: given }, paymentOrderId) => ({
      kind: 'verify_payment_order',
      paymentOrderId,
      amountFen: amount_fen,
      shares: sharesIn(given),
    }),
  )
  addStaffStep(
    orders,
    { ...finance, path: 'payment', summary: 'Record that the bank has carried it out', body: resultBody },
    ({ on, bank_reference }, paymentOrderId) => ({
      kind: 'record_payment_result',
      paymentOrderId,
      on,
      bankReference: bank_reference,
    }),
  )
  addStaffStep(
    orders,
    { ...finance, path: 'failure', summary: 'Record that the bank did not carry it out', body: failureBody },
    ({ cause }, paymentOrderId) => ({ kind: 'record_payment_failure', paymentOrderId, cause }),
  )
  addStaffStep(
    orders,
    { ...finance, path: 'cancellation', summary: 'Take back an order that is not paid', body: cancellationBody },
    ({ text: said = null }, paymentOrderId) => ({ kind: 'cancel_payment_order', paymentOrderId, text: said }),
  )
  addStaffStep(
    orders,
    { ...finance, path: 'clearings', summary: 'Confirm that a share has come to its payee', body: clearingBody },
    ({ payee = null, on, bank_reference = null }, paymentOrderId) => ({
      kind: 'clear_shares',
      paymentOrderId,
      payee,
      on,
      bankReference: bank_reference,
    }),
  )
  addStaffStep(
    orders,
    {
      ...finance,
      path: 'receipts',
      summary: 'Record a tax certificate, electronic invoice or receipt of a payment',
      body: receiptBody,
    },
    ({ kind, number, on, sha256: digest }, paymentOrderId) => ({
      kind: 'record_receipt',
      paymentOrderId,
      receipt: kind,
      number,
      on,
      sha256: digest,
    }),
  )
  addReceiptRoutes(routes, deps, tag)
  addClearingRoutes(routes, deps, tag)
}
