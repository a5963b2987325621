import type { Context } from 'hono'
import { isAccountId } from '../core/ids.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import { usageCsv, usageReport } from '../documents/usage-report.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import { queryBy } from './reading.ts'
import { logReading, noteReading, type Reading, reportReasonOf } from './reason.ts'
import type { Routes } from './route.ts'
import * as schemas from './schemas/staff.ts'
import { type StaffMember, staffOf } from './staff.ts'

/** A report on one account is an entry in its journal; one across accounts, or on an account that is not there, a line in the staff log. */
const traceReport = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  member: StaffMember,
  accountId: string | undefined,
  reading: Reading,
): Promise<Response | null> => {
  if (accountId === undefined) return logReading(deps, c, member, reading)
  const refusal = await noteReading(deps, c, member, accountId, reading)
  return refusal?.status === 404 ? logReading(deps, c, member, reading) : refusal
}

/** Reports for finance, and what the books say of themselves. */
export const addReportRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Reports (staff)'
  routes.add(
    {
      method: 'get',
      path: '/v1/reports/usage',
      caller: 'staff',
      trace: 'report',
      tag,
      summary: 'Usage across accounts, as JSON or CSV',
      query: schemas.reportQuery,
      answers: {
        200: {
          schema: schemas.usage,
          description: 'With `format=csv`, the same lines as text.',
          textType: 'text/csv',
          headers: { 'Content-Disposition': 'The name of the file, with `format=csv`.' },
        },
      },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['finance', 'auditor', 'ops'])
      if (member instanceof Response) return member
      const query = queryBy(c, schemas.reportQuery)
      if (query instanceof Response) return query
      if (query.account_id !== undefined && !isAccountId(query.account_id))
        return problem(c, 'query_invalid', { faults: [{ pointer: '/account_id', rule: 'format' }] })
      const reason = reportReasonOf(c)
      if (reason instanceof Response) return reason
      const { rows, asOf } = await deps.directory.usage({
        fromDay: query.from,
        toDay: query.to,
        accountId: query.account_id ?? null,
        dayOf: query.day_of,
      })
      const what = query.format === 'csv' ? 'usage_exported' : 'usage_reported'
      const refusal = await traceReport(deps, c, member, query.account_id, { what, target: `${query.from}/${query.to}`, reason })
      if (refusal) return refusal
      const report = usageReport(rows, query.group_by)
      if (query.format === 'csv') {
        return c.body(usageCsv(report, query.group_by), 200, {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': `attachment; filename="usage-${query.from}-${query.to}.csv"`,
          'Cache-Control': 'no-store',
        })
      }
      const usage = 'internal_reference_only'
      return c.json({ from: query.from, to: query.to, day_of: query.day_of, ...report, usage, as_of: toRfc3339(asOf) }, 200, {
        'Cache-Control': 'no-store',
      })
    },
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/integrity',
      caller: 'staff',
      // Counts and ids, and it has to be readable on the day when nothing can be written.
      trace: 'none',
      tag,
      summary: 'Assert every invariant of the books; an empty list of violations is the only good answer',
      answers: { 200: { schema: schemas.integrity, description: 'What was read, and what is wrong.' } },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops', 'finance', 'auditor'])
      return member instanceof Response ? member : c.json(await deps.integrity(), 200)
    },
  )
}
