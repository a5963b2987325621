import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bearerOf } from './caller.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import type { Routes } from './route.ts'
import { staffOf } from './staff.ts'

const dayMs = 86_400_000
/** RFC 9116 §2.5.5 recommends less than a year ahead. Half of one, so that a stored copy ages before it misleads. */
const securityTextDays = 180

/** What operators and finders of weaknesses ask of a gateway. */
export const addOperatorRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'System'
  routes.add(
    {
      method: 'get',
      path: '/metrics',
      caller: 'staff',
      trace: 'none',
      tag,
      summary: 'Counters and durations in the text format of Prometheus',
      answers: {
        200: { schema: z.string(), description: 'No label holds an id or anything that was sent.', contentType: 'text/plain' },
      },
    },
    async (c) => {
      if (!opensMetrics(deps, c)) {
        const member = await staffOf(deps, c, ['ops', 'auditor'])
        if (member instanceof Response) return member
      }
      return c.body(await deps.metricsText(), 200, {
        'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
        'Cache-Control': 'no-store',
      })
    },
  )
  routes.add(
    {
      method: 'get',
      path: '/.well-known/security.txt',
      caller: 'anyone',
      tag,
      summary: 'Where to report a weakness (RFC 9116)',
      answers: { 200: { schema: z.string(), description: 'The contact of the operator.', contentType: 'text/plain' } },
      problems: ['not_found'],
    },
    (c) => {
      if (deps.securityContact === null) return problem(c, 'not_found')
      // To the day, so that two answers of one day are the same bytes.
      const expires = (Math.floor(deps.clock() / dayMs) + securityTextDays) * dayMs
      const lines = [
        `Contact: ${deps.securityContact}`,
        `Expires: ${new Date(expires).toISOString()}`,
        'Preferred-Languages: zh, en',
      ]
      return c.body(`${lines.join('\n')}\n`, 200, { 'Content-Type': 'text/plain; charset=utf-8' })
    },
  )
}

/** Whether the caller has the scraper's secret. Digests are compared, so that the time taken tells nothing of it. */
const opensMetrics = (deps: AppDeps, c: Context<AppEnv>): boolean => {
  const token = bearerOf(c)
  return deps.metricsToken !== null && token !== null && deps.crypto.sha256(token) === deps.crypto.sha256(deps.metricsToken)
}
