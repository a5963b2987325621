import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import type { NetworkRequest, NetworkResult } from '../../src/core/ports.ts'
import { openWebhook, type WebhookTarget } from '../../src/notices/webhook.ts'
import { outgoing } from './notice.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const older = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
const target: WebhookTarget = { url: 'https://hooks.example.com/in', secrets: [secret] }

const ok: NetworkResult = { kind: 'response', status: 204, headers: {}, body: '' }

const sendBy = async (result: NetworkResult, found: WebhookTarget | null = target, now = Date.now()) => {
  const requests: NetworkRequest[] = []
  const send = openWebhook({
    network: async (request) => {
      requests.push(request)
      return result
    },
    clock: () => now,
    find: async () => found,
    loopback: false,
  })
  const sending = await send(outgoing({ to: 'whe_0123456789_00000000001' }))
  return { sending, requests, request: requests[0] }
}

const answer = (status: number, headers: Record<string, string> = {}): NetworkResult => ({
  kind: 'response',
  status,
  headers,
  body: 'what a receiver says stays where it is',
})

describe('a webhook', () => {
  test('is what the Standard Webhooks library verifies, and thin', async () => {
    const { sending, request } = await sendBy(ok)
    expect(sending).toEqual({ kind: 'sent', reference: null })
    const verified = new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {})
    expect(verified).toEqual({
      type: 'ticket_answered',
      timestamp: '2026-01-02T11:04:05.000+08:00',
      data: { account_id: 'acc_0123456789', ticket: 'tic_0123456789_00000000001' },
    })
    expect(request).toMatchObject({ method: 'POST', url: target.url, statusOnly: true, maxResponseBytes: 1_024 })
    expect(request?.headers['webhook-id']).toBe('not_0123456789_0000000002d')
  })

  test('has the signature that the specification describes', async () => {
    const { request } = await sendBy(ok)
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request?.headers ?? {}
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    expect(signature).toBe(`v1,${createHmac('sha256', key).update(`${id}.${at}.${request?.body}`).digest('base64')}`)
  })

  test('is signed by both secrets while one takes over from the other', async () => {
    const { request } = await sendBy(ok, { ...target, secrets: [secret, older] })
    for (const one of [secret, older])
      expect(() => new Webhook(one).verify(request?.body ?? '', request?.headers ?? {})).not.toThrow()
    const stranger = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
    expect(() => new Webhook(stranger).verify(request?.body ?? '', request?.headers ?? {})).toThrow()
  })

  test.each([
    ['a changed body', (body: string) => body.replace('ticket', 'tickeT'), 0],
    ['an old timestamp', (body: string) => body, -301_000],
    ['a timestamp ahead', (body: string) => body, 301_000],
  ])('is not verified with %s', async (_name, change, skewMs) => {
    const { request } = await sendBy(ok, target, Date.now() + skewMs)
    expect(() => new Webhook(secret).verify(change(request?.body ?? ''), request?.headers ?? {})).toThrow()
  })

  test.each([
    [answer(200), { kind: 'sent', reference: null }],
    [answer(299), { kind: 'sent', reference: null }],
    [answer(301, { location: 'http://127.0.0.1/' }), { kind: 'failed', reason: 'redirect', retryAfterMs: null }],
    [answer(400), { kind: 'failed', reason: 'receiver_refused', retryAfterMs: null }],
    [answer(404), { kind: 'failed', reason: 'receiver_refused', retryAfterMs: null }],
    [answer(410), { kind: 'refused', reason: 'gone' }],
    [answer(429, { 'retry-after': '120' }), { kind: 'failed', reason: 'receiver_limit', retryAfterMs: 120_000 }],
    [answer(429), { kind: 'failed', reason: 'receiver_limit', retryAfterMs: null }],
    [answer(503, { 'retry-after': '999999999' }), { kind: 'failed', reason: 'receiver_error', retryAfterMs: 86_400_000 }],
    [answer(503, { 'retry-after': 'soon' }), { kind: 'failed', reason: 'receiver_error', retryAfterMs: null }],
    [answer(503, { 'retry-after': '-5' }), { kind: 'failed', reason: 'receiver_error', retryAfterMs: null }],
    [answer(502), { kind: 'failed', reason: 'receiver_error', retryAfterMs: null }],
    [
      { kind: 'in_doubt', reason: 'deadline' },
      { kind: 'failed', reason: 'deadline', retryAfterMs: null },
    ],
    [
      { kind: 'not_sent', reason: 'address_not_public' },
      { kind: 'failed', reason: 'address_not_public', retryAfterMs: null },
    ],
  ] as [NetworkResult, object][])('ends by the status alone: %j', async (result, ending) => {
    expect((await sendBy(result)).sending).toEqual(ending)
  })

  test('honours a date as the pause, too', async () => {
    const now = Date.UTC(2026, 0, 2, 3, 4, 5)
    const { sending } = await sendBy(answer(503, { 'retry-after': 'Fri, 02 Jan 2026 03:06:05 GMT' }), target, now)
    expect(sending).toMatchObject({ retryAfterMs: 120_000 })
  })

  test('goes nowhere without an endpoint, or to an address that is not taken any more', async () => {
    const none = await sendBy(ok, null)
    expect([none.sending, none.requests]).toEqual([{ kind: 'refused', reason: 'endpoint_closed' }, []])
    const inside = await sendBy(ok, { ...target, url: 'https://169.254.169.254/' })
    expect([inside.sending, inside.requests]).toEqual([{ kind: 'refused', reason: 'url_refused' }, []])
  })
})
