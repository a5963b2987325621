import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { endCauses, type PackFigures } from '../../core/matters/settlement-figures.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, note } from '../schemas/common.ts'
import { fen } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'

/** What a person says about a settlement; everything else is computed. */
export const choiceMembers = {
  cause: z.enum(endCauses),
  delay: z
    .enum(['days', 'lump'])
    .default('days')
    .openapi({ description: 'What the customer chose where the provider built late; never both.' }),
  confirm_uncapped: z
    .boolean()
    .default(false)
    .openapi({ description: 'A penalty above its cap is billed; without this the cap counts.' }),
}

const figuresBody = z
  .strictObject({ reference: callerReference.optional(), ...choiceMembers, reason: note })
  .openapi('SettlementFiguresRequest')

/** One pack at its end. */
export const settledPack = z
  .strictObject({
    order_id: z.string(),
    credits: z.int(),
    used: z.int(),
    unit_price_fen: z.string().openapi({ description: 'Fen for one credit, an exact fraction.', example: '8/3' }),
    paid_fen: fen,
    used_fen: fen,
    refund_fen: fen,
    kept_fen: fen,
    remainder: z.enum(['refund', 'hold', 'lapse']),
  })
  .openapi('PackFigures')

export const renderPack = (accountId: string, line: PackFigures) => ({
  order_id: makeId('ord', accountId, line.orderId),
  credits: line.credits,
  used: line.used,
  unit_price_fen: line.unitPrice,
  paid_fen: line.paidFen,
  used_fen: line.usedFen,
  refund_fen: line.refundFen,
  kept_fen: line.keptFen,
  remainder: line.remainder,
})

const fee = z
  .strictObject({
    code: z.string(),
    fee_fen: fen,
    customer_penalty_fen: fen,
    provider_penalty_fen: fen,
    amount_fen: z.int(),
  })
  .openapi('FeeFigures')

/** What the books come to at the end (S1 §4.6, S3 §2.5). */
export const addSettlementFiguresRoutes = (routes: Routes, deps: AppDeps): void => {
  const settlements = new MatterRoutes(routes, deps, {
    kind: 'settlement_figures',
    noun: 'settlement-figures',
    param: 'settlement_figures_id',
    tag: 'Settlement figures',
    name: 'SettlementFigures',
    members: {
      cause: z.enum(endCauses),
      as_of: z.string(),
      basis: z.enum(['paid', 'list']),
      packs: z.array(settledPack),
      fees: z.array(fee),
      charge_fen: fen,
      refund_fen: fen,
      kept_fen: fen,
      sum_fen: z.int().openapi({ description: 'Sum of the fees with their penalties; below 0 it is a credit note.' }),
      credit_note_fen: fen.nullable(),
    },
    render: (data, { accountId }) => ({
      cause: data.cause,
      as_of: data.asOf,
      basis: data.basis,
      packs: data.packs.map((line) => renderPack(accountId, line)),
      fees: data.fees.map((line) => ({
        code: line.code,
        fee_fen: line.feeFen,
        customer_penalty_fen: line.customerPenaltyFen,
        provider_penalty_fen: line.providerPenaltyFen,
        amount_fen: line.amountFen,
      })),
      charge_fen: data.chargeFen,
      refund_fen: data.refundFen,
      kept_fen: data.keptFen,
      sum_fen: data.sumFen,
      credit_note_fen: data.creditNoteFen,
    }),
  })
  settlements.addCustomerReads({ list: 'What your account came to, newest first', one: 'What your account came to' })
  settlements.addStaffReads({ list: 'What an account came to, newest first', one: 'What an account came to' })
  settlements.addStaffAct({
    method: 'post',
    summary: 'Compute what an account comes to; earlier figures are replaced',
    roles: ['finance'],
    body: figuresBody,
    status: 201,
    wanted: ({ reference = null, cause, delay, confirm_uncapped }) => ({
      kind: 'figure_settlement',
      reference,
      cause,
      delay,
      confirmUncapped: confirm_uncapped,
    }),
  })
}
