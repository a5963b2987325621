import { describe, expect, it } from 'vitest'
import { type TestGateway, useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer, type Person, persons } from '../support/http-world.ts'

const gateway = useGateway()

const dayMs = 86_400_000

const inDoubt = async (person: Person): Promise<{ customer: Customer; href: string }> => {
  const customer = await openCustomer(gateway())
  await customer.record('c-1', person, { max_uses: 1 })
  const answer = await customer.verify('k-1', 'c-1', person)
  expect([answer.status, answer.code, answer.member('retry')]).toEqual([504, 'source_unknown', 'same_key'])
  return { customer, href: answer.word('verification', 'href') }
}

const raised = async (on: TestGateway, accountId: string) => {
  const answer = await on.asStaff('ops', 'GET', `/v1/accounts/${accountId}/alarms`)
  const { items } = answer.body as { items: { kind: string; cleared_at: string | null }[] }
  return items.map(({ kind, cleared_at }) => ({ kind, cleared: cleared_at !== null }))
}

describe('a verification in doubt', () => {
  it('holds its credit and its consent, can be read, and is 504 again under the same key', async () => {
    const { customer, href } = await inDoubt(persons.unknownForEver)
    expect(await customer.credits()).toEqual({ available: 99, held: 1, captured: 0 })
    const read = await expectStatus(200, customer.call('GET', href))
    expect(read.body).toMatchObject({
      state: 'unknown',
      outcome: 'unknown',
      charged: false,
      credits: 0,
      audit: null,
      completed_at: null,
    })
    const again = await customer.verify('k-1', 'c-1', persons.unknownForEver)
    expect([again.status, again.code, again.member('verification', 'href')]).toEqual([504, 'source_unknown', href])
    expect((await customer.verify('k-2', 'c-1', persons.unknownForEver)).code).toBe('consent_used_up')
  })

  it('becomes 200 when the source tells that it did it, and is charged once', async () => {
    const { customer, href } = await inDoubt(persons.unknownThenMatch)
    await gateway().sweep()
    const replayed = await customer.verify('k-1', 'c-1', persons.unknownThenMatch)
    expect([replayed.status, replayed.headers.get('idempotency-replayed')]).toEqual([200, 'true'])
    expect(replayed.body).toMatchObject({ state: 'captured', outcome: 'match', charged: true, credits: 1, available: 99 })
    expect((await customer.call('GET', href)).text).toBe(replayed.text)
    await gateway().sweep()
    expect((await customer.verify('k-1', 'c-1', persons.unknownThenMatch)).text).toBe(replayed.text)
    expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
  })

  it('becomes 502 when the source proves that it did not, and gives credit and consent back', async () => {
    const { customer, href } = await inDoubt(persons.unknownThenNotExecuted)
    await gateway().sweep()
    const replayed = await customer.verify('k-1', 'c-1', persons.unknownThenNotExecuted)
    expect([replayed.status, replayed.code, replayed.member('retry')]).toEqual([502, 'source_unavailable', 'new_key'])
    expect(replayed.member('verification', 'href')).toBe(href)
    expect(await customer.credits()).toEqual({ available: 100, held: 0, captured: 0 })
    expect((await customer.call('GET', '/v1/consents/c-1')).member('uses')).toBe(0)
  })

  it('stays 504 while nobody knows, raises an alarm, and gives the credit back after three days by the clock', async () => {
    const { customer, href } = await inDoubt(persons.unknownForEver)
    const replay = () => customer.verify('k-1', 'c-1', persons.unknownForEver)
    await gateway().sweep()
    expect((await replay()).status).toBe(504)
    expect(await raised(gateway(), customer.accountId)).toEqual([])

    gateway().clock.advance(3 * dayMs - 1)
    await gateway().sweep()
    expect((await replay()).status).toBe(504)
    expect(await customer.credits()).toEqual({ available: 99, held: 1, captured: 0 })
    expect(await raised(gateway(), customer.accountId)).toEqual([{ kind: 'in_doubt_aged', cleared: false }])

    gateway().clock.advance(1)
    await gateway().sweep()
    const over = await replay()
    expect([over.status, over.code]).toEqual([502, 'source_unavailable'])
    expect((await customer.call('GET', href)).body).toMatchObject({ state: 'released', outcome: 'unknown', charged: false })
    expect(await customer.credits()).toEqual({ available: 100, held: 0, captured: 0 })
    expect(await raised(gateway(), customer.accountId)).toEqual([{ kind: 'in_doubt_aged', cleared: true }])
  })
})
