import { z } from '@hono/zod-openapi'
import { maintenanceCauses } from '../../core/matters/maintenance-window.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, code, instant, note, rule, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const windowBody = z
  .strictObject({
    reference: callerReference.optional(),
    from: instant,
    to: instant,
    checks: z.array(code).max(20).default([]).openapi({ description: 'Checks that pause; all of them when it is empty.' }),
    sources: z.array(code).max(20).default([]),
    cause: z.enum(maintenanceCauses),
    reason: note,
  })
  .refine(({ from, to }) => from < to, { ...rule('after_from'), path: ['to'] })
  .openapi('MaintenanceWindowRequest')
const cancelBody = z.strictObject({ reason: note }).openapi('MaintenanceCancellationRequest')

/** Planned work, announced ahead (S1 §4.3, §7.1.3, S2 六(二), S3 §6.2.2). */
export const addMaintenanceWindowRoutes = (routes: Routes, deps: AppDeps): void => {
  const windows = new MatterRoutes(routes, deps, {
    kind: 'maintenance_window',
    noun: 'maintenance-windows',
    param: 'maintenance_window_id',
    tag: 'Planned work',
    name: 'MaintenanceWindow',
    members: {
      from: time,
      to: time,
      checks: z.array(z.string()),
      sources: z.array(z.string()),
      cause: z.enum(maintenanceCauses),
      late_notice: z.boolean().openapi({ description: 'Announced later than the agreement asks for.' }),
      clause: z.string(),
    },
    render: ({ from, to, checks, sources, cause, lateNotice, clause }) => ({
      from: toRfc3339(from),
      to: toRfc3339(to),
      checks,
      sources,
      cause,
      late_notice: lateNotice,
      clause,
    }),
  })
  windows.addCustomerReads({ list: 'Planned work, newest first', one: 'One window of planned work' })
  windows.addStaffReads({ list: 'Planned work that an account was told of', one: 'One window of planned work' })
  windows.addStaffAct({
    method: 'post',
    summary: 'Plan work: the account is told at once',
    roles: ['ops'],
    body: windowBody,
    status: 201,
    wanted: ({ reference = null, from, to, checks, sources, cause }) => ({
      kind: 'plan_maintenance',
      ...{ reference, from, to, checks, sources, cause },
    }),
  })
  windows.addStaffAct({
    method: 'post',
    path: '/{maintenance_window_id}/cancellation',
    summary: 'Cancel work that has not begun',
    roles: ['ops'],
    body: cancelBody,
    status: 200,
    wanted: (_body, accountId, c) => {
      const windowId = windows.numberIn(c, accountId)
      return windowId === null ? null : { kind: 'cancel_maintenance', windowId }
    },
  })
}
