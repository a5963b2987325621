import { describe, expect, it, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer, type Person, persons } from '../support/http-world.ts'

const gateway = useGateway()

describe('a delivered answer', () => {
  test.each<[keyof typeof persons, string, boolean]>([
    ['match', 'match', true],
    ['mismatch', 'mismatch', true],
    ['noRecord', 'no_record', false],
    ['rejected', 'rejected', false],
  ])('about the sandbox person %s is 200 with the outcome %s, charged: %s', async (person, outcome, charged) => {
    const customer = await openCustomer(gateway())
    const consent = await expectStatus(201, customer.record('c-1', persons[person]))
    const answer = await expectStatus(200, customer.verify('k-1', 'c-1', persons[person], { reference: 'app-1' }))
    const available = charged ? 99 : 100
    expect(answer.body).toMatchObject({
      check: 'id2',
      state: charged ? 'captured' : 'released',
      outcome,
      charged,
      credits: charged ? 1 : 0,
      available,
      consent_id: consent.word('id'),
      purpose: 'real_name_registration',
      reference: 'app-1',
      api_key_id: customer.keyId,
      mode: 'test',
      source: { id: 'sandbox' },
      usage: 'internal_reference_only',
      created_at: '2024-08-02T10:00:00.000+08:00',
      completed_at: '2024-08-02T10:00:00.000+08:00',
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await customer.credits()).toEqual({ available, held: 0, captured: charged ? 1 : 0 })

    const read = await customer.call('GET', `/v1/verifications/${answer.word('id')}`)
    expect([read.status, read.text]).toEqual([200, answer.text])
  })

  test.each<[string, Person]>([
    ['full-width digits and letters', { id_number: '１１０１０５１９４９１２３１００２Ｘ', name: '张三' }],
    ['a small x', { id_number: '11010519491231002x', name: '张三' }],
    ['spaces in the number', { id_number: ' 110105 19491231 002X ', name: '张三' }],
    ['spaces around and in the name', { id_number: '11010519491231002X', name: '\r\n 张 三 ' }],
  ])('is the same for %s', async (_what, person) => {
    const customer = await openCustomer(gateway())
    await expectStatus(201, customer.record('c-1', person))
    const answer = await expectStatus(200, customer.verify('k-1', 'c-1', person))
    expect(answer.member('outcome')).toBe('match')
    // The consent is recognised by the number, whatever its spelling.
    expect((await customer.verify('k-2', 'c-1', persons.match)).member('outcome')).toBe('match')
  })

  it('may name the consent by its id', async () => {
    const customer = await openCustomer(gateway())
    const consent = await customer.record('c-1')
    const more = { consent_reference: undefined, consent_id: consent.word('id') }
    expect((await customer.verify('k-1', '', persons.match, more)).member('consent_id')).toBe(consent.word('id'))
  })

  it('names an audit leaf of its own, later than the one before', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1')
    const [first, second] = [await customer.verify('k-1', 'c-1'), await customer.verify('k-2', 'c-1')]
    expect(Number(second.member('audit', 'index'))).toBeGreaterThan(Number(first.member('audit', 'index')))
    expect(second.word('audit', 'leaf_hash')).not.toBe(first.word('audit', 'leaf_hash'))
    expect(second.word('audit', 'leaf_hash')).toMatch(/^[0-9a-f]{64}$/)
    expect(second.word('id') > first.word('id')).toBe(true)
  })

  it('uses the consent once for each delivered answer, and not at all for a refused input', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1', persons.match, { max_uses: 2 })
    await expectStatus(200, customer.verify('k-1', 'c-1'))
    await expectStatus(200, customer.verify('k-1', 'c-1'))
    expect((await customer.call('GET', '/v1/consents/c-1')).body).toMatchObject({ uses: 1, state: 'active' })
    await expectStatus(200, customer.verify('k-2', 'c-1', persons.mismatch))
    expect((await customer.call('GET', '/v1/consents/c-1')).body).toMatchObject({ uses: 2, state: 'used_up' })
    await customer.record('c-2', persons.rejected, { max_uses: 1 })
    for (const key of ['k-3', 'k-4']) await expectStatus(200, customer.verify(key, 'c-2', persons.rejected))
    expect((await customer.call('GET', '/v1/consents/c-2')).body).toMatchObject({ uses: 0, state: 'active' })
  })
})

describe('the list of verifications', () => {
  it('shows every one once, newest first, page by page', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1')
    const made: string[] = []
    for (let at = 0; at < 7; at += 1) made.unshift((await customer.verify(`k-${at}`, 'c-1')).word('id'))
    const seen: string[] = []
    let path: string | null = '/v1/verifications?limit=3'
    const sizes: number[] = []
    while (path !== null) {
      const page = await expectStatus(200, customer.call('GET', path))
      const { items, next } = page.body as { items: { id: string }[]; next: string | null }
      sizes.push(items.length)
      seen.push(...items.map(({ id }) => id))
      path = next === null ? null : `/v1/verifications?limit=3&cursor=${next}`
    }
    expect(sizes).toEqual([3, 3, 1])
    expect(seen).toEqual(made)
  })

  it('is empty for a new customer, and shows nobody else’s', async () => {
    const [one, other] = [await openCustomer(gateway()), await openCustomer(gateway())]
    await one.record('c-1')
    await one.verify('k-1', 'c-1')
    expect((await other.call('GET', '/v1/verifications')).body).toEqual({ items: [], next: null })
  })
})
