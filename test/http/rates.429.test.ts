import { parseList } from 'structured-headers'
import { describe, expect, it, test } from 'vitest'
import { type Answer, useGateway } from '../support/http-gateway.ts'
import { forgedKey, openCustomer, supplement } from '../support/http-world.ts'

const gateway = useGateway()

const rate = (limit: number, windowSeconds = 60) => ({ overrides: { rate: { limit, windowSeconds } } })

/** The one policy of a header in the form of draft-ietf-httpapi-ratelimit-headers-10: a list of strings with parameters. */
const policyOf = (answer: Answer, header: string): Record<string, unknown> => {
  const [item, ...others] = parseList(answer.headers.get(header) ?? '')
  if (!item || others.length > 0) throw new Error(`${header}: ${answer.headers.get(header)}`)
  const [name, parameters] = item
  return { name, ...Object.fromEntries(parameters as Map<string, unknown>) }
}
const remainingOf = (answer: Answer): number => Number(policyOf(answer, 'RateLimit').r)

describe('the limit of a key', () => {
  it('is told on every answer, never grows inside a window, and ends in 429 with the time to wait', async () => {
    const customer = await openCustomer(gateway(), rate(8))
    const calls: (() => Promise<Answer>)[] = [
      () => customer.record('c-1'),
      () => customer.verify('k-1', 'c-1'),
      () => customer.verify('k-1', 'c-1'),
      () => customer.verify('k-2', 'c-2'),
      () => customer.call('GET', '/v1/balance'),
      () => customer.call('GET', '/v1/verifications/ver_1'),
      () => customer.ask('k-3', []),
      () => customer.record('c-1', { id_number: '1', name: '' }),
    ]
    const statuses: number[] = []
    for (const [at, call] of calls.entries()) {
      const answer = await call()
      statuses.push(answer.status)
      expect(policyOf(answer, 'RateLimit-Policy')).toEqual({ name: 'key', q: 8, w: 60 })
      expect(policyOf(answer, 'RateLimit')).toEqual({ name: 'key', r: 7 - at, t: expect.any(Number) })
    }
    expect(statuses).toEqual([201, 200, 200, 403, 200, 404, 422, 422])

    for (const call of calls) {
      const answer = await call()
      expect([answer.status, answer.code, answer.member('retry')]).toEqual([429, 'rate_limited', 'same_key'])
      const { r, t } = policyOf(answer, 'RateLimit')
      expect([r, answer.headers.get('retry-after')]).toEqual([0, String(t)])
      expect(t).toBeLessThanOrEqual(60)
    }
    expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
  })

  it('is shared out exactly among parallel requests', async () => {
    const customer = await openCustomer(gateway(), rate(30))
    const answers = await Promise.all(Array.from({ length: 50 }, () => customer.call('GET', '/v1/account')))
    const served = answers.filter(({ status }) => status === 200)
    expect(answers.filter(({ status }) => status === 429).length).toBe(20)
    expect(served.map(remainingOf).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, at) => at))
  })

  it('is over with its window', async () => {
    const customer = await openCustomer(gateway(), rate(2, 1))
    const read = () => customer.call('GET', '/v1/account')
    expect([await read(), await read(), await read()].map(({ status }) => status)).toEqual([200, 200, 429])
    await expect.poll(async () => (await read()).status, { timeout: 10_000, interval: 100 }).toBe(200)
  })

  it('tells a caller how long to wait, never less than the window lasts, and one who waits that long is served', async () => {
    const customer = await openCustomer(gateway(), rate(1, 2))
    const read = () => customer.call('GET', '/v1/account')
    for (let round = 0; round < 2; round += 1) {
      let answer = await read()
      while (answer.status === 200) answer = await read()
      const seconds = Number(answer.headers.get('retry-after'))
      expect(Number.isInteger(seconds)).toBe(true)
      expect(seconds).toBeGreaterThanOrEqual(Math.max(1, Number(policyOf(answer, 'RateLimit').t)))
      expect(seconds).toBeLessThanOrEqual(2)
      // Timers of the platform may ring a little early; a caller's clock is no better.
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000 + 50))
      expect((await read()).status).toBe(200)
    }
  })

  it('is each key its own, and nobody who only knows the public part of a key can use it up', async () => {
    const customer = await openCustomer(gateway(), rate(3))
    const other = await customer.withKey()
    for (let time = 0; time < 5; time += 1) {
      const guessed = await gateway().call('GET', '/v1/account', { bearer: forgedKey(customer.key), from: '192.0.2.1' })
      expect([guessed.code, guessed.headers.get('ratelimit')]).toEqual(['key_unknown', null])
      await other.call('GET', '/v1/account')
    }
    expect(remainingOf(await customer.call('GET', '/v1/account'))).toBe(2)
  })
})

