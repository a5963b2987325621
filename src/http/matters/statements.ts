import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import type { Page, StatementChargeView } from '../../core/views.ts'
import { readAsCustomer } from '../caller.ts'
import { answerPage } from '../customer-page.ts'
import type { AppDeps } from '../deps.ts'
import { cursorBy, queryBy } from '../reading.ts'
import type { Routes } from '../route.ts'
import { day, note, page, pageQuery, plainText, rule } from '../schemas/common.ts'
import { period, renderCharge, renderStatement, statementCharge, statementMembers } from '../schemas/statement.ts'
import { accountParams, StaffRoutes } from '../staff-routes.ts'
import { fen } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'

const text = plainText(2_000).openapi({ description: 'What is objected to. Do not name persons.' })
const disputedFen = fen.openapi({ description: 'How much of the charges is disputed; at most all of them.' })

const openBody = z.strictObject({ period, reason: note }).openapi('StatementRequest')
const objectionBody = z.strictObject({ text, disputed_fen: disputedFen }).openapi('StatementObjectionRequest')
const staffObjectionBody = z
  .strictObject({ on: day, text, disputed_fen: disputedFen, reason: note })
  .openapi('StaffStatementObjectionRequest')
const conclusionBody = z
  .strictObject({
    result: z.enum(['upheld', 'rejected']),
    amount_fen: fen.optional().openapi({ description: 'What an upheld objection gives back; not with a rejected one.' }),
    reason: note,
  })
  .refine(({ result, amount_fen }) => (result === 'upheld') === (amount_fen !== undefined), {
    ...rule('amount_of_upheld'),
    path: ['amount_fen'],
  })
  .openapi('StatementConclusionRequest')

const chargePage = page(statementCharge, 'StatementChargePage')
const chargesSummary = 'Charged calls of a statement, oldest first, each with its place in the audit log'

/** Statements of an account by month (S3 §6.1.6; contracts.md §5 no. 39). */
export const addStatementRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Statements'
  const statements = new MatterRoutes(routes, deps, {
    kind: 'statement',
    noun: 'statements',
    param: 'statement_id',
    tag,
    name: 'Statement',
    members: statementMembers,
    hidesStaff: true,
    render: (data, { accountId }) => renderStatement(data, accountId),
  })
  statements.addCustomerReads({ list: 'Your statements, newest first', one: 'One of your statements' })
  routes.add(
    {
      method: 'get',
      path: '/v1/statements/{statement_id}/charges',
      caller: 'key',
      tag,
      summary: chargesSummary,
      params: z.object({ statement_id: z.string() }),
      query: pageQuery,
      answers: { 200: { schema: chargePage, description: chargesSummary } },
      problems: ['key_suspended'],
    },
    (c) =>
      answerPage<StatementChargeView>(deps, c, {
        prefix: 'ver',
        read: ({ before, limit, accountId }) => {
          const id = statements.ownNumberIn(c, accountId)
          return readAsCustomer(deps, c, 'account:read', { kind: 'statement_charges', id, after: before ?? 0, limit })
        },
        render: renderCharge,
      }),
  )
  statements.addCustomerAct({
    method: 'post',
    path: '/{statement_id}/acceptance',
    summary: 'Accept a statement; it is final then',
    status: 200,
    wanted: (_body, accountId, c) => ({ kind: 'accept_statement', statementId: statements.ownNumberIn(c, accountId) }),
  })
  statements.addCustomerAct({
    method: 'post',
    path: '/{statement_id}/objection',
    summary: 'Object to a statement, while there is time; silence accepts it',
    body: objectionBody,
    status: 200,
    wanted: ({ text, disputed_fen }, accountId, c) => ({
      kind: 'object_to_statement',
      statementId: statements.ownNumberIn(c, accountId),
      on: null,
      text,
      disputedFen: disputed_fen,
    }),
  })
  statements.addStaffReads({ list: 'Statements of an account, newest first', one: 'One statement of an account' })
  new StaffRoutes(routes, deps, tag).addRead({
    path: '/statements/{statement_id}/charges',
    summary: chargesSummary,
    schema: chargePage,
    params: accountParams.extend({ statement_id: z.string() }),
    query: pageQuery,
    question: (accountId, c) => {
      const id = statements.numberIn(c, accountId)
      if (id === null) return null
      const query = queryBy(c, pageQuery)
      if (query instanceof Response) return query
      const after = cursorBy(c, query.cursor, 'ver', accountId)
      if (after instanceof Response) return after
      return { kind: 'statement_charges', id, after: after ?? 0, limit: query.limit }
    },
    render: (found) => {
      const { items, next } = found as Page<StatementChargeView>
      const accountId = items[0]?.accountId
      const cursor = next === null || accountId === undefined ? null : makeId('ver', accountId, next)
      return { items: items.map(renderCharge), next: cursor }
    },
  })
  statements.addStaffAct({
    method: 'post',
    summary: 'Open the statement of a month that has none; one that is over is issued at once',
    roles: ['finance'],
    body: openBody,
    status: 201,
    wanted: (body) => ({ kind: 'open_statement', period: body.period }),
  })
  statements.addStaffAct({
    method: 'post',
    path: '/{statement_id}/objection',
    summary: 'Record an objection that came by another way',
    roles: ['finance', 'ops'],
    body: staffObjectionBody,
    status: 200,
    wanted: ({ on, text, disputed_fen }, accountId, c) => {
      const statementId = statements.numberIn(c, accountId)
      return statementId === null ? null : { kind: 'object_to_statement', statementId, on, text, disputedFen: disputed_fen }
    },
  })
  statements.addStaffAct({
    method: 'post',
    path: '/{statement_id}/objection-conclusion',
    summary: 'Conclude an objection: upheld with what is given back, or rejected; the statement is final then',
    roles: ['finance'],
    body: conclusionBody,
    status: 200,
    wanted: ({ result, amount_fen = null }, accountId, c) => {
      const statementId = statements.numberIn(c, accountId)
      return statementId === null ? null : { kind: 'conclude_statement_objection', statementId, result, amountFen: amount_fen }
    },
  })
}
