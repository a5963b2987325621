import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { disclosureGrounds, recipientKinds, regulators } from '../../core/matters/disclosure.ts'
import { matterPrefixes } from '../../core/matters/index.ts'
import type { AppDeps } from '../deps.ts'
import { numberOf } from '../reading.ts'
import type { Routes } from '../route.ts'
import { plainText } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'
import { reason, reference, sha256, text } from './parts.ts'

const disclosureBody = z
  .strictObject({
    reference,
    recipient: z.enum(recipientKinds),
    regulator: z.enum(regulators).optional(),
    recipient_name: plainText(200).openapi({ description: 'The organisation; never a person.' }),
    what: text,
    ground: z.enum(disclosureGrounds),
    proof_sha256: sha256
      .optional()
      .openapi({ description: 'Digest of the consent, the confirmation, the order or the secrecy agreement.' }),
    authority_request_id: z.string().max(64).optional(),
    reason,
  })
  .openapi('DisclosureRequest')

/** The log of what was told to anybody outside the two sides (S0 二, S1 §5.1, S3 §7). */
export const addDisclosureRoutes = (routes: Routes, deps: AppDeps): void => {
  const disclosures = new MatterRoutes(routes, deps, {
    kind: 'disclosure',
    noun: 'disclosures',
    param: 'disclosure_id',
    tag: 'Disclosures (staff)',
    name: 'Disclosure',
    members: {
      recipient: z.enum(recipientKinds),
      regulator: z.enum(regulators).nullable(),
      recipient_name: z.string(),
      what: z.string(),
      ground: z.enum(disclosureGrounds),
      proof_sha256: z.string().nullable(),
      authority_request_id: z.string().nullable(),
      customer_not_told: z
        .boolean()
        .openapi({ description: 'An authority was told before the customer was; somebody has to account for it.' }),
    },
    render: (data, { accountId }) => ({
      recipient: data.recipient,
      regulator: data.regulator,
      recipient_name: data.recipientName,
      what: data.what,
      ground: data.legalGround,
      proof_sha256: data.proofSha256,
      authority_request_id:
        data.authorityRequestId === null ? null : makeId(matterPrefixes.authority_request, accountId, data.authorityRequestId),
      customer_not_told: data.customerNotTold,
    }),
  })
  disclosures.addStaffReads({ list: 'Disclosures of an account, newest first', one: 'One disclosure' })
  disclosures.addStaffAct({
    method: 'post',
    summary: 'Record a disclosure; one without an allowed ground is refused',
    roles: ['ops'],
    body: disclosureBody,
    status: 201,
    wanted: (body, accountId) => {
      const { authority_request_id: named } = body
      const authorityRequestId = named === undefined ? null : numberOf(named, matterPrefixes.authority_request, accountId)
      if (named !== undefined && authorityRequestId === null) return null
      return {
        kind: 'record_disclosure',
        reference: body.reference ?? null,
        recipient: body.recipient,
        regulator: body.regulator ?? null,
        recipientName: body.recipient_name,
        what: body.what,
        legalGround: body.ground,
        proofSha256: body.proof_sha256 ?? null,
        authorityRequestId,
      }
    },
  })
}
