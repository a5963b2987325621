import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { agreeingParties, type SuspensionRecord, suspensionTargets } from '../../core/matters/suspension.ts'
import type { StandingView } from '../../core/views.ts'
import type { AppDeps } from '../deps.ts'
import { numberOf } from '../reading.ts'
import { renderAccount } from '../render.ts'
import type { Routes } from '../route.ts'
import { orNull, plainText } from '../schemas/common.ts'
import { account as accountSchema } from '../schemas/staff.ts'
import { StaffRoutes } from '../staff-routes.ts'
import { MatterRoutes } from './matter-routes.ts'

const leakBody = z
  .strictObject({ text: plainText(500).optional().openapi({ description: 'What happened. Do not name persons.' }) })
  .openapi('LeakReportRequest')

const members = {
  target: z.enum(suspensionTargets),
  key_id: z.string().nullable(),
  consent_id: z.string().nullable(),
  ground: z.string(),
  clause: z.string().nullable(),
  notice_id: z.string().nullable().openapi({ description: 'The notice that came first, where the ground needs one.' }),
  resume_on: z.enum(['three_party_agreement']).nullable(),
  lifted: orNull(z.strictObject({ clause: z.string().nullable(), agreed_by: z.array(z.enum(agreeingParties)) })),
}

const render = (data: SuspensionRecord, accountId: string) => ({
  target: data.target,
  key_id: data.keyNumber === null ? null : makeId('key', accountId, data.keyNumber),
  consent_id: data.consentId === null ? null : makeId('con', accountId, data.consentId),
  ground: data.ground,
  clause: data.clause,
  notice_id: data.noticeId === null ? null : makeId('not', accountId, data.noticeId),
  resume_on: data.resumeOn,
  lifted: data.lifted && { clause: data.lifted.clause, agreed_by: data.lifted.agreedBy },
})

/**
 * Suspensions as they were, each from its beginning to its end. The customer sees what stopped it, on which ground and under
 * which clause; staff see the words and the people behind it, too. They are imposed and lifted at the account, the key and the
 * person.
 */
export const addSuspensionRoutes = (routes: Routes, deps: AppDeps): void => {
  const noun = { kind: 'suspension', noun: 'suspensions', param: 'suspension_id', tag: 'Standing' } as const
  const own = new MatterRoutes(routes, deps, {
    ...noun,
    name: 'Suspension',
    members,
    // Who of the staff did it is theirs to know.
    hidesStaff: true,
    render: (data, { accountId }) => render(data, accountId),
  })
  own.addCustomerReads({ list: 'Suspensions of your account and its keys, newest first', one: 'One suspension' })
  own.addCustomerAct({
    method: 'post',
    address: '/v1/api-keys/{key_id}/leak-report',
    summary: 'Report that a key is in the wrong hands: it is locked at once',
    description:
      'The key answers nothing from the next request on. What it did before was yours and stays charged. A key may always report itself; for another key of the account it needs `account:write`. Rotate or revoke the key with the operator.',
    body: leakBody,
    status: 201,
    wanted: ({ text = null }, accountId, c) => ({
      kind: 'report_leak',
      keyNumber: numberOf(c.req.param('key_id'), 'key', accountId) ?? 0,
      note: text,
    }),
  })
  const staff = new MatterRoutes(routes, deps, {
    ...noun,
    name: 'StaffSuspension',
    members: {
      ...members,
      note: z.string().nullable(),
      keep_records: z.boolean(),
      report_to_authority: z.boolean(),
      lifted: orNull(
        z.strictObject({
          clause: z.string().nullable(),
          agreed_by: z.array(z.enum(agreeingParties)),
          by: z.string(),
          note: z.string().nullable(),
        }),
      ),
    },
    render: (data, { accountId }) => ({
      ...render(data, accountId),
      note: data.note,
      keep_records: data.keepRecords,
      report_to_authority: data.reportToAuthority,
      lifted: data.lifted && {
        clause: data.lifted.clause,
        agreed_by: data.lifted.agreedBy,
        by: data.lifted.by,
        note: data.lifted.note,
      },
    }),
  })
  staff.addStaffReads({
    list: 'Suspensions of an account, its keys and persons, newest first: who, why, when',
    one: 'One suspension of an account',
  })
  new StaffRoutes(routes, deps, 'Standing').addRead({
    path: '/standing',
    summary: 'Where an account, its keys and its term stand, and every suspension that stands: who, why, since when',
    schema: z
      .strictObject({
        account: accountSchema,
        term: z.enum(['ok', 'not_effective', 'term_expired']),
        keys: z.array(
          z.strictObject({
            id: z.string(),
            standing: z.enum(['active', 'suspended', 'revoked', 'expired']),
            throttle: z.int().nullable().openapi({ description: 'Requests per window while the key is slowed down.' }),
          }),
        ),
        suspensions: z.array(staff.schema),
        records_kept: z.boolean().openapi({ description: 'Nothing of the account is erased while this is true.' }),
      })
      .openapi('Standing'),
    question: { kind: 'standing' },
    render: (found) => {
      const { account, term, keys, suspensions, recordsKept } = found as StandingView
      return {
        account: renderAccount(account),
        term,
        keys: keys.map((key) => ({
          id: makeId('key', key.accountId, key.keyNumber),
          standing: key.standing,
          throttle: key.throttle,
        })),
        suspensions: suspensions.map(staff.render),
        records_kept: recordsKept,
      }
    },
  })
}
