import { z } from '@hono/zod-openapi'
import { type PaperAct, paperKinds } from '../../core/matters/paper.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, note, plainText, rule, sha256, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const paperMembers = {
  reference: callerReference.optional(),
  kind: z.enum(paperKinds).openapi({
    description: '`agent_id` is a document of a person: its digest alone comes here. `change_proof` proves a changed record.',
  }),
  sha256,
  sealed: z.boolean().default(false).openapi({ description: 'It bears the seal of the organisation.' }),
  valid_from: day.optional(),
  valid_to: day.optional().openapi({ format: 'date', description: 'Last day of its validity, Asia/Shanghai.' }),
}
const inOrder = ({ valid_from, valid_to }: { valid_from?: string | undefined; valid_to?: string | undefined }): boolean =>
  valid_from === undefined || valid_to === undefined || valid_from <= valid_to
const beforeFrom = { ...rule('before_from'), path: ['valid_to'] }

const paperBody = z.strictObject(paperMembers).refine(inOrder, beforeFrom).openapi('PaperRequest')
const staffPaperBody = z
  .strictObject({ ...paperMembers, reason: note })
  .refine(inOrder, beforeFrom)
  .openapi('StaffPaperRequest')
const reviewBody = z
  .strictObject({ decision: z.enum(['approved', 'rejected']), text: plainText(500), reason: note })
  .openapi('PaperReviewRequest')

const fileAct = (body: z.output<typeof paperBody>): Extract<PaperAct, { kind: 'file_paper' }> => ({
  kind: 'file_paper',
  reference: body.reference ?? null,
  paper: body.kind,
  sha256: body.sha256,
  sealed: body.sealed,
  validFrom: body.valid_from ?? null,
  validTo: body.valid_to ?? null,
})

/** Papers of the customer by their digests: filed, looked at by another person, expired (S1 §3.3, §3.4; S3 §6.1.3). */
export const addPaperRoutes = (routes: Routes, deps: AppDeps): void => {
  const papers = new MatterRoutes(routes, deps, {
    kind: 'paper',
    noun: 'papers',
    param: 'paper_id',
    tag: 'Onboarding',
    name: 'Paper',
    members: {
      kind: z.enum(paperKinds),
      sha256: z.string(),
      sealed: z.boolean(),
      valid_from: z.string().nullable(),
      valid_to: z.string().nullable(),
      review: z
        .strictObject({ decision: z.enum(['approved', 'rejected']), by: z.string(), at: time, reason: z.string() })
        .nullable(),
    },
    render: ({ paper, sha256, sealed, validFrom, validTo, review }) => ({
      kind: paper,
      sha256,
      sealed,
      valid_from: validFrom,
      valid_to: validTo,
      review: review && { ...review, at: toRfc3339(review.at) },
    }),
  })
  papers.addCustomerReads({ list: 'Your papers on file, newest first', one: 'One of your papers' })
  papers.addCustomerAct({ method: 'post', summary: 'File a paper by its digest', body: paperBody, status: 201, wanted: fileAct })
  papers.addStaffReads({ list: 'Papers of an account, newest first', one: 'One paper of an account' })
  papers.addStaffAct({
    method: 'post',
    summary: 'File a paper that the customer handed in another way',
    roles: ['ops'],
    body: staffPaperBody,
    status: 201,
    wanted: fileAct,
  })
  papers.addStaffAct({
    method: 'post',
    path: '/{paper_id}/review',
    summary: 'Approve or reject a paper; never by who filed it',
    roles: ['ops'],
    body: reviewBody,
    status: 200,
    wanted: ({ decision, text }, accountId, c) => {
      const paperId = papers.numberIn(c, accountId)
      return paperId === null ? null : { kind: 'review_paper', paperId, decision, text }
    },
  })
}
