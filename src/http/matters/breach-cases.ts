import { z } from '@hono/zod-openapi'
import { breachSteps } from '../../core/matters/breach-case.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, code, instant, note, plainText, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const text = plainText(2_000).openapi({ description: 'Do not name persons.' })

const caseBody = z
  .strictObject({
    reference: callerReference.optional(),
    ground: code,
    clause: plainText(64).openapi({
      description: 'The clause that was broken, as the agreement is printed.',
      example: 'S1 §2.3',
    }),
    happened_at: instant,
    text,
    reason: note,
  })
  .openapi('BreachCaseRequest')
const stepBody = z.strictObject({ step: z.enum(breachSteps), text: text.optional(), reason: note }).openapi('BreachStepRequest')

/** Breaches and what was done about them. A case that was closed can be opened again (S1 §6.2). Staff only. */
export const addBreachCaseRoutes = (routes: Routes, deps: AppDeps): void => {
  const cases = new MatterRoutes(routes, deps, {
    kind: 'breach_case',
    noun: 'breach-cases',
    param: 'breach_case_id',
    tag: 'Breach cases (staff)',
    name: 'BreachCase',
    members: {
      ground: z.string(),
      clause: z.string(),
      happened_at: time,
      text: z.string(),
      steps: z.array(
        z.strictObject({
          step: z.enum(['opened', ...breachSteps]),
          at: time,
          by: z.string(),
          text: z.string().nullable(),
        }),
      ),
    },
    render: ({ ground, clause, happenedAt, text, steps }) => ({
      ground,
      clause,
      happened_at: toRfc3339(happenedAt),
      text,
      steps: steps.map(({ step, at, by, text }) => ({ step, at: toRfc3339(at), by, text })),
    }),
  })
  cases.addStaffReads({ list: 'Cases of breach of an account, newest first', one: 'One case of breach of an account' })
  cases.addStaffAct({
    method: 'post',
    summary: 'Open a case of breach',
    roles: ['ops'],
    body: caseBody,
    status: 201,
    wanted: ({ reference = null, ground, clause, happened_at, text }) => ({
      kind: 'open_breach_case',
      reference,
      ground,
      clause,
      happenedAt: happened_at,
      text,
    }),
  })
  cases.addStaffAct({
    method: 'post',
    path: '/{breach_case_id}/steps',
    summary: 'Close a case without action, open it again, or record that it was acted upon',
    roles: ['ops'],
    body: stepBody,
    status: 200,
    wanted: ({ step, text = null }, accountId, c) => {
      const caseId = cases.numberIn(c, accountId)
      return caseId === null ? null : { kind: 'step_breach_case', caseId, step, text }
    },
  })
}
