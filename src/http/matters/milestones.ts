import { z } from '@hono/zod-openapi'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { day, note } from '../schemas/common.ts'
import { debtMembers, paymentBody, paymentIn, renderDebt } from './debts.ts'
import { MatterRoutes } from './matter-routes.ts'

const onlineBody = z.strictObject({ on: day, reason: note }).openapi('OnlineRequest')

/** Parts of a fixed price: due, paid, late (S3 §2.3, §8.1). */
export const addMilestoneRoutes = (routes: Routes, deps: AppDeps): void => {
  const milestones = new MatterRoutes(routes, deps, {
    kind: 'milestone',
    noun: 'milestones',
    param: 'milestone_id',
    tag: 'Milestones',
    name: 'Milestone',
    members: {
      number: z.int(),
      share: z.string(),
      from: z.enum(['acceptance', 'online']),
      started_on: z.string(),
      months: z.int(),
      full_on: z.string().nullable().openapi({ description: 'The day on which the months before the period to pay are full.' }),
      ...debtMembers,
    },
    render: (data) => ({
      number: data.number,
      share: data.share,
      from: data.from,
      started_on: data.startedOn,
      months: data.months,
      full_on: data.fullOn,
      ...renderDebt(data),
    }),
  })
  milestones.addCustomerReads({ list: 'The parts of your price, newest first', one: 'One part of your price' })
  milestones.addStaffReads({ list: "The parts of an account's price, newest first", one: 'One part of a price' })
  milestones.addStaffAct({
    method: 'post',
    path: '/{milestone_id}/payments',
    summary: 'Record a payment on a part of the price',
    roles: ['finance'],
    body: paymentBody,
    status: 200,
    wanted: (body, accountId, c) => {
      const milestoneId = milestones.numberIn(c, accountId)
      return milestoneId === null ? null : { kind: 'pay_milestone', milestoneId, ...paymentIn(body) }
    },
  })
  milestones.addStaffAct({
    method: 'put',
    path: '/{milestone_id}/online',
    summary: 'Record the day of going online, where it is not that of the acceptance',
    roles: ['ops', 'finance'],
    body: onlineBody,
    status: 200,
    wanted: ({ on }, accountId, c) => {
      const milestoneId = milestones.numberIn(c, accountId)
      return milestoneId === null ? null : { kind: 'start_milestone', milestoneId, on }
    },
  })
}
