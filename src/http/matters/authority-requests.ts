import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { authorityDirections } from '../../core/matters/authority-request.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { plainText } from '../schemas/common.ts'
import type { Role } from '../staff.ts'
import { MatterRoutes } from './matter-routes.ts'
import { nullableTime, numbersOf, reason, reasonBody, reference, renderTime, sha256, text } from './parts.ts'
import { addStaffStep } from './staff-step.ts'

const requestBody = z
  .strictObject({
    reference,
    direction: z.enum(authorityDirections),
    authority: plainText(200).openapi({ description: 'The authority; never a person.' }),
    basis: plainText(500).openapi({ description: 'The law or order that it rests on.' }),
    paper_sha256: sha256,
    consent_ids: z.array(z.string().max(64)).max(100).default([]),
    tell_customer: z.boolean().openapi({ description: 'False only where the law forbids it or leaves no time.' }),
    reason,
  })
  .openapi('AuthorityRequestRequest')
const closingBody = z.strictObject({ text, reason }).openapi('AuthorityRequestClosing')

/** Requests of authorities and reports to them; what they are about is frozen (S2 十三(一), S3 §7.5). */
export const addAuthorityRequestRoutes = (routes: Routes, deps: AppDeps): void => {
  const requests = new MatterRoutes(routes, deps, {
    kind: 'authority_request',
    noun: 'authority-requests',
    param: 'authority_request_id',
    tag: 'Authority requests (staff)',
    name: 'AuthorityRequest',
    members: {
      direction: z.enum(authorityDirections),
      authority: z.string(),
      basis: z.string(),
      paper_sha256: z.string(),
      consent_ids: z.array(z.string()),
      told_at: nullableTime,
    },
    render: ({ direction, authority, basis, paperSha256, consentIds, toldAt }, { accountId }) => ({
      direction,
      authority,
      basis,
      paper_sha256: paperSha256,
      consent_ids: consentIds.map((id) => makeId('con', accountId, id)),
      told_at: renderTime(toldAt),
    }),
  })
  requests.addStaffReads({ list: 'Authority requests and reports of an account, newest first', one: 'One of them' })
  requests.addStaffAct({
    method: 'post',
    summary: 'Record what an authority asks for or is told, and freeze what it concerns',
    roles: ['ops'],
    body: requestBody,
    status: 201,
    wanted: (body, accountId) => {
      const consentIds = numbersOf(body.consent_ids, 'con', accountId)
      return {
        kind: 'open_authority_request',
        reference: body.reference ?? null,
        direction: body.direction,
        authority: body.authority,
        basis: body.basis,
        paperSha256: body.paper_sha256,
        consentIds,
        tell: body.tell_customer,
      }
    },
  })
  const param = 'authority_request_id'
  const roles: Role[] = ['ops']
  addStaffStep(
    requests,
    { param, path: 'customer-notice', summary: 'Tell the customer of it', roles, body: reasonBody },
    (_body, requestId) => ({ kind: 'tell_of_authority', requestId }),
  )
  addStaffStep(
    requests,
    { param, path: 'ending', summary: 'Close it and let go what was frozen for it', roles, body: closingBody },
    ({ text: said }, requestId) => ({
      kind: 'close_authority_request',
      requestId,
      text: said,
    }),
  )
}
