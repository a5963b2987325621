import { describe, expect, it, test } from 'vitest'
import type { Answer } from '../support/http-gateway.ts'
import { useVendor } from '../support/http-vendor.ts'
import { buyCredits, type Customer, expectStatus, openCustomer, persons, verificationBody } from '../support/http-world.ts'

const { vendor, gateway } = useVendor()

const live = async (credits = 100): Promise<Customer> => {
  const customer = await openCustomer(gateway(), { mode: 'live', credits })
  await expectStatus(201, customer.record('c-1'))
  return customer
}

/** A verification under these very header values of Idempotency-Key. */
const askUnder = (customer: Customer, ...values: string[]): Promise<Answer> => {
  const headers = new Headers()
  for (const value of values) headers.append('Idempotency-Key', value)
  return customer.call('POST', '/v1/verifications', { json: verificationBody('c-1'), headers })
}

describe('the header Idempotency-Key', () => {
  test.each<[string, string, string[]]>([
    ['no header', 'idempotency_key_missing', []],
    ['an empty one', 'idempotency_key_missing', ['']],
    ['two headers', 'idempotency_key_malformed', ['k-1', 'k-2']],
    ['twice the same', 'idempotency_key_malformed', ['k-1', 'k-1']],
    ['a comma', 'idempotency_key_malformed', ['k,1']],
    ['256 characters', 'idempotency_key_malformed', ['k'.repeat(256)]],
    ['256 characters in quotes', 'idempotency_key_malformed', [`"${'k'.repeat(256)}"`]],
    ['a space', 'idempotency_key_malformed', ['k 1']],
    ['a tab', 'idempotency_key_malformed', ['k\t1']],
    ['a control character', 'idempotency_key_malformed', ['k\u00011']],
    ['a character beyond ASCII', 'idempotency_key_malformed', ['é']],
    ['nothing in quotes', 'idempotency_key_malformed', ['""']],
    ['one quote', 'idempotency_key_malformed', ['"']],
    ['a quote at the beginning', 'idempotency_key_malformed', ['"k-1']],
    ['a quote at the end', 'idempotency_key_malformed', ['k-1"']],
    ['a quote inside quotes', 'idempotency_key_malformed', ['"k"1"']],
    ['a backslash', 'idempotency_key_malformed', ['"k\\1"']],
  ])('with %s is 400 %s, and nothing is held', async (_what, code, values) => {
    const customer = await live()
    const asked = vendor.questions.length
    const answer = await askUnder(customer, ...values)
    expect([answer.status, answer.code]).toEqual([400, code])
    expect(vendor.questions.length).toBe(asked)
    expect(await customer.credits()).toEqual({ available: 100, held: 0, captured: 0 })
  })

  it('may be 255 characters of any visible kind but comma, quote and backslash', async () => {
    const customer = await live()
    const visible = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).join('')
    for (const key of ['k'.repeat(255), visible.replaceAll(/[,"\\]/g, ''), '0'])
      expect((await askUnder(customer, key)).headers.get('idempotency-replayed')).toBeNull()
    expect(await customer.credits()).toEqual({ available: 97, held: 0, captured: 3 })
  })

  it('is the same with quotes and without', async () => {
    const customer = await live()
    const first = await askUnder(customer, 'k-1')
    const quoted = await askUnder(customer, '"k-1"')
    expect([quoted.status, quoted.text]).toEqual([200, first.text])
    expect(quoted.headers.get('idempotency-replayed')).toBe('true')
    expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
  })
})

describe('a repeated request', () => {
  it('gets the same bytes, marked, asks nobody and costs nothing, however often and in whatever spelling', async () => {
    const customer = await live()
    const first = await customer.verify('k-1', 'c-1')
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([200, null])
    await customer.verify('k-2', 'c-1')
    const asked = vendor.questions.length
    gateway().clock.advance(60_000)
    const { purpose, ...rest } = verificationBody('c-1')
    const spellings = [
      JSON.stringify(verificationBody('c-1'), null, 2),
      JSON.stringify({ purpose, ...rest }),
      `\n${JSON.stringify(verificationBody('c-1'))} `,
    ]
    for (const raw of spellings) {
      const replayed = await customer.call('POST', '/v1/verifications', { raw, headers: { 'Idempotency-Key': 'k-1' } })
      expect([replayed.status, replayed.text]).toEqual([200, first.text])
      expect(replayed.headers.get('idempotency-replayed')).toBe('true')
    }
    expect(vendor.questions.length).toBe(asked)
    expect(await customer.credits()).toEqual({ available: 98, held: 0, captured: 2 })
  })

  it('is answered through another key of the account too, but not through one of the other mode', async () => {
    const customer = await live()
    const first = await customer.verify('k-1', 'c-1')
    const other = await customer.withKey({ mode: 'live' })
    expect((await other.verify('k-1', 'c-1')).text).toBe(first.text)
    const ofTest = await customer.withKey({ mode: 'test' })
    expect((await ofTest.verify('k-1', 'c-1')).code).toBe('idempotency_key_reused')
    expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
  })

  it('is another request for another account', async () => {
    const [one, other] = [await live(), await live()]
    const first = await one.verify('k-1', 'c-1')
    const second = await other.verify('k-1', 'c-1')
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.headers.get('idempotency-replayed')).toBeNull()
    expect(second.word('id')).not.toBe(first.word('id'))
    for (const customer of [one, other]) expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
  })

  it('is 409 while the first is being asked, with the address to look at, and the answer afterwards', async () => {
    const customer = await live()
    const asked = vendor.questions.length
    const release = vendor.hold()
    const first = customer.verify('k-1', 'c-1')
    await expect.poll(() => vendor.questions.length, { timeout: 10_000 }).toBe(asked + 1)
    const early = await customer.verify('k-1', 'c-1')
    expect([early.status, early.code, early.member('retry')]).toEqual([409, 'verification_in_progress', 'same_key'])
    expect(early.headers.get('retry-after')).toBe('1')
    const standing = await customer.call('GET', early.word('verification', 'href'))
    expect(standing.body).toMatchObject({
      id: early.word('verification', 'id'),
      state: 'held',
      outcome: null,
      charged: false,
      completed_at: null,
    })
    expect(await customer.credits()).toEqual({ available: 99, held: 1, captured: 0 })
    release()
    const answered = await first
    expect(answered.word('id')).toBe(early.word('verification', 'id'))
    const replayed = await customer.verify('k-1', 'c-1')
    expect([replayed.status, replayed.text, replayed.headers.get('idempotency-replayed')]).toEqual([200, answered.text, 'true'])
    expect(vendor.questions.length).toBe(asked + 1)
  })
})

describe('a key that failed before anything was held', () => {
  it('is not burnt: after a top-up the same request is answered', async () => {
    const customer = await live(1)
    await expectStatus(200, customer.verify('k-0', 'c-1'))
    const asked = vendor.questions.length
    for (let time = 0; time < 3; time += 1) {
      const refused = await customer.verify('k-1', 'c-1')
      expect([refused.status, refused.code, refused.member('retry')]).toEqual([402, 'quota_exhausted', 'same_key'])
      expect(refused.headers.get('idempotency-replayed')).toBeNull()
    }
    expect(vendor.questions.length).toBe(asked)
    await buyCredits(gateway(), customer.accountId, 5, 'live', 'order-2')
    const answered = await customer.verify('k-1', 'c-1')
    expect([answered.status, answered.member('available')]).toEqual([200, 4])
  })

  it('may then be used for another body', async () => {
    const customer = await live()
    await expectStatus(201, customer.record('c-2', persons.noRecord))
    expect((await customer.verify('k-1', 'c-3')).code).toBe('consent_missing')
    const answered = await customer.verify('k-1', 'c-2', persons.noRecord)
    expect([answered.status, answered.headers.get('idempotency-replayed')]).toEqual([200, null])
  })
})

describe('a member that stands twice in the JSON', () => {
  const body = JSON.stringify(verificationBody('c-1'))
  const other = '"data_subject":{"id_number":"11010519491231002X","name":"李四"}'
  const raw = (customer: Customer, text: string): Promise<Answer> =>
    customer.call('POST', '/v1/verifications', { raw: text, headers: { 'Idempotency-Key': 'k-1' } })

  it('is read as its last one by the rules, the source and the fingerprint alike', async () => {
    const customer = await live()
    const asked = vendor.questions.length
    const first = await expectStatus(200, raw(customer, `{${other},${body.slice(1)}`))
    expect(vendor.questions.slice(asked).map(({ name }) => name)).toEqual(['张三'])
    const replayed = await expectStatus(200, raw(customer, body))
    expect([replayed.headers.get('idempotency-replayed'), replayed.word('id')]).toEqual(['true', first.word('id')])
    const reused = await raw(customer, `${body.slice(0, -1)},${other}}`)
    expect([reused.status, reused.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
  })
})
