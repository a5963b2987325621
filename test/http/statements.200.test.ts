import { beforeEach, describe, expect, test } from 'vitest'
import { startOfTests } from '../support/clock.ts'
import { useVendor } from '../support/http-vendor.ts'
import { type Customer, expectStatus, openCustomer } from '../support/http-world.ts'

const { gateway } = useVendor()
const reason = 'as agreed'

beforeEach(() => {
  gateway().clock.now = Math.max(gateway().clock.now, startOfTests)
})

/** Every statement is one month later than the one before: the clock of the file only goes on. */
let year = 2024
let month = 8

const nextMonth = (): string => {
  month += 1
  if (month > 12) [year, month] = [year + 1, 1]
  return `${year}-${String(month).padStart(2, '0')}-01T00:00:00+08:00`
}

/** A customer with three charged calls in the running month, which then ends. Its statement. */
const seed = async () => {
  const customer = await openCustomer(gateway(), { mode: 'live', credits: 30_000 })
  await expectStatus(201, customer.record('c-1'))
  for (const key of ['one', 'two', 'three']) await expectStatus(200, customer.verify(key, 'c-1'))
  gateway().clock.set(nextMonth())
  await gateway().sweep()
  const listed = await expectStatus(200, customer.call('GET', '/v1/statements'))
  const items = listed.member('items') as { id: string; state: string }[]
  return { customer, id: items.find(({ state }) => state === 'issued')?.id ?? '' }
}

const asFinance = ({ accountId }: Customer, method: string, path: string, body?: object) =>
  gateway().asStaff('finance', method, `/v1/accounts/${accountId}${path}`, body && { ...body, reason })

describe('a statement', () => {
  test('is read by the customer and by staff alike, with each charge and its place in the audit log', async () => {
    const { customer, id } = await seed()
    const own = await expectStatus(200, customer.call('GET', `/v1/statements/${id}`))
    expect(own.member('figures')).toMatchObject({
      packs: [{ granted: 30_000, captured: 3, used_fen: 8, closing: 29_997 }],
      usage: [{ outcome: 'match', verifications: 3, credits: 3, earlier_service_day: false }],
      total_fen: 8,
    })
    expect((await expectStatus(200, asFinance(customer, 'GET', `/statements/${id}`))).text).toBe(own.text)
    const first = await expectStatus(200, customer.call('GET', `/v1/statements/${id}/charges?limit=2`))
    const next = await expectStatus(
      200,
      customer.call('GET', `/v1/statements/${id}/charges?limit=2&cursor=${first.word('next')}`),
    )
    const charges = [first, next].flatMap((page) => page.member('items') as { audit: { index: number; leaf_hash: string } }[])
    expect(charges).toHaveLength(3)
    expect(next.member('next')).toBeNull()
    const all = await expectStatus(200, asFinance(customer, 'GET', `/statements/${id}/charges`))
    expect(all.member('items')).toEqual(charges)
    // One of them is where the audit log says.
    const verification = await expectStatus(
      200,
      customer.call('GET', `/v1/verifications/${first.word('items', 0, 'verification_id')}`),
    )
    expect(verification.member('audit')).toEqual(charges[0]?.audit)
  })

  test('is accepted by the customer, and is final then', async () => {
    const { customer, id } = await seed()
    const accepted = await expectStatus(200, customer.call('POST', `/v1/statements/${id}/acceptance`))
    expect([accepted.word('state'), accepted.word('finality')]).toEqual(['final', 'accepted'])
    const late = await expectStatus(
      409,
      customer.call('POST', `/v1/statements/${id}/objection`, { json: { text: 'no', disputed_fen: 1 } }),
    )
    expect([late.word('code'), late.word('reason')]).toEqual(['state_conflict', 'statement_closed'])
  })

  test('is objected to, and the objection is upheld with what it gives back', async () => {
    const { customer, id } = await seed()
    const objection = { text: 'counted twice', disputed_fen: 5 }
    await expectStatus(200, customer.call('POST', `/v1/statements/${id}/objection`, { json: objection }))
    const path = `/statements/${id}/objection-conclusion`
    await expectStatus(422, asFinance(customer, 'POST', path, { result: 'upheld' }))
    await expectStatus(422, asFinance(customer, 'POST', path, { result: 'rejected', amount_fen: 1 }))
    const concluded = await expectStatus(200, asFinance(customer, 'POST', path, { result: 'upheld', amount_fen: 5 }))
    expect(concluded.member('objection')).toMatchObject(objection)
    expect([concluded.word('finality'), concluded.member('concluded_fen')]).toEqual(['objection_upheld', 5])
  })

  test('of a month that has one is not opened again', async () => {
    const { customer, id } = await seed()
    const period = (await expectStatus(200, customer.call('GET', `/v1/statements/${id}`))).word('period')
    const again = await expectStatus(409, asFinance(customer, 'POST', '/statements', { period }))
    expect([again.word('code'), again.word('reason')]).toEqual(['state_conflict', 'period_closed'])
    const charges = await expectStatus(200, customer.call('GET', '/v1/statements?limit=1'))
    const running = charges.word('items', 0, 'id')
    const none = await expectStatus(200, customer.call('GET', `/v1/statements/${running}/charges`))
    expect([none.member('items'), none.member('next')]).toEqual([[], null])
  })
})
