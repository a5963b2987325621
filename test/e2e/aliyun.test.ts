import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type Behaviour, resultFor } from '../../scripts/simulator/behaviour.ts'
import { orderPath, type Simulator, type SimulatorOptions, startSimulator } from '../../scripts/simulator/simulator.ts'
import type { AliyunMarketId2Config } from '../../src/sources/aliyun-market-id2.ts'
import { type Answer, type TestGateway, useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer, type Person, persons } from '../support/http-world.ts'

/* A gateway on a real socket, with a live account, against the simulated vendor over real HTTP. */

const finalAfterMs = 60_000
const dayMs = 86_400_000
const seed = 'e2e'

/** A simulated vendor and a gateway that buys from it. */
const useMarket = (auth: AliyunMarketId2Config['auth'], options: SimulatorOptions) => {
  let running: Simulator | null = null
  const simulator = (): Simulator => {
    if (!running) throw new Error('the vendor is not open yet')
    return running
  }
  beforeAll(async () => {
    // The vendor refuses a timestamp that is far from its own, so both live in the time of the test.
    running = await startSimulator({ seed, lateMs: 150, dripMs: 100, clock: () => gateway().clock.now, ...options })
  })
  const gateway = useGateway(() => ({
    listening: true,
    config: {
      sources: { aliyunMarketId2: { baseUrl: simulator().url, auth, queryPath: orderPath, deadlineMs: 1_000, finalAfterMs } },
    },
  }))
  afterAll(() => running?.close())
  return { simulator, gateway }
}

const customerOf = async (gateway: TestGateway): Promise<Customer> => {
  const customer = await openCustomer(gateway, { mode: 'live' })
  for (const [reference, { id_number }] of Object.entries({ 'c-1': persons.match, 'c-2': persons.noRecord }))
    await expectStatus(201, customer.record(reference, { id_number, name: '张三' }))
  return customer
}

/** Somebody about whom the vendor of this seed says this. */
const nameWith = (result: '0' | '1' | '2'): string => {
  const names = Array.from('赵钱孙李周吴郑王', (surname) =>
    Array.from('一二三四五六七八', (given) => `${surname}${given}`),
  ).flat()
  const name = names.find((made) => resultFor(seed, made, persons.noRecord.id_number) === result)
  if (name === undefined) throw new Error(`the seed has nobody with the result ${result}`)
  return name
}

/** A verification while the vendor behaves like this. */
const verifyDuring = async (
  market: ReturnType<typeof useMarket>,
  customer: Customer,
  behaviour: Behaviour,
  person: Person = persons.match,
): Promise<Answer> => {
  market.simulator().setBehaviour(behaviour)
  const answer = await customer.verify('k-1', person.id_number === persons.match.id_number ? 'c-1' : 'c-2', person)
  market.simulator().setBehaviour('normal')
  return answer
}

const again = (customer: Customer, person: Person = persons.match): Promise<Answer> =>
  customer.verify('k-1', person.id_number === persons.match.id_number ? 'c-1' : 'c-2', person)

const untouched = { available: 100, held: 0, captured: 0 }
const charged = { available: 99, held: 0, captured: 1 }
const inDoubt = { available: 99, held: 1, captured: 0 }

describe.each<[string, AliyunMarketId2Config['auth'], SimulatorOptions]>([
  ['by AppCode', { kind: 'appcode', appcode: 'code-1' }, { appcode: 'code-1' }],
  [
    'by signature',
    { kind: 'signature', appKey: 'key-1', appSecret: 'secret-1' },
    { signature: { appKey: 'key-1', appSecret: 'secret-1' } },
  ],
])('a vendor that answers, %s', (_how, auth, options) => {
  const market = useMarket(auth, options)

  test.each([
    ['match', '0', true],
    ['mismatch', '1', true],
    ['no_record', '2', false],
  ] as const)('%s is 200 and booked once at the vendor', async (outcome, result, isCharged) => {
    const customer = await customerOf(market.gateway())
    const person = { id_number: persons.noRecord.id_number, name: nameWith(result) }
    const answer = await expectStatus(200, verifyDuring(market, customer, 'normal', person))
    const booked = market
      .simulator()
      .book()
      .filter(({ reference }) => reference === answer.word('id'))
    expect(booked).toMatchObject([{ result, executed: true }])
    expect(answer.body).toMatchObject({
      outcome,
      charged: isCharged,
      mode: 'live',
      source: { id: 'aliyun_market_id2', reference: booked[0]?.order_no },
    })
    expect(await customer.credits()).toEqual(isCharged ? charged : untouched)
  })

  it('is asked for every character of a name as it is written', async () => {
    const customer = await customerOf(market.gateway())
    for (const [at, name] of ['阿依古丽·买买提', '𠮷野', "O'Neil-Smith", '张&三=四+五%'].entries()) {
      const person = { id_number: persons.noRecord.id_number, name }
      const answer = await expectStatus(200, customer.verify(`k-${at}`, 'c-2', person))
      const outcome = { '0': 'match', '1': 'mismatch', '2': 'no_record' }[resultFor(seed, name, person.id_number)]
      expect([name, answer.member('outcome')]).toEqual([name, outcome])
    }
  })
})

