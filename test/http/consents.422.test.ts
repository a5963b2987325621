import { describe, expect, it, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { consentBody, expectStatus, openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway()

type Fault = [pointer: string, rule: string]
const good = consentBody('c-1')
const subject = (more: Record<string, unknown>) => ({ data_subject: { ...persons.match, ...more } })

const wrong: [string, Record<string, unknown>, Fault[]][] = [
  ['no reference', { reference: undefined }, [['/reference', 'member_missing']]],
  ['a reference that is a number of a person', { reference: persons.match.id_number }, [['/reference', 'personal_number']]],
  ['a reference with a slash', { reference: 'a/b' }, [['/reference', 'format']]],
  ['no data subject', { data_subject: undefined }, [['/data_subject', 'type_object']]],
  ['a bad checksum', subject({ id_number: '110105194912310021' }), [['/data_subject/id_number', 'id_number_checksum']]],
  [
    'a birth date that does not exist',
    subject({ id_number: '110105194902300020' }),
    [['/data_subject/id_number', 'id_number_birth_date']],
  ],
  ['an unknown member of the data subject', subject({ address: '' }), [['/data_subject/address', 'member_unknown']]],
  [
    'a member __proto__ of the data subject',
    { data_subject: JSON.parse(`${JSON.stringify(persons.match).slice(0, -1)},"__proto__":{"a":1}}`) },
    [['/data_subject/__proto__', 'member_unknown']],
  ],
  [
    'a person and an organisation at once',
    subject({ uscc: '91350100M000100Y43' }),
    [['/data_subject/id_number', 'member_unknown']],
  ],
  ['an unknown member', { image: 'x' }, [['/image', 'member_unknown']]],
  ['an unknown member that begins like a known one', { data_subject_2: {} }, [['/data_subject_2', 'member_unknown']]],
  ['an unknown type', { type: 'spoken' }, [['/type', 'value_not_listed']]],
  ['a word for a truth value', { separate_consent: 'yes' }, [['/separate_consent', 'type_boolean']]],
  ['no purposes', { purposes: [] }, [['/purposes', 'too_small']]],
  ['a purpose twice', { purposes: ['a', 'a'] }, [['/purposes', 'repeated']]],
  ['a purpose that is no code', { purposes: ['a', 'A B'] }, [['/purposes/1', 'format']]],
  ['21 checks', { checks: Array.from({ length: 21 }, (_, at) => `c${at}`) }, [['/checks', 'too_large']]],
  ['sources that are no list', { sources: 'sandbox' }, [['/sources', 'type_array']]],
  ['a notice without a digest', { notice: { version: '1' } }, [['/notice/sha256', 'member_missing']]],
  ['a digest in capitals', { evidence: { sha256: 'A'.repeat(64) } }, [['/evidence/sha256', 'format']]],
  ['a notice at a script', { notice: { ...good.notice, url: 'javascript:alert(1)' } }, [['/notice/url', 'format']]],
  ['a day instead of an instant', { granted_at: '2024-08-01' }, [['/granted_at', 'time_rfc3339']]],
  ['an instant without offset', { granted_at: '2024-08-01T09:00:00' }, [['/granted_at', 'time_rfc3339']]],
  ['30 February', { granted_at: '2024-02-30T09:00:00+08:00' }, [['/granted_at', 'time_rfc3339']]],
  ['a time of 25 hours', { granted_at: '2024-02-29T25:00:00+08:00' }, [['/granted_at', 'time_rfc3339']]],
  ['an instant that is a number', { granted_at: 1_722_474_000 }, [['/granted_at', 'type_string']]],
  ['a consent of the future', { granted_at: '2024-08-02T10:01:00.001+08:00' }, [['/granted_at', 'in_the_future']]],
  ['an expiry before the consent', { expires_at: '2024-07-31T09:00:00+08:00' }, [['/expires_at', 'after_granted_at']]],
  [
    'a consent of a child without a guardian',
    { ...subject(persons.rejected), granted_at: '2008-08-22T23:59:59+08:00' },
    [['/guardian', 'guardian_required']],
  ],
  ['an unknown guardian', { guardian: 'friend' }, [['/guardian', 'value_not_listed']]],
  ['no use at all', { max_uses: 0 }, [['/max_uses', 'too_small']]],
  ['half a use', { max_uses: 1.5 }, [['/max_uses', 'type_int']]],
  ['too many uses', { max_uses: 1_000_001 }, [['/max_uses', 'too_large']]],
]

describe('a consent that is wrong', () => {
  test.each(wrong)('%s is 422, names where and which rule, and is not recorded', async (_what, change, faults) => {
    const customer = await openCustomer(gateway())
    const answer = await customer.call('POST', '/v1/consents', { json: { ...good, ...change } })
    expect([answer.status, answer.code]).toEqual([422, 'input_invalid'])
    expect(answer.member('errors')).toEqual(faults.map(([pointer, rule]) => ({ pointer, rule })))
    expect((await customer.call('GET', '/v1/consents')).member('items')).toEqual([])
    // The reference is not used up by what was refused.
    expect((await customer.call('POST', '/v1/consents', { json: good })).status).toBe(201)
  })

  test.each<[unknown, Fault[]]>([
    [{}, [['/source', 'member_missing']]],
    [{ source: 'nobody' }, [['/source', 'value_not_listed']]],
    [{ source: 'customer', note: 'x' }, [['/note', 'member_unknown']]],
  ])('a withdrawal %j is 422 and withdraws nothing', async (json, faults) => {
    const customer = await openCustomer(gateway())
    await expectStatus(201, customer.record('c-1'))
    const answer = await customer.call('POST', '/v1/consents/c-1/withdrawal', { json })
    expect([answer.status, answer.member('errors')]).toEqual([422, faults.map(([pointer, rule]) => ({ pointer, rule }))])
    expect((await customer.call('GET', '/v1/consents/c-1')).member('state')).toBe('active')
  })
})

it('a consent given on the 14th birthday needs no guardian, one given before is taken from a guardian', async () => {
  const customer = await openCustomer(gateway())
  await expectStatus(201, customer.record('c-1', persons.rejected, { granted_at: '2008-08-23T00:00:00+08:00' }))
  await expectStatus(
    201,
    customer.record('c-2', persons.rejected, { granted_at: '2008-08-22T00:00:00+08:00', guardian: 'legal_guardian' }),
  )
})

describe('a reference that names another statement', () => {
  it('is 409, and the first stays as it was', async () => {
    const customer = await openCustomer(gateway())
    const first = await expectStatus(201, customer.record('c-1'))
    for (const [person, more] of [
      [persons.noRecord, {}],
      [persons.mismatch, {}],
      [persons.match, { purposes: ['fraud_prevention'] }],
      [persons.match, { granted_at: '2024-08-01T09:00:01+08:00' }],
      [persons.match, { max_uses: 1 }],
    ] as const) {
      const answer = await customer.record('c-1', person, more)
      expect([answer.status, answer.code, answer.member('retry')]).toEqual([409, 'consent_reference_reused', 'no'])
    }
    expect((await customer.call('GET', '/v1/consents/c-1')).text).toBe(first.text)
  })
})

describe('a consent that is not there', () => {
  it('is 404 to read and to withdraw', async () => {
    const customer = await openCustomer(gateway())
    const account = customer.accountId.slice('acc_'.length)
    for (const name of [
      'c-1',
      `con_${account}_00000000001`,
      'con_0000000000_00000000001',
      'batch',
      '%ff',
      '%2e%2e',
      'c'.repeat(3_000),
    ]) {
      const read = await customer.call('GET', `/v1/consents/${name}`)
      const withdrawn = await customer.call('POST', `/v1/consents/${name}/withdrawal`, { json: { source: 'customer' } })
      expect([name, read.status, read.code, withdrawn.status, withdrawn.code]).toEqual([name, 404, 'not_found', 404, 'not_found'])
    }
  })
})
