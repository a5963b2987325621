import { describe, expect, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { acceptAgreement } from '../support/http-matters.ts'
import { createKey, expectStatus, filledIn, openAccount, openUnder, persons, sign } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as agreed with the customer'

describe('every preset', () => {
  test.each(['S0', 'S1', 'S2', 'S3', 'S4'])('%s can be in force, and its calls are counted', async (preset) => {
    const customer = await openUnder(gateway(), preset)
    await expectStatus(201, customer.record('c-1'))
    const answer = await expectStatus(200, customer.verify('k-1', 'c-1'))
    const isPaid = preset === 'S1'
    expect(answer.body).toMatchObject({
      outcome: 'match',
      state: 'captured',
      charged: true,
      credits: isPaid ? 1 : 0,
      available: isPaid ? 99 : null,
    })
    const again = await expectStatus(200, customer.verify('k-1', 'c-1'))
    expect(again.text).toBe(answer.text)
    const today = answer.word('created_at').slice(0, 10)
    const usage = await expectStatus(200, customer.call('GET', `/v1/usage?from=${today}&to=${today}`))
    expect(usage.body).toMatchObject({ rows: [{ verifications: 1, credits: isPaid ? 1 : 0 }] })
    await expectStatus(201, customer.record('c-2', persons.noRecord))
    const free = await expectStatus(200, customer.verify('k-2', 'c-2', persons.noRecord))
    expect(free.body).toMatchObject({ outcome: 'no_record', state: 'released', charged: false, credits: 0 })
    const books = await expectStatus(200, gateway().asStaff('auditor', 'GET', '/v1/integrity'))
    expect(books.member('violations')).toEqual([])
  })
})

describe('an agreement', () => {
  test('of S0 is in force when both sides have signed and sealed, and nobody calls before', async () => {
    const accountId = await openAccount(gateway())
    const agreement = { preset: 'S0', overrides: filledIn.S0, reason }
    await expectStatus(200, gateway().asStaff('ops', 'PUT', `/v1/accounts/${accountId}/agreement`, agreement))
    const customer = await createKey(gateway(), accountId)
    await expectStatus(201, customer.record('c-1'))
    const one = await expectStatus(201, sign(gateway(), accountId, 'provider'))
    expect(one.body).toMatchObject({ state: 'one_sided', effective_at: null })
    expect((await customer.verify('k-1', 'c-1')).code).toBe('not_effective')
    const both = await expectStatus(201, sign(gateway(), accountId, 'customer', { signed_at: '2024-08-01T10:00:00+08:00' }))
    expect(both.body).toMatchObject({ state: 'signed', effective_at: '2024-08-01T10:00:00.000+08:00' })
    expect((await customer.verify('k-1', 'c-1')).status).toBe(200)
    const account = await customer.call('GET', '/v1/account')
    expect(account.member('agreement', 'effective_at')).toBe('2024-08-01T10:00:00.000+08:00')
  })

  test('of S2 is in force by the tick of who registered', async () => {
    const accountId = await openAccount(gateway())
    await expectStatus(200, gateway().asStaff('ops', 'PUT', `/v1/accounts/${accountId}/agreement`, { preset: 'S2', reason }))
    const customer = await createKey(gateway(), accountId)
    await expectStatus(201, customer.record('c-1'))
    expect((await customer.verify('k-1', 'c-1')).code).toBe('not_effective')
    const ticked = await acceptAgreement(customer)
    expect(ticked.body).toMatchObject({ way: 'acceptance', version: 1, state: 'accepted' })
    expect((await customer.verify('k-1', 'c-1')).status).toBe(200)
  })
})
