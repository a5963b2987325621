import { z } from '@hono/zod-openapi'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { day, note, orNull } from '../schemas/common.ts'
import { fen } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'

const completionBody = z.strictObject({ on: day, reason: note }).openapi('CompletionRequest')

const delay = z
  .strictObject({
    as_of: z.string(),
    days_late: z.int(),
    daily_fen: fen,
    accrued_fen: fen,
    termination_right: z.boolean(),
    lump_fen: fen.nullable().openapi({ description: 'What follows instead of the days when the customer ends the agreement.' }),
  })
  .openapi('DelayPenalty')

/** The time to build, and what building late costs the provider (S3 第三条, §8.1). */
export const addBuildRoutes = (routes: Routes, deps: AppDeps): void => {
  const builds = new MatterRoutes(routes, deps, {
    kind: 'build',
    noun: 'builds',
    param: 'build_id',
    tag: 'Builds',
    name: 'Build',
    members: { started_on: z.string(), finished_on: z.string().nullable(), delay: orNull(delay) },
    render: ({ startedOn, finishedOn, delay }) => ({
      started_on: startedOn,
      finished_on: finishedOn,
      delay: delay && {
        as_of: delay.asOf,
        days_late: delay.daysLate,
        daily_fen: delay.dailyFen,
        accrued_fen: delay.accruedFen,
        termination_right: delay.terminationRight,
        lump_fen: delay.lumpFen,
      },
    }),
  })
  builds.addCustomerReads({ list: 'What is built for you, and until when', one: 'What is built for you' })
  builds.addStaffReads({ list: 'What is built for an account, and until when', one: 'What is built for an account' })
  builds.addStaffAct({
    method: 'put',
    path: '/{build_id}/completion',
    summary: 'Record that integration and tests are finished',
    roles: ['ops'],
    body: completionBody,
    status: 200,
    wanted: ({ on }, accountId, c) => {
      const buildId = builds.numberIn(c, accountId)
      return buildId === null ? null : { kind: 'finish_build', buildId, on }
    },
  })
}
