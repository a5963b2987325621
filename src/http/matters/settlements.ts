import { z } from '@hono/zod-openapi'
import { settlementDirections } from '../../core/matters/settlement.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { paymentBody, paymentIn } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'
import { reason, sha256, text } from './parts.ts'
import { choiceMembers } from './settlement-figures.ts'
import { renderSettlement, settlementMembers } from './settlement-shape.ts'
import { addStaffStep } from './staff-step.ts'

const proposalBody = z
  .strictObject({
    ...choiceMembers,
    final: z
      .boolean()
      .default(true)
      .openapi({ description: 'False while the account goes on: nothing moves, and calls without an ending do not matter.' }),
    reason,
  })
  .openapi('SettlementRequest')
const againBody = z
  .strictObject({ confirm_uncapped: choiceMembers.confirm_uncapped, reason })
  .openapi('SettlementRepeatedProposalRequest')
const wordsBody = z.strictObject({ text: text.optional(), reason }).openapi('SettlementDecisionRequest')
const signatureBody = z
  .strictObject({
    digest: sha256.openapi({ description: 'The digest of the settlement as you were shown it.' }),
    document_sha256: sha256
      .optional()
      .openapi({ description: 'Of the paper that you signed; without one this call is a click.' }),
  })
  .openapi('SettlementSignatureRequest')
const staffSignatureBody = z.strictObject({ document_sha256: sha256, reason }).openapi('StaffSettlementSignatureRequest')
const objectionBody = z.strictObject({ text }).openapi('SettlementObjectionRequest')
const staffObjectionBody = z.strictObject({ text, reason }).openapi('StaffSettlementObjectionRequest')
const settlementPaymentBody = paymentBody
  .safeExtend({ direction: z.enum(settlementDirections) })
  .openapi('SettlementPaymentRequest')

/** The settlement of an account as a document (S1 §4.6, S3 §2.5). The routes of approvals show what they have approved by the result. */
export const addSettlementDocumentRoutes = (
  routes: Routes,
  deps: AppDeps,
): Pick<MatterRoutes<'settlement'>, 'schema' | 'render'> => {
  const settlements = new MatterRoutes(routes, deps, {
    kind: 'settlement',
    noun: 'settlements',
    param: 'settlement_id',
    tag: 'Settlements',
    name: 'Settlement',
    members: settlementMembers,
    hidesStaff: true,
    render: renderSettlement,
  })
  settlements.addCustomerReads({ list: 'Your settlements, newest first', one: 'One of your settlements' })
  settlements.addCustomerAct({
    method: 'post',
    path: '/{settlement_id}/signature',
    summary: 'Sign a settlement',
    description: 'Refused with the reason `digest_differs` when it is not the settlement that you were shown.',
    body: signatureBody,
    status: 200,
    problems: ['not_found'],
    wanted: ({ digest, document_sha256: documentSha256 = null }, accountId, c) => ({
      kind: 'sign_settlement',
      settlementId: settlements.ownNumberIn(c, accountId),
      digest,
      documentSha256,
    }),
  })
  settlements.addCustomerAct({
    method: 'post',
    path: '/{settlement_id}/objection',
    summary: 'Object to a settlement',
    description: 'It is recorded. The provider then withdraws the settlement or keeps it.',
    body: objectionBody,
    status: 200,
    problems: ['not_found'],
    wanted: ({ text: said }, accountId, c) => ({
      kind: 'object_settlement',
      settlementId: settlements.ownNumberIn(c, accountId),
      text: said,
    }),
  })
  settlements.addStaffReads({ list: 'Settlements of an account, newest first', one: 'One settlement of an account' })
  settlements.addStaffAct({
    method: 'post',
    summary: 'Propose the settlement of an account, computed from its books now; another person approves it',
    roles: ['finance'],
    body: proposalBody,
    status: 201,
    wanted: ({ cause, delay, confirm_uncapped, final }) => ({
      kind: 'propose_settlement_document',
      cause,
      delayChoice: delay,
      confirmUncapped: confirm_uncapped,
      final,
    }),
  })
  const param = 'settlement_id'
  addStaffStep(
    settlements,
    { param, path: 'proposal', summary: 'Propose it again with the figures of now', roles: ['finance'], body: againBody },
    ({ confirm_uncapped }, settlementId) => ({
      kind: 'propose_settlement_again',
      settlementId,
      confirmUncapped: confirm_uncapped,
    }),
  )
  addStaffStep(
    settlements,
    {
      param,
      path: 'withdrawal',
      summary: 'Withdraw a settlement that nobody approved yet, or that the customer objected to',
      roles: ['finance'],
      body: wordsBody,
    },
    ({ text: said = null }, settlementId) => ({ kind: 'withdraw_settlement', settlementId, text: said }),
  )
  addStaffStep(
    settlements,
    { param, path: 'upholding', summary: 'Keep a settlement that the customer objected to', roles: ['finance'], body: wordsBody },
    ({ text: said = null }, settlementId) => ({ kind: 'keep_settlement', settlementId, text: said }),
  )
  addStaffStep(
    settlements,
    {
      param,
      path: 'signature',
      summary: 'Record the paper that the customer signed',
      roles: ['finance', 'ops'],
      body: staffSignatureBody,
    },
    ({ document_sha256: documentSha256 }, settlementId) => ({
      kind: 'sign_settlement',
      settlementId,
      digest: null,
      documentSha256,
    }),
  )
  addStaffStep(
    settlements,
    {
      param,
      path: 'objection',
      summary: 'Record an objection that came by another way',
      roles: ['finance', 'ops'],
      body: staffObjectionBody,
    },
    ({ text: said }, settlementId) => ({ kind: 'object_settlement', settlementId, text: said }),
  )
  addStaffStep(
    settlements,
    {
      param,
      path: 'payments',
      summary: 'Record a payment on a settlement; nothing is ever executed',
      roles: ['finance'],
      body: settlementPaymentBody,
    },
    ({ direction, ...payment }, settlementId) => ({
      kind: 'pay_settlement',
      settlementId,
      direction,
      ...paymentIn(payment),
    }),
  )
  return settlements
}
