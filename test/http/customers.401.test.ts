import { beforeAll, describe, expect, it, test } from 'vitest'
import { accountIdFrom } from '../../src/core/ids.ts'
import { callRoute, customerRoutes, expectAllRoutesListed, type Seeded, seedCustomer } from '../support/http-customer-routes.ts'
import { type Call, useGateway } from '../support/http-gateway.ts'
import { createKey, forgedKey } from '../support/http-world.ts'

const gateway = useGateway()
let seeded: Seeded

beforeAll(async () => {
  seeded = await seedCustomer(gateway())
})

/** Keys that keep failing from one address are slowed down, so each of these calls comes from another one. */
let calls = 0
const fromElsewhere = (): string => {
  calls += 1
  return `2001:db8::${calls.toString(16)}`
}

/** The refusal of this caller on every customer route; never anything but a refusal. */
const codesOnEveryRoute = async (call: Call): Promise<string[]> => {
  const codes = new Set<string>()
  for (const [name, route] of Object.entries(customerRoutes(seeded))) {
    const { headers } = route.call
    const answer = await callRoute(seeded.customer, name, route, {
      ...call,
      headers: { ...headers, ...call.headers },
      from: fromElsewhere(),
    })
    codes.add(`${answer.status} ${answer.code}`)
  }
  return [...codes]
}

describe('every customer route', () => {
  it('is listed here', () => expectAllRoutesListed(gateway()))

  test.each<[string, Call, string]>([
    ['no Authorization', { headers: { Authorization: '' } }, 'key_missing'],
    ['another scheme', { headers: { Authorization: 'Basic dm06bGl2ZQ==' } }, 'key_missing'],
    ['Bearer and nothing', { headers: { Authorization: 'Bearer ' } }, 'key_missing'],
    ['two words after Bearer', { headers: { Authorization: 'Bearer a b' } }, 'key_missing'],
  ])('refuses %s with 401', async (_what, { headers }, code) => {
    const codes = new Set<string>()
    for (const [name, route] of Object.entries(customerRoutes(seeded))) {
      const [method = '', path] = [name.slice(0, name.indexOf(' ')), route.path]
      const answer = await gateway().call(method, path, {
        ...route.call,
        headers: { ...route.call.headers, ...headers },
        from: fromElsewhere(),
      })
      codes.add(`${answer.status} ${answer.code}`)
    }
    expect([...codes]).toEqual([`401 ${code}`])
  })

  it('refuses a key that is no key, and one with a wrong checksum, before anything is read', async () => {
    const { key } = seeded.customer
    const swapped = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`
    for (const bearer of ['x', 'vm_test_', swapped, key.slice(0, -1), `${key}0`, key.toUpperCase(), 'a'.repeat(10_000)])
      expect(await codesOnEveryRoute({ bearer })).toEqual(['401 key_malformed'])
  })

  it('refuses a staff token', async () => {
    expect(await codesOnEveryRoute({ bearer: await gateway().staffToken() })).toEqual(['401 key_malformed'])
  })

  it('tells a key with another secret, number, mode or account apart by nothing', async () => {
    const { key } = seeded.customer
    const elsewhere = { accountId: accountIdFrom('00000000000001') }
    const bearers = [
      forgedKey(key),
      forgedKey(key, { keyNumber: 1 }),
      forgedKey(key, { mode: 'live' }),
      forgedKey(key, elsewhere),
    ]
    for (const bearer of bearers) expect(await codesOnEveryRoute({ bearer })).toEqual(['401 key_unknown'])
    const [first = '', ...others] = await Promise.all(
      bearers.map(async (bearer) => {
        const answer = await gateway().call('GET', '/v1/account', { bearer, from: fromElsewhere() })
        const text = answer.text.replaceAll(answer.word('request_id'), '').replaceAll(answer.word('trace_id'), '')
        return JSON.stringify([[...answer.headers], text])
      }),
    )
    for (const other of others) expect(other).toBe(first)
  })

  it('refuses an expired key', async () => {
    const expired = await createKey(gateway(), seeded.customer.accountId, { expires_at: '2024-08-02T10:00:00+08:00' })
    expect(await codesOnEveryRoute({ bearer: expired.key })).toEqual(['401 key_expired'])
  })

  it('refuses a revoked key', async () => {
    const revoked = await createKey(gateway(), seeded.customer.accountId)
    const path = `/v1/accounts/${revoked.accountId}/api-keys/${revoked.keyId}/revocation`
    expect((await gateway().asStaff('ops', 'POST', path, { reason: 'lost' })).status).toBe(200)
    expect(await codesOnEveryRoute({ bearer: revoked.key })).toEqual(['401 key_revoked'])
  })
})

it('looks at nothing of a request without a well-formed key', async () => {
  for (const path of ['/v1/verifications', '/v1/consents', '/v1/consents/batch', '/v1/consents/c-1/withdrawal']) {
    const answer = await gateway().call('POST', path, {
      raw: '{',
      headers: { 'Content-Type': 'text/plain' },
      from: fromElsewhere(),
    })
    expect([path, answer.code]).toEqual([path, 'key_missing'])
  }
  for (const path of ['/v1/verifications?limit=x', '/v1/consents?limit=x', '/v1/usage?from=x']) {
    const answer = await gateway().call('GET', path, { from: fromElsewhere() })
    expect([path, answer.code]).toEqual([path, 'key_missing'])
  }
})
