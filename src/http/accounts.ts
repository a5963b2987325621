import { z } from '@hono/zod-openapi'
import { accountIdFrom, isAccountId } from '../core/ids.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import type { AccountView, AgreementTextView, BalanceView, OrderRecordView } from '../core/views.ts'
import type { AppDeps } from './deps.ts'
import { problem } from './problem.ts'
import { bodyBy, numberOf, optionalNumberOf, queryBy } from './reading.ts'
import { logReading, reasonOf } from './reason.ts'
import {
  renderAccount,
  renderAgreement,
  renderAgreementText,
  renderBalance,
  renderGrant,
  renderOrder,
  renderOrderRecord,
  renderPayment,
  warningsOfOrder,
} from './render.ts'
import type { Routes } from './route.ts'
import { pageQuery } from './schemas/common.ts'
import * as schemas from './schemas/staff.ts'
import { act, staffOf } from './staff.ts'
import { accountParams, type Done, StaffRoutes } from './staff-routes.ts'

/** Part of a name; 48 bytes of UTF-8, because that is what every directory's database can look for. */
const namePart = z
  .string()
  .refine((text) => new TextEncoder().encode(text).length <= 48, { params: { rule: 'too_large' } })
  .openapi({ description: 'A part of the name, at most 48 bytes of UTF-8.' })
const listQuery = pageQuery.extend({ name: namePart.optional() })

/** Opening and listing accounts. */
const addAccountList = (routes: Routes, deps: AppDeps, tag: string): void => {
  routes.add(
    {
      method: 'post',
      path: '/v1/accounts',
      caller: 'staff',
      trace: 'account',
      tag,
      summary: 'Open an account',
      body: schemas.accountBody,
      answers: { 201: { schema: schemas.account, description: 'Opened.' } },
      problems: ['state_conflict'],
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops'])
      if (member instanceof Response) return member
      const body = await bodyBy(c, schemas.accountBody)
      if (body instanceof Response) return body
      const accountId = accountIdFrom(deps.crypto.randomHex(16))
      const done = await act(deps, c, member, accountId, body.reason, { kind: 'create_account', name: body.name })
      if (done instanceof Response) return done
      if (done.kind !== 'account') throw new Error(`opening an account answered ${done.kind}`)
      return c.json(renderAccount(done.account), 201)
    },
  )
  routes.add(
    {
      method: 'get',
      path: '/v1/accounts',
      caller: 'staff',
      trace: 'search',
      tag,
      summary: 'List accounts, from the directory; to look for a name needs a reason',
      query: listQuery,
      answers: { 200: { schema: schemas.accountPage, description: 'One page.' } },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops', 'finance', 'auditor'])
      if (member instanceof Response) return member
      const query = queryBy(c, listQuery)
      if (query instanceof Response) return query
      if (query.cursor !== undefined && !isAccountId(query.cursor))
        return problem(c, 'query_invalid', { faults: [{ pointer: '/cursor', rule: 'format' }] })
      const reason = query.name === undefined ? '' : reasonOf(c)
      if (reason instanceof Response) return reason
      const { rows, asOf } = await deps.directory.accounts({
        before: query.cursor ?? null,
        limit: query.limit + 1,
        name: query.name ?? null,
      })
      if (query.name !== undefined) {
        // The name that was looked for may be a person's, so the log says only that there was a search.
        const refusal = await logReading(deps, c, member, { what: 'accounts_searched', target: null, reason })
        if (refusal) return refusal
      }
      const shown = rows.slice(0, query.limit)
      const items = shown.map(({ id, name, standing, createdAt }) => ({ id, name, standing, created_at: toRfc3339(createdAt) }))
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null
      return c.json({ items, next, as_of: toRfc3339(asOf) }, 200)
    },
  )
}

