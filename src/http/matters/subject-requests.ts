import { z } from '@hono/zod-openapi'
import { isAccountId, makeId } from '../../core/ids.ts'
import type { MatterView } from '../../core/matters/index.ts'
import { subjectAsks, subjectRequesters } from '../../core/matters/subject-request.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import { readAs } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import { problem } from '../problem.ts'
import { bodyBy, numberOf } from '../reading.ts'
import { noteReading, reasonOf } from '../reason.ts'
import { renderConsent, renderVerification } from '../render.ts'
import type { Routes } from '../route.ts'
import { callerReference, note, nullableTime, orNull, plainText, sha256, time } from '../schemas/common.ts'
import * as customer from '../schemas/customer.ts'
import { reasonBody } from '../schemas/staff.ts'
import { act, staffOf } from '../staff.ts'
import { accountParams } from '../staff-routes.ts'
import { MatterRoutes } from './matter-routes.ts'

const tag = 'Data subjects (staff)'
/** Verifications that one answer lists at most, the newest first. */
const mostVerifications = 500

const requestBody = z
  .strictObject({
    reference: callerReference.optional(),
    ask: z.enum(subjectAsks),
    requester: z.enum(subjectRequesters),
    consent_id: z.string().openapi({ description: 'Any consent of the person: no route takes an ID number.' }),
    proof_sha256: sha256.optional().openapi({ description: 'Of the paper by which the requester proved who it is.' }),
    text: plainText(2_000).optional(),
    reason: note,
  })
  .openapi('SubjectRequestRequest')

const records = z
  .strictObject({
    id: z.string(),
    data_subject: z.strictObject({
      type: z.enum(['person', 'organisation']),
      number_masked: z.string(),
      name_masked: z.string(),
      erased_at: nullableTime,
    }),
    consents: z.array(customer.consent),
    verifications: z.array(customer.verification),
  })
  .openapi('SubjectRecords')

const params = accountParams.extend({ subject_request_id: z.string() })

/** What a person asks for about itself (S3 §7.3): staff write it down, look the records up with a reason, or erase. */
export const addSubjectRequestRoutes = (routes: Routes, deps: AppDeps): void => {
  const requests = new MatterRoutes(routes, deps, {
    kind: 'subject_request',
    noun: 'subject-requests',
    param: 'subject_request_id',
    tag,
    name: 'SubjectRequest',
    members: {
      ask: z.enum(subjectAsks),
      requester: z.enum(subjectRequesters),
      consent_id: z.string(),
      proof_sha256: z.string().nullable(),
      text: z.string().nullable(),
      erased: orNull(z.strictObject({ consents: z.int(), evidence_files: z.int(), erased_at: time })),
    },
    render: ({ ask, requester, consentId, proofSha256, text, erased }, { accountId }) => ({
      ask,
      requester,
      consent_id: makeId('con', accountId, consentId),
      proof_sha256: proofSha256,
      text,
      erased: erased && {
        consents: erased.consents,
        evidence_files: erased.evidenceFiles,
        erased_at: toRfc3339(erased.erasedAt),
      },
    }),
  })
  requests.addStaffReads({ list: 'Requests of data subjects, newest first', one: 'One request of a data subject' })
  requests.addStaffAct({
    method: 'post',
    summary: 'Write down what a person asks for about itself; the request of anybody else is refused',
    roles: ['ops'],
    body: requestBody,
    status: 201,
    wanted: ({ reference = null, ask, requester, consent_id, proof_sha256 = null, text = null }, accountId) => {
      const consentId = numberOf(consent_id, 'con', accountId)
      return consentId === null
        ? null
        : { kind: 'open_subject_request', reference, ask, requester, consentId, proofSha256: proof_sha256, text }
    },
  })
  requests.addStaffAct({
    method: 'post',
    path: '/{subject_request_id}/completion',
    summary: 'The records were given to the person',
    roles: ['ops'],
    body: reasonBody,
    status: 200,
    wanted: (_body, accountId, c) => {
      const requestId = requests.numberIn(c, accountId)
      return requestId === null ? null : { kind: 'complete_subject_request', requestId }
    },
  })
  addRecords(routes, deps, requests)
  addErasure(routes, deps, requests)
}

