import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { canonicalJson } from '../core/canonical-json.ts'
import { type DataSubject, maskSubject, readSubject, subjectKeyOf } from '../core/checks.ts'
import type { ConsentInput, Credentials } from '../core/commands.ts'
import { parseId } from '../core/ids.ts'
import type { InputFault } from '../core/refusal.ts'
import { birthDateOf } from '../core/resident-id.ts'
import { shanghaiDay } from '../core/shanghai.ts'
import { faultsOf, judge, largestBatchBody, largestBody, outsideSubject, readJson } from './body.ts'
import { credentialsOf, readAsCustomer, refused } from './caller.ts'
import { answerPage } from './customer-page.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem, problemOf } from './problem.ts'
import { rateHeaders } from './rate-headers.ts'
import { bodyBy } from './reading.ts'
import { renderConsent } from './render.ts'
import type { Routes } from './route.ts'
import { page, pageQuery } from './schemas/common.ts'
import * as schemas from './schemas/customer.ts'

const params = z.object({ id: z.string().openapi({ description: 'The id of the consent, or your own reference of it.' }) })

export const addConsentRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Consents'
  routes.add(
    {
      method: 'post',
      path: '/v1/consents',
      caller: 'key',
      tag,
      summary: 'Record the consent of a data subject. Idempotent on your reference',
      description:
        'The same statement under the same reference is answered with the first record, another one is refused. The ID number and ' +
        'the name become a digest and masked forms; they are not kept.',
      body: schemas.consentBody,
      answers: {
        200: { schema: schemas.consent, description: 'The same statement was recorded before.' },
        201: { schema: schemas.consent, description: 'Recorded.' },
      },
      problems: ['account_closed', 'key_suspended', 'consent_reference_reused'],
    },
    (c) => postConsent(deps, c),
  )
  routes.add(
    {
      method: 'post',
      path: '/v1/consents/batch',
      caller: 'key',
      tag,
      summary: 'Record up to 500 consents; each succeeds or is refused on its own',
      body: schemas.consentBatchBody,
      answers: { 200: { schema: schemas.consentBatch, description: 'One result for each item, in order.' } },
      problems: ['account_closed', 'key_suspended'],
    },
    (c) => postBatch(deps, c),
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/consents',
      caller: 'key',
      tag,
      summary: 'List your recorded consents, newest first',
      query: pageQuery,
      answers: { 200: { schema: page(schemas.consent, 'ConsentPage'), description: 'One page.' } },
      problems: ['key_suspended'],
    },
    (c) => listConsents(deps, c),
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/consents/{id}',
      caller: 'key',
      tag,
      summary: 'Read one recorded consent',
      params,
      answers: { 200: { schema: schemas.consent, description: 'The record, masked.' } },
      problems: ['key_suspended'],
    },
    (c) => getConsent(deps, c),
  )
  routes.add(
    {
      method: 'post',
      path: '/v1/consents/{id}/withdrawal',
      caller: 'key',
      tag,
      summary: 'Withdraw a consent; no later call is made on it',
      params,
      body: schemas.withdrawalBody,
      answers: { 200: { schema: schemas.consent, description: 'Withdrawn.' } },
    },
    (c) => postWithdrawal(deps, c),
  )
}

type Reading = { kind: 'input'; input: ConsentInput } | { kind: 'faults'; faults: InputFault[] }

/** One statement: the personal members become a digest and masked forms here, and go no further. */
const readConsent = (deps: AppDeps, credentials: Credentials, value: unknown): Reading => {
  const parsed = judge(schemas.consentBody, value)
  const raw = typeof value === 'object' && value !== null && 'data_subject' in value ? value.data_subject : undefined
  const reading = readSubject(raw, shanghaiDay(deps.clock()))
  const formFaults = parsed.success ? [] : outsideSubject(faultsOf(parsed.error))
  const faults = [...formFaults, ...(reading.kind === 'faults' ? reading.faults : [])]
  if (!parsed.success || reading.kind === 'faults') return { kind: 'faults', faults }
  const body = parsed.data
  const { subject } = reading
  if (body.guardian === undefined && isUnder14(subject, body.granted_at))
    return { kind: 'faults', faults: [{ pointer: '/guardian', rule: 'guardian_required' }] }
  const account = credentials.accountId
  return {
    kind: 'input',
    input: {
      reference: body.reference,
      subject: {
        kind: subject.type,
        digest: deps.crypto.digest('subject', `${account} ${subjectKeyOf(subject.type, subject.number)}`),
        ...maskSubject(subject),
      },
      type: body.type,
      method: body.method ?? body.type,
      lawfulBasis: body.lawful_basis ?? 'consent',
      separateConsent: body.separate_consent,
      purposes: body.purposes,
      checks: body.checks,
      sources: body.sources,
      notice: {
        version: body.notice.version,
        sha256: body.notice.sha256,
        language: body.notice.language ?? 'zh-CN',
        url: body.notice.url ?? null,
      },
      evidence: { sha256: body.evidence.sha256, mediaType: body.evidence.media_type ?? 'application/octet-stream' },
      grantedAt: body.granted_at,
      expiresAt: body.expires_at ?? null,
      maxUses: body.max_uses ?? null,
      dataCategories: body.data_categories ?? [],
      service: body.service ?? null,
      channel: body.channel ?? null,
      collectedBy: body.collected_by ?? null,
      storageLocation: body.storage_location ?? null,
      retentionUntil: body.retention_until ?? null,
      withdrawalMethod: body.withdrawal_method ?? null,
      guardian: body.guardian ?? null,
      fingerprint: deps.crypto.digest(
        'fingerprint',
        `consent ${account} ${canonicalJson({ ...body, data_subject: { ...subject } })}`,
      ),
    },
  }
}

