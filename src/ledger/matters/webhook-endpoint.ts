import type { ActResult } from '../../core/commands.ts'
import type { EndpointSecret, WebhookEndpoint, WebhookEndpointAct } from '../../core/matters/webhook-endpoint.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, writeAct } from '../decide/act-context.ts'
import { raiseAlarm } from '../decide/alarm.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  defineMatter,
  findMatter,
  findRepeated,
  findRepeatedEnding,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
  publicIdOf,
  viewMatter,
} from './matter.ts'
import { notify, queueTo } from './notice.ts'
import { type FollowSending, refuseQueuedTo, retryWaitsMs } from './sending.ts'

type Act<K extends WebhookEndpointAct['kind']> = Extract<WebhookEndpointAct, { kind: K }>
type Endpoint = Matter<'webhook_endpoint'>

/** One event is one request to each of them. */
const mostEndpoints = 10
/** A receiver has this long to learn a new secret. */
const graceMs = 86_400_000

/** When the older secret is over and is taken out of the books; null when there is none. */
const wakeOf = (secrets: readonly EndpointSecret[]): number | null =>
  secrets.reduce<number | null>((at, { until }) => (until === null ? at : Math.min(at ?? until, until)), null)

/** The endpoint after a change; its older secret is still waited for. */
const put = (at: ActContext, endpoint: Endpoint, state: string, data: Partial<WebhookEndpoint>): Endpoint =>
  changeMatter(at, endpoint, { state, data, wakeAt: wakeOf(data.secrets ?? endpoint.data.secrets) })

const openEndpoint = (at: ActContext, act: Act<'open_webhook_endpoint'>): Decision<ActResult> => {
  const { reference, url, description, scenes, sealedSecret } = act
  // The secret is drawn anew for each try, so it is no part of what is repeated.
  const wanted = { reference, url, description, scenes }
  const repeated = findRepeated(at, 'webhook_endpoint', reference, wanted)
  if (repeated) return unchanged(repeated)
  if (openMattersOf(at, 'webhook_endpoint').length >= mostEndpoints)
    return unchanged(refuse('state_conflict', { detail: 'too_many_endpoints' }))
  const endpoint = openMatter(at, 'webhook_endpoint', {
    state: 'active',
    data: {
      url,
      description,
      scenes,
      secrets: [{ sealed: sealedSecret, until: null }],
      disabledBecause: null,
      lastSentAt: null,
    },
    reference,
    act: wanted,
  })
  writeAct(at, { webhook_endpoint: endpoint.id })
  return matterDone(at, endpoint)
}

/** The new secret signs at once, the one before it for another day; anything older is over. */
const rotateSecret = (at: ActContext, act: Act<'rotate_webhook_secret'>): Decision<ActResult> => {
  const endpoint = findMatter(at, 'webhook_endpoint', act.endpointId)
  if (isRefusal(endpoint)) return unchanged(endpoint)
  const [current] = endpoint.data.secrets
  const older = current ? [{ ...current, until: at.draft.now + graceMs }] : []
  const secrets = [{ sealed: act.sealedSecret, until: null }, ...older]
  const rotated = put(at, endpoint, endpoint.state, { secrets })
  writeAct(at, { webhook_endpoint: endpoint.id })
  return matterDone(at, rotated)
}

const setEndpoint = (at: ActContext, { endpointId, state }: Act<'set_webhook_endpoint'>): Decision<ActResult> => {
  const endpoint = findMatter(at, 'webhook_endpoint', endpointId)
  if (isRefusal(endpoint)) return unchanged(endpoint)
  const isCustomer = at.by.kind === 'key'
  if (isCustomer && endpoint.data.disabledBecause === 'staff')
    return unchanged(refuse('state_conflict', { detail: 'disabled_by_staff' }))
  const row = at.book.get('matters', endpoint.id)
  if (row && state === endpoint.state) return unchanged({ kind: 'matter', matter: viewMatter(row), repeated: true })
  if (state !== 'active') refuseQueuedTo(at, endpoint.id, `endpoint_${state}`)
  const set = put(at, endpoint, state, { disabledBecause: state === 'disabled' ? 'staff' : null })
  writeAct(at, { webhook_endpoint: endpoint.id, state })
  return matterDone(at, set)
}

