import { z } from '@hono/zod-openapi'
import { type ContactChannel, contactChannels } from '../../core/matters/contact.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { code, day, note, plainText, rule } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

/** What an address of each channel looks like. Whether it exists, the first notice shows. */
const forms: Record<ContactChannel, RegExp> = {
  email: /^[^\s@<>(),;:"\\]{1,64}@[^\s@<>(),;:"\\]{1,190}\.[^\s@<>(),;:"\\.]{2,}$/,
  sms: /^\+?\d{6,15}$/,
  fax: /^\+?[\d-]{6,20}$/,
  im: /^\S{1,100}$/,
  post: /^[^\p{Cc}]{5,300}$/u,
}

const members = {
  channel: z.enum(contactChannels),
  label: code.default('main').openapi({ description: 'What it is for; an address under the same label takes its place.' }),
  address: plainText(300),
  marketing: z.boolean().default(false).openapi({ description: 'Whether offers may go there; service notices always do.' }),
  language: z.enum(['zh', 'en']).default('zh'),
  from: day.optional().openapi({ description: 'First day; without it the first that the agreement allows.' }),
}
const hasForm = ({ channel, address }: { channel: ContactChannel; address: string }): boolean => forms[channel].test(address)
const formFault = { ...rule('address_form'), path: ['address'] }

const contactBody = z.strictObject(members).refine(hasForm, formFault).openapi('ContactRequest')
const staffContactBody = z
  .strictObject({
    ...members,
    agreed: z.boolean().default(false).openapi({ description: 'The agreement itself names it.' }),
    reason: note,
  })
  .refine(hasForm, formFault)
  .openapi('StaffContactRequest')
const marketingBody = z.strictObject({ marketing: z.boolean() }).openapi('ContactMarketingRequest')
const endBody = z.strictObject({}).openapi('ContactEndRequest')
const staffEndBody = z.strictObject({ reason: note }).openapi('StaffContactEndRequest')

/** The address book for notices (S0 七, S3 §10.2). Staff who read it say why: addresses are somebody's. */
export const addContactRoutes = (routes: Routes, deps: AppDeps): void => {
  const contacts = new MatterRoutes(routes, deps, {
    kind: 'contact',
    noun: 'contacts',
    param: 'contact_id',
    tag: 'Contacts',
    name: 'Contact',
    members: {
      channel: z.enum(contactChannels),
      label: z.string(),
      address: z.string().nullable().openapi({ description: 'Null when it was erased.' }),
      agreed: z.boolean(),
      marketing: z.boolean(),
      language: z.enum(['zh', 'en']),
      from: z.string(),
      until: z.string().nullable().openapi({ description: 'The first day on which it is the address no more.' }),
    },
    render: ({ channel, label, address, agreed, marketing, language, from, until }) => ({
      channel,
      label,
      address,
      agreed,
      marketing,
      language,
      from,
      until,
    }),
  })
  contacts.addCustomerReads({ list: 'Your addresses for notices, newest first', one: 'One of your addresses' })
  contacts.addCustomerAct({
    method: 'post',
    summary: 'Record an address, or a changed one under its label',
    body: contactBody,
    status: 201,
    wanted: ({ channel, label, address, marketing, language, from = null }) => ({
      kind: 'record_contact',
      ...{ channel, label, address, marketing, language, from },
      // Only the agreement makes an address an agreed one.
      agreed: false,
    }),
  })
  contacts.addCustomerAct({
    method: 'put',
    path: '/{contact_id}/marketing',
    summary: 'Agree to offers at this address, or stop them',
    body: marketingBody,
    status: 200,
    wanted: ({ marketing }, accountId, c) => ({
      kind: 'set_contact_marketing',
      contactId: contacts.ownNumberIn(c, accountId),
      marketing,
    }),
  })
  contacts.addCustomerAct({
    method: 'post',
    path: '/{contact_id}/ending',
    summary: 'Take an address out of the book and erase it',
    body: endBody,
    status: 200,
    wanted: (_body, accountId, c) => ({ kind: 'end_contact', contactId: contacts.ownNumberIn(c, accountId) }),
  })
  contacts.addStaffReads({ list: 'Addresses of an account, newest first', one: 'One address of an account' }, 'contacts')
  contacts.addStaffAct({
    method: 'post',
    summary: 'Record an address that the agreement names or the customer told by letter',
    roles: ['ops'],
    body: staffContactBody,
    status: 201,
    wanted: ({ channel, label, address, marketing, language, agreed, from = null }) => ({
      kind: 'record_contact',
      ...{ channel, label, address, marketing, language, agreed, from },
    }),
  })
  contacts.addStaffAct({
    method: 'post',
    path: '/{contact_id}/ending',
    summary: 'Take an address out of the book and erase it',
    roles: ['ops'],
    body: staffEndBody,
    status: 200,
    wanted: (_body, accountId, c) => {
      const contactId = contacts.numberIn(c, accountId)
      return contactId === null ? null : { kind: 'end_contact', contactId }
    },
  })
}
