import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { receiptKinds } from '../../core/matters/receipt.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { MatterRoutes } from './matter-routes.ts'

/** Papers that prove payments, each under its number; they are recorded on their payment order (S3 附件1 模块1). */
export const addReceiptRoutes = (routes: Routes, deps: AppDeps, tag: string): void => {
  const receipts = new MatterRoutes(routes, deps, {
    kind: 'receipt',
    noun: 'receipts',
    param: 'receipt_id',
    tag,
    name: 'Receipt',
    members: {
      payment_order_id: z.string(),
      kind: z.enum(receiptKinds),
      number: z.string(),
      on: z.string(),
      sha256: z.string(),
    },
    hidesStaff: true,
    render: ({ paymentOrderId, receipt, number, on, sha256 }, { accountId }) => ({
      payment_order_id: makeId('pay', accountId, paymentOrderId),
      kind: receipt,
      number,
      on,
      sha256,
    }),
  })
  receipts.addCustomerReads({ list: 'The papers of your payments, newest first', one: 'One paper of a payment' })
  receipts.addStaffReads({ list: "The papers of an account's payments, newest first", one: 'One paper of a payment' })
}
