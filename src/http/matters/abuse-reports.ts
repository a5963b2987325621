import { z } from '@hono/zod-openapi'
import { isAccountId } from '../../core/ids.ts'
import { addressOf } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import { problem } from '../problem.ts'
import { bodyBy } from '../reading.ts'
import { logReading } from '../reason.ts'
import type { Routes } from '../route.ts'
import { plainText, rule } from '../schemas/common.ts'

/** Reports that one address may send in an hour: enough for a person, too few to fill a log. */
const reportsPerHour = 5

/** No token can have this subject: neither kind of subject holds parentheses. */
const nobodyOfStaff = '(anyone)'

const abuseBody = z
  .strictObject({
    about_account: z.string().refine(isAccountId, rule('account_id')).optional(),
    text: plainText(200).openapi({ description: 'What you have seen. Do not name persons.' }),
  })
  .openapi('AbuseReportRequest')
const abuseReport = z.strictObject({ id: z.string() }).openapi('AbuseReport')

/**
 * Anybody may report abuse (S2 五(六)). The report is a line of the staff log, which only grows; nothing is asked of the account that it
 * names, so that nobody learns whether there is one.
 */
export const addAbuseReportRoutes = (routes: Routes, deps: AppDeps): void => {
  routes.add(
    {
      method: 'post',
      path: '/v1/abuse-reports',
      caller: 'anyone',
      tag: 'Abuse reports',
      summary: 'Report that the gateway is misused',
      description: 'Keep the id: it is how your report is found again.',
      body: abuseBody,
      answers: { 201: { schema: abuseReport, description: 'It is kept, and the staff sees it.' } },
      problems: ['rate_limited', 'overloaded'],
    },
    async (c) => {
      const body = await bodyBy(c, abuseBody)
      if (body instanceof Response) return body
      const share = await deps.failedKeys.take(`abuse ${addressOf(deps, c)}`, reportsPerHour, 3_600)
      if (share.exceeded) return problem(c, 'rate_limited', { retryAfterSeconds: Math.max(1, share.resetSeconds) })
      const id = `abuse_${deps.crypto.randomHex(8)}`
      const target = body.about_account === undefined ? id : `${id} ${body.about_account}`
      const refusal = await logReading(
        deps,
        c,
        { sub: nobodyOfStaff, roles: [] },
        { what: 'abuse_reported', target, reason: body.text },
      )
      return refusal ?? c.json({ id }, 201, { 'Cache-Control': 'no-store' })
    },
  )
}
