import type { Context } from 'hono'
import { parseApiKey } from '../core/api-key.ts'
import { checks, inputJsonSchema } from '../core/checks.ts'
import { columnsFor } from '../core/usage.ts'
import { bearerOf, credentialsOf, readAsCustomer, refused } from './caller.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { rateHeaders } from './rate-headers.ts'
import { queryBy } from './reading.ts'
import { renderAgreementText, renderBalance, renderOwnAccount } from './render.ts'
import type { Routes } from './route.ts'
import * as schemas from './schemas/customer.ts'
import { answerUsage, fileHeaders, xlsxType } from './usage-answer.ts'

/** What a customer can look up about itself. */
export const addSelfServiceRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Self-service'
  routes.add(
    {
      method: 'get',
      path: '/v1/checks',
      caller: 'key',
      tag,
      summary: 'Checks that your agreement grants, their inputs, and the persons of the sandbox',
      answers: { 200: { schema: schemas.checkList, description: 'Checks.' } },
      problems: ['key_suspended'],
    },
    (c) => getChecks(deps, c),
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/account',
      operationId: 'getOwnAccount',
      caller: 'key',
      tag,
      summary: 'Your account, its standing and its agreement',
      answers: { 200: { schema: schemas.ownAccount, description: 'Account.' } },
      problems: ['key_suspended'],
    },
    async (c) => {
      const found = await readAsCustomer(deps, c, 'account:read', { kind: 'account' })
      return found.kind === 'answer' ? found.response : c.json(renderOwnAccount(found.value), 200, headersOf(found.rate))
    },
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/agreement',
      operationId: 'getOwnAgreement',
      caller: 'key',
      tag,
      summary: 'Your agreement with its terms, as it stands or as it stood, and what should be known of it',
      query: schemas.agreementQuery,
      answers: { 200: { schema: schemas.agreementText, description: 'Agreement.' } },
      problems: ['key_suspended', 'not_found'],
    },
    async (c) => {
      const credentials = credentialsOf(deps, c)
      if ('kind' in credentials) return refused(deps, c, credentials)
      const query = queryBy(c, schemas.agreementQuery)
      if (query instanceof Response) return query
      const found = await readAsCustomer(deps, c, 'account:read', { kind: 'agreement', at: query.at ?? null })
      return found.kind === 'answer' ? found.response : c.json(renderAgreementText(found.value), 200, headersOf(found.rate))
    },
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/balance',
      caller: 'key',
      tag,
      summary: 'Your credits: per check, and grant by grant',
      answers: { 200: { schema: schemas.balance, description: 'Balance.' } },
      problems: ['key_suspended'],
    },
    async (c) => {
      const found = await readAsCustomer(deps, c, 'account:read', { kind: 'balance' })
      return found.kind === 'answer' ? found.response : c.json(renderBalance(found.value), 200, headersOf(found.rate))
    },
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/usage',
      caller: 'key',
      tag,
      summary: 'What you used, by day, check, key, source, outcome',
      query: schemas.usageQuery,
      answers: {
        200: {
          schema: schemas.usage,
          description: 'Usage. With `format=csv` or `format=xlsx`, the same lines as a file.',
          textType: 'text/csv',
          otherTypes: [xlsxType],
          headers: fileHeaders,
        },
      },
      problems: ['key_suspended'],
    },
    (c) => getUsage(deps, c),
  )
}

const headersOf = (rate: Parameters<typeof rateHeaders>[0]): Record<string, string> => ({
  'Cache-Control': 'no-store',
  ...rateHeaders(rate),
})

const getChecks = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response> => {
  const found = await readAsCustomer(deps, c, 'account:read', { kind: 'account' })
  if (found.kind === 'answer') return found.response
  const mode = parseApiKey(bearerOf(c) ?? '')?.mode ?? 'live'
  const granted = (found.value.agreement?.checks ?? []).flatMap((terms) => {
    const check = checks.get(terms.code)
    if (!check) return []
    return [
      {
        code: terms.code,
        title: check.title,
        credits: terms.credits,
        purposes: terms.purposes,
        charged_outcomes: terms.chargedOutcomes,
        sources: deps.sources.candidates(terms.code, mode),
        data_subject: inputJsonSchema(check),
      },
    ]
  })
  const codes = new Set(granted.map(({ code }) => code))
  const sandbox = mode === 'test' ? deps.sandboxPersons.filter(({ check }) => codes.has(check)) : []
  return c.json({ checks: granted, sandbox }, 200, headersOf(found.rate))
}

const getUsage = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return refused(deps, c, credentials)
  const query = queryBy(c, schemas.usageQuery)
  if (query instanceof Response) return query
  const found = await readAsCustomer(deps, c, 'account:read', {
    kind: 'usage',
    fromDay: query.from,
    toDay: query.to,
    dayOf: query.day_of,
    columns: columnsFor(query.group_by),
  })
  if (found.kind === 'answer') return found.response
  const headers = headersOf(found.rate)
  return answerUsage(c, { name: 'usage', query, sums: found.value, asOf: deps.clock(), withCost: false, headers })
}
