import { z } from '@hono/zod-openapi'
import { type CustomerChangeAct, changedThings } from '../../core/matters/customer-change.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, note, plainText } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const changeMembers = {
  reference: callerReference.optional(),
  what: z.enum(changedThings),
  changed_on: day,
  text: plainText(1_000).openapi({ description: 'What it is now. Do not name persons.' }),
}
const changeBody = z.strictObject(changeMembers).openapi('CustomerChangeRequest')
const staffChangeBody = z.strictObject({ ...changeMembers, reason: note }).openapi('StaffCustomerChangeRequest')
const reasonBody = z.strictObject({ reason: note }).openapi('CustomerChangeNoteRequest')

const reportAct = (body: z.output<typeof changeBody>): Extract<CustomerChangeAct, { kind: 'report_change' }> => ({
  kind: 'report_change',
  reference: body.reference ?? null,
  what: body.what,
  changedOn: body.changed_on,
  text: body.text,
})

/** Reports of what has changed at the customer (S1 §3.3). */
export const addCustomerChangeRoutes = (routes: Routes, deps: AppDeps): void => {
  const changes = new MatterRoutes(routes, deps, {
    kind: 'customer_change',
    noun: 'customer-changes',
    param: 'customer_change_id',
    tag: 'Onboarding',
    name: 'CustomerChange',
    members: {
      what: z.enum(changedThings),
      changed_on: z.string(),
      text: z.string(),
      late: z
        .boolean()
        .nullable()
        .openapi({ description: 'Reported after the period of the agreement; null where there is none.' }),
    },
    render: ({ what, changedOn, text, late }) => ({ what, changed_on: changedOn, text, late }),
  })
  changes.addCustomerReads({ list: 'What you reported as changed, newest first', one: 'One of your reports of a change' })
  changes.addCustomerAct({
    method: 'post',
    summary: 'Report that something of you has changed',
    body: changeBody,
    status: 201,
    wanted: reportAct,
  })
  changes.addStaffReads({ list: 'Reported changes of a customer', one: 'One reported change of a customer' })
  changes.addStaffAct({
    method: 'post',
    summary: 'Record a change that the customer reported on paper',
    roles: ['ops'],
    body: staffChangeBody,
    status: 201,
    wanted: reportAct,
  })
  changes.addStaffAct({
    method: 'post',
    path: '/{customer_change_id}/noting',
    summary: 'Note that the records follow a reported change',
    roles: ['ops'],
    body: reasonBody,
    status: 200,
    wanted: (_body, accountId, c) => {
      const changeId = changes.numberIn(c, accountId)
      return changeId === null ? null : { kind: 'note_change', changeId }
    },
  })
}
