import { describe, expect, it, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as agreed'

describe('an address for notices', () => {
  it('is recorded, changed with its history, and told of', async () => {
    const customer = await openCustomer(gateway(), { overrides: { addressChange: { n: 10, unit: 'day' } } })
    const record = (address: string, more: object = {}) =>
      customer.call('POST', '/v1/contacts', { json: { channel: 'email', address, ...more } })
    const first = await expectStatus(201, record('ops@customer.test'))
    expect(first.body).toMatchObject({ channel: 'email', label: 'main', agreed: false, from: '2024-08-02', until: null })
    expect((await record('ops@customer.test')).status).toBe(200)
    const early = await record('new@customer.test', { from: '2024-08-10' })
    expect([early.status, early.member('reason')]).toEqual([409, 'told_too_late'])
    const changed = await expectStatus(201, record('new@customer.test'))
    expect(changed.member('from')).toBe('2024-08-13')
    const { items } = (await expectStatus(200, customer.call('GET', '/v1/contacts'))).body as { items: object[] }
    expect(items).toMatchObject([
      { address: 'new@customer.test', from: '2024-08-13', until: null },
      { address: 'ops@customer.test', from: '2024-08-02', until: '2024-08-13' },
    ])
    const notices = (await customer.call('GET', '/v1/notices')).body as { items: { channel: string; state: string }[] }
    expect(notices.items.map(({ channel, state }) => [channel, state])).toEqual([
      ['email', 'queued'],
      ['site_message', 'sent'],
      ['site_message', 'sent'],
    ])
  })

  it('is ended and erased; staff read it only with a reason, and the journal has it nowhere', async () => {
    const customer = await openCustomer(gateway())
    const wanted = { channel: 'sms', address: '13900000000', marketing: true }
    const id = (await expectStatus(201, customer.call('POST', '/v1/contacts', { json: wanted }))).word('id')
    const off = await expectStatus(200, customer.call('PUT', `/v1/contacts/${id}/marketing`, { json: { marketing: false } }))
    expect(off.member('marketing')).toBe(false)
    const path = `/v1/accounts/${customer.accountId}/contacts/${id}`
    const bearer = await gateway().staffToken({ roles: ['ops'] })
    expect((await gateway().call('GET', path, { bearer })).code).toBe('reason_missing')
    const seen = await gateway().call('GET', path, { bearer, headers: { 'Verimeter-Reason': 'ticket' } })
    expect(seen.member('address')).toBe('13900000000')
    const ended = await expectStatus(200, gateway().asStaff('ops', 'POST', `${path}/ending`, { reason }))
    expect([ended.member('state'), ended.member('address')]).toEqual(['ended', null])
    expect(JSON.stringify(await gateway().journal(customer.accountId))).not.toContain('13900000000')
  })

  test.each([
    ['email', 'nobody'],
    ['email', 'a@b'],
    ['sms', 'ops@customer.test'],
    ['fax', 'no number'],
    ['im', 'two words'],
    ['post', 'line\u000Abreak'],
  ])('of the channel %s that reads %j is 422', async (channel, address) => {
    const customer = await openCustomer(gateway())
    const answer = await customer.call('POST', '/v1/contacts', { json: { channel, address } })
    expect([answer.status, answer.member('errors')]).toEqual([422, [{ pointer: '/address', rule: 'address_form' }]])
    expect(answer.text).not.toContain(address)
  })
})
