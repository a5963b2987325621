import { isAccountId } from '../core/ids.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import { usageCsv, usageReport } from '../documents/usage-report.ts'
import type { AppDeps } from './deps.ts'
import { problem } from './problem.ts'
import { queryBy } from './reading.ts'
import type { Routes } from './route.ts'
import * as schemas from './schemas/staff.ts'
import { staffOf } from './staff.ts'

/** Reports for finance, and what the books say of themselves. */
export const addReportRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Reports (staff)'
  routes.add(
    {
      method: 'get',
      path: '/v1/reports/usage',
      caller: 'staff',
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
      const { rows, asOf } = await deps.directory.usage({
        fromDay: query.from,
        toDay: query.to,
        accountId: query.account_id ?? null,
        dayOf: query.day_of,
      })
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
