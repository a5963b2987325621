import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ActResult } from '../../core/commands.ts'
import { isAccountId, makeId } from '../../core/ids.ts'
import type { CustomerMatterAct, MatterView } from '../../core/matters/index.ts'
import type { RateState } from '../../core/refusal.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import { largestFile, readBytes } from '../body.ts'
import { credentialsOf, readAs, readAsCustomer, refused } from '../caller.ts'
import { consentName } from '../consents.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { problem } from '../problem.ts'
import { rateHeaders } from '../rate-headers.ts'
import { numberOf } from '../reading.ts'
import { noteReading, reasonOf } from '../reason.ts'
import type { Routes } from '../route.ts'
import { callerReference, note, plainText, time } from '../schemas/common.ts'
import { staffOf } from '../staff.ts'
import { accountParams } from '../staff-routes.ts'
import { MatterRoutes } from './matter-routes.ts'

const tag = 'Evidence'
const bytes = `The authorisation text as it was recorded, at most ${largestFile} bytes; its SHA-256 is compared. Name its media type in Content-Type.`

/** `type/subtype`, without parameters: it is kept and never answered as the type of anything. */
const mediaTypeOf = (c: Context<AppEnv>): string | null => {
  const named = /^([a-z]+\/[a-z0-9.+-]{1,80})\s*(?:;.*)?$/i.exec(c.req.header('content-type') ?? '')?.[1]
  return named?.toLowerCase() ?? null
}

interface Uploaded {
  bytes: Uint8Array
  mediaType: string
}

const readUpload = async (c: Context<AppEnv>): Promise<Uploaded | Response> => {
  const mediaType = mediaTypeOf(c)
  if (mediaType === null || !/^(?:identity)?$/i.test(c.req.header('content-encoding') ?? ''))
    return problem(c, 'media_type_unsupported')
  try {
    const read = await readBytes(c, largestFile)
    if (read === null) return problem(c, 'body_too_large')
    const whole = new Uint8Array(read)
    return whole.length === 0 ? problem(c, 'body_malformed') : { bytes: whole, mediaType }
  } catch {
    // Broken off by a caller who has gone.
    return problem(c, 'body_malformed')
  }
}

type Matter = Extract<ActResult, { kind: 'matter' }>['matter']

const submit = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  act: CustomerMatterAct,
): Promise<{ matter: Matter; rate: RateState | null } | Response> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return refused(deps, c, credentials)
  const { accountId } = credentials
  const done = await deps.ledgerOf(accountId).submit({ kind: 'customer_act', accountId, credentials, act })
  if (done.kind === 'refused') return refused(deps, c, done)
  if (done.result.kind !== 'matter') throw new Error(`an act on evidence answered ${done.result.kind}`)
  return { matter: done.result.matter, rate: done.rate }
}

/** Announced, stored, kept: in this order no file lies anywhere that the books do not know. */
const file = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  accountId: string,
  consent: { id: number } | { reference: string },
  { bytes, mediaType }: Uploaded,
): Promise<{ matter: Matter; rate: RateState | null } | Response> => {
  const sha256 = deps.crypto.sha256(bytes)
  const announced = await submit(deps, c, { kind: 'file_evidence', consent, sha256, bytes: bytes.length, mediaType })
  if (announced instanceof Response || announced.matter.state === 'stored') return announced
  const { id } = announced.matter
  await deps.files.put(accountId, makeId('evi', accountId, id), bytes)
  return submit(deps, c, { kind: 'keep_evidence', evidenceId: id })
}

const evidence = z
  .strictObject({
    id: z.string(),
    consent_id: z.string(),
    sha256: z.string(),
    bytes: z.int(),
    media_type: z.string(),
    state: z.string(),
    filed_at: time,
  })
  .openapi('Evidence')

const renderEvidence = (view: MatterView<'evidence'>) => ({
  id: makeId('evi', view.accountId, view.id),
  consent_id: makeId('con', view.accountId, view.data.consentId),
  sha256: view.data.sha256,
  bytes: view.data.bytes,
  media_type: view.data.mediaType,
  state: view.state,
  filed_at: toRfc3339(view.openedAt),
})

const addFiling = (routes: Routes, deps: AppDeps): void => {
  routes.add(
    {
      method: 'put',
      path: '/v1/consents/{id}/evidence',
      caller: 'key',
      tag,
      summary: 'File the authorisation text of a consent; its digest has to be the recorded one',
      params: z.object({ id: z.string().openapi({ description: 'The id of the consent, or your own reference of it.' }) }),
      bytes,
      answers: { 200: { schema: evidence, description: 'Stored, sealed.' } },
      problems: ['key_suspended', 'account_closed', 'state_conflict'],
    },
    async (c) => {
      const credentials = credentialsOf(deps, c)
      if ('kind' in credentials) return refused(deps, c, credentials)
      const { accountId } = credentials
      const allowed = await readAsCustomer(deps, c, 'account:write', { kind: 'account' })
      if (allowed.kind === 'answer') return allowed.response
      const upload = await readUpload(c)
      if (upload instanceof Response) return upload
      const done = await file(deps, c, accountId, consentName(c.req.param('id') ?? '', accountId), upload)
      if (done instanceof Response) return done
      return c.json(renderEvidence(done.matter as MatterView<'evidence'>), 200, rateHeaders(done.rate))
    },
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/accounts/{account_id}/evidence/{evidence_id}/file',
      caller: 'staff',
      trace: 'account',
      tag,
      summary: 'Read one authorisation text; who read it and why is kept',
      params: accountParams.extend({ evidence_id: z.string() }),
      answers: {
        200: {
          schema: z.string().openapi({ format: 'binary' }),
          contentType: 'application/octet-stream',
          description: 'The text as it was filed.',
          headers: { 'Content-Disposition': 'The name of the file.' },
        },
      },
    },
    (c) => readFile(deps, c),
  )
}

