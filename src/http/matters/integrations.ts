import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { delayCauses } from '../../core/matters/integration.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import { numberOf } from '../reading.ts'
import type { Routes } from '../route.ts'
import { callerReference, note, sha256, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const reference = callerReference.optional()
const calls = z
  .array(z.string().max(64))
  .min(1)
  .max(100)
  .openapi({ description: 'Verifications by a test key that had a result, each once.' })

const openBody = z.strictObject({ reference }).openapi('IntegrationRequest')
const staffOpenBody = z.strictObject({ reference, reason: note }).openapi('StaffIntegrationRequest')
const passBody = z.strictObject({ verification_ids: calls }).openapi('IntegrationPassRequest')
const staffPassBody = z
  .strictObject({ record_sha256: sha256.openapi({ description: 'Digest of the signed record of the test.' }), reason: note })
  .openapi('StaffIntegrationPassRequest')
const delayBody = z
  .strictObject({ cause: z.enum(delayCauses), days: z.int().min(1).max(3_660), reason: note })
  .openapi('IntegrationDelayRequest')

/** The connection to the interface, tested before a live key (S0 一.2, S4 §3.1). */
export const addIntegrationRoutes = (routes: Routes, deps: AppDeps): void => {
  const integrations = new MatterRoutes(routes, deps, {
    kind: 'integration',
    noun: 'integrations',
    param: 'integration_id',
    tag: 'Onboarding',
    name: 'Integration',
    members: {
      delays: z.array(
        z.strictObject({
          cause: z.enum(delayCauses),
          days: z.int(),
          penalty: z.enum(['none', 'open']).openapi({ description: '`none`: the customer caused it.' }),
          by: z.string(),
          at: time,
        }),
      ),
      passed: z
        .strictObject({
          verification_ids: z.array(z.string()),
          record_sha256: z.string().nullable(),
          by: z.string(),
          at: time,
        })
        .nullable(),
    },
    render: ({ delays, passed }, { accountId }) => ({
      delays: delays.map((delay) => ({ ...delay, at: toRfc3339(delay.at) })),
      passed: passed && {
        verification_ids: passed.verificationIds.map((id) => makeId('ver', accountId, id)),
        record_sha256: passed.recordSha256,
        by: passed.by,
        at: toRfc3339(passed.at),
      },
    }),
  })
  integrations.addCustomerReads({ list: 'Your connections to the interface', one: 'One of your connections' })
  integrations.addCustomerAct({
    method: 'post',
    summary: 'Begin to connect to the interface',
    body: openBody,
    status: 201,
    wanted: ({ reference = null }) => ({ kind: 'open_integration', reference }),
  })
  integrations.addCustomerAct({
    method: 'post',
    path: '/{integration_id}/pass',
    summary: 'Show by test calls that it works',
    body: passBody,
    status: 200,
    wanted: ({ verification_ids }, accountId, c) => ({
      kind: 'pass_integration',
      integrationId: integrations.ownNumberIn(c, accountId),
      // An id of nothing here is a call that nobody made.
      verificationIds: verification_ids.map((id) => numberOf(id, 'ver', accountId) ?? 0),
      recordSha256: null,
    }),
  })
  integrations.addStaffReads({ list: 'Connections of an account', one: 'One connection of an account' })
  integrations.addStaffAct({
    method: 'post',
    summary: 'Begin the connection of a customer',
    roles: ['ops'],
    body: staffOpenBody,
    status: 201,
    wanted: ({ reference = null }) => ({ kind: 'open_integration', reference }),
  })
  integrations.addStaffAct({
    method: 'post',
    path: '/{integration_id}/delays',
    summary: 'Record who delayed it',
    roles: ['ops'],
    body: delayBody,
    status: 200,
    wanted: ({ cause, days }, accountId, c) => {
      const integrationId = integrations.numberIn(c, accountId)
      return integrationId === null ? null : { kind: 'delay_integration', integrationId, cause, days }
    },
  })
  integrations.addStaffAct({
    method: 'post',
    path: '/{integration_id}/pass',
    summary: 'Record that the test was passed, by a signed record',
    roles: ['ops'],
    body: staffPassBody,
    status: 200,
    wanted: ({ record_sha256 }, accountId, c) => {
      const integrationId = integrations.numberIn(c, accountId)
      return integrationId === null
        ? null
        : { kind: 'pass_integration', integrationId, verificationIds: [], recordSha256: record_sha256 }
    },
  })
}
