import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { checks as catalogue } from '../../core/checks.ts'
import type { MatterView } from '../../core/matters/index.ts'
import { shanghaiDay, toRfc3339 } from '../../core/shanghai.ts'
import type { Page } from '../../core/views.ts'
import { uptimeReport } from '../../documents/uptime-report.ts'
import { readAsCustomer } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { problem } from '../problem.ts'
import { rateHeaders } from '../rate-headers.ts'
import { queryBy } from '../reading.ts'
import type { Routes } from '../route.ts'
import { instant, rule } from '../schemas/common.ts'
import { StaffRoutes } from '../staff-routes.ts'
import { MatterRoutes } from './matter-routes.ts'
import {
  causeBody,
  nullableAttribution,
  nullableTime,
  reason,
  reference,
  renderAttribution,
  renderTime,
  text,
  time,
} from './parts.ts'
import { addStaffStep } from './staff-step.ts'

const tag = 'Outages'
const outageBody = z
  .strictObject({
    reference,
    from: instant,
    to: instant.optional(),
    checks: z
      .array(z.string().refine((code) => catalogue.has(code), rule('unknown_check')))
      .max(20)
      .default([])
      .openapi({ description: 'The checks that could not be used; none is all of them.' }),
    planned: z.boolean().default(false).openapi({ description: 'A short break that was planned and told (S3 §8.3).' }),
    text: text.optional(),
    reason,
  })
  .openapi('OutageRequest')
const endBody = z.strictObject({ to: instant, reason }).openapi('OutageEndRequest')

const members = {
  from: time,
  to: nullableTime,
  checks: z.array(z.string()),
  planned: z.boolean(),
  text: z.string().nullable(),
  attribution: nullableAttribution,
}
const render = ({ from, to, checks, planned, text: said, attribution }: MatterView<'outage'>['data']) => ({
  from: toRfc3339(from),
  to: renderTime(to),
  checks,
  planned,
  text: said,
  attribution: renderAttribution(attribution),
})

const uptimeQuery = z.strictObject({
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/)
    .optional()
    .openapi({ description: 'A month in Asia/Shanghai, `2024-08`; without it the running one.' }),
})
const uptime = z
  .strictObject({
    month: z.string(),
    until: time,
    seconds: z.int(),
    planned_seconds: z.int(),
    down_seconds: z.int(),
    excused_seconds: z.int().openapi({ description: 'The part of `down_seconds` that is not the provider’s.' }),
    uptime: z.string().nullable().openapi({ description: 'Share of the time that counts, planned breaks taken out.' }),
    outages: z.array(z.strictObject(members)),
  })
  .openapi('UptimeReport')

/** Most outages that one report looks at, the newest recorded. */
const mostCounted = 1_000
const question = { kind: 'matters', matter: 'outage', open: false, before: null, limit: mostCounted } as const

/** The report, or the problem of a month that has not begun. */
const reportOf = (deps: AppDeps, c: Context<AppEnv>, month: string | undefined, found: unknown) => {
  const now = deps.clock()
  const report = uptimeReport(month ?? shanghaiDay(now).slice(0, 7), (found as Page<MatterView<'outage'>>).items, now)
  if (report === null) return problem(c, 'query_invalid', { faults: [{ pointer: '/month', rule: 'not_begun' }] })
  return { ...report, until: toRfc3339(report.until), outages: report.outages.map(({ data }) => render(data)) }
}

/** Outages as people record them, and the uptime that follows from them (S0 三(二)1,2). */
export const addOutageRoutes = (routes: Routes, deps: AppDeps): void => {
  const outages = new MatterRoutes(routes, deps, {
    kind: 'outage',
    noun: 'outages',
    param: 'outage_id',
    tag,
    name: 'Outage',
    members,
    render,
  })
  outages.addStaffReads({ list: 'Outages that an account had, newest first', one: 'One outage' })
  outages.addStaffAct({
    method: 'post',
    summary: 'Record an outage, or a short break that was planned',
    roles: ['ops'],
    body: outageBody,
    status: 201,
    wanted: ({ reference: named = null, from, to = null, checks, planned, text: said = null }) => ({
      kind: 'record_outage',
      reference: named,
      from,
      to,
      checks,
      planned,
      text: said,
    }),
  })
  const param = 'outage_id'
  addStaffStep(
    outages,
    { param, path: 'ending', summary: 'Record when an outage was over', roles: ['ops'], body: endBody },
    ({ to }, outageId) => ({ kind: 'end_outage', outageId, to }),
  )
  addStaffStep(
    outages,
    { param, path: 'cause', summary: 'Say why it failed, with the proof', roles: ['ops'], body: causeBody },
    ({ cause, proof_sha256 = null }, outageId) => ({ kind: 'attribute_outage', outageId, cause, proofSha256: proof_sha256 }),
  )
  addUptimeRoutes(routes, deps)
}

const addUptimeRoutes = (routes: Routes, deps: AppDeps): void => {
  routes.add(
    {
      method: 'get',
      path: '/v1/uptime',
      operationId: 'getOwnUptime',
      caller: 'key',
      tag,
      summary: 'How much of a month the service was there for you',
      description: 'From the outages that were recorded for your account; planned breaks are taken out of what counts.',
      query: uptimeQuery,
      answers: { 200: { schema: uptime, description: 'One month.' } },
      problems: ['key_suspended'],
    },
    async (c) => {
      const query = queryBy(c, uptimeQuery)
      if (query instanceof Response) return query
      const found = await readAsCustomer(deps, c, 'account:read', question)
      if (found.kind === 'answer') return found.response
      const report = reportOf(deps, c, query.month, found.value)
      if (report instanceof Response) return report
      return c.json(report, 200, { 'Cache-Control': 'no-store', ...rateHeaders(found.rate) })
    },
  )
  new StaffRoutes(routes, deps, tag).addRead({
    path: '/uptime',
    summary: 'How much of a month the service was there for an account',
    schema: uptime,
    query: uptimeQuery,
    question: (_accountId, c) => {
      const query = queryBy(c, uptimeQuery)
      return query instanceof Response ? query : question
    },
    render: (found, c) => reportOf(deps, c, c.req.query('month'), found),
  })
}
