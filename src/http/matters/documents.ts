import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { isAccountId, makeId } from '../../core/ids.ts'
import { documentForms, documentKinds } from '../../core/matters/document.ts'
import type { MatterView } from '../../core/matters/index.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import { largestFile } from '../body.ts'
import { credentialsOf, readAs, refused } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { problem } from '../problem.ts'
import { rateHeaders } from '../rate-headers.ts'
import { noteReading, reasonOf } from '../reason.ts'
import type { Routes } from '../route.ts'
import { note, nullableTime, sha256, time } from '../schemas/common.ts'
import { act, staffOf } from '../staff.ts'
import { accountParams } from '../staff-routes.ts'
import { fileAnswer, readFileBody } from '../upload.ts'
import { MatterRoutes } from './matter-routes.ts'

const tag = 'Documents'
const documentBody = z
  .strictObject({
    kind: z.enum(documentKinds),
    version: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/),
    sha256,
    sealed: z.boolean().default(false).openapi({ description: 'Both seals stand on it.' }),
    copies: z.int().min(1).max(20).optional().openapi({ description: 'Nothing for the number that the agreement says.' }),
    form: z.enum(documentForms),
    reason: note,
  })
  .openapi('DocumentRequest')

const binary = {
  200: {
    schema: z.string().openapi({ format: 'binary' }),
    contentType: 'application/octet-stream',
    description: 'The document as it was filed; its SHA-256 is the recorded one.',
    headers: { 'Content-Disposition': 'A file to be kept, not shown, by the name of its id.' },
  },
}

const documentRoutesOf = (routes: Routes, deps: AppDeps) =>
  new MatterRoutes(routes, deps, {
    kind: 'document',
    noun: 'documents',
    param: 'document_id',
    tag,
    name: 'AgreementDocument',
    members: {
      kind: z.enum(documentKinds),
      version: z.string(),
      sha256: z.string(),
      sealed: z.boolean(),
      copies: z.int(),
      form: z.enum(documentForms),
      authoritative: z.boolean().openapi({ description: 'This form is the one that counts.' }),
      agreement_version: z.int(),
      bytes: z.int().nullable().openapi({ description: 'Size of the filed copy; null until it is filed.' }),
      filed_at: nullableTime,
      downloads: z.array(z.strictObject({ at: time, by: z.string() })).openapi({ description: 'By the customer.' }),
    },
    render: ({ what, agreementVersion, filedAt, downloads, ...data }) => ({
      kind: what,
      ...data,
      agreement_version: agreementVersion,
      filed_at: filedAt === null ? null : toRfc3339(filedAt),
      downloads: downloads.map(({ at, by }) => ({ at: toRfc3339(at), by })),
    }),
  })

/** The papers of an agreement: recorded by digest, filed, and fetched with a log (S1 二.2, S1 三.2, S2 七(三), S3 §12.1). */
export const addDocumentRoutes = (routes: Routes, deps: AppDeps): void => {
  const documents = documentRoutesOf(routes, deps)
  documents.addCustomerReads({ list: 'Documents of your agreement, newest first', one: 'One document of your agreement' })
  documents.addStaffReads({ list: 'Documents of an agreement, newest first', one: 'One document of an agreement' })
  documents.addStaffAct({
    method: 'post',
    summary: 'Record a document of the agreement by its digest',
    roles: ['ops'],
    body: documentBody,
    status: 201,
    wanted: ({ kind, version, sha256, sealed, copies = null, form }) => ({
      kind: 'record_document',
      what: kind,
      version,
      sha256,
      sealed,
      copies,
      form,
    }),
  })
  const params = accountParams.extend({ document_id: z.string() })
  const path = '/v1/accounts/{account_id}/documents/{document_id}/file'
  routes.add(
    {
      method: 'put',
      path,
      caller: 'staff',
      trace: 'account',
      tag,
      summary: 'File the document; its digest has to be the recorded one',
      params,
      bytes: `The document, at most ${largestFile} bytes; its SHA-256 is compared.`,
      answers: { 200: { schema: documents.schema, description: 'Stored, sealed.' } },
      problems: ['state_conflict', 'account_closed'],
    },
    (c) => fileDocument(deps, c, documents),
  )
  routes.add(
    {
      method: 'get',
      path,
      caller: 'staff',
      trace: 'account',
      tag,
      summary: 'Fetch a document; who and why is kept',
      params,
      answers: binary,
    },
    (c) => fetchAsStaff(deps, c, documents),
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/documents/{document_id}/file',
      caller: 'key',
      tag,
      summary: 'Fetch a document of your agreement; each time is logged',
      params: z.object({ document_id: z.string() }),
      answers: binary,
      problems: ['key_suspended', 'account_closed'],
    },
    (c) => fetchAsCustomer(deps, c, documents),
  )
}