const addRecords = (routes: Routes, deps: AppDeps, requests: MatterRoutes<'subject_request'>): void => {
  routes.add(
    {
      method: 'get',
      path: '/v1/accounts/{account_id}/subject-requests/{subject_request_id}/records',
      caller: 'staff',
      trace: 'account',
      tag,
      summary: 'What is kept about the person who asks, masked',
      params,
      answers: { 200: { schema: records, description: 'Its consents, and its newest verifications.' } },
      problems: ['state_conflict'],
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops'])
      if (member instanceof Response) return member
      const accountId = c.req.param('account_id') ?? ''
      if (!isAccountId(accountId)) return problem(c, 'not_found')
      const reason = reasonOf(c)
      if (reason instanceof Response) return reason
      const id = requests.numberIn(c, accountId)
      if (id === null) return problem(c, 'not_found')
      const reader = { kind: 'staff', sub: member.sub } as const
      const found = await readAs(deps, c, reader, accountId, { kind: 'matter', matter: 'subject_request', id })
      if (found.kind === 'answer') return found.response
      const { data, state } = found.value as MatterView<'subject_request'>
      if (state === 'refused' || data.ask !== 'access') return problem(c, 'state_conflict', { reason: 'not_an_access' })
      const question = { kind: 'subject_records', consentId: data.consentId, limit: mostVerifications } as const
      const kept = await readAs(deps, c, reader, accountId, question)
      if (kept.kind === 'answer') return kept.response
      const target = makeId('sur', accountId, id)
      const refusal = await noteReading(deps, c, member, accountId, { what: 'subject_records_read', target, reason })
      if (refusal) return refusal
      const { subject, consents, verifications } = kept.value
      return c.json(
        {
          id: target,
          data_subject: {
            type: subject.kind,
            number_masked: subject.numberMasked,
            name_masked: subject.nameMasked,
            erased_at: subject.erasedAt === null ? null : toRfc3339(subject.erasedAt),
          },
          consents: consents.map(renderConsent),
          verifications: verifications.map((view) => renderVerification(view)),
        },
        200,
        { 'Cache-Control': 'no-store' },
      )
    },
  )
}

/** Files first, then the row: a break in between leaves nothing behind, and the same request goes on where it was. */
const addErasure = (routes: Routes, deps: AppDeps, requests: MatterRoutes<'subject_request'>): void => {
  routes.add(
    {
      method: 'post',
      path: '/v1/accounts/{account_id}/subject-requests/{subject_request_id}/erasure',
      caller: 'staff',
      trace: 'account',
      tag,
      summary: 'Erase what is personal about the person who asks; its consents have to be withdrawn',
      params,
      body: reasonBody,
      answers: { 200: { schema: requests.schema, description: 'Erased.' } },
      problems: ['state_conflict', 'account_closed'],
    },
    async (c) => {
      const member = await staffOf(deps, c, [])
      if (member instanceof Response) return member
      const accountId = c.req.param('account_id') ?? ''
      if (!isAccountId(accountId)) return problem(c, 'not_found')
      const body = await bodyBy(c, reasonBody)
      if (body instanceof Response) return body
      const requestId = requests.numberIn(c, accountId)
      if (requestId === null) return problem(c, 'not_found')
      const accepted = await act(deps, c, member, accountId, body.reason, { kind: 'accept_subject_request', requestId })
      if (accepted instanceof Response) return accepted
      if (accepted.kind !== 'matter') throw new Error(`an erasure answered ${accepted.kind}`)
      const { evidenceIds } = accepted.matter.data as MatterView<'subject_request'>['data']
      for (const id of evidenceIds) await deps.files.remove(accountId, makeId('evi', accountId, id))
      const done = await act(deps, c, member, accountId, body.reason, { kind: 'complete_subject_request', requestId })
      if (done instanceof Response) return done
      if (done.kind !== 'matter') throw new Error(`an erasure answered ${done.kind}`)
      return c.json(requests.render(done.matter), 200, { 'Cache-Control': 'no-store' })
    },
  )
}
