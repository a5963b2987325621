import { z } from '@hono/zod-openapi'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, note, orNull, plainText } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const text = plainText(2_000).openapi({ description: 'What was found. Do not name persons.' })
const result = z.enum(['passed', 'failed'])

const applicationBody = z
  .strictObject({
    reference: callerReference.optional(),
    on: day.openapi({ description: 'Day on which the application counts as delivered.' }),
    reason: note,
  })
  .openapi('AcceptanceApplicationRequest')
const reminderBody = z.strictObject({ on: day, reason: note }).openapi('AcceptanceReminderRequest')
const staffOrganisationBody = z.strictObject({ on: day, reason: note }).openapi('StaffAcceptanceOrganisationRequest')
const organisationBody = z.strictObject({}).openapi('AcceptanceOrganisationRequest')
const staffResultBody = z
  .strictObject({ result, on: day, text: text.optional(), reason: note })
  .openapi('StaffAcceptanceResultRequest')
const resultBody = z.strictObject({ result, text: text.optional() }).openapi('AcceptanceResultRequest')

/** Acceptance of what was built, by act or by silence (S3 §4.2). */
export const addAcceptanceRoutes = (routes: Routes, deps: AppDeps): void => {
  const acceptances = new MatterRoutes(routes, deps, {
    kind: 'acceptance',
    noun: 'acceptances',
    param: 'acceptance_id',
    tag: 'Acceptances',
    name: 'Acceptance',
    members: {
      applied_on: z.string(),
      reminders: z.array(z.strictObject({ on: z.string(), counts: z.boolean() })),
      organised_on: z.string().nullable(),
      accepted_on: z.string().nullable(),
      refused_on: z.string().nullable(),
      maintenance: orNull(
        z
          .strictObject({ cover_from: z.string(), last_day: z.string(), priced_days: z.int() })
          .openapi('Maintenance', { description: 'The maintenance that began with the acceptance.' }),
      ),
    },
    render: ({ appliedOn, reminders, organisedOn, acceptedOn, refusedOn, maintenance }) => ({
      applied_on: appliedOn,
      reminders,
      organised_on: organisedOn,
      accepted_on: acceptedOn,
      refused_on: refusedOn,
      maintenance: maintenance && {
        cover_from: maintenance.coverFrom,
        last_day: maintenance.lastDay,
        priced_days: maintenance.pricedDays,
      },
    }),
  })
  acceptances.addCustomerReads({ list: 'Applications that you accept, newest first', one: 'One application that you accept' })
  acceptances.addCustomerAct({
    method: 'post',
    path: '/{acceptance_id}/organisation',
    summary: 'Say that you have begun the acceptance',
    body: organisationBody,
    status: 200,
    wanted: (_body, accountId, c) => ({
      kind: 'organise_acceptance',
      acceptanceId: acceptances.ownNumberIn(c, accountId),
      on: null,
    }),
  })
  acceptances.addCustomerAct({
    method: 'post',
    path: '/{acceptance_id}/result',
    summary: 'Accept what was built, or refuse it',
    body: resultBody,
    status: 200,
    wanted: ({ result, text = null }, accountId, c) => ({
      kind: 'conclude_acceptance',
      acceptanceId: acceptances.ownNumberIn(c, accountId),
      result,
      on: null,
      text,
    }),
  })
  acceptances.addStaffReads({ list: 'Applications for acceptance, newest first', one: 'One application for acceptance' })
  acceptances.addStaffAct({
    method: 'post',
    summary: 'Record that an application for acceptance was delivered',
    roles: ['ops', 'finance'],
    body: applicationBody,
    status: 201,
    wanted: ({ reference = null, on }) => ({ kind: 'apply_acceptance', reference, on }),
  })
  acceptances.addStaffAct({
    method: 'post',
    path: '/{acceptance_id}/reminders',
    summary: 'Record that a reminder was delivered; one before the first period is over does not count',
    roles: ['ops', 'finance'],
    body: reminderBody,
    status: 200,
    wanted: ({ on }, accountId, c) => {
      const acceptanceId = acceptances.numberIn(c, accountId)
      return acceptanceId === null ? null : { kind: 'remind_acceptance', acceptanceId, on }
    },
  })
  acceptances.addStaffAct({
    method: 'post',
    path: '/{acceptance_id}/organisation',
    summary: 'Record that the customer organised the acceptance',
    roles: ['ops', 'finance'],
    body: staffOrganisationBody,
    status: 200,
    wanted: ({ on }, accountId, c) => {
      const acceptanceId = acceptances.numberIn(c, accountId)
      return acceptanceId === null ? null : { kind: 'organise_acceptance', acceptanceId, on }
    },
  })
  acceptances.addStaffAct({
    method: 'post',
    path: '/{acceptance_id}/result',
    summary: 'Record the result that the customer signed',
    roles: ['ops', 'finance'],
    body: staffResultBody,
    status: 200,
    wanted: ({ result, on, text = null }, accountId, c) => {
      const acceptanceId = acceptances.numberIn(c, accountId)
      return acceptanceId === null ? null : { kind: 'conclude_acceptance', acceptanceId, result, on, text }
    },
  })
}
