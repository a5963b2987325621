import { describe, expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer, type Person, persons } from '../support/http-world.ts'

const gateway = useGateway()

const ask = async (customer: Customer, name: string, person: Person) => {
  await expectStatus(201, customer.record(name, person))
  return customer.verify(name, name, person)
}

describe('whose fault a call without a result is', () => {
  it('stands in the call and in the usage, and nothing of it is charged', async () => {
    const customer = await openCustomer(gateway())
    expect((await ask(customer, 'one', persons.match)).member('fault')).toBe(null)
    expect((await ask(customer, 'two', persons.rejected)).body).toMatchObject({ fault: 'customer', charged: false })
    await ask(customer, 'three', persons.unavailable)
    const doubt = await ask(customer, 'four', persons.unknownForEver)
    expect(doubt.status).toBe(504)
    const { items } = (await customer.call('GET', '/v1/verifications')).body as {
      items: { outcome: string; fault: string | null }[]
    }
    const faults = Object.fromEntries(items.map(({ outcome, fault }) => [outcome, fault]))
    expect(faults).toEqual({ match: null, rejected: 'customer', unavailable: 'partner', unknown: 'partner' })

    const usage = await expectStatus(200, customer.call('GET', '/v1/usage?from=2024-08-01&to=2024-08-31&group_by=fault'))
    expect((usage.body as { rows: object[] }).rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual([
      { fault: 'behind_question', verifications: 1, credits: 0 },
      { fault: 'customer', verifications: 1, credits: 0 },
      { fault: 'none', verifications: 1, credits: 1 },
    ])
  })
})
