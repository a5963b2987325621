import { describe, expect, it, test } from 'vitest'
import { useVendor } from '../support/http-vendor.ts'
import {
  type AccountWishes,
  buyCredits,
  type Customer,
  createKey,
  expectStatus,
  openAccount,
  openCustomer,
  persons,
  putAgreement,
  verificationBody,
} from '../support/http-world.ts'

const { vendor, gateway } = useVendor()

const note = 'agreed with the customer'
const suspension = { ground: 'key_leaked', note }

const staff = (customer: Customer, method: string, path: string, json: unknown) =>
  expectStatus(200, gateway().asStaff('admin', method, `/v1/accounts/${customer.accountId}${path}`, json))

interface Case {
  code: string
  /** What the account lacks from the start. */
  wishes?: AccountWishes
  /** What happens after the consent `c-1` is recorded. */
  before?: (customer: Customer) => Promise<unknown>
  consent?: Record<string, unknown>
  body?: Record<string, unknown>
  /** What has to happen so that the very same request is answered; absent where nothing can. */
  mend?: (customer: Customer) => Promise<unknown>
}

const dayMs = 86_400_000

const cases: [string, Case][] = [
  ['a key without the scope', { code: 'key_scope', wishes: { key: { scopes: ['verifications:read', 'consents:write'] } } }],
  [
    'an address off the list',
    { code: 'address_not_allowed', wishes: { key: { addresses: ['198.51.100.0/24', '203.0.113.7'] } } },
  ],
  [
    'a suspended account',
    {
      code: 'account_suspended',
      before: (customer) => staff(customer, 'PUT', '/suspension', suspension),
      mend: (customer) => staff(customer, 'DELETE', '/suspension', { reason: note }),
    },
  ],
  [
    'a suspended key',
    {
      code: 'key_suspended',
      before: (customer) => staff(customer, 'PUT', `/api-keys/${customer.keyId}/suspension`, suspension),
      mend: (customer) => staff(customer, 'DELETE', `/api-keys/${customer.keyId}/suspension`, { reason: note }),
    },
  ],
  ['a closed account', { code: 'account_closed', before: (customer) => staff(customer, 'POST', '/closing', { reason: note }) }],
  [
    'a term that has not begun',
    { code: 'not_effective', wishes: { overrides: { term: { start: '2024-08-05', end: '2025-07-29' } } } },
  ],
  [
    'a term that is over',
    {
      code: 'term_expired',
      wishes: { overrides: { term: { start: '2024-07-28', end: '2024-08-02' } } },
      before: async () => gateway().clock.advance(dayMs),
    },
  ],
  [
    'a person on hold',
    {
      code: 'subject_on_hold',
      before: async (customer) =>
        staff(customer, 'PUT', `/consents/${await consentId(customer)}/subject-hold`, { ground: 'subject_objection', note }),
      mend: async (customer) =>
        staff(customer, 'DELETE', `/consents/${await consentId(customer)}/subject-hold`, {
          reason: note,
          agreed_by: ['data_subject', 'customer', 'provider'],
        }),
    },
  ],
  ['a check that nobody knows', { code: 'check_not_granted', body: { check: 'face1' } }],
  ['a check that the agreement lacks', { code: 'check_not_granted', body: { check: 'enterprise2' } }],
  ['a check named like a member of every object', { code: 'check_not_granted', body: { check: 'constructor' } }],
  ['a purpose that the agreement lacks', { code: 'purpose_not_allowed', body: { purpose: 'debt_collection' } }],
  ['no consent', { code: 'consent_missing', body: { consent_reference: undefined } }],
  [
    'a consent that was never recorded',
    { code: 'consent_missing', body: { consent_reference: 'c-2' }, mend: (customer) => customer.record('c-2') },
  ],
  ['a malformed consent id', { code: 'consent_missing', body: { consent_reference: undefined, consent_id: 'con_1' } }],
  [
    'a consent id that never was',
    {
      code: 'consent_missing',
      body: { consent_reference: undefined, consent_id: 'con_0000000000_00000000001' },
    },
  ],
  ['the consent of somebody else', { code: 'consent_subject', body: { data_subject: persons.noRecord } }],
  [
    'a withdrawn consent',
    {
      code: 'consent_withdrawn',
      before: (customer) => customer.call('POST', '/v1/consents/c-1/withdrawal', { json: { source: 'data_subject' } }),
    },
  ],
  [
    'an expired consent',
    {
      code: 'consent_expired',
      consent: { expires_at: '2024-08-03T10:00:00+08:00' },
      before: async () => {
        gateway().clock.now = Math.max(gateway().clock.now, Date.parse('2024-08-03T10:00:00+08:00'))
      },
    },
  ],
  ['a consent to another check', { code: 'consent_scope', consent: { checks: ['mobile3'] } }],
  ['a consent to another purpose', { code: 'consent_scope', consent: { purposes: ['fraud_prevention'] } }],
  ['a kind of consent that the agreement does not take', { code: 'consent_scope', consent: { type: 'e_seal' } }],
  ['a consent that names no source that answers', { code: 'consent_source', consent: { sources: ['sandbox'] } }],
  [
    'a consent that is used up',
    {
      code: 'consent_used_up',
      consent: { max_uses: 1 },
      before: (customer) => expectStatus(200, customer.verify('k-0', 'c-1')),
    },
  ],
]

