import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { type ChargeDisputeAct, chargeDisputeGrounds, remedies } from '../../core/matters/charge-dispute.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import { renderApproval } from '../render.ts'
import type { Routes } from '../route.ts'
import { approval } from '../schemas/staff.ts'
import { accountParams, StaffRoutes } from '../staff-routes.ts'
import { addChargeEvidenceRoutes } from './charge-evidence.ts'
import { MatterRoutes } from './matter-routes.ts'
import { numbersOf, reason, text, time } from './parts.ts'
import { addStaffStep } from './staff-step.ts'

const members = { verification_id: z.string().max(64), ground: z.enum(chargeDisputeGrounds), text }
const disputeBody = z.strictObject(members).openapi('ChargeDisputeRequest')
const staffDisputeBody = z.strictObject({ ...members, reason }).openapi('StaffChargeDisputeRequest')
const withdrawalBody = z.strictObject({ text: text.optional() }).openapi('ChargeDisputeWithdrawalRequest')
const staffWithdrawalBody = z.strictObject({ text: text.optional(), reason }).openapi('StaffChargeDisputeWithdrawalRequest')
const lossBody = z.strictObject({ text, reason }).openapi('ChargeDisputeLossRequest')
const winBody = z
  .strictObject({
    remedy: z.enum(remedies).optional().openapi({
      description: 'Credits where a pack paid and they can still be used, and money elsewhere, when it is left out.',
    }),
    text,
    reason,
  })
  .openapi('ChargeDisputeWinRequest')

const openActOf = (
  { verification_id, ground, text: said }: z.output<typeof disputeBody>,
  accountId: string,
): ChargeDisputeAct => {
  const [verificationId = 0] = numbersOf([verification_id], 'ver', accountId)
  return { kind: 'open_charge_dispute', verificationId, chargeGround: ground, text: said }
}

/** Disputes of single charges: opened, answered, and given back by two persons where they are won. */
export const addChargeDisputeRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Charge disputes'
  const param = 'charge_dispute_id'
  const disputes = new MatterRoutes(routes, deps, {
    kind: 'charge_dispute',
    noun: 'charge-disputes',
    param,
    tag,
    name: 'ChargeDispute',
    members: {
      verification_id: z.string(),
      check: z.string(),
      outcome: z.string(),
      credits: z.int().openapi({ description: 'Credits that were charged; 0 where a bill counts the call.' }),
      charged_at: time,
      ground: z.enum(chargeDisputeGrounds),
      text: z.string(),
      answer: z.string().nullable(),
      remedy: z.enum(remedies).nullable(),
      grant_id: z.string().nullable(),
      credit_note_id: z.string().nullable(),
      previous_id: z.string().nullable(),
    },
    render: (data, { accountId }) => ({
      verification_id: makeId('ver', accountId, data.verificationId),
      check: data.check,
      outcome: data.outcome,
      credits: data.credits,
      charged_at: toRfc3339(data.settledAt),
      ground: data.ground,
      text: data.text,
      answer: data.reply,
      remedy: data.remedy,
      grant_id: data.grantId && makeId('gra', accountId, data.grantId),
      credit_note_id: data.creditNoteId && makeId('crn', accountId, data.creditNoteId),
      previous_id: data.previousId && makeId('cdi', accountId, data.previousId),
    }),
  })
  disputes.addCustomerReads({ list: 'Charges that you dispute, newest first', one: 'One charge that you dispute' })
  disputes.addCustomerAct({
    method: 'post',
    summary: 'Dispute one charge',
    description:
      'Within the time to object to the statement that holds the charge. Refused with the reason `not_charged`, ' +
      '`already_disputed` or `objection_period_over`. The charge stays while you wait; where you are right, its credits or its ' +
      'price are given back.',
    body: disputeBody,
    status: 201,
    problems: ['not_found'],
    wanted: openActOf,
  })
  disputes.addCustomerAct({
    method: 'post',
    path: `/{${param}}/withdrawal`,
    summary: 'Take back a dispute of a charge',
    body: withdrawalBody,
    status: 200,
    problems: ['not_found'],
    wanted: ({ text: said = null }, accountId, c) => ({
      kind: 'withdraw_charge_dispute',
      disputeId: disputes.ownNumberIn(c, accountId),
      text: said,
    }),
  })
  disputes.addStaffReads({ list: 'Charges that an account disputes, newest first', one: 'One charge that an account disputes' })
  disputes.addStaffAct({
    method: 'post',
    summary: 'Open the dispute of a charge for the customer, or again after it had ended',
    roles: ['ops', 'finance'],
    body: staffDisputeBody,
    status: 201,
    wanted: openActOf,
  })
  addStaffStep(
    disputes,
    {
      param,
      path: 'withdrawal',
      summary: 'Record that the customer takes back its dispute',
      roles: ['ops', 'finance'],
      body: staffWithdrawalBody,
    },
    ({ text: said = null }, disputeId) => ({ kind: 'withdraw_charge_dispute', disputeId, text: said }),
  )
  addStaffStep(
    disputes,
    { param, path: 'loss', summary: 'Answer that the charge stands, and why', roles: ['ops', 'finance'], body: lossBody },
    ({ text: said }, disputeId) => ({ kind: 'lose_charge_dispute', disputeId, text: said }),
  )
  new StaffRoutes(routes, deps, tag).addAct({
    method: 'post',
    path: `/charge-disputes/{${param}}/win-proposals`,
    summary: 'Propose that the customer is right; credits or money go back when another person approves',
    roles: ['ops', 'finance'],
    params: accountParams.extend({ [param]: z.string() }),
    body: winBody,
    status: 201,
    schema: approval,
    wanted: ({ remedy = null, text: said, reason: why }, accountId, c) => {
      const disputeId = disputes.numberIn(c, accountId)
      return disputeId === null
        ? null
        : { reason: why, act: { kind: 'propose_charge_dispute_win', disputeId, remedy, text: said } }
    },
    kind: 'approval',
    render: (done) => renderApproval(done.approval),
  })
  addChargeEvidenceRoutes(routes, deps, disputes)
}
