import { z } from '@hono/zod-openapi'
import { closingCauses, closingSteps } from '../../core/matters/closing.ts'
import type { MatterView } from '../../core/matters/index.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, code, day, note, nullableTime, orNull, plainText, sha256, time } from '../schemas/common.ts'
import { addErasureRoute } from './erasure.ts'
import { addHandOverRoutes } from './hand-over.ts'
import { MatterRoutes } from './matter-routes.ts'
import { readSentNotice, sentNoticeBody } from './sent-notice.ts'

const text = plainText(2_000).openapi({ description: 'In your own words. Do not name persons.' })
const stopOn = day
  .optional()
  .openapi({ description: 'First day without service; without it the first that the agreement allows.' })

const applicationMembers = { reference: callerReference.optional(), stop_on: stopOn, text: text.optional() }
const applicationBody = z.strictObject(applicationMembers).openapi('ClosingRequest')
const staffApplicationBody = z
  .strictObject({ ...applicationMembers, notice: sentNoticeBody, reason: note })
  .openapi('StaffClosingRequest')
const agreementBody = z
  .strictObject({ document_sha256: sha256, stop_on: day.optional(), reason: note })
  .openapi('ClosingAgreementRequest')
const terminationBody = z
  .strictObject({
    reference: callerReference.optional(),
    ground: code,
    document_sha256: sha256.optional().openapi({ description: 'Of the paper that proves the ground, where it needs one.' }),
    notice: sentNoticeBody.optional(),
    text: text.optional(),
    reason: note,
  })
  .openapi('TerminationRequest')
const inactivityBody = z
  .strictObject({ reference: callerReference.optional(), notice: sentNoticeBody, text: text.optional(), reason: note })
  .openapi('InactivityClosingRequest')
const withdrawalBody = z.strictObject({}).openapi('ClosingWithdrawalRequest')
const staffWithdrawalBody = z.strictObject({ reason: note }).openapi('StaffClosingWithdrawalRequest')
const stepBody = z
  .strictObject({ step: z.enum(['open_calls_ended', 'statement', 'keys_ended']), reason: note })
  .openapi('ClosingStepRequest')
const confirmationBody = z.strictObject({ manifest_digest: sha256 }).openapi('HandOverConfirmationRequest')
const staffConfirmationBody = z
  .strictObject({ manifest_digest: sha256, document_sha256: sha256, reason: note })
  .openapi('StaffHandOverConfirmationRequest')

const certificate = z
  .strictObject({
    clause: z.string(),
    erased_at: time,
    method: z.literal('overwritten'),
    data_subjects: z.int(),
    kept_frozen: z.int().openapi({ description: 'Persons whose rows an authority keeps; they are not erased.' }),
    evidence_files: z.int(),
    matters: z.int(),
    digest: z.string().openapi({ description: 'SHA-256 of the canonical JSON of the other facts, as the audit log has it.' }),
  })
  .openapi('ErasureCertificate')

const handOver = z
  .strictObject({
    made_at: time,
    upto_seq: z.int(),
    files: z.array(z.strictObject({ part: z.string(), name: z.string(), lines: z.int(), bytes: z.int(), sha256: z.string() })),
    papers: z.array(z.strictObject({ part: z.string(), sha256: z.string() })),
    digest: z.string(),
  })
  .openapi('HandOverManifest')

const members = {
  cause: z.enum(closingCauses),
  ground: z.string().nullable(),
  clause: z.string(),
  text: z.string().nullable(),
  document_sha256: z.string().nullable(),
  deemed_at: nullableTime,
  ends_at: nullableTime.openapi({ description: 'Calls are refused from then on; null while it is not known.' }),
  steps: z.array(z.strictObject({ step: z.enum(closingSteps), at: time, by: z.string(), sha256: z.string().nullable() })),
  hand_over: orNull(handOver),
  certificate: orNull(certificate),
}

const renderTime = (ms: number | null) => (ms === null ? null : toRfc3339(ms))

const render = (data: MatterView<'closing'>['data']) => ({
  cause: data.cause,
  ground: data.ground,
  clause: data.clause,
  text: data.text,
  document_sha256: data.documentSha256,
  deemed_at: renderTime(data.deemedAt),
  ends_at: renderTime(data.endsAt),
  steps: data.steps.map(({ step, at, by, sha256 }) => ({ step, at: toRfc3339(at), by, sha256 })),
  hand_over: data.handOver && {
    made_at: toRfc3339(data.handOver.madeAt),
    upto_seq: data.handOver.uptoSeq,
    files: data.handOver.files.map(({ part, name, lines, bytes, sha256 }) => ({ part, name, lines, bytes, sha256 })),
    papers: data.handOver.papers,
    digest: data.handOver.digest,
  },
  certificate: data.certificate && {
    clause: data.certificate.clause,
    erased_at: toRfc3339(data.certificate.erasedAt),
    method: data.certificate.method,
    data_subjects: data.certificate.dataSubjects,
    kept_frozen: data.certificate.keptFrozen,
    evidence_files: data.certificate.evidenceFiles,
    matters: data.certificate.matters,
    digest: data.certificate.digest,
  },
})