const consentId = async (customer: Customer): Promise<string> => (await customer.call('GET', '/v1/consents/c-1')).word('id')

describe('a verification that is not allowed', () => {
  test.each(cases)(
    '%s is 403, asks nobody and charges nothing',
    async (_what, { code, wishes = {}, before, consent, body, mend }) => {
      const customer = await openCustomer(gateway(), { mode: 'live', ...wishes })
      await expectStatus(201, customer.record('c-1', persons.match, consent))
      await before?.(customer)
      const books = await customer.credits()
      const asked = vendor.questions.length

      const request = { ...verificationBody('c-1'), ...body }
      const from = code === 'address_not_allowed' ? '203.0.113.8' : '203.0.113.7'
      const answer = await customer.ask('k-1', request, { from })
      expect([answer.status, answer.code]).toEqual([403, code])
      expect(await customer.credits()).toEqual(books)
      expect(vendor.questions.length).toBe(asked)

      await mend?.(customer)
      const again = await customer.ask('k-1', request, { from })
      expect(again.status, again.text).toBe(mend ? 200 : 403)
    },
  )

  it('stays 403 before the agreement is paid, and is answered after the payment', async () => {
    const accountId = await openAccount(gateway())
    const customer = await createKey(gateway(), accountId, { mode: 'live' })
    await expectStatus(201, customer.record('c-1'))
    expect((await customer.verify('k-1', 'c-1')).code).toBe('not_effective')
    await putAgreement(gateway(), accountId)
    expect((await customer.verify('k-1', 'c-1')).code).toBe('not_effective')
    await buyCredits(gateway(), accountId, 1, 'live')
    expect((await customer.verify('k-1', 'c-1')).status).toBe(200)
  })
})

describe('a verification whose body is long in coming', () => {
  /** The request arrives, then `meanwhile` happens, then its body ends. */
  const askSlowly = async (customer: Customer, meanwhile: () => Promise<void>) => {
    const body = verificationBody('c-1')
    const arrived = Promise.withResolvers<void>()
    const rest = Promise.withResolvers<void>()
    const raw = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          arrived.resolve()
          await rest.promise
          controller.enqueue(new TextEncoder().encode(JSON.stringify(body)))
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const answer = customer.ask('k-1', body, { raw })
    await arrived.promise
    await meanwhile()
    rest.resolve()
    return answer
  }

  it('is 403 when the consent was given after it was sent, asks nobody, and is answered when it is sent again', async () => {
    const customer = await openCustomer(gateway(), { mode: 'live' })
    const asked = vendor.questions.length
    const answer = await askSlowly(customer, async () => {
      gateway().clock.advance(1)
      const granted_at = new Date(gateway().clock.now).toISOString()
      await expectStatus(201, customer.record('c-1', persons.match, { granted_at }))
    })
    expect([answer.status, answer.code]).toEqual([403, 'consent_after_request'])
    expect(await customer.credits()).toEqual({ available: 100, held: 0, captured: 0 })
    expect(vendor.questions.length).toBe(asked)
    await expectStatus(200, customer.verify('k-1', 'c-1'))
  })

  it('is answered when the consent was there at the very moment of its arrival, however long the body takes', async () => {
    const customer = await openCustomer(gateway(), { mode: 'live' })
    const granted_at = new Date(gateway().clock.now).toISOString()
    await expectStatus(201, customer.record('c-1', persons.match, { granted_at }))
    const answer = await askSlowly(customer, async () => gateway().clock.advance(60_000))
    expect([answer.status, answer.member('outcome')]).toEqual([200, 'match'])
  })
})

describe('the customer of a suspended account', () => {
  it('still gets the answers that it paid for, by the same key and by address', async () => {
    const customer = await openCustomer(gateway(), { mode: 'live' })
    await customer.record('c-1')
    const first = await customer.verify('k-1', 'c-1')
    await staff(customer, 'PUT', '/suspension', suspension)
    await staff(customer, 'PUT', `/api-keys/${customer.keyId}/suspension`, suspension)
    const replayed = await customer.verify('k-1', 'c-1')
    expect([replayed.status, replayed.text]).toEqual([200, first.text])
    const read = await customer.call('GET', `/v1/verifications/${first.word('id')}`)
    expect([read.status, read.text]).toEqual([200, first.text])
    expect((await customer.verify('k-2', 'c-1')).code).toBe('account_suspended')
  })
})
