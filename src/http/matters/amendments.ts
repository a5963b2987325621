import { z } from '@hono/zod-openapi'
import { parties } from '../../core/matters/signing.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { anyMembers, instant, note, nullableTime, plainText, sha256 } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'
import { renderSignature, signature } from './signings.ts'

const documentSha256 = sha256.openapi({ description: 'The text of the change: what is signed, or what is shown.' })
const proposalBody = z
  .strictObject({ preset: z.string().max(40), overrides: anyMembers.default({}), document_sha256: documentSha256, reason: note })
  .openapi('AmendmentRequest')
const ownSignatureBody = z.strictObject({ document_sha256: documentSha256 }).openapi('OwnAmendmentSignatureRequest')
const signatureBody = z
  .strictObject({
    party: z.enum(parties),
    document_sha256: documentSha256,
    sealed: z.boolean().default(true),
    signed_at: instant,
    reason: note,
  })
  .openapi('AmendmentSignatureRequest')
const objectionBody = z.strictObject({ note: plainText(2_000).optional() }).openapi('AmendmentObjectionRequest')

/** Changes of an agreement in force: a supplement that both sides sign (S1 §8.1), or shown and used (S2 二(三)). */
export const addAmendmentRoutes = (routes: Routes, deps: AppDeps): void => {
  const amendments = new MatterRoutes(routes, deps, {
    kind: 'amendment',
    noun: 'amendments',
    param: 'amendment_id',
    tag: 'Amendments',
    name: 'Amendment',
    members: {
      way: z.enum(['supplement', 'shown_and_used']),
      based_on: z.int().openapi({ description: 'The version that it changes.' }),
      terms: anyMembers.openapi({ description: 'The new terms, whole.' }),
      digest: z.string(),
      document_sha256: z.string(),
      displayed_at: nullableTime,
      signatures: z.array(signature),
      version: z.int().nullable().openapi({ description: 'The version that it became.' }),
      accepted_at: nullableTime,
    },
    render: (data) => ({
      way: data.way,
      based_on: data.basedOn,
      terms: JSON.parse(data.terms),
      digest: data.digest,
      document_sha256: data.documentSha256,
      displayed_at: data.displayedAt === null ? null : toRfc3339(data.displayedAt),
      signatures: data.signatures.map(renderSignature),
      version: data.version,
      accepted_at: data.acceptedAt === null ? null : toRfc3339(data.acceptedAt),
    }),
  })
  amendments.addCustomerReads({ list: 'Changes of your agreement, newest first', one: 'One change of your agreement' })
  amendments.addCustomerAct({
    method: 'post',
    path: '/{amendment_id}/signature',
    summary: 'Sign a supplement for your side',
    body: ownSignatureBody,
    status: 200,
    wanted: ({ document_sha256 }, accountId, c) => ({
      kind: 'sign_amendment',
      amendmentId: amendments.ownNumberIn(c, accountId),
      party: 'customer',
      documentSha256: document_sha256,
      sealed: false,
      signedAt: null,
    }),
  })
  amendments.addCustomerAct({
    method: 'post',
    path: '/{amendment_id}/objection',
    summary: 'Object to a change: a supplement is not signed, a change that was shown asks for the end of the account',
    body: objectionBody,
    status: 200,
    wanted: ({ note = null }, accountId, c) => ({
      kind: 'object_amendment',
      amendmentId: amendments.ownNumberIn(c, accountId),
      note,
    }),
  })
  amendments.addStaffReads({ list: 'Changes of an agreement, newest first', one: 'One change of an agreement' })
  amendments.addStaffAct({
    method: 'post',
    summary: 'Propose a change of the agreement in force: it waits for two signatures, or is shown, as the agreement says',
    roles: ['ops', 'finance'],
    body: proposalBody,
    status: 201,
    problems: ['agreement_incomplete'],
    wanted: ({ preset, overrides, document_sha256 }) => ({
      kind: 'propose_amendment',
      preset,
      overrides,
      documentSha256: document_sha256,
    }),
  })
  amendments.addStaffAct({
    method: 'post',
    path: '/{amendment_id}/signatures',
    summary: 'Record the signature of one side under a supplement; nobody records both',
    roles: ['ops', 'finance'],
    body: signatureBody,
    status: 200,
    wanted: ({ party, document_sha256, sealed, signed_at }, accountId, c) => {
      const amendmentId = amendments.numberIn(c, accountId)
      if (amendmentId === null) return null
      return { kind: 'sign_amendment', amendmentId, party, documentSha256: document_sha256, sealed, signedAt: signed_at }
    },
  })
  amendments.addStaffAct({
    method: 'post',
    path: '/{amendment_id}/objections',
    summary: 'Record the objection of a customer who wrote by another way',
    roles: ['ops'],
    body: z.strictObject({ note: plainText(2_000).optional(), reason: note }).openapi('StaffAmendmentObjectionRequest'),
    status: 200,
    wanted: ({ note = null }, accountId, c) => {
      const amendmentId = amendments.numberIn(c, accountId)
      return amendmentId === null ? null : { kind: 'object_amendment', amendmentId, note }
    },
  })
}
