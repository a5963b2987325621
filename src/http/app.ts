import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { traceOf } from '../core/trace.ts'
import { addAccountRoutes } from './accounts.ts'
import { addAlarmRoutes } from './alarms.ts'
import { addApiKeyRoutes } from './api-keys.ts'
import { addConsentRoutes } from './consents.ts'
import type { AppDeps } from './deps.ts'
import { addDocsRoutes } from './docs/routes.ts'
import { addDocumentKeyRoutes } from './document-keys.ts'
import type { AppEnv } from './env.ts'
import { addJournalRoutes } from './journal.ts'
import { addMatterRoutes } from './matters/index.ts'
import { addMonthEndRoutes } from './month-end.ts'
import { openObserver } from './observe.ts'
import { addOperatorRoutes } from './operator.ts'
import { problem } from './problem.ts'
import type { ProblemCode } from './problems.ts'
import { addReportRoutes } from './reports.ts'
import { type RouteSpec, Routes } from './route.ts'
import { health, readiness } from './schemas/common.ts'
import { addSelfServiceRoutes } from './self-service.ts'
import { addSettlementRoutes } from './settlements.ts'
import { addSourceRoutes } from './sources.ts'
import { addStaffLogRoutes } from './staff-log.ts'
import { addStaffReadRoutes } from './staff-reads.ts'
import { addVerificationRoutes } from './verifications.ts'

export interface App {
  fetch: (request: Request, environment?: unknown) => Response | Promise<Response>
  /** What the router serves, one line per route; the OpenAPI document is made from the same list. */
  routes: readonly RouteSpec[]
}

/** The door: every route of the gateway over the parts that a runtime hands in. */
export const createApp = (deps: AppDeps): App => {
  const app = new OpenAPIHono<AppEnv>()
  const answered = openObserver(deps)
  // Before the handler only, and it does not touch the answer: a header set afterwards would cost more than the whole ledger.
  app.use(async (c, next) => {
    const random = deps.crypto.randomHex(28)
    c.set('requestId', `req_${random.slice(0, 24)}`)
    c.set('trace', traceOf(c.req.header('traceparent'), random.slice(24)))
    c.set('arrivedAt', deps.ticks())
    await next()
  })

  const routes = new Routes(app, answered)
  addVerificationRoutes(routes, deps)
  addConsentRoutes(routes, deps)
  addSelfServiceRoutes(routes, deps)
  addAccountRoutes(routes, deps)
  addApiKeyRoutes(routes, deps)
  addSettlementRoutes(routes, deps)
  addMatterRoutes(routes, deps)
  addJournalRoutes(routes, deps)
  addReportRoutes(routes, deps)
  addMonthEndRoutes(routes, deps)
  addStaffReadRoutes(routes, deps)
  addAlarmRoutes(routes, deps)
  addSourceRoutes(routes, deps)
  addStaffLogRoutes(routes, deps)
  addSystemRoutes(routes, deps)
  addOperatorRoutes(routes, deps)
  addDocumentKeyRoutes(routes, deps)
  addDocsRoutes(routes, app, deps)

  app.notFound((c) => {
    const methods = routes.methodsOf(c.req.path)
    const response =
      methods.length === 0
        ? problem(c, 'not_found')
        : problem(c, 'method_not_allowed', { allow: [...new Set(methods)].join(', ') })
    answered(c, response.status)
    return response
  })
  app.onError((error, c) => {
    // A fault is told to the operator by kind only: its message could hold what was sent.
    const { traceId } = c.get('trace')
    deps.log('fault', {
      request_id: c.get('requestId'),
      trace_id: traceId,
      method: c.req.method,
      kind: error.name,
      ...placeOf(error),
    })
    const response = problem(c, codeOf(error))
    answered(c, response.status)
    return response
  })
  return { fetch: (request, environment) => app.fetch(request, environment as Record<string, unknown>), routes: routes.specs }
}

/** Where a fault happened: the first line of its stack after the message, because a message can look like one and hold what was sent. */
const placeOf = (error: Error): { place: string } | Record<string, never> => {
  const { stack = '', message } = error
  const from = stack.indexOf(message)
  const line = from === -1 ? undefined : /^\s+at (.*)$/m.exec(stack.slice(from + message.length))?.[1]
  return line === undefined ? {} : { place: line.replace(/\(?(?:file:\/\/)?\/?.*\/(src|node_modules)\//, '$1/').slice(0, 120) }
}

const codeOf = (error: Error): ProblemCode => {
  // The ledger could not take the work now (disk full, draining): nothing was stored, and the caller may come back.
  if ('overloaded' in error && error.overloaded === true) return 'overloaded'
  return error instanceof HTTPException && error.status === 400 ? 'body_malformed' : 'fault'
}

const addSystemRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'System'
  routes.add(
    {
      method: 'get',
      path: '/health',
      caller: 'anyone',
      tag,
      summary: 'The process answers',
      answers: { 200: { schema: health, description: 'It does.' } },
    },
    (c) => c.json({ status: 'ok', version: deps.version }, 200),
  )
  routes.add(
    {
      method: 'get',
      path: '/ready',
      caller: 'anyone',
      tag,
      summary: 'The gateway takes work: the ledger can write and sources are known',
      answers: { 200: { schema: readiness, description: 'Ready.' } },
      problems: ['overloaded'],
    },
    async (c) => {
      const state = await deps.readiness()
      return state.ready ? c.json(state, 200) : problem(c, 'overloaded', { reason: state.reasons.join('; ') })
    },
  )
}
