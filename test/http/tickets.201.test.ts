import { expect, it } from 'vitest'
import { ticketTopics } from '../../src/core/matters/ticket.ts'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

it('what a customer reports opens a ticket of its kind, and a late answer is shown as a breach', async () => {
  const customer = await openCustomer(gateway(), { overrides: { serviceLevel: { hours: { reply: 1 } } } })
  for (const topic of ticketTopics) {
    const ticket = await expectStatus(201, customer.call('POST', '/v1/tickets', { json: { topic, text: 'no answer' } }))
    expect(ticket.body).toMatchObject({ topic, state: 'reported', attribution: null, breach: false })
  }
  const opened = await expectStatus(201, customer.call('POST', '/v1/tickets', { json: { topic: 'fault', text: 'again' } }))
  gateway().clock.advance(3_600_001)
  await gateway().sweep()
  const ticket = () => customer.call('GET', `/v1/tickets/${opened.word('id')}`)
  expect((await ticket()).member('breach')).toBe(true)
  await expectStatus(
    200,
    gateway().asStaff('ops', 'POST', `/v1/accounts/${customer.accountId}/tickets/${opened.word('id')}/cause`, {
      cause: 'partner',
      reason: 'the source was down',
    }),
  )
  expect((await ticket()).body).toMatchObject({ breach: false, attribution: { cause: 'partner', penalty_may_follow: false } })
})
