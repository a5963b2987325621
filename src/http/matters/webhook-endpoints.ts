import { z } from '@hono/zod-openapi'
import { type Scene, scenes } from '../../core/matters/notice.ts'
import { secretPurpose, type WebhookEndpointAct } from '../../core/matters/webhook-endpoint.ts'
import { sealText, unsealText } from '../../core/sealed-text.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import { checkWebhookUrl } from '../../core/webhook-url.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { callerReference, note, nullableTime, plainText, rule } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const scene = z.enum(Object.keys(scenes) as [Scene, ...Scene[]])
const secretBytes = 32

/** A new signing secret, as Standard Webhooks writes them. */
const makeSecret = ({ crypto }: Pick<AppDeps, 'crypto'>): string => {
  const bytes = crypto.randomHex(secretBytes).match(/../g) ?? []
  return `whsec_${btoa(String.fromCharCode(...bytes.map((hex) => Number.parseInt(hex, 16))))}`
}

/** Addresses of a customer that are told what happens. The secret is shown when it is made, and never again. */
export const addWebhookEndpointRoutes = (routes: Routes, deps: AppDeps): void => {
  const url = z
    .string()
    .max(2_048)
    .superRefine((text, ctx) => {
      const broken = checkWebhookUrl(text, { loopback: deps.webhookLoopback })
      if (broken !== null) ctx.addIssue({ code: 'custom', ...rule(broken) })
    })
    .openapi({
      description:
        'https, to a public host on port 443 or one from 1024 on; no user, password or fragment; redirects are not followed.',
      example: 'https://hooks.example.com/verimeter',
    })
  const endpointBody = z
    .strictObject({
      reference: callerReference.optional(),
      url,
      description: plainText(200).optional(),
      scenes: z.array(scene).max(50).default([]).openapi({ description: 'What it is told of; everything when empty.' }),
    })
    .openapi('WebhookEndpointRequest')
  const standBody = z.strictObject({ reason: note }).openapi('WebhookEndpointStopRequest')

  const endpoints = new MatterRoutes(routes, deps, {
    kind: 'webhook_endpoint',
    noun: 'webhook-endpoints',
    param: 'webhook_endpoint_id',
    tag: 'Webhooks',
    name: 'WebhookEndpoint',
    members: {
      url: z.string(),
      description: z.string().nullable(),
      scenes: z.array(z.string()),
      disabled_because: z.enum(['gone', 'failed', 'staff']).nullable(),
      older_secret_until: nullableTime.openapi({ description: 'Until when the secret before this one signs, too.' }),
      last_sent_at: nullableTime,
    },
    render: ({ url, description, scenes, secrets, disabledBecause, lastSentAt }) => {
      const older = secrets.find(({ until }) => until !== null)?.until ?? null
      return {
        url,
        description,
        scenes,
        disabled_because: disabledBecause,
        older_secret_until: older === null ? null : toRfc3339(older),
        last_sent_at: lastSentAt === null ? null : toRfc3339(lastSentAt),
      }
    },
  })

  const newSecret = (accountId: string): string => sealText(deps.crypto, accountId, secretPurpose, makeSecret(deps))
  /** The secret of an act that has just been decided. A repeated one made none. */
  const secretOf = {
    schema: endpoints.schema
      .extend({ secret: z.string().nullable().openapi({ description: '`whsec_…`; null when this is a repeated request.' }) })
      .openapi('WebhookEndpointWithSecret'),
    render: (act: object, repeated: boolean, accountId: string) => ({
      secret:
        !repeated && 'sealedSecret' in act ? unsealText(deps.crypto, accountId, secretPurpose, String(act.sealedSecret)) : null,
    }),
  }

  endpoints.addCustomerReads({ list: 'Your endpoints for webhooks, newest first', one: 'One of your endpoints for webhooks' })
  endpoints.addCustomerAct({
    method: 'post',
    summary: 'Have events sent to an address of yours',
    description: 'The answer holds the secret that signs; keep it, it is not shown again.',
    body: endpointBody,
    status: 201,
    wanted: ({ reference = null, url, description = null, scenes }, accountId) => ({
      kind: 'open_webhook_endpoint',
      reference,
      url,
      description,
      scenes,
      sealedSecret: newSecret(accountId),
    }),
    more: secretOf,
  })
  endpoints.addCustomerAct({
    method: 'post',
    path: '/{webhook_endpoint_id}/secret',
    summary: 'Replace the secret; the one before it signs, too, for 24 hours',
    status: 200,
    wanted: (_body, accountId, c) => ({
      kind: 'rotate_webhook_secret',
      endpointId: endpoints.ownNumberIn(c, accountId),
      sealedSecret: newSecret(accountId),
    }),
    more: secretOf,
  })
  const setBy = (state: Extract<WebhookEndpointAct, { kind: 'set_webhook_endpoint' }>['state']) =>
    ({ kind: 'set_webhook_endpoint', state }) as const
  endpoints.addCustomerAct({
    method: 'put',
    path: '/{webhook_endpoint_id}/pause',
    summary: 'Send nothing there for now; what happens meanwhile is not sent later',
    status: 200,
    wanted: (_body, accountId, c) => ({ ...setBy('paused'), endpointId: endpoints.ownNumberIn(c, accountId) }),
  })
  endpoints.addCustomerAct({
    method: 'delete',
    path: '/{webhook_endpoint_id}/pause',
    summary: 'Send there again, also after it was disabled for its failures',
    status: 200,
    wanted: (_body, accountId, c) => ({ ...setBy('active'), endpointId: endpoints.ownNumberIn(c, accountId) }),
  })
  endpoints.addCustomerAct({
    method: 'post',
    path: '/{webhook_endpoint_id}/tests',
    summary: 'Have an event of the type webhook_test sent there',
    status: 200,
    wanted: (_body, accountId, c) => ({ kind: 'test_webhook_endpoint', endpointId: endpoints.ownNumberIn(c, accountId) }),
  })
  endpoints.addCustomerAct({
    method: 'delete',
    path: '/{webhook_endpoint_id}',
    summary: 'Send nothing there any more; its secrets are erased',
    status: 200,
    wanted: (_body, accountId, c) => ({ kind: 'delete_webhook_endpoint', endpointId: endpoints.ownNumberIn(c, accountId) }),
  })

  endpoints.addStaffReads({ list: 'Endpoints of an account for webhooks, newest first', one: 'One endpoint of an account' })
  for (const [method, state, summary] of [
    ['put', 'disabled', 'Send nothing to this endpoint until staff let it'],
    ['delete', 'active', 'Send to this endpoint again'],
  ] as const)
    endpoints.addStaffAct({
      method,
      path: '/{webhook_endpoint_id}/stop',
      summary,
      roles: ['ops'],
      body: standBody,
      status: 200,
      wanted: (_body, accountId, c) => {
        const endpointId = endpoints.numberIn(c, accountId)
        return endpointId === null ? null : { ...setBy(state), endpointId }
      },
    })
}