const readFile = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response> => {
  const member = await staffOf(deps, c, ['ops', 'auditor'])
  if (member instanceof Response) return member
  const accountId = c.req.param('account_id') ?? ''
  if (!isAccountId(accountId)) return problem(c, 'not_found')
  const reason = reasonOf(c)
  if (reason instanceof Response) return reason
  const id = numberOf(c.req.param('evidence_id'), 'evi', accountId)
  if (id === null) return problem(c, 'not_found')
  const reader = { kind: 'staff', sub: member.sub } as const
  const found = await readAs(deps, c, reader, accountId, { kind: 'matter', matter: 'evidence', id })
  if (found.kind === 'answer') return found.response
  const target = makeId('evi', accountId, id)
  // The entry is there before anybody sees anything.
  const refusal = await noteReading(deps, c, member, accountId, { what: 'evidence_read', target, reason })
  if (refusal) return refusal
  const stored = await deps.files.get(accountId, target)
  if (stored === null) return problem(c, 'not_found')
  return new Response(new Uint8Array(stored), {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${target}"`,
      'Cache-Control': 'no-store',
    },
  })
}

const requestBody = z
  .strictObject({
    reference: callerReference.optional(),
    verification_ids: z.array(z.string()).min(1).max(200),
    text: plainText(2_000).optional(),
    reason: note,
  })
  .openapi('EvidenceRequestRequest')

const standings = ['proved', 'digest_mismatch', 'pending', 'overdue'] as const

/** Requests for the authorisation texts of chosen calls, and the texts themselves (S1 §2.1). */
export const addEvidenceRoutes = (routes: Routes, deps: AppDeps): void => {
  const requests = new MatterRoutes(routes, deps, {
    kind: 'evidence_request',
    noun: 'evidence-requests',
    param: 'evidence_request_id',
    tag,
    name: 'EvidenceRequest',
    members: {
      text: z.string().nullable(),
      calls: z.array(
        z.strictObject({
          verification_id: z.string(),
          consent_id: z.string(),
          expected_sha256: z.string(),
          standing: z.enum(standings),
          uploads: z.array(z.strictObject({ sha256: z.string(), at: time, matches: z.boolean() })),
        }),
      ),
    },
    render: ({ text, calls }, { accountId }) => ({
      text,
      calls: calls.map(({ verificationId, consentId, expectedSha256, standing, uploads }) => ({
        verification_id: makeId('ver', accountId, verificationId),
        consent_id: makeId('con', accountId, consentId),
        expected_sha256: expectedSha256,
        standing,
        uploads: uploads.map(({ sha256, at, matches }) => ({ sha256, at: toRfc3339(at), matches })),
      })),
    }),
  })
  requests.addCustomerReads({ list: 'Requests for authorisation texts, newest first', one: 'One request, call by call' })
  requests.addStaffReads({ list: 'Requests for authorisation texts of an account', one: 'One request, call by call' })
  requests.addStaffAct({
    method: 'post',
    summary: 'Ask for the authorisation texts of chosen calls',
    roles: ['ops', 'auditor'],
    body: requestBody,
    status: 201,
    wanted: ({ reference = null, verification_ids, text = null }, accountId) => {
      const verificationIds = verification_ids.map((id) => numberOf(id, 'ver', accountId))
      if (verificationIds.some((id) => id === null)) return null
      return { kind: 'request_evidence', reference, verificationIds: verificationIds.filter((id) => id !== null), text }
    },
  })
  addAnswer(routes, deps, requests)
  addFiling(routes, deps)
}

const addAnswer = (routes: Routes, deps: AppDeps, requests: MatterRoutes<'evidence_request'>): void => {
  routes.add(
    {
      method: 'put',
      path: '/v1/evidence-requests/{evidence_request_id}/files/{verification_id}',
      caller: 'key',
      tag,
      summary: 'Hand in the authorisation text of one call that was asked about',
      description:
        'A text that is not the recorded one is not stored; its digest is, and it is a breach unless the right one follows in time.',
      params: z.object({ evidence_request_id: z.string(), verification_id: z.string() }),
      bytes,
      answers: { 200: { schema: requests.schema, description: 'How the request stands now.' } },
      problems: ['key_suspended', 'account_closed', 'state_conflict'],
    },
    async (c) => {
      const credentials = credentialsOf(deps, c)
      if ('kind' in credentials) return refused(deps, c, credentials)
      const { accountId } = credentials
      const requestId = requests.ownNumberIn(c, accountId)
      const question = { kind: 'matter', matter: 'evidence_request', id: requestId } as const
      const found = await readAsCustomer(deps, c, 'account:write', question)
      if (found.kind === 'answer') return found.response
      const verificationId = numberOf(c.req.param('verification_id'), 'ver', accountId) ?? 0
      const asked = (found.value as MatterView<'evidence_request'>).data.calls.find(
        (call) => call.verificationId === verificationId,
      )
      if (!asked) return problem(c, 'not_found')
      const upload = await readUpload(c)
      if (upload instanceof Response) return upload
      const sha256 = deps.crypto.sha256(upload.bytes)
      const done =
        sha256 === asked.expectedSha256
          ? await file(deps, c, accountId, { id: asked.consentId }, upload)
          : await submit(deps, c, { kind: 'note_evidence', requestId, verificationId, sha256 })
      if (done instanceof Response) return done
      const now = await readAsCustomer(deps, c, 'account:write', question)
      return now.kind === 'answer' ? now.response : c.json(requests.render(now.value), 200, rateHeaders(done.rate))
    },
  )
}
