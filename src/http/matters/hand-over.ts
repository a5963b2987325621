import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type ExportPart, exportParts } from '../../core/commands.ts'
import { isAccountId, makeId } from '../../core/ids.ts'
import type { HandOverFile } from '../../core/matters/closing.ts'
import type { MatterView } from '../../core/matters/index.ts'
import { credentialsOf, readAs, readAsCustomer, refused } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { problem } from '../problem.ts'
import { rateHeaders } from '../rate-headers.ts'
import { bodyBy } from '../reading.ts'
import { noteReading, reasonOf } from '../reason.ts'
import type { Routes } from '../route.ts'
import { note, sha256 } from '../schemas/common.ts'
import { act, type StaffMember, staffOf } from '../staff.ts'
import { accountParams } from '../staff-routes.ts'
import type { MatterRoutes } from './matter-routes.ts'

/** Lines of one file: a file is made in memory, and an account can have any number of lines. */
const linesPerFile = 5_000

const body = z
  .strictObject({
    papers: z
      .array(z.strictObject({ part: z.enum(['manual', 'ops_plan', 'package_or_source']), sha256 }))
      .max(50)
      .default([])
      .openapi({ description: 'What is handed over outside the gateway, by its digest.' }),
    reason: note,
  })
  .openapi('HandOverRequest')

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What each part holds, for whoever reads it without the gateway. */
const catalogue = {
  all_collected_data: 'One line for each verification, with its ending; it names no person.',
  ledger: 'One line for each entry of the journal, gapless by `seq`.',
  audit_log: 'One line for each leaf of the audit log (RFC 9162), gapless by `index`, with its hash.',
  consent_records: 'One line for each consent, with the masked number and name of its person.',
} satisfies Record<ExportPart, string>

/** Makes and stores the files of one part. */
const writePart = async (
  deps: AppDeps,
  member: StaffMember,
  where: { accountId: string; closingId: number; uptoSeq: number },
  part: ExportPart,
): Promise<HandOverFile[]> => {
  const { accountId, closingId, uptoSeq } = where
  const files: HandOverFile[] = []
  let after = 0
  for (;;) {
    const reader = { kind: 'staff', sub: member.sub } as const
    const found = await deps
      .ledgerOf(accountId)
      .read({ kind: 'export', reader, accountId, part, uptoSeq, after, limit: linesPerFile })
    if (found.kind === 'refused') throw new Error(`an export cannot be read: ${found.code}`)
    const { lines, next } = found.value
    const bytes = bytesOf(lines.map((line) => `${line}\n`).join(''))
    const name = `${makeId('clo', accountId, closingId)}-${part}-${files.length + 1}`
    await deps.files.put(accountId, name, bytes)
    files.push({ part, name, lines: lines.length, bytes: bytes.length, sha256: deps.crypto.sha256(bytes) })
    if (next === null) return files
    after = next
  }
}

const makeFiles = async (
  deps: AppDeps,
  member: StaffMember,
  where: { accountId: string; closingId: number; uptoSeq: number },
): Promise<HandOverFile[]> => {
  const files: HandOverFile[] = []
  for (const part of exportParts) files.push(...(await writePart(deps, member, where, part)))
  const bytes = bytesOf(`${JSON.stringify(catalogue)}\n`)
  const name = `${makeId('clo', where.accountId, where.closingId)}-data_catalogue-1`
  await deps.files.put(where.accountId, name, bytes)
  files.push({ part: 'data_catalogue', name, lines: 1, bytes: bytes.length, sha256: deps.crypto.sha256(bytes) })
  return files
}

/** The hand-over before anything is deleted (S3 §6.2.10): made, listed with counts and digests, fetched, confirmed. */
export const addHandOverRoutes = (routes: Routes, deps: AppDeps, closings: MatterRoutes<'closing'>): void => {
  routes.add(
    {
      method: 'post',
      path: '/v1/accounts/{account_id}/closings/{closing_id}/hand-over',
      caller: 'staff',
      trace: 'account',
      tag: 'Closings',
      summary: 'Make what is handed over: files of the books, a manifest with counts and digests',
      params: accountParams.extend({ closing_id: z.string() }),
      body,
      answers: { 200: { schema: closings.schema, description: 'Made; the customer confirms by the digest of the manifest.' } },
      problems: ['state_conflict'],
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops'])
      if (member instanceof Response) return member
      const accountId = c.req.param('account_id') ?? ''
      if (!isAccountId(accountId)) return problem(c, 'not_found')
      const wanted = await bodyBy(c, body)
      if (wanted instanceof Response) return wanted
      const closingId = closings.numberIn(c, accountId)
      if (closingId === null) return problem(c, 'not_found')
      const found = await findHandOver(deps, c, member, accountId, closingId)
      if (found instanceof Response) return found
      const { uptoSeq } = found
      const files = await makeFiles(deps, member, { accountId, closingId, uptoSeq })
      const manifest = { uptoSeq, files, papers: wanted.papers }
      const done = await act(deps, c, member, accountId, wanted.reason, { kind: 'record_hand_over', closingId, manifest })
      if (done instanceof Response) return done
      if (done.kind !== 'matter') throw new Error(`a hand-over answered ${done.kind}`)
      return c.json(closings.render(done.matter), 200, { 'Cache-Control': 'no-store' })
    },
  )
  addDownloads(routes, deps, closings)
}

