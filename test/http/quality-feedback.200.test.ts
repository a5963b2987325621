import { expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

it('doubted results are counted by source and what became of them, and the charge stays', async () => {
  const customer = await openCustomer(gateway())
  await expectStatus(201, customer.record('c-1'))
  const doubted: string[] = []
  for (const name of ['one', 'two']) {
    const verification_id = (await expectStatus(200, customer.verify(name, 'c-1'))).word('id')
    doubted.push((await expectStatus(201, customer.call('POST', '/v1/quality-issues', { json: { verification_id } }))).word('id'))
  }
  const staff = `/v1/accounts/${customer.accountId}`
  for (const step of ['told_source', 'result_stands'])
    await expectStatus(
      200,
      gateway().asStaff('ops', 'POST', `${staff}/quality-issues/${doubted[0]}/steps`, { step, reason: 'asked' }),
    )
  const { body } = await gateway().asStaff('auditor', 'GET', `${staff}/quality-feedback`)
  expect(body).toEqual({
    items: [{ source: 'sandbox', check: 'id2', doubted: 1, told_source: 0, fixed: 0, result_stands: 1 }],
  })
  expect(await customer.credits()).toEqual({ available: 98, held: 0, captured: 2 })
})
