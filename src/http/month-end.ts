import { z } from '@hono/zod-openapi'
import { isAccountId } from '../core/ids.ts'
import { shanghaiDay, toRfc3339 } from '../core/shanghai.ts'
import { MonthEndBuilder, type MonthEndReport, noTotals, printMonthEnd } from '../documents/month-end.ts'
import { monthEndTables } from '../documents/month-end-tables.ts'
import type { Value, ValueKind } from '../documents/printed.ts'
import { languages } from '../documents/words.ts'
import type { AppDeps } from './deps.ts'
import { answerDocument, documentAnswer } from './printed-answer.ts'
import { problem } from './problem.ts'
import { queryBy } from './reading.ts'
import { reportReasonOf } from './reason.ts'
import { traceReport } from './reports.ts'
import type { Routes } from './route.ts'
import { time } from './schemas/common.ts'
import { staffOf } from './staff.ts'
import { xlsxType } from './usage-answer.ts'

const monthEndQuery = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/)
    .openapi({ description: 'A month of Asia/Shanghai days, `2026-10`. One that is not over is marked as provisional.' }),
  account_id: z.string().max(40).optional().openapi({ description: 'One account; nothing for all of them.' }),
  format: z
    .enum(['json', 'csv', 'html', 'xlsx'])
    .default('json')
    .openapi({ description: 'Data, every table as text, a page to print, or a workbook.' }),
  language: z.enum(languages).default('zh').openapi({ description: 'Of what people read; the data have no language.' }),
})

/** Values of the rows, as the JSON has them. Amounts are whole numbers of what their name ends with. */
const memberOf: Record<ValueKind, z.ZodType> = {
  text: z.string().nullable(),
  integer: z.int().nullable(),
  fen: z.int().nullable(),
  micro_yuan: z.int().nullable(),
  time: time.nullable(),
  day: z.string().nullable(),
}

const tableMembers: Record<string, z.ZodType> = Object.fromEntries(
  monthEndTables.map(({ key, columns }) => [
    key,
    z.array(z.strictObject(Object.fromEntries(columns.map((column) => [column.key, memberOf[column.kind]])))),
  ]),
)

const totalMembers: Record<string, z.ZodType> = Object.fromEntries(Object.keys(noTotals).map((key) => [key, z.int()]))

const monthEnd = z
  .strictObject({
    month: z.string(),
    from: z.string(),
    to: z.string(),
    provisional: z.boolean().openapi({ description: 'The month is not over: every figure can still change.' }),
    as_of: time.openapi({ description: 'When the newest copy behind the list of accounts was made.' }),
    asked: z.int().openapi({ description: 'Accounts whose ledgers were asked.' }),
    quiet: z.int().openapi({ description: 'Those of them of which there is nothing to tell: they have no line.' }),
    to_explain: z.int().openapi({
      description: 'What a person has to look at: differences, overdue debts, calls in doubt, accounts that did not answer.',
    }),
    totals: z.strictObject(totalMembers),
    ...tableMembers,
  })
  .openapi('MonthEnd')

/** Accounts whose ledgers are asked at the same time. */
const atOnce = 8
/** Accounts of one page of the directory. */
const pageSize = 100

interface Asked {
  month: string
  /** Null for all of them. */
  accountId: string | null
  /** Who asks. */
  sub: string
}

/**
 * Asks the ledger of every account, page by page, and keeps the rows of the page alone. A ledger that cannot answer is listed as
 * missing: no total is ever short without saying so.
 */
