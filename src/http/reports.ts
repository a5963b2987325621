import type { Context } from 'hono'
import { isAccountId } from '../core/ids.ts'
import { columnsFor, type Grouping } from '../core/usage.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import { queryBy } from './reading.ts'
import { logReading, noteReading, type Reading, reportReasonOf } from './reason.ts'
import type { Routes } from './route.ts'
import * as schemas from './schemas/staff.ts'
import { type Role, type StaffMember, staffOf } from './staff.ts'
import { answerUsage, fileHeaders, type UsageAnswer, xlsxType } from './usage-answer.ts'

/** A report on one account is an entry in its journal; one across accounts, or on an account that is not there, a line in the staff log. */
export const traceReport = async (
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

const answers = (schema: typeof schemas.usageAcross) => ({
  schema,
  description: 'With `format=csv` or `format=xlsx`, the same lines as a file.',
  textType: 'text/csv',
  otherTypes: [xlsxType],
  headers: fileHeaders,
})

interface Report {
  name: 'usage' | 'margin'
  query: UsageAnswer['query'] & { account_id?: string | undefined }
  withCost: boolean
}

/** Reads the sums, writes down that they were read, and answers. */
const answerReport = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  member: StaffMember,
  { name, query, withCost }: Report,
): Promise<Response> => {
  if (query.account_id !== undefined && !isAccountId(query.account_id))
    return problem(c, 'query_invalid', { faults: [{ pointer: '/account_id', rule: 'format' }] })
  const reason = reportReasonOf(c)
  if (reason instanceof Response) return reason
  const { rows, asOf } = await deps.directory.usage({
    fromDay: query.from,
    toDay: query.to,
    accountId: query.account_id ?? null,
    dayOf: query.day_of,
    columns: columnsFor(query.group_by),
  })
  const what = `${name}_${query.format === 'json' ? 'reported' : 'exported'}`
  const refusal = await traceReport(deps, c, member, query.account_id, { what, target: `${query.from}/${query.to}`, reason })
  if (refusal) return refusal
  return answerUsage(c, { name, query, sums: rows, asOf, withCost, headers: { 'Cache-Control': 'no-store' } })
}

/** Who may see what sources cost: ops may not (an administrator may do everything). */
const seesCost: readonly Role[] = ['admin', 'finance', 'auditor']

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
      summary: 'Usage across accounts, as JSON, CSV or a workbook',
      description: 'What sources cost (`cost_yuan`) stands in it for finance and auditors.',
      query: schemas.reportQuery,
      answers: { 200: answers(schemas.usageAcross) },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['finance', 'auditor', 'ops'])
      if (member instanceof Response) return member
      const query = queryBy(c, schemas.reportQuery)
      if (query instanceof Response) return query
      const withCost = member.roles.some((role) => seesCost.includes(role))
      return answerReport(deps, c, member, { name: 'usage', query, withCost })
    },
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/reports/margin',
      caller: 'staff',
      trace: 'report',
      tag,
      summary: 'What each account and check was charged in credits, and what its sources cost',
      description:
        'By the day of the ending. What the credits brought in, in fen, is of the packs that they came from: the month-end report tells it.',
      query: schemas.marginQuery,
      answers: { 200: answers(schemas.usageAcross) },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['finance', 'auditor'])
      if (member instanceof Response) return member
      const query = queryBy(c, schemas.marginQuery)
      if (query instanceof Response) return query
      const grouped = { ...query, group_by: ['account', 'check'] as Grouping[], day_of: 'settlement' as const }
      return answerReport(deps, c, member, { name: 'margin', query: grouped, withCost: true })
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
      if (member instanceof Response) return member
      const { accounts, entries, verifications, violations } = await deps.integrity()
      return c.json({ accounts, entries, verifications, violations }, 200)
    },
  )
}
