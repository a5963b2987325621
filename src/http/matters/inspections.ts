import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, code, instant, note, orNull, plainText, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const text = plainText(2_000).openapi({ description: 'Do not name persons.' })

const inspectionBody = z
  .strictObject({
    reference: callerReference.optional(),
    finding: text,
    order: z
      .strictObject({
        text,
        ground: code.default('breach').openapi({ description: 'The ground of a suspension when it is not done in time.' }),
        due_at: instant,
      })
      .optional()
      .openapi({ description: 'What has to be corrected, and by when. Left out when everything was in order.' }),
    reason: note,
  })
  .openapi('InspectionRequest')
const confirmationBody = z.strictObject({ text: text.optional(), reason: note }).openapi('CorrectionConfirmationRequest')
const correctionBody = z.strictObject({ text }).openapi('CorrectionReportRequest')

/** Inspections of how the service is used, and orders to correct (S1 §4.4). */
export const addInspectionRoutes = (routes: Routes, deps: AppDeps): void => {
  const inspections = new MatterRoutes(routes, deps, {
    kind: 'inspection',
    noun: 'inspections',
    param: 'inspection_id',
    tag: 'Inspections',
    name: 'Inspection',
    members: {
      finding: z.string(),
      order: orNull(z.strictObject({ text: z.string(), ground: z.string(), notice_id: z.string() })),
      steps: z.array(
        z.strictObject({
          step: z.enum(['reported', 'confirmed', 'overdue']),
          at: time,
          by: z.string(),
          text: z.string().nullable(),
        }),
      ),
    },
    render: ({ finding, order, steps }, { accountId }) => ({
      finding,
      order: order && { text: order.text, ground: order.ground, notice_id: makeId('not', accountId, order.noticeId) },
      steps: steps.map(({ step, at, by, text }) => ({ step, at: toRfc3339(at), by, text })),
    }),
  })
  inspections.addCustomerReads({ list: 'Inspections of your use, newest first', one: 'One inspection of your use' })
  inspections.addCustomerAct({
    method: 'post',
    path: '/{inspection_id}/correction',
    summary: 'Say what you have corrected',
    body: correctionBody,
    status: 200,
    wanted: ({ text }, accountId, c) => ({
      kind: 'report_correction',
      inspectionId: inspections.ownNumberIn(c, accountId),
      text,
    }),
  })
  inspections.addStaffReads({ list: 'Inspections of an account, newest first', one: 'One inspection of an account' })
  inspections.addStaffAct({
    method: 'post',
    summary: 'Record an inspection, and the order to correct what it found',
    roles: ['ops'],
    body: inspectionBody,
    status: 201,
    wanted: ({ reference = null, finding, order }) => ({
      kind: 'record_inspection',
      reference,
      finding,
      order: order ? { text: order.text, ground: order.ground, dueAt: order.due_at } : null,
    }),
  })
  inspections.addStaffAct({
    method: 'post',
    path: '/{inspection_id}/confirmation',
    summary: 'Confirm that the order is done',
    roles: ['ops'],
    body: confirmationBody,
    status: 200,
    wanted: ({ text = null }, accountId, c) => {
      const inspectionId = inspections.numberIn(c, accountId)
      return inspectionId === null ? null : { kind: 'confirm_correction', inspectionId, text }
    },
  })
}
