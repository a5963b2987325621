import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { parseApiKey } from '../core/api-key.ts'
import { type RefusalCode, refusalOrder, refuse } from '../core/refusal.ts'
import { type VerificationRequest, verify } from '../verify.ts'
import { canonicalBody, faultsOf, judge, largestBody, outsideSubject, readJson } from './body.ts'
import { addressOf, bearerOf, credentialsOf, readAsCustomer, refused } from './caller.ts'
import { answerPage } from './customer-page.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import type { DoorCode } from './problems.ts'
import { rateHeaders } from './rate-headers.ts'
import { numberOf } from './reading.ts'
import { renderVerification } from './render.ts'
import type { Routes } from './route.ts'
import { page, pageQuery } from './schemas/common.ts'
import * as schemas from './schemas/customer.ts'

const idempotencyHeader = z.object({
  'idempotency-key': z.string().openapi({
    description: '1 to 255 visible ASCII characters. Keep it before you send: the same key can never pay twice.',
    example: 'order-2026-000123',
  }),
})
const params = z.object({ id: z.string() })

/** Refusals of the first commit that a caller of POST /v1/verifications can meet. */
const refusals: RefusalCode[] = refusalOrder.filter((code) => !code.startsWith('key_') || code === 'key_suspended')

export const addVerificationRoutes = (routes: Routes, deps: AppDeps): void => {
  routes.add(
    {
      method: 'post',
      path: '/v1/verifications',
      caller: 'key',
      tag: 'Verifications',
      summary: 'Verify: one metered, consented, audited question to a source',
      description:
        'Keep the Idempotency-Key before you send. After a time-out, a broken connection, a 504 or a `retry` of `same_key` send ' +
        'the same body with the same key: the stored answer comes back and is not charged again. `new_key` asks for another key; ' +
        '`no` says that repeating does not help. A delivered answer is 200 whatever the outcome; read `outcome` and `charged`.',
      headers: idempotencyHeader,
      body: schemas.verificationBody,
      answers: {
        200: {
          schema: schemas.verification,
          description: 'A delivered answer, whatever the outcome.',
          headers: { 'Idempotency-Replayed': '`true` when this answer was given before under the same key.' },
        },
      },
      setsOwnHeaders: true,
      problems: [...refusals, 'idempotency_key_missing', 'idempotency_key_malformed'],
    },
    (c) => postVerification(deps, c),
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/verifications',
      caller: 'key',
      tag: 'Verifications',
      summary: 'List your verifications, newest first',
      query: pageQuery,
      answers: { 200: { schema: page(schemas.verification, 'VerificationPage'), description: 'One page.' } },
      problems: ['key_suspended'],
    },
    (c) => listVerifications(deps, c),
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/verifications/{id}',
      caller: 'key',
      tag: 'Verifications',
      summary: 'Read one of your verifications, also one in doubt',
      params,
      answers: { 200: { schema: schemas.verification, description: 'Where it stands.' } },
    },
    (c) => getVerification(deps, c),
  )
}

const postVerification = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response> => {
  const arrivedAt = deps.clock()
  const apiKey = bearerOf(c)
  // Nothing of the request is looked at for a caller without a well-formed key.
  const key = apiKey === null ? null : parseApiKey(apiKey)
  if (key === null) return refused(deps, c, refuse(apiKey === null ? 'key_missing' : 'key_malformed'))
  const idempotencyKey = readIdempotencyKey(c.req.header('idempotency-key'))
  if (typeof idempotencyKey !== 'string') return problem(c, idempotencyKey.code)
  const reading = await readJson(c, largestBody)
  if (reading.kind === 'door') return problem(c, reading.code)

  const end = await verify(deps, {
    ...readRequest(reading.value, key.accountId),
    apiKey,
    address: addressOf(deps, c),
    idempotencyKey,
    traceId: c.get('trace').traceId,
    canonicalBody: canonicalBody(reading.value, reading.text),
    arrivedAt,
  })
  if (end.kind === 'refused') return refused(deps, c, end)
  // Headers as a plain object: the server's adapter writes them as they are, and nobody makes a Headers object of them.
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(end.replayed ? { 'Idempotency-Replayed': 'true' } : {}),
    ...rateHeaders(end.rate),
  }
  return new Response(JSON.stringify(renderVerification(end.verification)), { headers })
}

/** The header as an sf-string or bare (draft-ietf-httpapi-idempotency-key-header-07). Two headers arrive joined by a comma and are refused. */
const readIdempotencyKey = (header: string | undefined): string | { code: DoorCode } => {
  if (header === undefined || header === '') return { code: 'idempotency_key_missing' }
  const bare = /^"(.*)"$/.exec(header)?.[1] ?? header
  return /^[!#-+\--[\]-~]{1,255}$/.test(bare) ? bare : { code: 'idempotency_key_malformed' }
}

type RequestBody = Pick<VerificationRequest, 'check' | 'purpose' | 'dataSubject' | 'consent' | 'reference' | 'formFaults'>

/** What can be read of the body even when something in it is wrong, so that the faults are answered in their order. */
const readRequest = (value: unknown, accountId: string): RequestBody => {
  const parsed = judge(schemas.verificationBody, value)
  const member = (name: string): unknown =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? (value as Record<string, unknown>)[name]
      : undefined
  const word = (name: string): string | null => {
    const text = member(name)
    return typeof text === 'string' ? text : null
  }
  return {
    check: word('check'),
    purpose: word('purpose'),
    dataSubject: member('data_subject'),
    consent: readConsentName(word('consent_id'), word('consent_reference'), accountId),
    reference: parsed.success ? (parsed.data.reference ?? null) : null,
    formFaults: parsed.success ? [] : outsideSubject(faultsOf(parsed.error)),
  }
}

/** A malformed id, or one of another account, is no consent. */
const readConsentName = (
  id: string | null,
  reference: string | null,
  accountId: string,
): { id: number } | { reference: string } | null => {
  if (id === null) return reference === null ? null : { reference }
  const n = numberOf(id, 'con', accountId)
  return n === null ? null : { id: n }
}

const getVerification = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return refused(deps, c, credentials)
  // Another account's id is asked for in the caller's own ledger and is not found there, like any id that never was.
  const n = numberOf(c.req.param('id'), 'ver', credentials.accountId) ?? 0
  const found = await readAsCustomer(deps, c, 'verifications:read', { kind: 'verification', id: n }, true)
  if (found.kind === 'answer') return found.response
  return c.json(renderVerification(found.value), 200, { 'Cache-Control': 'no-store', ...rateHeaders(found.rate) })
}

const listVerifications = (deps: AppDeps, c: Context<AppEnv>): Promise<Response> =>
  answerPage(deps, c, {
    prefix: 'ver',
    read: (from) => readAsCustomer(deps, c, 'verifications:read', { kind: 'verifications', ...from }),
    render: renderVerification,
  })
