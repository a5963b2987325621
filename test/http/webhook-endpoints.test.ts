import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { noNotices } from '../../src/runtimes/notice-settings.ts'
import { useGateway } from '../support/http-gateway.ts'
import { type ReceivedRequest, Receiver } from '../support/http-receiver.ts'
import { type Customer, expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway({ config: { notices: { ...noNotices, webhookLoopback: true } } })
const path = '/v1/webhook-endpoints'
const reason = 'as agreed'
const hourMs = 3_600_000

const receiver = new Receiver()
let customer: Customer
beforeAll(() => receiver.open())
afterAll(() => receiver.close())
beforeEach(async () => {
  receiver.reset()
  customer = await openCustomer(gateway())
})

const open = async (more: Record<string, unknown> = {}) => {
  const answer = await expectStatus(201, customer.call('POST', path, { json: { url: `${receiver.url}/in`, ...more } }))
  return { id: answer.word('id'), secret: answer.word('secret') }
}

const act = (method: string, id: string, after: string) => expectStatus(200, customer.call(method, `${path}/${id}${after}`))

/** The signature that the specification describes, computed here. */
const signatureOf = ({ headers, body }: ReceivedRequest, secret: string): string => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`
}

/** A ticket that staff answer: an event. Returns its id. */
const tell = async (): Promise<string> => {
  const ticket = await expectStatus(201, customer.call('POST', '/v1/tickets', { json: { topic: 'fault', text: 'no answer' } }))
  const steps = `/v1/accounts/${customer.accountId}/tickets/${ticket.word('id')}/steps`
  await expectStatus(200, gateway().asStaff('ops', 'POST', steps, { step: 'replied', reason }))
  return ticket.word('id')
}

describe('an endpoint for webhooks', () => {
  it('is sent what happens, signed with the secret that its opening showed', async () => {
    const { id, secret } = await open()
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const ticket = await tell()
    await gateway().sweep()
    expect(receiver.received).toHaveLength(1)
    const [request] = receiver.received as [ReceivedRequest]
    expect(JSON.parse(request.body)).toEqual({
      type: 'ticket_answered',
      timestamp: expect.stringMatching(/\+08:00$/),
      data: { account_id: customer.accountId, ticket },
    })
    expect(request.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': expect.stringMatching(/^not_/) })
    expect(request.headers['webhook-signature']).toBe(signatureOf(request, secret))
    expect(request.headers['webhook-timestamp']).toBe(String(Math.floor(gateway().clock.now / 1000)))
    expect((await act('GET', id, '')).member('last_sent_at')).toEqual(expect.any(String))
    await gateway().sweep()
    expect(receiver.received).toHaveLength(1)
  })

  it('shows its secret once: neither a list nor a repeated opening nor the log has it', async () => {
    const { id, secret } = await open({ reference: 'r-1' })
    const again = await customer.call('POST', path, { json: { url: `${receiver.url}/in`, reference: 'r-1' } })
    expect([again.status, again.word('id'), again.member('secret')]).toEqual([200, id, null])
    const answers = [
      await customer.call('GET', path),
      await customer.call('GET', `${path}/${id}`),
      await gateway().asStaff('ops', 'GET', `/v1/accounts/${customer.accountId}/webhook-endpoints/${id}`),
    ]
    const journal = JSON.stringify(await gateway().journal(customer.accountId))
    for (const text of [...answers.map((answer) => answer.text), ...gateway().logLines, journal])
      expect(text).not.toContain(secret)
  })

  it('is signed by both secrets for a day after a rotation', async () => {
    const { id, secret } = await open()
    const rotated = await expectStatus(200, customer.call('POST', `${path}/${id}/secret`))
    const newer = rotated.word('secret')
    await act('POST', id, '/tests')
    await gateway().sweep()
    gateway().clock.advance(24 * hourMs)
    await act('POST', id, '/tests')
    await gateway().sweep()
    const [during, after] = receiver.received as [ReceivedRequest, ReceivedRequest]
    expect(during.headers['webhook-signature']).toBe([newer, secret].map((one) => signatureOf(during, one)).join(' '))
    expect(after.headers['webhook-signature']).toBe(signatureOf(after, newer))
    expect(JSON.parse(after.body)).toMatchObject({ type: 'webhook_test', data: { webhook_endpoint: id } })
  })

  it('that fails is tried again by the schedule, under the same id', async () => {
    await open()
    receiver.reply = { status: 500, body: 'down' }
    await tell()
    await gateway().sweep()
    await gateway().sweep()
    expect(receiver.received).toHaveLength(1)
    gateway().clock.advance(5_000)
    receiver.reply = { status: 200, body: null }
    await gateway().sweep()
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(
      Array(2).fill(receiver.received[0]?.headers['webhook-id']),
    )
    gateway().clock.advance(hourMs)
    await gateway().sweep()
    expect(receiver.received).toHaveLength(2)
  })

  it('is given the pause that it asks for', async () => {
    await open()
    receiver.reply = { status: 429, headers: { 'retry-after': '600' }, body: null }
    await tell()
    await gateway().sweep()
    gateway().clock.advance(599_000)
    await gateway().sweep()
    expect(receiver.received).toHaveLength(1)
    gateway().clock.advance(1_000)
    await gateway().sweep()
    expect(receiver.received).toHaveLength(2)
  })

  it('that answers 410 is disabled at once, and resumed by its customer', async () => {
    const { id } = await open()
    receiver.reply = { status: 410, body: null }
    await tell()
    await gateway().sweep()
    expect((await act('GET', id, '')).body).toMatchObject({ state: 'disabled', disabled_because: 'gone' })
    await tell()
    await gateway().sweep()
    expect(receiver.received).toHaveLength(1)
    receiver.reply = { status: 200, body: null }
    expect((await act('DELETE', id, '/pause')).member('state')).toBe('active')
    await tell()
    await gateway().sweep()
    expect(receiver.received).toHaveLength(2)
  })

  it('is sent nothing while it is paused, stopped or deleted', async () => {
    const { id } = await open()
    const stop = `/v1/accounts/${customer.accountId}/webhook-endpoints/${id}/stop`
    await act('PUT', id, '/pause')
    expect((await customer.call('POST', `${path}/${id}/tests`)).status).toBe(409)
    await expectStatus(200, gateway().asStaff('ops', 'PUT', stop, { reason }))
    expect((await customer.call('DELETE', `${path}/${id}/pause`)).status).toBe(409)
    await tell()
    await expectStatus(200, gateway().asStaff('ops', 'DELETE', stop, { reason }))
    await act('DELETE', id, '')
    expect((await act('DELETE', id, '')).member('state')).toBe('deleted')
    await tell()
    await gateway().sweep()
    expect(receiver.received).toEqual([])
  })

  it('leaves neither its address nor what its receiver says in a log', async () => {
    await open({ url: `${receiver.url}/in?token=canary-token` })
    receiver.reply = { status: 500, body: 'canary-body', headers: { 'x-canary': 'canary-header' } }
    await tell()
    await gateway().sweep()
    expect(receiver.received).toHaveLength(1)
    expect(gateway().logLines.join('\n')).toContain('notice_sending')
    expect(gateway().logLines.join('\n')).not.toMatch(/canary|token=|\/in\b/)
  })
})

test.each([
  ['http://example.com/', 'url_https'],
  ['https://127.0.0.1/', 'url_host'],
  ['https://2130706433/', 'url_host'],
  ['https://169.254.169.254/', 'url_host'],
  ['https://[::ffff:10.0.0.1]/', 'url_host'],
  ['https://user:secret@example.com/', 'url_credentials'],
  ['https://example.com:22/', 'url_port'],
  ['file:///etc/passwd', 'url_https'],
])('%s is no address for webhooks', async (url, rule) => {
  const answer = await customer.call('POST', path, { json: { url } })
  expect([answer.status, answer.member('errors')]).toEqual([422, [{ pointer: '/url', rule }]])
})