/** The end of an agreement: who announced it, when it takes effect, and what is done after it (contracts.md §5 no. 11 to 14). */
export const addClosingRoutes = (routes: Routes, deps: AppDeps): void => {
  const closings = new MatterRoutes(routes, deps, {
    kind: 'closing',
    noun: 'closings',
    param: 'closing_id',
    tag: 'Closings',
    name: 'Closing',
    members,
    render,
  })
  closings.addCustomerReads({ list: 'Announced and effected ends of your agreement, newest first', one: 'One of them' })
  closings.addCustomerAct({
    method: 'post',
    summary: 'Apply to stop',
    description:
      'The agreement says how long ahead; `ends_at` is the first instant at which calls are refused, and calls before it go on. Where ' +
      'the agreement asks that both sides agree, the application waits for the provider.',
    body: applicationBody,
    status: 201,
    wanted: ({ reference = null, stop_on = null, text = null }) => ({
      kind: 'apply_closing',
      reference,
      stopOn: stop_on,
      text,
      sent: null,
    }),
  })
  closings.addCustomerAct({
    method: 'post',
    path: '/{closing_id}/withdrawal',
    summary: 'Take the application back before it takes effect',
    body: withdrawalBody,
    status: 200,
    wanted: (_body, accountId, c) => ({ kind: 'withdraw_closing', closingId: closings.ownNumberIn(c, accountId) }),
  })
  closings.addCustomerAct({
    method: 'post',
    path: '/{closing_id}/hand-over-confirmation',
    summary: 'Confirm that everything of the manifest was received; before that nothing is deleted',
    body: confirmationBody,
    status: 200,
    wanted: ({ manifest_digest }, accountId, c) => ({
      kind: 'confirm_hand_over',
      closingId: closings.ownNumberIn(c, accountId),
      manifestDigest: manifest_digest,
      documentSha256: null,
    }),
  })
  addStaffRoutes(closings)
  addHandOverRoutes(routes, deps, closings)
  addErasureRoute(routes, deps, closings)
}

const addStaffRoutes = (closings: MatterRoutes<'closing'>): void => {
  const roles = ['ops' as const]
  closings.addStaffReads({ list: 'Closings of an account, newest first', one: 'One closing of an account' })
  closings.addStaffAct({
    method: 'post',
    summary: 'Record the written application of a customer to stop',
    operationId: 'createAccountClosingApplication',
    roles,
    body: staffApplicationBody,
    status: 201,
    wanted: ({ reference = null, stop_on = null, text = null, notice }) => ({
      kind: 'apply_closing',
      reference,
      stopOn: stop_on,
      text,
      sent: readSentNotice(notice),
    }),
  })
  closings.addStaffAct({
    method: 'post',
    path: '/terminations',
    summary: 'Announce the end on a ground of the agreement; at once where the agreement has it so',
    roles,
    body: terminationBody,
    status: 201,
    wanted: ({ reference = null, ground, document_sha256 = null, notice, text = null }) => ({
      kind: 'announce_termination',
      reference,
      ground,
      text,
      documentSha256: document_sha256,
      sent: notice ? readSentNotice(notice) : null,
    }),
  })
  closings.addStaffAct({
    method: 'post',
    path: '/inactivity',
    summary: 'Announce the end for silence; any operation of the customer before it stops it',
    roles,
    body: inactivityBody,
    status: 201,
    wanted: ({ reference = null, notice, text = null }) => ({
      kind: 'announce_inactivity',
      reference,
      text,
      sent: readSentNotice(notice),
    }),
  })
  const one = { method: 'post', status: 200, roles } as const
  const idIn = (c: Parameters<typeof closings.numberIn>[0], accountId: string) => closings.numberIn(c, accountId)
  closings.addStaffAct({
    ...one,
    path: '/{closing_id}/agreement',
    summary: 'Agree to what the customer proposed, with the digest of the paper that both signed',
    roles: [],
    body: agreementBody,
    wanted: ({ document_sha256, stop_on = null }, accountId, c) => {
      const closingId = idIn(c, accountId)
      return closingId === null ? null : { kind: 'agree_closing', closingId, documentSha256: document_sha256, stopOn: stop_on }
    },
  })
  closings.addStaffAct({
    ...one,
    path: '/{closing_id}/withdrawal',
    summary: 'Take back what the provider announced, or what a paper of the customer takes back',
    body: staffWithdrawalBody,
    wanted: (_body, accountId, c) => {
      const closingId = idIn(c, accountId)
      return closingId === null ? null : { kind: 'withdraw_closing', closingId }
    },
  })
  closings.addStaffAct({
    ...one,
    path: '/{closing_id}/steps',
    summary: 'Confirm the next step: calls ended, statement made, keys ended',
    roles: ['ops', 'finance'],
    body: stepBody,
    wanted: ({ step }, accountId, c) => {
      const closingId = idIn(c, accountId)
      return closingId === null ? null : { kind: 'step_closing', closingId, step }
    },
  })
  closings.addStaffAct({
    ...one,
    path: '/{closing_id}/hand-over-confirmation',
    summary: 'Record the signed protocol of a customer that received everything',
    body: staffConfirmationBody,
    wanted: ({ manifest_digest, document_sha256 }, accountId, c) => {
      const closingId = idIn(c, accountId)
      return closingId === null
        ? null
        : { kind: 'confirm_hand_over', closingId, manifestDigest: manifest_digest, documentSha256: document_sha256 }
    },
  })
}
