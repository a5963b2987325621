import { z } from '@hono/zod-openapi'
import { disputeEndings, disputeTopics } from '../../core/matters/dispute.ts'
import { matterPrefixes } from '../../core/matters/index.ts'
import type { AppDeps } from '../deps.ts'
import { numberOf } from '../reading.ts'
import type { Routes } from '../route.ts'
import { day } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'
import { amountFen, reason, reference, text } from './parts.ts'
import { addStaffStep } from './staff-step.ts'

const disputeMembers = {
  reference,
  topic: z.enum(disputeTopics),
  text,
  disputed_fen: amountFen.default(0).openapi({ description: 'What is not paid while it is disputed; everything else is.' }),
}
const disputeBody = z.strictObject(disputeMembers).openapi('DisputeRequest')
const staffDisputeBody = z
  .strictObject({
    ...disputeMembers,
    notice_id: z.string().max(64).optional().openapi({ description: 'The notice by which talks were asked for.' }),
    requested_on: day.optional().openapi({ description: 'The day on which another request counts as delivered.' }),
    reason,
  })
  .openapi('StaffDisputeRequest')
const withdrawalBody = z.strictObject({ text: text.optional() }).openapi('DisputeWithdrawalRequest')
const endingBody = z
  .strictObject({ ending: z.enum(disputeEndings), text: text.optional(), reason })
  .openapi('DisputeEndingRequest')

/** Disputes and their talks (S0 五, S3 §11). */
export const addDisputeRoutes = (routes: Routes, deps: AppDeps): void => {
  const disputes = new MatterRoutes(routes, deps, {
    kind: 'dispute',
    noun: 'disputes',
    param: 'dispute_id',
    tag: 'Disputes',
    name: 'Dispute',
    members: {
      topic: z.enum(disputeTopics),
      text: z.string(),
      disputed_fen: z.int(),
      frozen_fen: z.int().openapi({ description: 'The part that stands still: all that is disputed, while it is.' }),
      requested_on: z.string(),
      venue: z.enum(['providers_place', 'customers_place']).nullable(),
      ending: z.enum(disputeEndings).nullable(),
    },
    render: ({ topic, text: said, disputedFen, requestedOn, venue, ending }) => ({
      topic,
      text: said,
      disputed_fen: disputedFen,
      frozen_fen: ending === null ? disputedFen : 0,
      requested_on: requestedOn,
      venue,
      ending,
    }),
  })
  disputes.addCustomerReads({ list: 'Your disputes, newest first', one: 'One of your disputes' })
  disputes.addCustomerAct({
    method: 'post',
    summary: 'Dispute something, and ask for talks',
    description: 'Nothing stops but the disputed amount: your keys go on working, and what is not disputed stays due.',
    body: disputeBody,
    status: 201,
    wanted: ({ reference: named = null, topic, text: said, disputed_fen }) => ({
      kind: 'open_dispute',
      reference: named,
      topic,
      text: said,
      disputedFen: disputed_fen,
      noticeId: null,
      requestedOn: null,
    }),
  })
  disputes.addCustomerAct({
    method: 'post',
    path: '/{dispute_id}/withdrawal',
    summary: 'Take back a dispute that you opened',
    body: withdrawalBody,
    status: 200,
    problems: ['not_found'],
    wanted: ({ text: said = null }, accountId, c) => ({
      kind: 'close_dispute',
      disputeId: disputes.ownNumberIn(c, accountId),
      ending: 'withdrawn',
      text: said,
    }),
  })
  disputes.addStaffReads({ list: 'Disputes of an account, newest first', one: 'One dispute of an account' })
  disputes.addStaffAct({
    method: 'post',
    summary: 'Open a dispute, from the day on which the request for talks counts as delivered',
    roles: ['ops', 'finance'],
    body: staffDisputeBody,
    status: 201,
    wanted: ({ reference: named = null, topic, text: said, disputed_fen, notice_id, requested_on = null }, accountId) => {
      const noticeId = notice_id === undefined ? null : numberOf(notice_id, matterPrefixes.notice, accountId)
      if (notice_id !== undefined && noticeId === null) return null
      return {
        kind: 'open_dispute',
        reference: named,
        topic,
        text: said,
        disputedFen: disputed_fen,
        noticeId,
        requestedOn: requested_on,
      }
    },
  })
  addStaffStep(
    disputes,
    { param: 'dispute_id', path: 'ending', summary: 'Record how a dispute ended', roles: ['ops', 'finance'], body: endingBody },
    ({ ending, text: said = null }, disputeId) => ({ kind: 'close_dispute', disputeId, ending, text: said }),
  )
}
