import { z } from '@hono/zod-openapi'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { note } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const decimal = z.string().regex(/^(0|[1-9]\d{0,9})(\.\d{1,8})?$/)
const number = z.enum(['calls', 'unit_price'])
const differenceBody = z.strictObject({ number, annex: decimal, online: decimal, reason: note }).openapi('DifferenceRequest')

/** Numbers on which the annex and the page of the order differ, and the one that counts (S1 二.3). */
export const addDifferenceRoutes = (routes: Routes, deps: AppDeps): void => {
  const differences = new MatterRoutes(routes, deps, {
    kind: 'difference',
    noun: 'differences',
    param: 'difference_id',
    tag: 'Differences',
    name: 'Difference',
    members: {
      number,
      annex: z.string(),
      online: z.string(),
      used: z.enum(['annex', 'online']).openapi({ description: 'The text that counts: the one that is worse for the provider.' }),
      agreement_version: z.int(),
    },
    render: ({ agreementVersion, ...data }) => ({ ...data, agreement_version: agreementVersion }),
  })
  differences.addCustomerReads({ list: 'Numbers on which two texts of your agreement differ', one: 'One such number' })
  differences.addStaffReads({ list: 'Numbers on which two texts of an agreement differ', one: 'One such number' })
  differences.addStaffAct({
    method: 'post',
    summary: 'Record a number on which annex and order page differ; the one that is worse for the provider counts',
    roles: ['ops', 'finance'],
    body: differenceBody,
    status: 201,
    wanted: ({ number, annex, online }) => ({ kind: 'record_difference', number, annex, online }),
  })
}