/** Where the books stand when the hand-over is made, when it is the turn of one. */
const findHandOver = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  { sub }: StaffMember,
  accountId: string,
  closingId: number,
): Promise<{ uptoSeq: number } | Response> => {
  const reader = { kind: 'staff', sub } as const
  const closing = await readAs(deps, c, reader, accountId, { kind: 'matter', matter: 'closing', id: closingId })
  if (closing.kind === 'answer') return closing.response
  const { state, data } = closing.value as MatterView<'closing'>
  // The ledger judges it again; here it keeps files from being made that nobody asked for.
  if (state !== 'ended' || data.handOver !== null) return problem(c, 'state_conflict', { reason: 'step_out_of_turn' })
  const page = { kind: 'export', part: 'ledger', uptoSeq: 0, after: 0, limit: 1 } as const
  const books = await readAs(deps, c, reader, accountId, page)
  return books.kind === 'answer' ? books.response : { uptoSeq: books.value.seq }
}

const answer = {
  schema: z.string().openapi({ format: 'binary' }),
  contentType: 'application/octet-stream',
  description: 'The file, lines of JSON.',
  headers: { 'Content-Disposition': 'The name of the file.' },
}

const fileOf = async (deps: AppDeps, c: Context<AppEnv>, closing: MatterView<'closing'>): Promise<Response> => {
  const name = c.req.param('file_name') ?? ''
  const file = closing.data.handOver?.files.find((one) => one.name === name)
  const bytes = file ? await deps.files.get(closing.accountId, file.name) : null
  if (bytes === null) return problem(c, 'not_found')
  return new Response(new Uint8Array(bytes), {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${name}.jsonl"`,
      'Cache-Control': 'no-store',
    },
  })
}

/** The files of a hand-over, for the customer and, with a reason, for staff. */
const addDownloads = (routes: Routes, deps: AppDeps, closings: MatterRoutes<'closing'>): void => {
  const params = z.object({ closing_id: z.string(), file_name: z.string() })
  routes.add(
    {
      method: 'get',
      path: '/v1/closings/{closing_id}/files/{file_name}',
      caller: 'key',
      tag: 'Closings',
      summary: 'One file of what is handed over to you',
      params,
      answers: { 200: answer },
      problems: ['key_suspended'],
    },
    async (c) => {
      const credentials = credentialsOf(deps, c)
      if ('kind' in credentials) return refused(deps, c, credentials)
      const id = closings.ownNumberIn(c, credentials.accountId)
      const found = await readAsCustomer(deps, c, 'account:read', { kind: 'matter', matter: 'closing', id })
      if (found.kind === 'answer') return found.response
      const response = await fileOf(deps, c, found.value as MatterView<'closing'>)
      for (const [name, text] of Object.entries(rateHeaders(found.rate))) response.headers.set(name, text)
      return response
    },
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/accounts/{account_id}/closings/{closing_id}/files/{file_name}',
      caller: 'staff',
      trace: 'account',
      tag: 'Closings',
      summary: 'One file of what is handed over',
      params: accountParams.extend(params.shape),
      answers: { 200: answer },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops', 'auditor'])
      if (member instanceof Response) return member
      const accountId = c.req.param('account_id') ?? ''
      if (!isAccountId(accountId)) return problem(c, 'not_found')
      const reason = reasonOf(c)
      if (reason instanceof Response) return reason
      const id = closings.numberIn(c, accountId)
      if (id === null) return problem(c, 'not_found')
      const reader = { kind: 'staff', sub: member.sub } as const
      const found = await readAs(deps, c, reader, accountId, { kind: 'matter', matter: 'closing', id })
      if (found.kind === 'answer') return found.response
      const response = await fileOf(deps, c, found.value as MatterView<'closing'>)
      if (response.status !== 200) return response
      const target = makeId('clo', accountId, id)
      const refusal = await noteReading(deps, c, member, accountId, { what: 'hand_over_file_read', target, reason })
      return refusal ?? response
    },
  )
}
