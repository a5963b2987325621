import { z } from '@hono/zod-openapi'
import type { BankAccountChangeAct } from '../../core/matters/bank-account-change.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, note, plainText, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const noticeMembers = {
  reference: callerReference.optional(),
  name: plainText(200).openapi({ description: 'Owner of the account: the same as before.' }),
  tax_id: z
    .string()
    .regex(/^[0-9A-Z]{15,20}$/)
    .openapi({ description: 'Tax id of its owner: the same as before.' }),
  bank: plainText(200),
  number: z
    .string()
    .regex(/^\d{8,32}$/)
    .openapi({ description: 'Number of the account. It is kept masked and as a keyed digest.' }),
  effective_on: day,
}
const noticeBody = z.strictObject(noticeMembers).openapi('BankAccountChangeRequest')
const staffNoticeBody = z.strictObject({ ...noticeMembers, reason: note }).openapi('StaffBankAccountChangeRequest')
const answerBody = z.strictObject({ consents: z.boolean() }).openapi('BankAccountAnswerRequest')
const staffAnswerBody = z.strictObject({ consents: z.boolean(), reason: note }).openapi('StaffBankAccountAnswerRequest')

/** Another bank account: told ahead, agreed to by the other side, of the same owner (S3 §2.4). */
export const addBankAccountChangeRoutes = (routes: Routes, deps: AppDeps): void => {
  const noticeAct = (body: z.output<typeof noticeBody>): Extract<BankAccountChangeAct, { kind: 'notify_bank_account' }> => ({
    kind: 'notify_bank_account',
    reference: body.reference ?? null,
    name: body.name,
    taxId: body.tax_id,
    bank: body.bank,
    numberMasked: `****${body.number.slice(-4)}`,
    number: deps.crypto.digest('fingerprint', `bank account ${body.number}`),
    effectiveOn: body.effective_on,
  })
  const changes = new MatterRoutes(routes, deps, {
    kind: 'bank_account_change',
    noun: 'bank-account-changes',
    param: 'bank_account_change_id',
    tag: 'Onboarding',
    name: 'BankAccountChange',
    members: {
      side: z.enum(['customer', 'provider']),
      name: z.string(),
      tax_id: z.string(),
      bank: z.string(),
      number_masked: z.string(),
      earliest_on: z.string(),
      effective_on: z.string(),
      consent: z.strictObject({ by: z.string(), at: time }).nullable(),
    },
    render: ({ side, name, taxId, bank, numberMasked, earliestOn, effectiveOn, consent }) => ({
      side,
      name,
      tax_id: taxId,
      bank,
      number_masked: numberMasked,
      earliest_on: earliestOn,
      effective_on: effectiveOn,
      consent: consent && { by: consent.by, at: toRfc3339(consent.at) },
    }),
  })
  changes.addCustomerReads({ list: 'Bank accounts and their changes, newest first', one: 'One change of a bank account' })
  changes.addCustomerAct({
    method: 'post',
    summary: 'Give notice of another bank account of yours',
    body: noticeBody,
    status: 201,
    wanted: noticeAct,
  })
  changes.addCustomerAct({
    method: 'put',
    path: '/{bank_account_change_id}/answer',
    summary: 'Agree to another bank account of the provider, or not',
    body: answerBody,
    status: 200,
    wanted: ({ consents }, accountId, c) => ({
      kind: 'answer_bank_account',
      changeId: changes.ownNumberIn(c, accountId),
      consents,
    }),
  })
  changes.addStaffReads({ list: 'Bank accounts of both sides and their changes', one: 'One change of a bank account' })
  changes.addStaffAct({
    method: 'post',
    summary: 'Give notice of another bank account of the provider',
    roles: ['finance'],
    body: staffNoticeBody,
    status: 201,
    wanted: noticeAct,
  })
  changes.addStaffAct({
    method: 'put',
    path: '/{bank_account_change_id}/answer',
    summary: 'Agree to another bank account of the customer, or not',
    roles: ['finance'],
    body: staffAnswerBody,
    status: 200,
    wanted: ({ consents }, accountId, c) => {
      const changeId = changes.numberIn(c, accountId)
      return changeId === null ? null : { kind: 'answer_bank_account', changeId, consents }
    },
  })
}
