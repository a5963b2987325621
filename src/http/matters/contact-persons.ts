import { z } from '@hono/zod-openapi'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, note, sha256 } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const contact = callerReference.openapi({
  description: "The customer's own word for the person, such as a staff number. Never a name or an address.",
})
const letter = sha256.openapi({ description: 'Digest of the letter that names the new contact.' })

const nameBody = z.strictObject({ reference: callerReference.optional(), contact }).openapi('ContactPersonRequest')
const staffNameBody = z
  .strictObject({ reference: callerReference.optional(), contact, reason: note })
  .openapi('StaffContactPersonRequest')
const replaceBody = z.strictObject({ contact, letter_sha256: letter }).openapi('ContactPersonChangeRequest')
const staffReplaceBody = z
  .strictObject({ contact, letter_sha256: letter, reason: note })
  .openapi('StaffContactPersonChangeRequest')

/** The one named contact of the customer (S3 §6.1.7). */
export const addContactPersonRoutes = (routes: Routes, deps: AppDeps): void => {
  const persons = new MatterRoutes(routes, deps, {
    kind: 'contact_person',
    noun: 'contact-persons',
    param: 'contact_person_id',
    tag: 'Onboarding',
    name: 'ContactPerson',
    members: { contact: z.string(), letter_sha256: z.string().nullable() },
    render: ({ contact, letterSha256 }) => ({ contact, letter_sha256: letterSha256 }),
  })
  persons.addCustomerReads({ list: 'Your contact person, and those before', one: 'One of your contact persons' })
  persons.addCustomerAct({
    method: 'post',
    summary: 'Name the one person who answers for you',
    body: nameBody,
    status: 201,
    wanted: ({ reference = null, contact }) => ({ kind: 'name_contact', reference, contact }),
  })
  persons.addCustomerAct({
    method: 'post',
    path: '/{contact_person_id}/replacement',
    summary: 'Name another person instead, by a letter',
    body: replaceBody,
    status: 200,
    wanted: ({ contact, letter_sha256 }, accountId, c) => ({
      kind: 'replace_contact',
      contactPersonId: persons.ownNumberIn(c, accountId),
      contact,
      letterSha256: letter_sha256,
    }),
  })
  persons.addStaffReads({ list: 'Contact person of a customer, and those before', one: 'One contact person of a customer' })
  persons.addStaffAct({
    method: 'post',
    summary: 'Record the one contact person of a customer',
    roles: ['ops'],
    body: staffNameBody,
    status: 201,
    wanted: ({ reference = null, contact }) => ({ kind: 'name_contact', reference, contact }),
  })
  persons.addStaffAct({
    method: 'post',
    path: '/{contact_person_id}/replacement',
    summary: 'Record another contact person, by the letter that came',
    roles: ['ops'],
    body: staffReplaceBody,
    status: 200,
    wanted: ({ contact, letter_sha256 }, accountId, c) => {
      const contactPersonId = persons.numberIn(c, accountId)
      return contactPersonId === null ? null : { kind: 'replace_contact', contactPersonId, contact, letterSha256: letter_sha256 }
    },
  })
}