type Documents = MatterRoutes<'document'>

/** The document that the path names, for a member of the staff with one of the roles; or the answer that says why not. */
const findAsStaff = async (deps: AppDeps, c: Context<AppEnv>, documents: Documents, roles: Parameters<typeof staffOf>[2]) => {
  const member = await staffOf(deps, c, roles)
  if (member instanceof Response) return member
  const accountId = c.req.param('account_id') ?? ''
  if (!isAccountId(accountId)) return problem(c, 'not_found')
  const reason = c.req.method === 'PUT' ? 'filed' : reasonOf(c)
  if (reason instanceof Response) return reason
  const id = documents.numberIn(c, accountId)
  if (id === null) return problem(c, 'not_found')
  const question = { kind: 'matter', matter: 'document', id } as const
  const found = await readAs(deps, c, { kind: 'staff', sub: member.sub }, accountId, question)
  if (found.kind === 'answer') return found.response
  return { member, accountId, id, reason, document: found.value as MatterView<'document'> }
}

const fileDocument = async (deps: AppDeps, c: Context<AppEnv>, documents: Documents): Promise<Response> => {
  const found = await findAsStaff(deps, c, documents, ['ops'])
  if (found instanceof Response) return found
  const bytes = await readFileBody(c)
  if (bytes instanceof Response) return bytes
  const { member, accountId, id, reason, document } = found
  const digest = deps.crypto.sha256(bytes)
  // Stored before the books say so: what they speak of is there.
  if (digest === document.data.sha256) await deps.files.put(accountId, makeId('doc', accountId, id), bytes)
  const filing = { kind: 'file_document', documentId: id, sha256: digest, bytes: bytes.length } as const
  const done = await act(deps, c, member, accountId, reason, filing)
  if (done instanceof Response) return done
  if (done.kind !== 'matter') throw new Error(`filing a document answered ${done.kind}`)
  return c.json(documents.render(done.matter), 200)
}

const fetchAsStaff = async (deps: AppDeps, c: Context<AppEnv>, documents: Documents): Promise<Response> => {
  const found = await findAsStaff(deps, c, documents, ['ops', 'finance', 'auditor'])
  if (found instanceof Response) return found
  const { member, accountId, id, reason } = found
  const target = makeId('doc', accountId, id)
  const refusal = await noteReading(deps, c, member, accountId, { what: 'document_read', target, reason })
  if (refusal) return refusal
  const stored = await deps.files.get(accountId, target)
  return stored === null ? problem(c, 'not_found') : fileAnswer(target, stored)
}

const fetchAsCustomer = async (deps: AppDeps, c: Context<AppEnv>, documents: Documents): Promise<Response> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return refused(deps, c, credentials)
  const { accountId } = credentials
  const documentId = documents.ownNumberIn(c, accountId)
  const download = { kind: 'download_document', documentId } as const
  const done = await deps.ledgerOf(accountId).submit({ kind: 'customer_act', accountId, credentials, act: download })
  if (done.kind === 'refused') return refused(deps, c, done)
  const target = makeId('doc', accountId, documentId)
  const stored = await deps.files.get(accountId, target)
  return stored === null ? problem(c, 'not_found') : fileAnswer(target, stored, rateHeaders(done.rate))
}