/** Staff routes of one account: its agreement, orders, payments and standing. */
export const addAccountRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Accounts (staff)'
  addAccountList(routes, deps, tag)
  const staff = new StaffRoutes(routes, deps, tag)
  staff.addRead({
    path: '',
    summary: 'One account',
    schema: schemas.account,
    question: { kind: 'account' },
    render: (account) => renderAccount(account as AccountView),
  })
  staff.addRead({
    path: '/grants',
    summary: 'Grants and balance of an account',
    schema: schemas.balance,
    question: { kind: 'balance' },
    render: (balance) => renderBalance(balance as BalanceView),
  })
  staff.addRead({
    path: '/agreement',
    summary: 'The agreement of an account with its terms, as it stands or as it stood',
    schema: schemas.agreementText,
    query: schemas.agreementQuery,
    question: (_accountId, c) => {
      const query = queryBy(c, schemas.agreementQuery)
      return query instanceof Response ? query : { kind: 'agreement', at: query.at ?? null }
    },
    render: (agreement) => renderAgreementText(agreement as AgreementTextView),
  })
  addOrderReads(staff)
  staff.addAct({
    method: 'put',
    path: '/agreement',
    summary: 'Put a new version of the agreement',
    roles: ['ops', 'finance'],
    body: schemas.agreementBody,
    status: 200,
    schema: schemas.agreement,
    problems: ['agreement_incomplete'],
    wanted: (body) => ({ reason: body.reason, act: { kind: 'put_agreement', preset: body.preset, overrides: body.overrides } }),
    kind: 'agreement',
    render: (done) => renderAgreement(done.agreement),
  })

  const renderOrderDone = (done: Extract<Done, { kind: 'order' }>) => ({
    order: renderOrder(done.order),
    grant: done.grant && renderGrant(done.grant),
    warnings: warningsOfOrder(done.order),
  })
  staff.addAct({
    method: 'post',
    path: '/orders',
    summary: 'Record an order',
    roles: ['ops', 'finance'],
    body: schemas.orderBody,
    status: 201,
    schema: schemas.orderWithGrant,
    problems: ['check_not_granted'],
    wanted: (body) => ({
      reason: body.reason,
      act: {
        kind: 'record_order',
        externalId: body.external_id,
        check: body.check,
        mode: body.mode,
        credits: body.credits,
        listFen: body.list_fen,
        paidFen: body.paid_fen,
        offerSha256: body.offer_sha256 ?? null,
      },
    }),
    kind: 'order',
    render: renderOrderDone,
  })
  staff.addAct({
    method: 'post',
    path: '/payments',
    summary: 'Record the payment of an order; it makes the grant',
    roles: ['finance'],
    body: schemas.paymentBody,
    status: 201,
    schema: schemas.orderWithGrant,
    problems: ['term_expired'],
    wanted: (body, accountId) => {
      const orderId = numberOf(body.order_id, 'ord', accountId)
      return orderId === null
        ? null
        : { reason: body.reason, act: { kind: 'record_payment', orderId, bankReference: body.bank_reference } }
    },
    kind: 'order',
    render: renderOrderDone,
  })
  addStandingRoutes(staff)
}

const oneOf = <T extends { id: string }>(items: T[], id: string | undefined): T | null =>
  items.find((item) => item.id === id) ?? null

/** What was ordered, paid and granted. */
const addOrderReads = (staff: StaffRoutes): void => {
  const question = { kind: 'orders' } as const
  const ordersOf = (orders: unknown) => (orders as OrderRecordView[]).map(renderOrderRecord)
  staff.addRead({
    path: '/orders',
    summary: 'Orders of an account, newest first',
    schema: schemas.orderList,
    question,
    render: (orders) => ({ items: ordersOf(orders) }),
  })
  staff.addRead({
    path: '/orders/{order_id}',
    summary: 'One order of an account',
    schema: schemas.orderRecord,
    params: accountParams.extend({ order_id: z.string() }),
    question,
    render: (orders, c) => oneOf(ordersOf(orders), c.req.param('order_id')),
  })
  staff.addRead({
    path: '/payments',
    summary: 'Payments of an account, newest order first',
    schema: schemas.paymentList,
    question,
    render: (orders) => ({ items: (orders as OrderRecordView[]).flatMap((order) => renderPayment(order) ?? []) }),
  })
  staff.addRead({
    path: '/grants/{grant_id}',
    summary: 'One grant of an account',
    schema: schemas.grant,
    params: accountParams.extend({ grant_id: z.string() }),
    question: { kind: 'balance' },
    render: (balance, c) => oneOf((balance as BalanceView).grants.map(renderGrant), c.req.param('grant_id')),
  })
}

