import { z } from '@hono/zod-openapi'
import { sourceChangeKinds } from '../../core/matters/source-change.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, code, day, instant, note, nullableTime, rule, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const answers = ['accept', 'refuse'] as const

const changeBody = z
  .strictObject({
    reference: callerReference.optional(),
    source: code,
    change: z.enum(sourceChangeKinds),
    arrived_at: instant.openapi({ description: 'When the notice of the source came in.' }),
    effective_on: day,
    checks: z.array(code).min(1).max(20),
    new_price: z
      .string()
      .regex(/^(0|[1-9]\d{0,9})(\.\d{1,8})?$/)
      .optional()
      .openapi({ description: 'Yuan per unit from then on. A change of price names it, another one does not.' }),
    reason: note,
  })
  .refine(({ change, new_price }) => (change === 'price') === (new_price !== undefined), {
    ...rule('price_of_price_change'),
    path: ['new_price'],
  })
  .openapi('SourceChangeRequest')
const answerBody = z.strictObject({ answer: z.enum(answers) }).openapi('SourceChangeAnswer')
const staffAnswerBody = z.strictObject({ answer: z.enum(answers), reason: note }).openapi('StaffSourceChangeAnswer')

/** Changes that a source announces, and the customer's answer (S1 §2.4). */
export const addSourceChangeRoutes = (routes: Routes, deps: AppDeps): void => {
  const changes = new MatterRoutes(routes, deps, {
    kind: 'source_change',
    noun: 'source-changes',
    param: 'source_change_id',
    tag: 'Changes of sources',
    name: 'SourceChange',
    members: {
      source: z.string(),
      change: z.enum(sourceChangeKinds),
      arrived_at: time,
      effective_on: z.string(),
      checks: z.array(z.string()),
      new_price: z.string().nullable(),
      told_at: time,
      late_notice: z.boolean().openapi({ description: 'Told after the period of the agreement.' }),
      answer: z.enum(answers).nullable(),
      answered_at: nullableTime,
      standing: z.enum(['pending', 'accepted', 'old_terms_continue', 'close_by_agreement']),
      repriced: z.boolean(),
      provider_breach: z.boolean(),
    },
    render: (data) => ({
      source: data.source,
      change: data.change,
      arrived_at: toRfc3339(data.arrivedAt),
      effective_on: data.effectiveOn,
      checks: data.checks,
      new_price: data.newPrice,
      told_at: toRfc3339(data.toldAt),
      late_notice: data.lateNotice,
      answer: data.answer,
      answered_at: data.answeredAt === null ? null : toRfc3339(data.answeredAt),
      standing: data.standing,
      repriced: data.repriced,
      provider_breach: data.providerBreach,
    }),
  })
  changes.addCustomerReads({ list: 'Changes that your data sources have announced, newest first', one: 'One change of a source' })
  changes.addCustomerAct({
    method: 'put',
    path: '/{source_change_id}/answer',
    summary: 'Accept or refuse a change; without an answer your terms and your price stay',
    body: answerBody,
    status: 200,
    wanted: ({ answer }, accountId, c) => ({
      kind: 'answer_source_change',
      changeId: changes.ownNumberIn(c, accountId),
      answer,
    }),
  })
  changes.addStaffReads({ list: 'Changes of sources that an account was told of', one: 'One change of a source' })
  changes.addStaffAct({
    method: 'post',
    summary: 'Record a change that a source has announced: the account is told at once',
    roles: ['ops'],
    body: changeBody,
    status: 201,
    wanted: ({ reference = null, source, change, arrived_at, effective_on, checks, new_price = null }) => ({
      kind: 'record_source_change',
      ...{ reference, source, change, arrivedAt: arrived_at, effectiveOn: effective_on, checks, newPrice: new_price },
    }),
  })
  changes.addStaffAct({
    method: 'put',
    path: '/{source_change_id}/answer',
    summary: 'Record the answer that a customer gave by another way',
    roles: ['ops'],
    body: staffAnswerBody,
    status: 200,
    wanted: ({ answer }, accountId, c) => {
      const changeId = changes.numberIn(c, accountId)
      return changeId === null ? null : { kind: 'answer_source_change', changeId, answer }
    },
  })
}
