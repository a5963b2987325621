import { expect, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

test.each([
  'ver_1',
  'con_0000000000_00000000001',
  'VER_0000000000_00000000001',
  '0',
  '%20',
  '%ff',
  '..%2faccount',
  'ver_'.padEnd(2_000, 'a'),
])('GET /v1/verifications/%s is 404', async (id) => {
  const customer = await openCustomer(gateway())
  const answer = await customer.call('GET', `/v1/verifications/${id}`)
  expect([answer.status, answer.code]).toEqual([404, 'not_found'])
})

test('an id of the account that never was is 404', async () => {
  const customer = await openCustomer(gateway())
  const account = customer.accountId.slice('acc_'.length)
  for (const number of ['00000000001', '024wzp50000', '7zzzzzzzzzz', 'zzzzzzzzzzz']) {
    const answer = await customer.call('GET', `/v1/verifications/ver_${account}_${number}`)
    expect([number, answer.status]).toEqual([number, 404])
  }
})
