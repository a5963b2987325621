import { describe, expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway()

describe('a source that definitely did not do it', () => {
  it('is 502, is not charged, uses no consent, and stays 502 under the same key', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1', persons.unavailable, { max_uses: 1 })
    const answer = await customer.verify('k-1', 'c-1', persons.unavailable)
    expect([answer.status, answer.code, answer.member('retry')]).toEqual([502, 'source_unavailable', 'new_key'])
    expect(await customer.credits()).toEqual({ available: 100, held: 0, captured: 0 })
    expect((await customer.call('GET', '/v1/consents/c-1')).member('uses')).toBe(0)

    const read = await customer.call('GET', answer.word('verification', 'href'))
    expect(read.body).toMatchObject({ state: 'released', outcome: 'unavailable', charged: false, credits: 0 })

    const again = await customer.verify('k-1', 'c-1', persons.unavailable)
    expect([again.status, again.code]).toEqual([502, 'source_unavailable'])
    expect(again.member('verification')).toEqual(answer.member('verification'))
    const other = await customer.verify('k-2', 'c-1', persons.unavailable)
    expect(other.member('verification')).not.toEqual(answer.member('verification'))
  })

  it('is 502 without a verification, and burns no key, where no source serves the check', async () => {
    const customer = await openCustomer(gateway(), { mode: 'live' })
    await customer.record('c-1')
    const answer = await customer.verify('k-1', 'c-1')
    expect([answer.status, answer.code, answer.member('retry')]).toEqual([502, 'source_unavailable', 'same_key'])
    expect(answer.member('verification')).toBeUndefined()
    expect(await customer.credits()).toEqual({ available: 100, held: 0, captured: 0 })
    const list = await expectStatus(200, customer.call('GET', '/v1/verifications'))
    expect(list.member('items')).toEqual([])
  })
})