describe('keys that keep failing from one address', () => {
  const tryKey = (bearer: string | null, from: string): Promise<Answer> =>
    gateway().call('GET', '/v1/account', { from, ...(bearer === null ? {} : { bearer }) })

  test.each(['missing', 'malformed', 'unknown'] as const)('are slowed down after 30 in a minute: %s', async (kind) => {
    const customer = await openCustomer(gateway())
    const from = { missing: '192.0.2.11', malformed: '192.0.2.12', unknown: '192.0.2.13' }[kind]
    const bearer = { missing: null, malformed: 'vm_test_x', unknown: forgedKey(customer.key) }[kind]
    for (let time = 0; time < 30; time += 1) {
      const answer = await tryKey(bearer, from)
      expect([answer.status, answer.code]).toEqual([401, `key_${kind}`])
    }
    for (let time = 0; time < 5; time += 1) {
      const answer = await tryKey(bearer, from)
      expect([answer.status, answer.code]).toEqual([429, 'rate_limited'])
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    }

    // Neither a good key from there nor anybody from elsewhere is slowed down.
    expect((await tryKey(customer.key, from)).status).toBe(200)
    expect((await tryKey(bearer, '192.0.2.99')).status).toBe(401)
  })

  it('are counted on every route together', async () => {
    const from = '192.0.2.21'
    for (const path of ['/v1/verifications', '/v1/consents', '/v1/consents/batch', '/v1/consents/c-1/withdrawal'])
      for (let time = 0; time < 7; time += 1) await gateway().call('POST', path, { from, json: {} })
    for (const path of ['/v1/balance', '/v1/checks']) expect((await gateway().call('GET', path, { from })).status).toBe(401)
    expect((await gateway().call('GET', '/v1/usage', { from })).status).toBe(429)
  })

  it('do not count what is wrong beside a good key', async () => {
    const customer = await openCustomer(gateway())
    const from = '192.0.2.31'
    for (let time = 0; time < 40; time += 1) expect((await customer.ask('k', [], { from })).status).toBe(422)
    expect((await tryKey('x', from)).status).toBe(401)
  })
})

const allowed = '198.51.100.7'

describe.each<[proxies: number, cases: [socket: string, forwardedFor: string | null, open: boolean][]]>([
  [
    0,
    [
      [allowed, null, true],
      [allowed, '203.0.113.7', true],
      ['203.0.113.7', allowed, false],
      ['203.0.113.7', `${allowed}, ${allowed}`, false],
    ],
  ],
  [
    1,
    [
      ['10.0.0.1', allowed, true],
      ['10.0.0.1', `203.0.113.7, ${allowed}`, true],
      ['10.0.0.1', `${allowed}, 203.0.113.7`, false],
      ['10.0.0.1', ` ${allowed} `, true],
      ['10.0.0.1', `${allowed},`, false],
      ['10.0.0.1', null, false],
      [allowed, null, true],
    ],
  ],
  [
    2,
    [
      ['10.0.0.2', `${allowed}, 10.0.0.1`, true],
      ['10.0.0.2', `203.0.113.7, ${allowed}, 10.0.0.1`, true],
      ['10.0.0.2', `${allowed}, 203.0.113.7, 10.0.0.1`, false],
      ['10.0.0.2', allowed, false],
    ],
  ],
])('behind %i trusted proxies', (trustedProxies, cases) => {
  const behind = useGateway({ config: { trustedProxies } })

  it('takes the address that the outermost of them saw, and never what a caller wrote', async () => {
    const customer = await openCustomer(behind(), { key: { addresses: [allowed] } })
    for (const [from, forwardedFor, open] of cases) {
      const headers = forwardedFor === null ? {} : { 'X-Forwarded-For': forwardedFor }
      const answer = await customer.call('GET', '/v1/account', { from, headers })
      expect([from, forwardedFor, answer.status]).toEqual([from, forwardedFor, open ? 200 : 403])
    }
  })

  it('counts failing keys by the same address', async () => {
    const tryFrom = async (at: number, address: string) => {
      const hops = [`192.0.2.${at}`, address, '10.0.0.1'].slice(0, trustedProxies + 1)
      const from = trustedProxies === 0 ? address : '10.0.0.2'
      return (await behind().call('GET', '/v1/account', { from, headers: { 'X-Forwarded-For': hops.join(', ') } })).status
    }
    for (let time = 0; time < 30; time += 1) expect(await tryFrom(time, '203.0.113.9')).toBe(401)
    expect(await tryFrom(99, '203.0.113.9')).toBe(429)
    expect(await tryFrom(99, '203.0.113.10')).toBe(401)
  })
})

it('a limit of the agreement counts from its next version on', async () => {
  const customer = await openCustomer(gateway(), rate(1))
  expect((await customer.call('GET', '/v1/account')).status).toBe(200)
  expect((await customer.call('GET', '/v1/account')).status).toBe(429)
  await supplement(gateway(), customer.accountId, rate(50).overrides)
  expect(policyOf(await customer.call('GET', '/v1/account'), 'RateLimit-Policy')).toEqual({ name: 'key', q: 50, w: 60 })
})