/** For a person under 14 a guardian consents (PIPL art. 31); the number itself tells the age. */
const isUnder14 = (subject: DataSubject, atMs: number): boolean => {
  if (subject.type !== 'person') return false
  const born = birthDateOf(subject.number)
  return shanghaiDay(atMs) < `${Number(born.slice(0, 4)) + 14}${born.slice(4)}`
}

const postConsent = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return refused(deps, c, credentials)
  const json = await readJson(c, largestBody)
  if (json.kind === 'door') return problem(c, json.code)
  const reading = readConsent(deps, credentials, json.value)
  const items = reading.kind === 'input' ? [reading.input] : []
  const result = await deps
    .ledgerOf(credentials.accountId)
    .submit({ kind: 'record_consents', accountId: credentials.accountId, credentials, items })
  if (result.kind === 'refused') return refused(deps, c, result)
  if (reading.kind === 'faults') return problem(c, 'input_invalid', { faults: reading.faults, rate: result.rate })
  const item = result.items[0]
  if (!item) throw new Error('a recorded consent has no result')
  if (item.kind === 'refused') return problemOf(c, { ...item, ...(result.rate ? { rate: result.rate } : {}) })
  return c.json(renderConsent(item.consent), item.repeated ? 200 : 201, {
    'Cache-Control': 'no-store',
    ...rateHeaders(result.rate),
  })
}

const postBatch = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return refused(deps, c, credentials)
  const body = await bodyBy(c, schemas.consentBatchBody, largestBatchBody)
  if (body instanceof Response) return body
  const readings = body.consents.map((value) => readConsent(deps, credentials, value))
  const items = readings.flatMap((reading) => (reading.kind === 'input' ? [reading.input] : []))
  const result = await deps
    .ledgerOf(credentials.accountId)
    .submit({ kind: 'record_consents', accountId: credentials.accountId, credentials, items })
  if (result.kind === 'refused') return refused(deps, c, result)
  let next = 0
  const answers = readings.map((reading, index) => {
    const item = reading.kind === 'input' ? result.items[next++] : undefined
    if (reading.kind === 'faults')
      return { index, consent: null, repeated: false, problem: { code: 'input_invalid', errors: reading.faults } }
    if (item?.kind !== 'recorded')
      return { index, consent: null, repeated: false, problem: { code: item?.code ?? 'fault', errors: item?.faults ?? [] } }
    return { index, consent: renderConsent(item.consent), repeated: item.repeated, problem: null }
  })
  return c.json({ items: answers }, 200, { 'Cache-Control': 'no-store', ...rateHeaders(result.rate) })
}

/** The path names a consent by our id or by the caller's reference; an id of another account is not found. */
export const consentName = (text: string, accountId: string): { id: number } | { reference: string } => {
  const id = parseId(text, 'con')
  return id ? { id: id.accountId === accountId ? id.n : 0 } : { reference: text }
}

const getConsent = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return refused(deps, c, credentials)
  const name = consentName(c.req.param('id') ?? '', credentials.accountId)
  const found = await readAsCustomer(deps, c, 'consents:read', { kind: 'consent', consent: name })
  if (found.kind === 'answer') return found.response
  return c.json(renderConsent(found.value), 200, { 'Cache-Control': 'no-store', ...rateHeaders(found.rate) })
}

const listConsents = (deps: AppDeps, c: Context<AppEnv>): Promise<Response> =>
  answerPage(deps, c, {
    prefix: 'con',
    read: (from) => readAsCustomer(deps, c, 'consents:read', { kind: 'consents', ...from }),
    render: renderConsent,
  })

const postWithdrawal = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return refused(deps, c, credentials)
  const body = await bodyBy(c, schemas.withdrawalBody)
  if (body instanceof Response) return body
  const { accountId } = credentials
  const result = await deps.ledgerOf(accountId).submit({
    kind: 'withdraw_consent',
    accountId,
    credentials,
    consent: consentName(c.req.param('id') ?? '', accountId),
    source: body.source,
  })
  if (result.kind === 'refused') return refused(deps, c, result)
  return c.json(renderConsent(result.consent), 200, { 'Cache-Control': 'no-store', ...rateHeaders(result.rate) })
}
