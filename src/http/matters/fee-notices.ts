import { z } from '@hono/zod-openapi'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, note, plainText } from '../schemas/common.ts'
import { fen } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'

const about = plainText(500).openapi({ description: 'What the fee is for. Do not name persons.' })
const text = plainText(2_000).openapi({ description: 'What is objected to. Do not name persons.' })

const feeBody = z
  .strictObject({
    reference: callerReference.optional(),
    amount_fen: fen,
    about,
    on: day.openapi({ description: 'Day on which the notice counts as delivered.' }),
    reason: note,
  })
  .openapi('FeeNoticeRequest')
const objectionBody = z.strictObject({ text }).openapi('FeeObjectionRequest')
const staffObjectionBody = z.strictObject({ on: day, text, reason: note }).openapi('StaffFeeObjectionRequest')
const conclusionBody = z.strictObject({ amount_fen: fen, reason: note }).openapi('FeeConclusionRequest')

/** Fees that the customer is told of, and its time to object (S3 §6.1.6). */
export const addFeeNoticeRoutes = (routes: Routes, deps: AppDeps): void => {
  const fees = new MatterRoutes(routes, deps, {
    kind: 'fee_notice',
    noun: 'fee-notices',
    param: 'fee_notice_id',
    tag: 'Fee notices',
    name: 'FeeNotice',
    members: {
      amount_fen: fen,
      about: z.string(),
      noticed_on: z.string(),
      objected_on: z.string().nullable(),
      objection: z.string().nullable(),
      accepted_on: z.string().nullable().openapi({ description: 'Day from which the fee stands, because nobody objected.' }),
      concluded_fen: fen.nullable().openapi({ description: 'What both sides settled on after an objection.' }),
    },
    render: ({ amountFen, about, noticedOn, objectedOn, objection, acceptedOn, concludedFen }) => ({
      amount_fen: amountFen,
      about,
      noticed_on: noticedOn,
      objected_on: objectedOn,
      objection,
      accepted_on: acceptedOn,
      concluded_fen: concludedFen,
    }),
  })
  fees.addCustomerReads({ list: 'Fees that you were told of, newest first', one: 'One fee that you were told of' })
  fees.addCustomerAct({
    method: 'post',
    path: '/{fee_notice_id}/objection',
    summary: 'Object to a fee, while there is time',
    body: objectionBody,
    status: 200,
    wanted: ({ text }, accountId, c) => ({
      kind: 'object_to_fee',
      feeNoticeId: fees.ownNumberIn(c, accountId),
      on: null,
      text,
    }),
  })
  fees.addStaffReads({ list: 'Fees that an account was told of, newest first', one: 'One fee that an account was told of' })
  fees.addStaffAct({
    method: 'post',
    summary: 'Record that the customer was told of a fee; its time to object runs from then on',
    roles: ['finance'],
    body: feeBody,
    status: 201,
    wanted: ({ reference = null, amount_fen, about, on }) => ({
      kind: 'send_fee_notice',
      reference,
      amountFen: amount_fen,
      about,
      on,
    }),
  })
  fees.addStaffAct({
    method: 'post',
    path: '/{fee_notice_id}/objection',
    summary: 'Record an objection that came by another way',
    roles: ['finance', 'ops'],
    body: staffObjectionBody,
    status: 200,
    wanted: ({ on, text }, accountId, c) => {
      const feeNoticeId = fees.numberIn(c, accountId)
      return feeNoticeId === null ? null : { kind: 'object_to_fee', feeNoticeId, on, text }
    },
  })
  fees.addStaffAct({
    method: 'post',
    path: '/{fee_notice_id}/conclusion',
    summary: 'Record the amount that both sides settled on after an objection',
    roles: ['finance'],
    body: conclusionBody,
    status: 200,
    wanted: ({ amount_fen }, accountId, c) => {
      const feeNoticeId = fees.numberIn(c, accountId)
      return feeNoticeId === null ? null : { kind: 'conclude_fee_objection', feeNoticeId, amountFen: amount_fen }
    },
  })
}
