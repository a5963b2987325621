import { z } from '@hono/zod-openapi'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, note, nullableTime, orNull, time } from '../schemas/common.ts'
import { debtMembers, fen, paymentBody, paymentIn, renderDebt } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'

const period = z
  .string()
  .regex(/^20\d{2}-(0[1-9]|1[0-2])$/)
  .openapi({ description: 'A month, `YYYY-MM`.' })

const billBody = z.strictObject({ period, reason: note }).openapi('BillRequest')
const dataUseBody = z
  .strictObject({
    reference: callerReference,
    bytes: z
      .int()
      .min(1)
      .max(2 ** 50)
      .openapi({ description: 'Exact; 1 MB is 10^6 bytes.' }),
    reason: note,
  })
  .openapi('DataUseRequest')
const invoiceBody = z.strictObject({ on: day, reason: note }).openapi('InvoiceReceiptRequest')

const members = {
  period: z.string(),
  from: z.string(),
  to: z.string(),
  data_uses: z.array(z.strictObject({ reference: z.string(), bytes: z.int(), at: time, by: z.string() })),
  lines: z.array(
    z.strictObject({ code: z.string(), quantity: z.string(), unit_price: z.string(), amount_fen: fen }).openapi('BillLine'),
  ),
  tax: orNull(z.strictObject({ rate: z.string(), net_fen: fen, tax_fen: fen }).openapi('BillTax')),
  invoice_on: z.string().nullable(),
  suspension_allowed_from: nullableTime.openapi({
    description: 'From when the provider may suspend while it is not paid; null where it may not, or nothing is due yet.',
  }),
  ...debtMembers,
}

/** Bills for what was used in a month (S4 §6). */
export const addBillRoutes = (routes: Routes, deps: AppDeps): void => {
  const bills = new MatterRoutes(routes, deps, {
    kind: 'bill',
    noun: 'bills',
    param: 'bill_id',
    tag: 'Bills',
    name: 'Bill',
    members,
    render: (data, { clocks }) => {
      const due = clocks.findLast(({ name }) => name === 'pay')
      return {
        period: data.period,
        from: data.from,
        to: data.to,
        data_uses: data.dataUses.map(({ reference, bytes, at, by }) => ({ reference, bytes, at: toRfc3339(at), by })),
        lines: data.lines.map(({ code, quantity, unitPrice, amountFen }) => ({
          code,
          quantity,
          unit_price: unitPrice,
          amount_fen: amountFen,
        })),
        tax: data.tax && { rate: data.tax.rate, net_fen: data.tax.netFen, tax_fen: data.tax.taxFen },
        invoice_on: data.invoiceOn,
        suspension_allowed_from: due && data.suspendsWhenOverdue && !due.provisional ? toRfc3339(due.dueAt) : null,
        ...renderDebt(data),
      }
    },
  })
  bills.addCustomerReads({ list: 'Your bills, newest first', one: 'One of your bills' })
  bills.addStaffReads({ list: 'Bills of an account, newest first', one: 'One bill of an account' })
  bills.addStaffAct({
    method: 'post',
    summary: 'Open the bill of a month; one that is over is issued at once',
    roles: ['finance'],
    body: billBody,
    status: 201,
    wanted: (body) => ({ kind: 'open_bill', period: body.period }),
  })
  bills.addStaffAct({
    method: 'post',
    path: '/{bill_id}/data-uses',
    summary: 'Record data that was used in a month that still runs',
    roles: ['ops', 'finance'],
    body: dataUseBody,
    status: 200,
    wanted: ({ reference, bytes }, accountId, c) => {
      const billId = bills.numberIn(c, accountId)
      return billId === null ? null : { kind: 'record_data_use', billId, reference, bytes }
    },
  })
  bills.addStaffAct({
    method: 'put',
    path: '/{bill_id}/invoice-receipt',
    summary: 'Record the day on which the customer received the invoice; the period to pay runs from it',
    roles: ['finance'],
    body: invoiceBody,
    status: 200,
    wanted: ({ on }, accountId, c) => {
      const billId = bills.numberIn(c, accountId)
      return billId === null ? null : { kind: 'record_invoice_receipt', billId, on }
    },
  })
  bills.addStaffAct({
    method: 'post',
    path: '/{bill_id}/payments',
    summary: 'Record a payment on a bill',
    roles: ['finance'],
    body: paymentBody,
    status: 200,
    wanted: (body, accountId, c) => {
      const billId = bills.numberIn(c, accountId)
      return billId === null ? null : { kind: 'pay_bill', billId, ...paymentIn(body) }
    },
  })
}
