import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type IdPrefix, makeId } from '../core/ids.ts'
import type { ConsentView, Page, VerificationView } from '../core/views.ts'
import { consentName } from './consents.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { cursorBy, numberOf, queryBy } from './reading.ts'
import { renderConsent, renderVerification } from './render.ts'
import type { Routes } from './route.ts'
import { page, pageQuery } from './schemas/common.ts'
import * as schemas from './schemas/customer.ts'
import { accountParams, StaffRoutes } from './staff-routes.ts'

/** One page of an account's rows, or the problem of its query or cursor. */
const pageBy = <K extends 'verifications' | 'consents'>(kind: K, prefix: IdPrefix, accountId: string, c: Context<AppEnv>) => {
  const query = queryBy(c, pageQuery)
  if (query instanceof Response) return query
  const before = cursorBy(c, query.cursor, prefix, accountId)
  return before instanceof Response ? before : { kind, before, limit: query.limit }
}

const renderPage = <V extends { accountId: string }>({ items, next }: Page<V>, prefix: IdPrefix, render: (row: V) => object) => {
  const accountId = items[0]?.accountId
  return { items: items.map(render), next: next === null || accountId === undefined ? null : makeId(prefix, accountId, next) }
}

/** Calls and consents of an account, masked as its customer sees them. Whoever reads them says why, and it is an entry. */
export const addStaffReadRoutes = (routes: Routes, deps: AppDeps): void => {
  const staff = new StaffRoutes(routes, deps, 'Calls and consents (staff)')
  staff.addRead({
    path: '/verifications',
    summary: 'Verifications of an account, newest first',
    schema: page(schemas.verification, 'VerificationPage'),
    query: pageQuery,
    question: (accountId, c) => pageBy('verifications', 'ver', accountId, c),
    render: (found) => renderPage(found as Page<VerificationView>, 'ver', renderVerification),
    noted: 'verifications',
  })
  staff.addRead({
    path: '/verifications/{verification_id}',
    summary: 'One verification of an account, also one in doubt',
    schema: schemas.verification,
    params: accountParams.extend({ verification_id: z.string() }),
    question: (accountId, c) => {
      const id = numberOf(c.req.param('verification_id'), 'ver', accountId)
      return id === null ? null : { kind: 'verification', id }
    },
    render: (found) => renderVerification(found as VerificationView),
    noted: 'verification',
  })
  staff.addRead({
    path: '/consents',
    summary: 'Recorded consents of an account, newest first',
    schema: page(schemas.consent, 'ConsentPage'),
    query: pageQuery,
    question: (accountId, c) => pageBy('consents', 'con', accountId, c),
    render: (found) => renderPage(found as Page<ConsentView>, 'con', renderConsent),
    noted: 'consents',
  })
  staff.addRead({
    path: '/consents/{consent_id}',
    summary: 'One recorded consent of an account',
    schema: schemas.consent,
    params: accountParams.extend({
      consent_id: z.string().openapi({ description: 'The id of the consent, or the reference that the customer gave it.' }),
    }),
    question: (accountId, c) => ({ kind: 'consent', consent: consentName(c.req.param('consent_id') ?? '', accountId) }),
    render: (found) => renderConsent(found as ConsentView),
    noted: 'consent',
  })
}
