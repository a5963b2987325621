import { Webhook } from 'standardwebhooks'
import { makeId } from '../core/ids.ts'
import type { Clock, Network, OutgoingNotice, Sending, SendNotice } from '../core/ports.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import { checkWebhookUrl } from '../core/webhook-url.ts'
import { failed, pauseOf, refused, sendingMs, withoutResponse } from './endings.ts'

/** Where an endpoint of an account is, and the secrets that sign for it, the newest first. */
export interface WebhookTarget {
  url: string
  secrets: readonly string[]
}

/** Finds an endpoint by its public id; null when it is gone, paused or disabled. */
export type FindTarget = (accountId: string, endpointId: string) => Promise<WebhookTarget | null>

/** What a receiver says beyond the status is never looked at, so little of it is read. */
const maxResponseBytes = 1_024

/**
 * The body of a webhook: what happened, when, and the ids to ask by. It is thin: whoever reads it on its way learns no more
 * than ids, codes and numbers.
 */
export const webhookBody = ({ accountId, scene, variables, openedAt }: OutgoingNotice): string =>
  JSON.stringify({ type: scene, timestamp: toRfc3339(openedAt), data: { account_id: accountId, ...variables } })

/** The three headers of Standard Webhooks. Each secret signs, so that a receiver may change it at its leisure. */
export const webhookHeaders = (
  id: string,
  at: number,
  body: string,
  secrets: readonly string[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at / 1_000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), body)).join(' '),
})

const endingOf = (status: number, pauseMs: number | null): Sending => {
  if (status >= 200 && status < 300) return { kind: 'sent', reference: null }
  // The receiver wants no more of them, ever: the ledger disables the endpoint.
  if (status === 410) return refused('gone')
  if (status >= 300 && status < 400) return failed('redirect')
  if (status === 429) return failed('receiver_limit', pauseMs)
  return status >= 500 ? failed('receiver_error', pauseMs) : failed('receiver_refused')
}

/** A notice as a webhook (Standard Webhooks 1.0). The address is judged again, because the rules may have become stricter. */
export const openWebhook =
  (io: { network: Network; clock: Clock; find: FindTarget; loopback: boolean }): SendNotice =>
  async (notice) => {
    const target = await io.find(notice.accountId, notice.to)
    if (target === null) return refused('endpoint_closed')
    if (checkWebhookUrl(target.url, io) !== null) return refused('url_refused')
    const now = io.clock()
    const body = webhookBody(notice)
    const result = await io.network({
      method: 'POST',
      url: target.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Verimeter-Webhooks',
        ...webhookHeaders(makeId('not', notice.accountId, notice.noticeId), now, body, target.secrets),
      },
      body,
      deadlineAt: now + sendingMs,
      maxResponseBytes,
      statusOnly: true,
    })
    if (result.kind !== 'response') return withoutResponse(result)
    return endingOf(result.status, pauseOf(result.headers, io.clock()))
  }
