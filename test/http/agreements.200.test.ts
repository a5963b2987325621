import { describe, expect, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { acceptAgreement } from '../support/http-matters.ts'
import {
  createKey,
  expectStatus,
  filledIn,
  openAccount,
  openUnder,
  persons,
  sha256,
  sign,
  supplement,
} from '../support/http-world.ts'

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

describe('the agreement as it is read', () => {
  const read = async (accountId: string, query = '') =>
    expectStatus(200, gateway().asStaff('auditor', 'GET', `/v1/accounts/${accountId}/agreement${query}`))

  test('of S4 names the provider as party A, its years of secrecy, its venue and the clause that its text lacks', async () => {
    const provider = { name: '示例数据服务有限公司', uscc: '91350100M000100Y43' }
    const customer = await openUnder(gateway(), 'S4', { overrides: { secrecyYears: 3, provider } })
    const answer = await expectStatus(200, customer.call('GET', '/v1/agreement'))
    expect(answer.body).toMatchObject({
      printed_as: { customer: 'B', provider: 'A' },
      secrecy_years: 3,
      venue: 'providers_place',
      interface_version: 'v1',
      warnings: ['liability_clause_missing'],
      provider,
      terms: { prices: { query_fee: '0.04' } },
    })
  })

  test('warns of an order without its page, of an annex that is not on file, and of a court that is not agreed', async () => {
    const { accountId } = await openUnder(gateway(), 'S1')
    expect((await read(accountId)).member('warnings')).toEqual([
      'venue_not_agreed',
      'offer_snapshot_missing',
      'provider_not_on_file',
      'annex_missing',
    ])
    const order = { external_id: 'A-2', check: 'id2', mode: 'test', credits: 1, list_fen: 4, paid_fen: 3, reason }
    const path = `/v1/accounts/${accountId}`
    const bare = await expectStatus(201, gateway().asStaff('ops', 'POST', `${path}/orders`, order))
    expect(bare.member('warnings')).toEqual(['offer_snapshot_missing'])
    const shown = { ...order, external_id: 'A-3', offer_sha256: sha256('the page') }
    const kept = await expectStatus(201, gateway().asStaff('ops', 'POST', `${path}/orders`, shown))
    expect([kept.member('warnings'), kept.word('order', 'offer_sha256')]).toEqual([[], shown.offer_sha256])
    const annex = { kind: 'annex', version: '1', sha256: sha256('the annex'), form: 'paper', reason }
    await expectStatus(201, gateway().asStaff('ops', 'POST', `${path}/documents`, annex))
    expect((await read(accountId)).member('warnings')).toEqual([
      'venue_not_agreed',
      'offer_snapshot_missing',
      'provider_not_on_file',
    ])
  })

  test('keeps a code of the provider only when it is one', async () => {
    const accountId = await openAccount(gateway())
    const overrides = { ...filledIn.S1, provider: { name: '示例数据服务有限公司', uscc: '91350100M000100Y44' } }
    const path = `/v1/accounts/${accountId}/agreement`
    const answer = await gateway().asStaff('ops', 'PUT', path, { preset: 'S1', overrides, reason })
    expect([answer.status, answer.word('reason')]).toEqual([422, 'provider'])
  })

  test('is read against the provider where two texts differ', async () => {
    const { accountId } = await openUnder(gateway(), 'S1')
    const record = (json: object) =>
      gateway().asStaff('ops', 'POST', `/v1/accounts/${accountId}/differences`, { ...json, reason })
    const calls = await expectStatus(201, record({ number: 'calls', annex: '20000', online: '30000' }))
    expect(calls.body).toMatchObject({ annex: '20000', online: '30000', used: 'online', agreement_version: 1 })
    const price = await expectStatus(201, record({ number: 'unit_price', annex: '0.03', online: '0.04' }))
    expect(price.member('used')).toBe('annex')
    expect((await record({ number: 'calls', annex: '5', online: '5.0' })).word('reason')).toBe('no_difference')
  })

  test('tells the version of any day, and since when each has been in force', async () => {
    const { accountId } = await openUnder(gateway(), 'S1')
    gateway().clock.advance(86_400_000)
    await supplement(gateway(), accountId, { settleWithinDays: 9 })
    const now = await read(accountId)
    expect(now.body).toMatchObject({
      version: 2,
      terms: { settleWithinDays: 9 },
      versions: [
        { version: 1, in_force_from: now.word('effective_at') },
        { version: 2, in_force_from: expect.stringMatching(/^2024/) },
      ],
    })
    const then = await read(accountId, `?at=${encodeURIComponent(now.word('effective_at'))}`)
    expect(then.body).toMatchObject({ version: 1, terms: { settleWithinDays: 3 } })
    const before = await gateway().asStaff('auditor', 'GET', `/v1/accounts/${accountId}/agreement?at=2024-01-01T00:00:00Z`)
    expect(before.code).toBe('not_found')
  })

  test('grants no class of data and no commercial purpose beyond what was agreed', async () => {
    const accountId = await openAccount(gateway())
    const put = async (overrides: object) => {
      const agreement = { preset: 'S4', overrides: { ...filledIn.S4, ...overrides }, reason }
      return gateway().asStaff('ops', 'PUT', `/v1/accounts/${accountId}/agreement`, agreement)
    }
    expect((await put({ dataClasses: ['supervision'] })).word('reason')).toBe('checks.id2: data class other is not granted')
    const marketing = { checks: { id2: { consentTypes: ['click'], purposes: ['marketing'] } } }
    expect((await put(marketing)).word('reason')).toBe('checks.id2.purposes: commercial use is not agreed')
    expect((await put({ ...marketing, commercialUse: true })).status).toBe(200)
    const customer = await openUnder(gateway(), 'S4')
    await expectStatus(201, customer.record('c-1'))
    expect((await customer.verify('k-1', 'c-1', persons.match, { purpose: 'marketing' })).code).toBe('purpose_not_allowed')
  })

  test('of S2 may be stopped at will, and never one with a paid pack', async () => {
    const stop = (accountId: string) =>
      gateway().asStaff('ops', 'PUT', `/v1/accounts/${accountId}/suspension`, { ground: 'at_will', note: reason })
    expect((await stop((await openUnder(gateway(), 'S2')).accountId)).status).toBe(200)
    const paid = { suspension: { at_will: 'at_once' }, stopAtWill: true }
    expect((await stop((await openUnder(gateway(), 'S1', { overrides: paid })).accountId)).word('reason')).toBe('paid_pack')
  })
})
