import { z } from '@hono/zod-openapi'
import { parties, type Signature } from '../../core/matters/signing.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { instant, note, nullableTime, sha256, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const version = z.int().min(1).openapi({ description: 'The version of the agreement, as GET /v1/account shows it.' })
const acceptanceMembers = {
  version,
  digest: sha256.openapi({ description: 'The digest of its terms, as it was shown.' }),
  privacy_policy_sha256: sha256.optional().openapi({ description: 'The privacy policy as it was shown, where there is one.' }),
}
const acceptanceBody = z.strictObject(acceptanceMembers).openapi('AcceptanceRequest')
const staffAcceptanceBody = z
  .strictObject({ ...acceptanceMembers, accepted_at: instant, reason: note })
  .openapi('StaffAcceptanceRequest')
const signatureBody = z
  .strictObject({
    party: z.enum(parties),
    document_sha256: sha256.openapi({ description: 'The document that was signed, the same for both sides.' }),
    sealed: z
      .boolean()
      .default(true)
      .openapi({ description: 'The seal stands beside the signature; without it nothing is in force.' }),
    signed_at: instant,
    reason: note,
  })
  .openapi('SignatureRequest')

/** A signature or a tick, as everybody sees it. */
export const signature = z
  .strictObject({
    party: z.enum(parties),
    form: z.enum(['signature', 'tick']),
    sealed: z.boolean(),
    signed_at: time,
    recorded_by: z.string(),
  })
  .openapi('Signature')

export const renderSignature = ({ party, form, sealed, signedAt, recordedBy }: Signature) => ({
  party,
  form,
  sealed,
  signed_at: toRfc3339(signedAt),
  recorded_by: recordedBy,
})

/** How an agreement is agreed and comes into force: signatures of both sides, or a tick (S0 七, S2 二(二), S3 §12.1). */
export const addSigningRoutes = (routes: Routes, deps: AppDeps): void => {
  const signings = new MatterRoutes(routes, deps, {
    kind: 'signing',
    noun: 'signings',
    param: 'signing_id',
    tag: 'Signings',
    name: 'Signing',
    members: {
      way: z.enum(['signature', 'acceptance']),
      version: z.int(),
      digest: z.string(),
      document_sha256: z.string().nullable(),
      signatures: z.array(signature),
      effective_at: nullableTime.openapi({ description: 'Since when the agreement is in force by this; null where it is not.' }),
    },
    render: ({ way, version, digest, documentSha256, signatures, effectiveAt }) => ({
      way,
      version,
      digest,
      document_sha256: documentSha256,
      signatures: signatures.map(renderSignature),
      effective_at: effectiveAt === null ? null : toRfc3339(effectiveAt),
    }),
  })
  signings.addCustomerReads({ list: 'How your agreement was agreed, newest first', one: 'One signing of your agreement' })
  signings.addCustomerAct({
    method: 'post',
    summary: 'Accept the agreement as it was shown to you',
    description: 'Names the version and the digest of the terms that were shown; anything else is refused as `document_differs`.',
    body: acceptanceBody,
    status: 201,
    wanted: ({ version, digest, privacy_policy_sha256 = null }) => ({
      kind: 'accept_agreement',
      version,
      digest,
      privacyPolicySha256: privacy_policy_sha256,
      acceptedAt: null,
    }),
  })
  signings.addStaffReads({ list: 'How an agreement was agreed, newest first', one: 'One signing of an agreement' })
  signings.addStaffAct({
    method: 'post',
    summary: 'Record the signature of one side; the agreement is in force when both have signed and sealed',
    roles: ['ops'],
    body: signatureBody,
    status: 201,
    wanted: ({ party, document_sha256, sealed, signed_at }) => ({
      kind: 'sign_agreement',
      party,
      documentSha256: document_sha256,
      sealed,
      signedAt: signed_at,
    }),
  })
  signings.addStaffAct({
    method: 'post',
    path: '/acceptances',
    summary: 'Record a tick of the customer that was made elsewhere',
    roles: ['ops'],
    body: staffAcceptanceBody,
    status: 201,
    wanted: ({ version, digest, privacy_policy_sha256 = null, accepted_at }) => ({
      kind: 'accept_agreement',
      version,
      digest,
      privacyPolicySha256: privacy_policy_sha256,
      acceptedAt: accepted_at,
    }),
  })
}