const deleteEndpoint = (at: ActContext, { endpointId }: Act<'delete_webhook_endpoint'>): Decision<ActResult> => {
  const repeated = findRepeatedEnding(at, 'webhook_endpoint', endpointId, 'deleted')
  if (repeated) return unchanged(repeated)
  const endpoint = findMatter(at, 'webhook_endpoint', endpointId)
  if (isRefusal(endpoint)) return unchanged(endpoint)
  refuseQueuedTo(at, endpoint.id, 'endpoint_deleted')
  const deleted = changeMatter(at, endpoint, { state: 'deleted', data: { secrets: [] }, close: true })
  writeAct(at, { webhook_endpoint: endpoint.id })
  return matterDone(at, deleted)
}

/** An event that tells of nothing but the try itself, to this endpoint alone. */
const testEndpoint = (at: ActContext, { endpointId }: Act<'test_webhook_endpoint'>): Decision<ActResult> => {
  const endpoint = findMatter(at, 'webhook_endpoint', endpointId)
  if (isRefusal(endpoint)) return unchanged(endpoint)
  if (endpoint.state !== 'active') return unchanged(refuse('state_conflict', { detail: 'endpoint_not_active' }))
  queueTo(at, endpoint.id, 'webhook_test', { webhook_endpoint: endpoint.id })
  writeAct(at, { webhook_endpoint: endpoint.id })
  return matterDone(at, endpoint)
}

/**
 * Nothing more is sent there until the customer resumes it: `gone` when it said so itself (410), `failed` when every try of one
 * notice failed and nothing else came through meanwhile. The customer is told in its list and on its other channels.
 */
const disableEndpoint = (at: ActContext, endpoint: Endpoint, because: 'gone' | 'failed', noticeId: number): void => {
  put(at, endpoint, 'disabled', { disabledBecause: because })
  refuseQueuedTo(at, endpoint.id, 'endpoint_disabled', noticeId)
  writeAct({ ...at, kind: 'webhook_disabled' }, { webhook_endpoint: endpoint.id, because })
  if (because === 'failed') raiseAlarm(at.draft, at.book, 'webhook_disabled', publicIdOf(endpoint))
  notify(at, 'webhook_disabled', { webhook_endpoint: endpoint.id, because }, { without: endpoint.id })
}

/** What a sending means for the endpoint it went to; nothing for other channels. */
export const followSending: FollowSending = (at, notice, sending) => {
  const { channel, targetId, attempts } = notice.data
  if (channel !== 'webhook' || targetId === null) return
  const endpoint = findMatter(at, 'webhook_endpoint', targetId)
  if (isRefusal(endpoint) || endpoint.state !== 'active') return
  if (sending.kind === 'sent') put(at, endpoint, endpoint.state, { lastSentAt: at.draft.now })
  else if (sending.reason === 'gone') disableEndpoint(at, endpoint, 'gone', notice.id)
  else if (sending.kind === 'failed' && attempts >= retryWaitsMs.length) {
    // An endpoint that works is not disabled for one notice that it does not take.
    const worked = (endpoint.data.lastSentAt ?? 0) >= notice.openedAt
    if (!worked) disableEndpoint(at, endpoint, 'failed', notice.id)
  }
}

/** Takes a secret whose time is over out of the books. */
const dropOverSecrets = (at: ActContext, endpoint: Endpoint): void => {
  const secrets = endpoint.data.secrets.filter(({ until }) => until === null || until > at.draft.now)
  put(at, endpoint, endpoint.state, { secrets })
}

/** Where a customer is told by webhook. */
export const webhookEndpointRules = defineMatter<'webhook_endpoint', WebhookEndpointAct>(
  'webhook_endpoint',
  {
    open_webhook_endpoint: openEndpoint,
    rotate_webhook_secret: rotateSecret,
    set_webhook_endpoint: setEndpoint,
    delete_webhook_endpoint: deleteEndpoint,
    test_webhook_endpoint: testEndpoint,
  },
  dropOverSecrets,
)
