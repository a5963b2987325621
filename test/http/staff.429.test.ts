import { expect, it, test } from 'vitest'
import { newAddress, useGateway } from '../support/http-gateway.ts'
import { openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

const failuresPerMinute = 30

const ask = async (from: string, bearer?: string) =>
  gateway().call('GET', '/v1/accounts', { from, ...(bearer === undefined ? {} : { bearer }) })

const statuses = async (from: string, times: number, bearer?: string) => {
  const all: number[] = []
  for (let time = 0; time < times; time += 1) all.push((await ask(from, bearer)).status)
  return all
}

test.each<[string, () => Promise<string | undefined>]>([
  ['forged', () => gateway().staffToken({ header: { kid: 'staff-0' } })],
  ['expired', () => gateway().staffToken({ claims: { exp: 1 } })],
  ['of an unknown issuer', () => gateway().staffToken({ claims: { iss: 'https://login.example.org' } })],
  ['missing', async () => undefined],
  ['no token at all', async () => 'x'],
])('staff tokens that keep failing from one address are slowed down: %s', async (_what, make) => {
  const from = newAddress()
  const bad = await make()
  expect(await statuses(from, failuresPerMinute + 3, bad)).toEqual([
    ...Array<number>(failuresPerMinute).fill(401),
    ...Array<number>(3).fill(429),
  ])
  const answer = await ask(from, bad)
  expect([answer.code, answer.member('retry')]).toEqual(['rate_limited', 'same_key'])
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  // A good token from the same address is not held up, and other addresses are not meant.
  expect((await ask(from, await gateway().staffToken())).status).toBe(200)
  expect((await ask(newAddress(), bad)).status).toBe(401)
})

it('good tokens never count, whatever their role', async () => {
  const from = newAddress()
  const auditor = await gateway().staffToken({ roles: ['auditor'] })
  const wrongRole = () => gateway().call('POST', '/v1/accounts', { bearer: auditor, json: {}, from })
  for (let time = 0; time < failuresPerMinute + 3; time += 1) expect((await wrongRole()).status).toBe(403)
  expect(await statuses(from, failuresPerMinute + 3, auditor)).not.toContain(429)
  expect((await ask(from)).status).toBe(401)
})

it('failing keys and failing tokens of one address are one count, and good keys go on', async () => {
  const customer = await openCustomer(gateway())
  const from = newAddress()
  for (let time = 0; time < failuresPerMinute; time += 1)
    expect((await gateway().call('GET', '/v1/account', { bearer: 'vm_test_x', from })).status).toBe(401)
  expect((await ask(from)).status).toBe(429)
  expect((await customer.call('GET', '/v1/account', { from })).status).toBe(200)
})
