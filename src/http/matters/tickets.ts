import { z } from '@hono/zod-openapi'
import { ticketSteps, ticketTopics } from '../../core/matters/ticket.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, note, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'
import { causeBody, nullableAttribution, renderAttribution, renderSteps, text } from './parts.ts'
import { addStaffStep } from './staff-step.ts'

const ticketMembers = {
  reference: callerReference.optional(),
  topic: z.enum(ticketTopics),
  urgent: z.boolean().default(false).openapi({ description: 'Somebody has to come at once.' }),
  text,
}
const ticketBody = z.strictObject(ticketMembers).openapi('TicketRequest')
const staffTicketBody = z.strictObject({ ...ticketMembers, reason: note }).openapi('StaffTicketRequest')
const stepBody = z
  .strictObject({ step: z.enum(ticketSteps).exclude(['confirmed']), text: text.optional(), reason: note })
  .openapi('TicketStepRequest')
const confirmationBody = z.strictObject({ text: text.optional() }).openapi('TicketConfirmationRequest')

/** Fault reports and requests for support (S3 §6.2.3, S4 §7). */
export const addTicketRoutes = (routes: Routes, deps: AppDeps): void => {
  const tickets = new MatterRoutes(routes, deps, {
    kind: 'ticket',
    noun: 'tickets',
    param: 'ticket_id',
    tag: 'Tickets',
    name: 'Ticket',
    members: {
      topic: z.enum(ticketTopics),
      urgent: z.boolean(),
      text: z.string(),
      steps: z.array(
        z.strictObject({
          step: z.enum(['reported', ...ticketSteps]),
          at: time,
          by: z.string(),
          text: z.string().nullable(),
        }),
      ),
      attribution: nullableAttribution,
      breach: z
        .boolean()
        .openapi({ description: 'A response came too late, and no proved cause outside the provider excuses it.' }),
    },
    render: ({ topic, urgent, text, steps, attribution }, { clocks }) => ({
      topic,
      urgent,
      text,
      steps: renderSteps(steps),
      attribution: renderAttribution(attribution),
      breach: clocks.some(({ ending }) => ending === 'missed') && attribution?.penaltyMayFollow !== false,
    }),
  })
  tickets.addCustomerReads({ list: 'Your tickets, newest first', one: 'One of your tickets' })
  tickets.addCustomerAct({
    method: 'post',
    summary: 'Report a fault, ask a question',
    body: ticketBody,
    status: 201,
    wanted: ({ reference = null, topic, urgent, text }) => ({ kind: 'open_ticket', reference, topic, urgent, text }),
  })
  tickets.addCustomerAct({
    method: 'post',
    path: '/{ticket_id}/confirmation',
    summary: 'Confirm that it is solved',
    body: confirmationBody,
    status: 200,
    wanted: ({ text = null }, accountId, c) => ({
      kind: 'step_ticket',
      ticketId: tickets.ownNumberIn(c, accountId),
      step: 'confirmed',
      text,
    }),
  })
  tickets.addStaffReads({ list: 'Tickets of an account, newest first', one: 'One ticket of an account' })
  tickets.addStaffAct({
    method: 'post',
    summary: 'Open a ticket for a customer who reported by another way',
    roles: ['ops'],
    body: staffTicketBody,
    status: 201,
    wanted: ({ reference = null, topic, urgent, text }) => ({ kind: 'open_ticket', reference, topic, urgent, text }),
  })
  addStaffStep(
    tickets,
    {
      param: 'ticket_id',
      path: 'steps',
      summary: 'Record a step: accepted, replied, planned, in work, on site, remote help, solved',
      roles: ['ops'],
      body: stepBody,
    },
    ({ step, text = null }, ticketId) => ({ kind: 'step_ticket', ticketId, step, text }),
  )
  addStaffStep(
    tickets,
    {
      param: 'ticket_id',
      path: 'cause',
      summary: 'Say why it failed; a proved cause outside the provider stops the clocks',
      roles: ['ops'],
      body: causeBody,
    },
    ({ cause, proof_sha256 = null }, ticketId) => ({ kind: 'attribute_ticket', ticketId, cause, proofSha256: proof_sha256 }),
  )
}
