import { z } from '@hono/zod-openapi'
import { filingKinds } from '../../core/matters/filing.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, note, plainText } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const filed = {
  number: plainText(100),
  kind: z.enum(filingKinds),
  endpoint: z
    .string()
    .regex(/^[A-Za-z0-9.:-]{1,253}$/)
    .openapi({ description: 'Domain or network address.' }),
  holder: plainText(200),
  valid_to: day.optional(),
}
const reference = callerReference.optional()
const filingBody = z.strictObject({ reference, ...filed }).openapi('FilingRequest')
const staffFilingBody = z.strictObject({ reference, ...filed, reason: note }).openapi('StaffFilingRequest')
const updateBody = z.strictObject(filed).openapi('FilingUpdateRequest')
const changedBody = z.strictObject({ changed_on: day }).openapi('FilingChangeRequest')
const staffChangedBody = z.strictObject({ changed_on: day, reason: note }).openapi('StaffFilingChangeRequest')
const checkBody = z.strictObject({ checked_on: day, reason: note }).openapi('FilingCheckRequest')

const filedOf = (body: z.output<typeof updateBody>) => ({
  number: body.number,
  filing: body.kind,
  endpoint: body.endpoint,
  holder: body.holder,
  validTo: body.valid_to ?? null,
})

/** Filings [备案] of the customer's domains and addresses (S3 §8.2, 附件3 第八条). */
export const addFilingRoutes = (routes: Routes, deps: AppDeps): void => {
  const filings = new MatterRoutes(routes, deps, {
    kind: 'filing',
    noun: 'filings',
    param: 'filing_id',
    tag: 'Onboarding',
    name: 'Filing',
    members: {
      number: z.string(),
      kind: z.enum(filingKinds),
      endpoint: z.string(),
      holder: z.string(),
      valid_to: z.string().nullable(),
      checked_on: z.string().nullable(),
      changed_on: z.string().nullable(),
    },
    render: ({ number, filing, endpoint, holder, validTo, checkedOn, changedOn }) => ({
      number,
      kind: filing,
      endpoint,
      holder,
      valid_to: validTo,
      checked_on: checkedOn,
      changed_on: changedOn,
    }),
  })
  filings.addCustomerReads({ list: 'Your filings, newest first', one: 'One of your filings' })
  filings.addCustomerAct({
    method: 'post',
    summary: 'Record the filing of a domain or an address',
    body: filingBody,
    status: 201,
    wanted: (body) => ({ kind: 'record_filing', reference: body.reference ?? null, ...filedOf(body) }),
  })
  filings.addCustomerAct({
    method: 'put',
    path: '/{filing_id}',
    summary: 'Bring a filing up to date',
    body: updateBody,
    status: 200,
    wanted: (body, accountId, c) => ({
      kind: 'update_filing',
      filingId: filings.ownNumberIn(c, accountId),
      ...filedOf(body),
    }),
  })
  filings.addStaffReads({ list: 'Filings of a customer, newest first', one: 'One filing of a customer' })
  filings.addStaffAct({
    method: 'post',
    summary: 'Record a filing of a customer',
    roles: ['ops'],
    body: staffFilingBody,
    status: 201,
    wanted: (body) => ({ kind: 'record_filing', reference: body.reference ?? null, ...filedOf(body) }),
  })
  filings.addStaffAct({
    method: 'post',
    path: '/{filing_id}/changes',
    summary: 'Record that what is there is no longer what is filed',
    roles: ['ops'],
    body: staffChangedBody,
    status: 200,
    wanted: ({ changed_on }, accountId, c) => {
      const filingId = filings.numberIn(c, accountId)
      return filingId === null ? null : { kind: 'outdate_filing', filingId, changedOn: changed_on }
    },
  })
  filings.addStaffAct({
    method: 'post',
    path: '/{filing_id}/checks',
    summary: 'Record that a filing was looked up',
    roles: ['ops'],
    body: checkBody,
    status: 200,
    wanted: ({ checked_on }, accountId, c) => {
      const filingId = filings.numberIn(c, accountId)
      return filingId === null ? null : { kind: 'check_filing', filingId, checkedOn: checked_on }
    },
  })
  filings.addCustomerAct({
    method: 'post',
    path: '/{filing_id}/changes',
    summary: 'Report that what is there is no longer what is filed',
    body: changedBody,
    status: 200,
    wanted: ({ changed_on }, accountId, c) => ({
      kind: 'outdate_filing',
      filingId: filings.ownNumberIn(c, accountId),
      changedOn: changed_on,
    }),
  })
}
