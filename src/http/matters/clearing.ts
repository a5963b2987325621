import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ClearingLine } from '../../core/reads.ts'
import { daysBetween } from '../../core/shanghai.ts'
import { readAsCustomer } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { rateHeaders } from '../rate-headers.ts'
import { queryBy } from '../reading.ts'
import type { Routes } from '../route.ts'
import { day, rule } from '../schemas/common.ts'
import { StaffRoutes } from '../staff-routes.ts'
import { fen } from './debts.ts'

/** Most days of one answer. */
const mostDays = 366

const clearingQuery = z
  .strictObject({ from: day, to: day })
  .refine(({ from, to }) => from <= to, { ...rule('before_from'), path: ['to'] })
  .refine(({ from, to }) => daysBetween(from, to) < mostDays, { ...rule('too_long'), path: ['to'] })

const line = z
  .strictObject({ day: z.string(), payee: z.string(), orders: z.int(), amount_fen: fen, cleared_fen: fen, open_fen: fen })
  .openapi('ClearingLine')
const sum = { orders: z.int(), amount_fen: fen, cleared_fen: fen, open_fen: fen }
const clearing = z
  .strictObject({
    from: z.string(),
    to: z.string(),
    lines: z.array(line),
    payees: z.array(z.strictObject({ payee: z.string(), ...sum }).openapi('PayeeSum')),
    amount_fen: fen,
    cleared_fen: fen,
    open_fen: fen,
  })
  .openapi('Clearing')

const figuresOf = (lines: readonly ClearingLine[]) => {
  const amountFen = lines.reduce((total, { amountFen: each }) => total + each, 0)
  const clearedFen = lines.reduce((total, { clearedFen: each }) => total + each, 0)
  return { amount_fen: amountFen, cleared_fen: clearedFen, open_fen: amountFen - clearedFen }
}

const ordersIn = (lines: readonly ClearingLine[]): number => lines.reduce((total, { orders }) => total + orders, 0)

const renderClearing = ({ from, to }: { from: string; to: string }, lines: readonly ClearingLine[]) => ({
  from,
  to,
  lines: lines.map((each) => ({ day: each.day, payee: each.payee, orders: each.orders, ...figuresOf([each]) })),
  payees: [...Map.groupBy(lines, ({ payee }) => payee)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([payee, own]) => ({ payee, orders: ordersIn(own), ...figuresOf(own) })),
  ...figuresOf(lines),
})

/** What payees are to get and have, by day of payment and in all (S3 附件1 模块1: 查询、统计). */
export const addClearingRoutes = (routes: Routes, deps: AppDeps, tag: string): void => {
  const questionOf = ({ from, to }: { from: string; to: string }) => ({ kind: 'clearing', fromDay: from, toDay: to }) as const
  routes.add(
    {
      method: 'get',
      path: '/v1/clearing',
      operationId: 'getOwnClearing',
      caller: 'key',
      tag,
      summary: 'What the payees of your payments are to get and have',
      query: clearingQuery,
      answers: { 200: { schema: clearing, description: 'By day of payment and payee, and in all.' } },
      problems: ['key_suspended'],
    },
    async (c) => {
      const query = queryBy(c, clearingQuery)
      if (query instanceof Response) return query
      const found = await readAsCustomer(deps, c, 'account:read', questionOf(query))
      if (found.kind === 'answer') return found.response
      const headers = { 'Cache-Control': 'no-store', ...rateHeaders(found.rate) }
      return c.json(renderClearing(query, found.value), 200, headers)
    },
  )
  new StaffRoutes(routes, deps, tag).addRead({
    path: '/clearing',
    summary: "What the payees of an account's payments are to get and have",
    schema: clearing,
    query: clearingQuery,
    question: (_accountId, c: Context<AppEnv>) => {
      const query = queryBy(c, clearingQuery)
      return query instanceof Response ? query : questionOf(query)
    },
    render: (found, c) => {
      const period = { from: c.req.query('from') ?? '', to: c.req.query('to') ?? '' }
      return renderClearing(period, found as ClearingLine[])
    },
  })
}
