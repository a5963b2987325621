import { expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

it('a dispute freezes the disputed amount and prints its court; the key goes on', async () => {
  const overrides = { disputes: { talksDays: 10, venue: 'customers_place' } }
  const customer = await openCustomer(gateway(), { overrides })
  const body = { topic: 'fee', text: 'counted twice', disputed_fen: 1_200 }
  const opened = await expectStatus(201, customer.call('POST', '/v1/disputes', { json: body }))
  expect(opened.body).toMatchObject({ state: 'talks', disputed_fen: 1_200, frozen_fen: 1_200, venue: 'customers_place' })
  await expectStatus(201, customer.record('c-1'))
  expect((await customer.verify('one', 'c-1')).body).toMatchObject({ outcome: 'match', charged: true })
  const { items } = (await customer.call('GET', '/v1/deadlines')).body as { items: object[] }
  expect(items).toEqual([expect.objectContaining({ name: 'talks', clause: 'choice', last_day: '2024-08-12' })])
  const ended = await expectStatus(
    200,
    gateway().asStaff('finance', 'POST', `/v1/accounts/${customer.accountId}/disputes/${opened.word('id')}/ending`, {
      ending: 'agreed',
      reason: 'credited',
    }),
  )
  expect(ended.body).toMatchObject({ state: 'agreed', frozen_fen: 0 })
})