describe('a vendor that misbehaves', () => {
  const market = useMarket({ kind: 'appcode', appcode: 'code-1' }, { appcode: 'code-1' })
  const { gateway, simulator } = market
  const customers: Customer[] = []

  const open = async (): Promise<Customer> => {
    const customer = await customerOf(gateway())
    customers.push(customer)
    return customer
  }

  const bookedFor = (id: string) =>
    simulator()
      .book()
      .filter(({ reference }) => reference === id)

  test.each<Behaviour>(['refuse', 'quota_exhausted', 'throttled'])(
    '%s is a definite no: 502, not executed, not charged',
    async (behaviour) => {
      const customer = await open()
      const answer = await verifyDuring(market, customer, behaviour)
      expect([answer.status, answer.code, answer.member('retry')]).toEqual([502, 'source_unavailable', 'new_key'])
      expect(bookedFor(answer.word('verification', 'id'))).toEqual([])
      expect(await customer.credits()).toEqual(untouched)
      const replayed = await again(customer)
      expect([replayed.status, replayed.member('verification')]).toEqual([502, answer.member('verification')])
      expect((await customer.verify('k-2', 'c-1')).member('outcome')).toBe('match')
    },
  )

  it('late is waited for', async () => {
    const customer = await open()
    const answer = await expectStatus(200, verifyDuring(market, customer, 'late'))
    expect(answer.body).toMatchObject({ outcome: 'match', charged: true })
  })

  test.each<Behaviour>(['reset_after', 'hang', 'drip', 'short', 'garbage', 'wrong_echo'])(
    '%s after the work is in doubt: 504, held, then captured by the query with what was executed',
    async (behaviour) => {
      const customer = await open()
      const answer = await verifyDuring(market, customer, behaviour)
      expect([answer.status, answer.code, answer.member('retry')]).toEqual([504, 'source_unknown', 'same_key'])
      expect(await customer.credits()).toEqual(inDoubt)
      expect((await again(customer)).status).toBe(504)

      await gateway().sweep()
      const settled = await expectStatus(200, again(customer))
      const booked = bookedFor(settled.word('id'))
      expect(booked).toMatchObject([{ result: '0' }])
      expect(settled.body).toMatchObject({
        id: answer.word('verification', 'id'),
        outcome: 'match',
        state: 'captured',
        source: { reference: booked[0]?.order_no },
      })
      expect(await customer.credits()).toEqual(charged)
      await gateway().sweep()
      expect((await again(customer)).text).toBe(settled.text)
    },
  )

  it('reset_before the work is in doubt, and is released only when "not found" is final', async () => {
    const customer = await open()
    const answer = await verifyDuring(market, customer, 'reset_before')
    expect(answer.status).toBe(504)
    expect(bookedFor(answer.word('verification', 'id'))).toEqual([])
    for (const waited of [0, 10_000, finalAfterMs - 10_001]) {
      gateway().clock.advance(waited)
      await gateway().sweep()
      expect([waited, (await again(customer)).status]).toEqual([waited, 504])
      expect(await customer.credits()).toEqual(inDoubt)
    }
    // Past the longest pause between two queries too.
    gateway().clock.advance(600_000)
    await gateway().sweep()
    const released = await again(customer)
    expect([released.status, released.code, released.member('retry')]).toEqual([502, 'source_unavailable', 'new_key'])
    expect(await customer.credits()).toEqual(untouched)
  })

  it('a result that nobody documented is never a match and never charged; the time to settle ends it', async () => {
    const customer = await open()
    const answer = await verifyDuring(market, customer, 'unknown_code')
    expect([answer.status, bookedFor(answer.word('verification', 'id')).length]).toEqual([504, 1])
    await gateway().sweep()
    expect((await again(customer)).status).toBe(504)
    const alarms = await gateway().asStaff('ops', 'GET', `/v1/accounts/${customer.accountId}/alarms`)
    expect(alarms.member('items')).toMatchObject([
      { kind: 'source_unknown_code', subject: 'aliyun_market_id2', cleared_at: null },
    ])
    gateway().clock.advance(3 * dayMs)
    await gateway().sweep()
    expect((await again(customer)).code).toBe('source_unavailable')
    expect(await customer.credits()).toEqual(untouched)
  })

  it('a doubt that the query cannot end is settled by two persons, and a later sweep changes nothing', async () => {
    const customer = await open()
    const answer = await verifyDuring(market, customer, 'unknown_code')
    const id = answer.word('verification', 'id')
    const [booked] = bookedFor(id)
    const reason = 'the vendor confirmed it in writing'
    const proposal = { outcome: 'mismatch', source_id: 'aliyun_market_id2', source_reference: booked?.order_no, reason }
    const path = `/v1/accounts/${customer.accountId}/verifications/${id}/settlement-proposals`
    const proposed = await expectStatus(201, gateway().asStaff('ops', 'POST', path, proposal, 'alice'))
    const approve = (sub: string) =>
      gateway().asStaff('finance', 'POST', `/v1/approvals/${proposed.word('id')}/approval`, { reason }, sub)
    expect((await approve('alice')).code).toBe('approval_required')
    const settled = await expectStatus(200, approve('bob'))
    expect(settled.body).toMatchObject({ id, outcome: 'mismatch', charged: true, source: { reference: booked?.order_no } })
    gateway().clock.advance(4 * dayMs)
    await gateway().sweep()
    expect((await again(customer)).text).toBe(settled.text)
    expect(await customer.credits()).toEqual(charged)
  })

  it('leaves two books that agree: what is captured was executed once with that result, what is not executed is not charged', async () => {
    const outcomeOf: Record<string, string> = { '0': 'match', '1': 'mismatch', '2': 'no_record' }
    let captured = 0
    let released = 0
    for (const customer of customers) {
      const { items } = (await expectStatus(200, customer.call('GET', '/v1/verifications?limit=100'))).body as {
        items: { id: string; state: string; outcome: string; charged: boolean }[]
      }
      expect(items.length).toBeGreaterThan(0)
      for (const { id, state, outcome, charged: isCharged } of items) {
        const booked = bookedFor(id)
        expect(['captured', 'released']).toContain(state)
        expect(booked.length).toBeLessThanOrEqual(1)
        if (booked.length === 0) expect([id, isCharged]).toEqual([id, false])
        if (state === 'captured') {
          captured += 1
          expect(booked).toHaveLength(1)
          // A result that nobody documented was told by the vendor to staff, and is in no table.
          expect(outcomeOf[booked[0]?.result ?? ''] ?? outcome).toBe(outcome)
        } else released += 1
      }
    }
    expect(simulator().book().length).toBeGreaterThanOrEqual(captured)
    expect([captured > 9, released > 4]).toEqual([true, true])
    const references = simulator()
      .book()
      .map(({ reference }) => reference)
    expect(new Set(references).size).toBe(references.length)
  })
})

describe('a vendor that is gone', () => {
  const baseUrls: string[] = []
  beforeAll(async () => {
    const simulator = await startSimulator()
    await simulator.close()
    baseUrls.push(simulator.url)
  })
  const gateway = useGateway(() => {
    const [baseUrl = ''] = baseUrls
    return {
      listening: true,
      config: {
        sources: {
          aliyunMarketId2: { baseUrl, auth: { kind: 'appcode', appcode: 'a' }, queryPath: null, deadlineMs: 1_000, finalAfterMs },
        },
      },
    }
  })

  it('is a definite no: 502, nothing charged, nothing left in doubt', async () => {
    const customer = await customerOf(gateway())
    const answer = await customer.verify('k-1', 'c-1')
    expect([answer.status, answer.code]).toEqual([502, 'source_unavailable'])
    expect(await customer.credits()).toEqual(untouched)
  })
})