export const gatherMonthEnd = async (
  deps: Pick<AppDeps, 'directory' | 'ledgerOf' | 'log' | 'clock'>,
  { month, accountId, sub }: Asked,
): Promise<MonthEndReport> => {
  const builder = new MonthEndBuilder(month)
  const reader = { kind: 'staff', sub } as const
  const ask = async (id: string) => {
    try {
      return await deps.ledgerOf(id).read({ kind: 'month_end', reader, accountId: id, month })
    } catch (error) {
      deps.log('month_end_missing', { account: id, kind: error instanceof Error ? error.name : 'unknown' })
      return { kind: 'fault' as const }
    }
  }
  const add = (id: string, name: string | null, found: Awaited<ReturnType<typeof ask>>): void => {
    if (found.kind === 'read') builder.add(found.value)
    else builder.miss(id, name, found.kind === 'refused' ? found.code : 'fault')
  }

  let before = accountId
  let asOf = deps.clock()
  if (accountId !== null) add(accountId, null, await ask(accountId))
  else
    for (;;) {
      const page = await deps.directory.accounts({ before, limit: pageSize, name: null })
      asOf = page.asOf
      for (let from = 0; from < page.rows.length; from += atOnce) {
        const some = page.rows.slice(from, from + atOnce)
        const answers = await Promise.all(some.map(({ id }) => ask(id)))
        some.forEach(({ id, name }, at) => {
          const found = answers[at]
          if (found) add(id, name, found)
        })
      }
      before = page.rows.at(-1)?.id ?? null
      if (before === null || page.rows.length < pageSize) break
    }
  return builder.report({ now: deps.clock(), asOf })
}

const jsonValue = (kind: ValueKind, value: Value | undefined): Value =>
  kind === 'time' && typeof value === 'number' ? toRfc3339(value) : (value ?? null)

const renderReport = ({ rows, as_of, ...report }: MonthEndReport) => ({
  ...report,
  as_of: toRfc3339(as_of),
  ...Object.fromEntries(
    monthEndTables.map(({ key, columns }) => [
      key,
      rows[key].map((row) => Object.fromEntries(columns.map((column) => [column.key, jsonValue(column.kind, row[column.key])]))),
    ]),
  ),
})

/** What finance needs to close a month, on one page (contracts.md §5 no. 19 to 22). */
export const addMonthEndRoutes = (routes: Routes, deps: AppDeps): void => {
  routes.add(
    {
      method: 'get',
      path: '/v1/reports/month-end',
      caller: 'staff',
      trace: 'report',
      tag: 'Reports (staff)',
      summary: 'The end of a month: deferred revenue, debts, payments, costs, and what is to be explained',
      query: monthEndQuery,
      answers: {
        200: {
          schema: monthEnd,
          description: 'Totals, the accounts behind them, and what needs a person. Other formats write amounts in yuan.',
          otherTypes: ['text/csv', 'text/html', xlsxType],
          headers: documentAnswer.headers,
        },
      },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['finance', 'auditor'])
      if (member instanceof Response) return member
      const query = queryBy(c, monthEndQuery)
      if (query instanceof Response) return query
      const { month, account_id: accountId = null, format, language } = query
      if (accountId !== null && !isAccountId(accountId))
        return problem(c, 'query_invalid', { faults: [{ pointer: '/account_id', rule: 'format' }] })
      if (month > shanghaiDay(deps.clock()).slice(0, 7))
        return problem(c, 'query_invalid', { faults: [{ pointer: '/month', rule: 'not_begun' }] })
      const reason = reportReasonOf(c)
      if (reason instanceof Response) return reason
      const report = await gatherMonthEnd(deps, { month, accountId, sub: member.sub })
      const what = format === 'json' ? 'month_end_reported' : 'month_end_exported'
      const refusal = await traceReport(deps, c, member, accountId ?? undefined, { what, target: month, reason })
      if (refusal) return refusal
      if (format === 'json') return c.json(renderReport(report), 200, { 'Cache-Control': 'no-store' })
      const answer = await answerDocument(deps, c, printMonthEnd(report), { format, language })
      const disposition = format === 'html' ? 'inline' : 'attachment'
      answer.headers.set('Content-Disposition', `${disposition}; filename="month-end-${month}.${format}"`)
      return answer
    },
  )
}
