import { z } from '@hono/zod-openapi'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { day } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'
import { reason, reference, sha256 } from './parts.ts'

const checkBody = z
  .strictObject({
    reference,
    on: day,
    interval_days: z.int().min(1).max(3_660).openapi({ description: 'Days until the next one is due.' }),
    found: z.int().min(0).max(1_000_000),
    fixed: z.int().min(0).max(1_000_000),
    report_sha256: sha256.optional(),
    reason,
  })
  .openapi('SecurityCheckRequest')

/** Security checks at intervals (S4 §7.2.2). */
export const addSecurityCheckRoutes = (routes: Routes, deps: AppDeps): void => {
  const checks = new MatterRoutes(routes, deps, {
    kind: 'security_check',
    noun: 'security-checks',
    param: 'security_check_id',
    tag: 'Security checks (staff)',
    name: 'SecurityCheck',
    members: {
      on: z.string(),
      interval_days: z.int(),
      found: z.int(),
      fixed: z.int(),
      report_sha256: z.string().nullable(),
    },
    render: ({ on, intervalDays, found, fixed, reportSha256 }) => ({
      on,
      interval_days: intervalDays,
      found,
      fixed,
      report_sha256: reportSha256,
    }),
  })
  checks.addStaffReads({ list: 'Security checks, newest first', one: 'One security check' })
  checks.addStaffAct({
    method: 'post',
    summary: 'Record a security check and when the next one is due',
    roles: ['ops'],
    body: checkBody,
    status: 201,
    wanted: ({ reference: named = null, on, interval_days, found, fixed, report_sha256 = null }) => ({
      kind: 'record_security_check',
      reference: named,
      on,
      intervalDays: interval_days,
      found,
      fixed,
      reportSha256: report_sha256,
    }),
  })
}
