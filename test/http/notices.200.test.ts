import { describe, expect, it, test } from 'vitest'
import { type Answer, useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as agreed'

/** S1 with express mail by the rule of S0, as a supplement may agree. */
const withMail = {
  delivery: { ems: { from: ['postedAt', 'postmarkOn'], daysLater: 2, precision: { hour: 12 } } },
}

const asOps = ({ accountId }: Customer, method: string, path: string, body?: object): Promise<Answer> =>
  gateway().asStaff('ops', method, `/v1/accounts/${accountId}${path}`, body)

const noticesOf = async (customer: Customer): Promise<Record<string, unknown>[]> =>
  (await expectStatus(200, customer.call('GET', '/v1/notices'))).member('items') as Record<string, unknown>[]

describe('what a customer was told', () => {
  it('stands in its list with words in both languages, and is marked as read', async () => {
    const customer = await openCustomer(gateway())
    const ticket = { topic: 'fault', text: 'no answer since noon' }
    const id = (await expectStatus(201, customer.call('POST', '/v1/tickets', { json: ticket }))).word('id')
    await expectStatus(200, asOps(customer, 'POST', `/tickets/${id}/steps`, { step: 'replied', reason }))
    const [notice] = await noticesOf(customer)
    expect(notice).toMatchObject({
      state: 'sent',
      scene: 'ticket_answered',
      channel: 'site_message',
      variables: [{ name: 'ticket', value: id }],
      en: { title: 'Your ticket was answered', text: `The provider has answered your ticket ${id}.` },
      zh: { title: '工单已答复', text: `服务方已答复您的工单 ${id}。` },
      deemed_at: notice?.opened_at,
      not_delivered: null,
      read_at: null,
    })
    const read = () => expectStatus(200, customer.call('PUT', `/v1/notices/${notice?.id}/reading`, { json: {} }))
    const first = await read()
    expect([first.member('state'), typeof first.member('read_at')]).toEqual(['read', 'string'])
    expect((await read()).member('read_at')).toBe(first.member('read_at'))
  })

  it('tells of little that is left, once for each share', async () => {
    const customer = await openCustomer(gateway(), { credits: 2, overrides: { balanceWarnings: [50] } })
    await expectStatus(201, customer.record('c-1'))
    await expectStatus(200, customer.verify('k-1', 'c-1'))
    await expectStatus(200, customer.verify('k-2', 'c-1'))
    const scenes = (await noticesOf(customer)).map(({ scene, variables }) => [scene, variables])
    expect(scenes).toEqual([
      [
        'quota_low',
        expect.arrayContaining([
          { name: 'percent', value: 50 },
          { name: 'available', value: 1 },
        ]),
      ],
    ])
  })
})

describe('a notice that staff write', () => {
  it('goes to the address in force, and is delivered by what is recorded of it', async () => {
    const customer = await openCustomer(gateway(), { overrides: withMail })
    const missing = await asOps(customer, 'POST', '/notices', { channel: 'ems', subject: 'breach', reason })
    expect([missing.status, missing.code, missing.member('reason')]).toEqual([409, 'state_conflict', 'no_address'])
    const post = { channel: 'post', address: 'Example Street 1, Hangzhou' }
    await expectStatus(201, asOps(customer, 'POST', '/contacts', { ...post, agreed: true, reason }))
    const wanted = { channel: 'ems', subject: 'breach', reference: 'n-1', text: 'by express mail', reason }
    const written = await expectStatus(201, asOps(customer, 'POST', '/notices', wanted))
    expect(written.body).toMatchObject({ state: 'written', subject: 'breach', deemed_at: null, not_delivered: 'not_recorded' })
    const facts = `/notices/${written.word('id')}/facts`
    const posted = await expectStatus(
      200,
      asOps(customer, 'POST', facts, { fact: 'posted', at: '2024-08-02T09:30:00+08:00', reason }),
    )
    expect(posted.body).toMatchObject({ state: 'sent', deemed_at: '2024-08-04T12:00:00.000+08:00', deemed_on: '2024-08-04' })
    const other = await asOps(customer, 'POST', facts, { fact: 'posted', at: '2024-08-02T09:00:00+08:00', reason })
    expect([other.status, other.member('reason')]).toEqual([409, 'fact_recorded'])
    // The customer sees the same.
    expect((await noticesOf(customer))[0]).toMatchObject({ channel: 'ems', text: 'by express mail', deemed_on: '2024-08-04' })
    expect(JSON.stringify(await noticesOf(customer))).not.toContain('Example Street')
  })

  it('is refused on a channel that is not in the agreement', async () => {
    const customer = await openCustomer(gateway())
    const answer = await asOps(customer, 'POST', '/notices', { channel: 'announcement', subject: 'general', reason })
    expect([answer.status, answer.member('reason')]).toEqual([409, 'channel_not_in_contract'])
  })

  test.each([
    [{ fact: 'posted' }, '/at', 'time_of_fact'],
    [{ fact: 'signed', at: '2024-08-02T09:00:00+08:00' }, '/at', 'time_of_fact'],
    [{ fact: 'signed' }, '/on', 'day_of_fact'],
    [{ fact: 'posted', at: '2024-08-02T09:00:00+08:00', on: '2024-08-02' }, '/on', 'day_of_fact'],
    [{ fact: 'signed', on: '2024-08-02', same_city: true }, '/same_city', 'city_of_postmark'],
  ])('with the fact %j is 422 at %s', async (fact, pointer, rule) => {
    const customer = await openCustomer(gateway())
    const { accountId } = customer
    const path = `/v1/accounts/${accountId}/notices/not_${accountId.slice(4)}_00000000001/facts`
    const answer = await gateway().asStaff('ops', 'POST', path, { ...fact, reason })
    expect([answer.status, answer.member('errors')]).toEqual([422, expect.arrayContaining([{ pointer, rule }])])
  })
})
