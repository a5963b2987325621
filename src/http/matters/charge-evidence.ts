import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Reader } from '../../core/commands.ts'
import { isAccountId, makeId } from '../../core/ids.ts'
import type { MatterView } from '../../core/matters/index.ts'
import { type Inclusion, RunningInclusion } from '../../core/merkle.ts'
import type { LeafHashPage } from '../../core/reads.ts'
import { evidenceFormat, makeChargeEvidence } from '../../documents/charge-evidence.ts'
import { credentialsOf, type Found, readAs, readAsCustomer, refused } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { problem } from '../problem.ts'
import { rateHeaders } from '../rate-headers.ts'
import { noteReading, reasonOf } from '../reason.ts'
import { renderConsent, renderVerification } from '../render.ts'
import type { Routes } from '../route.ts'
import { orNull, time } from '../schemas/common.ts'
import { consent, verification } from '../schemas/customer.ts'
import { staffOf } from '../staff.ts'
import { accountParams } from '../staff-routes.ts'
import type { MatterRoutes } from './matter-routes.ts'

const param = 'charge_dispute_id'
const tag = 'Charge disputes'

/** Leaves of one read: a few milliseconds of work, between which everybody else has a turn. */
const pageOfLeaves = 2_000

/** Leaves the thread to others; a ledger in the same process answers without ever doing so. */
const giveWay = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/** The proof that a leaf is in the log as it is now. The caller may read the dispute, so the pages are read for nobody's account. */
const prove = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  accountId: string,
  wanted: { index: number; size: number },
): Promise<Inclusion | Response> => {
  const running = new RunningInclusion(deps.crypto, wanted)
  const reader: Reader = { kind: 'staff', sub: 'evidence' }
  const readPage = (after: number): Promise<Found<LeafHashPage>> =>
    readAs(deps, c, reader, accountId, { kind: 'leaf_hashes', size: wanted.size, after, limit: pageOfLeaves })
  let after: number | null = 0
  while (after !== null && running.missing > 0) {
    const found = await readPage(after)
    if (found.kind === 'answer') return found.response
    running.add(found.value.hashes)
    after = found.value.next
    await giveWay()
  }
  return running.proof()
}

/** The file, for whoever may read the dispute. */
const makeFile = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  reader: Reader,
  dispute: MatterView<'charge_dispute'>,
  disputes: MatterRoutes<'charge_dispute'>,
): Promise<Response> => {
  const { accountId } = dispute
  const { verificationId } = dispute.data
  const found = await readAs(deps, c, reader, accountId, { kind: 'call_evidence', verificationId })
  if (found.kind === 'answer') return found.response
  const { verification: call, consent: agreed, evidence, size } = found.value
  if (call.audit === null) throw new Error('a charge has its leaf')
  const proof = await prove(deps, c, accountId, { index: call.audit.index, size })
  if (proof instanceof Response) return proof
  const text = makeChargeEvidence(
    deps.crypto,
    {
      accountId,
      dispute: disputes.render(dispute),
      call: renderVerification(call),
      consent: renderConsent(agreed),
      evidenceFile: evidence && { state: evidence.state, sha256: evidence.data.sha256, bytes: evidence.data.bytes },
    },
    found.value,
    proof,
  )
  const name = `evidence-${makeId('cdi', accountId, dispute.id)}.json`
  return new Response(text, {
    status: 200,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-store',
      ...rateHeaders(found.rate),
    },
  })
}

const sentences = z.array(z.string())
const fileOf = (disputes: MatterRoutes<'charge_dispute'>) =>
  z
    .strictObject({
      format: z.literal(evidenceFormat),
      how_to_verify: z.strictObject({ en: sentences, zh: sentences }),
      account_id: z.string(),
      dispute: disputes.schema,
      call: verification,
      consent: consent.extend({
        evidence_file: orNull(z.strictObject({ state: z.string(), sha256: z.string(), bytes: z.int() })),
      }),
      agreement: z.strictObject({ version: z.int(), preset: z.string(), digest: z.string(), terms: z.string() }),
      entries: z.array(
        z.strictObject({
          seq: z.int(),
          kind: z.string(),
          at: time,
          actor: z.string(),
          credits: z.int(),
          leaf: orNull(z.strictObject({ index: z.int(), hash: z.string(), text: z.string() })),
        }),
      ),
      log: z.strictObject({ size: z.int(), root: z.string(), index: z.int(), leaf_hash: z.string(), path: z.array(z.string()) }),
      digest: z.string(),
    })
    .openapi('ChargeEvidence', {
      description:
        'Canonical JSON (RFC 8785): the dispute, the call, its consent, its lines of the journal with their leaves, the agreement, and ' +
        'the inclusion proof (RFC 9162) of the charge. It says itself how it is verified; `npm run verify:evidence` does it.',
    })

/** All that speaks for and against a charge, in one file that anybody can check (contracts.md S1 §2.1). */
export const addChargeEvidenceRoutes = (routes: Routes, deps: AppDeps, disputes: MatterRoutes<'charge_dispute'>): void => {
  const path = `/charge-disputes/{${param}}/evidence`
  const answer = {
    schema: fileOf(disputes),
    description: 'One file that proves the charge.',
    headers: { 'Content-Disposition': 'The name of the file.' },
  }
  routes.add(
    {
      method: 'get',
      path: `/v1${path}`,
      caller: 'key',
      tag,
      summary: 'The evidence of a charge that you dispute, with its proof',
      params: z.object({ [param]: z.string() }),
      answers: { 200: answer },
      problems: ['key_suspended'],
    },
    async (c) => {
      const credentials = credentialsOf(deps, c)
      if ('kind' in credentials) return refused(deps, c, credentials)
      const id = disputes.ownNumberIn(c, credentials.accountId)
      const found = await readAsCustomer(deps, c, 'account:read', { kind: 'matter', matter: 'charge_dispute', id })
      if (found.kind === 'answer') return found.response
      const reader: Reader = { kind: 'key', credentials, scope: 'account:read', allowSuspended: false }
      return makeFile(deps, c, reader, found.value as MatterView<'charge_dispute'>, disputes)
    },
  )
  routes.add(
    {
      method: 'get',
      path: `/v1/accounts/{account_id}${path}`,
      caller: 'staff',
      trace: 'account',
      tag,
      summary: 'The evidence of a charge that an account disputes, with its proof',
      params: accountParams.extend({ [param]: z.string() }),
      answers: { 200: answer },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops', 'finance', 'auditor'])
      if (member instanceof Response) return member
      const accountId = c.req.param('account_id') ?? ''
      if (!isAccountId(accountId)) return problem(c, 'not_found')
      const reason = reasonOf(c)
      if (reason instanceof Response) return reason
      const id = disputes.numberIn(c, accountId)
      if (id === null) return problem(c, 'not_found')
      const reader: Reader = { kind: 'staff', sub: member.sub }
      const found = await readAs(deps, c, reader, accountId, { kind: 'matter', matter: 'charge_dispute', id })
      if (found.kind === 'answer') return found.response
      const response = await makeFile(deps, c, reader, found.value as MatterView<'charge_dispute'>, disputes)
      if (response.status !== 200) return response
      const target = makeId('cdi', accountId, id)
      const refusal = await noteReading(deps, c, member, accountId, { what: 'charge_evidence_read', target, reason })
      return refusal ?? response
    },
  )
}
