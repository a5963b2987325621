import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import type { MatterView } from '../../core/matters/index.ts'
import { qualitySteps } from '../../core/matters/quality-issue.ts'
import type { Page } from '../../core/views.ts'
import { qualityFeedback } from '../../documents/quality-feedback.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { StaffRoutes } from '../staff-routes.ts'
import { MatterRoutes } from './matter-routes.ts'
import { numbersOf, reason, renderSteps, step, text } from './parts.ts'
import { addStaffStep } from './staff-step.ts'

const doubtBody = z.strictObject({ verification_id: z.string().max(64), text: text.optional() }).openapi('DoubtRequest')
const staffDoubtBody = z
  .strictObject({ verification_id: z.string().max(64), text: text.optional(), reason })
  .openapi('StaffDoubtRequest')
const stepBody = z.strictObject({ step: z.enum(qualitySteps), text: text.optional(), reason }).openapi('QualityStepRequest')
const feedback = z
  .strictObject({
    items: z.array(
      z.strictObject({
        source: z.string().nullable(),
        check: z.string(),
        doubted: z.int(),
        told_source: z.int(),
        fixed: z.int(),
        result_stands: z.int(),
      }),
    ),
  })
  .openapi('QualityFeedback')

/** Most doubts that one feedback counts, the newest. */
const mostCounted = 1_000

/** Results that the customer doubts, and what became of them at the source (S1 §2.3, S3 §6.2.11). */
export const addQualityIssueRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Quality issues'
  const issues = new MatterRoutes(routes, deps, {
    kind: 'quality_issue',
    noun: 'quality-issues',
    param: 'quality_issue_id',
    tag,
    name: 'QualityIssue',
    members: {
      verification_id: z.string(),
      check: z.string(),
      outcome: z.string(),
      source: z.string().nullable(),
      text: z.string().nullable(),
      steps: z.array(step),
    },
    render: ({ verificationId, check, outcome, source, text: said, steps }, { accountId }) => ({
      verification_id: makeId('ver', accountId, verificationId),
      check,
      outcome,
      source,
      text: said,
      steps: renderSteps(steps),
    }),
  })
  issues.addCustomerReads({ list: 'Results that you doubted, newest first', one: 'One result that you doubted' })
  issues.addCustomerAct({
    method: 'post',
    summary: 'Mark a result that you doubt',
    description: 'It is counted for its source and goes to it. The charge stays; check the matter by other means (S1 §2.3).',
    body: doubtBody,
    status: 201,
    problems: ['not_found'],
    wanted: ({ verification_id, text: said = null }, accountId) => {
      const [verificationId = 0] = numbersOf([verification_id], 'ver', accountId)
      return { kind: 'doubt_result', verificationId, text: said }
    },
  })
  issues.addStaffReads({ list: 'Doubted results of an account, newest first', one: 'One doubted result of an account' })
  new StaffRoutes(routes, deps, tag).addRead({
    path: '/quality-feedback',
    summary: 'How many results of each source were doubted, and what became of them',
    schema: feedback,
    question: { kind: 'matters', matter: 'quality_issue', open: false, before: null, limit: mostCounted },
    render: (found) => ({ items: qualityFeedback((found as Page<MatterView<'quality_issue'>>).items) }),
  })
  issues.addStaffAct({
    method: 'post',
    summary: 'Mark a result that the customer doubts and said so by another way',
    roles: ['ops'],
    body: staffDoubtBody,
    status: 201,
    wanted: ({ verification_id, text: said = null }, accountId) => {
      const [verificationId = 0] = numbersOf([verification_id], 'ver', accountId)
      return { kind: 'doubt_result', verificationId, text: said }
    },
  })
  addStaffStep(
    issues,
    {
      param: 'quality_issue_id',
      path: 'steps',
      summary: 'Record that the source was told, and what it did',
      roles: ['ops'],
      body: stepBody,
    },
    ({ step: next, text: said = null }, issueId) => ({ kind: 'step_quality_issue', issueId, step: next, text: said }),
  )
}