/** Suspension, resumption and closing of the account, and the hold on one person. */
const addStandingRoutes = (staff: StaffRoutes): void => {
  const account = { status: 200, schema: schemas.account, kind: 'account' } as const
  const renderDone = (done: Extract<Done, { kind: 'account' }>) => renderAccount(done.account)
  staff.addAct({
    ...account,
    method: 'put',
    path: '/suspension',
    summary: 'Suspend an account, from the next request on',
    roles: ['ops', 'finance'],
    body: schemas.suspensionBody,
    wanted: ({ ground, note, notice_id }, accountId) => {
      const noticeId = optionalNumberOf(notice_id, 'not', accountId)
      return noticeId === undefined ? null : { reason: note, act: { kind: 'suspend_account', ground, note, noticeId } }
    },
    render: renderDone,
  })
  staff.addAct({
    ...account,
    method: 'delete',
    path: '/suspension',
    summary: 'Resume an account',
    roles: ['ops', 'finance'],
    body: schemas.reasonBody,
    wanted: ({ reason }) => ({ reason, act: { kind: 'resume_account', note: reason } }),
    render: renderDone,
  })
  staff.addAct({
    ...account,
    method: 'post',
    path: '/closing',
    summary: 'Close an account at once, for good: because both sides agreed, or on a ground that the agreement lets end it so',
    roles: ['admin'],
    body: schemas.closingBody,
    wanted: ({ reason, ground = null, document_sha256 = null }) => ({
      reason,
      act: { kind: 'close_account', note: reason, ground, documentSha256: document_sha256 },
    }),
    render: renderDone,
  })

  const subject = {
    status: 200,
    schema: schemas.done,
    kind: 'done',
    params: accountParams.extend({ consent_id: z.string() }),
  } as const
  staff.addAct({
    ...subject,
    roles: ['ops'],
    method: 'put',
    path: '/consents/{consent_id}/subject-hold',
    summary: 'Stop checks about the person of this consent, and about nobody else',
    body: schemas.subjectHoldBody,
    wanted: ({ ground, note }, accountId, c) => {
      const consentId = numberOf(c.req.param('consent_id'), 'con', accountId)
      return consentId === null ? null : { reason: note, act: { kind: 'hold_subject', consentId, ground, note } }
    },
    render: () => ({ done: true }),
  })
  for (const method of ['put', 'delete'] as const)
    staff.addAct({
      ...subject,
      roles: [],
      method,
      path: '/consents/{consent_id}/freeze',
      summary:
        method === 'put'
          ? "Keep the records of this consent's person from being erased, for an authority"
          : 'Let them be erased again',
      body: schemas.reasonBody,
      wanted: ({ reason }, accountId, c) => {
        const consentId = numberOf(c.req.param('consent_id'), 'con', accountId)
        const kind = method === 'put' ? 'freeze_subject' : 'release_subject'
        return consentId === null ? null : { reason, act: { kind, consentId, note: reason } }
      },
      render: () => ({ done: true }),
    })
  staff.addAct({
    ...subject,
    roles: ['ops'],
    method: 'delete',
    path: '/consents/{consent_id}/subject-hold',
    summary: 'Allow checks about the person of this consent again',
    body: schemas.subjectResumeBody,
    wanted: ({ reason, agreed_by }, accountId, c) => {
      const consentId = numberOf(c.req.param('consent_id'), 'con', accountId)
      return consentId === null ? null : { reason, act: { kind: 'resume_subject', consentId, note: reason, agreedBy: agreed_by } }
    },
    render: () => ({ done: true }),
  })
}
