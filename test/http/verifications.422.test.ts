import { describe, expect, it, test } from 'vitest'
import { useVendor } from '../support/http-vendor.ts'
import { consentBody, openCustomer, persons, verificationBody } from '../support/http-world.ts'

const { vendor, gateway } = useVendor()

const good = verificationBody('c-1')
const { check: _check, ...withoutCheck } = good
const { purpose: _purpose, ...withoutPurpose } = good
const { data_subject: _subject, ...withoutSubject } = good
const withSubject = (more: Record<string, unknown>) => ({ ...good, data_subject: { ...persons.match, ...more } })

type Fault = [pointer: string, rule: string]

const wrong: [string, unknown, Fault[]][] = [
  ['a list', [], [['', 'type_object']]],
  ['a text', 'id2', [['', 'type_object']]],
  ['null', null, [['', 'type_object']]],
  ['no check', withoutCheck, [['/check', 'member_missing']]],
  ['a check of a wrong type', { ...good, check: 2 }, [['/check', 'type_string']]],
  ['no purpose', withoutPurpose, [['/purpose', 'member_missing']]],
  ['a purpose of a wrong type', { ...good, purpose: null }, [['/purpose', 'type_string']]],
  ['no data subject', withoutSubject, [['/data_subject', 'type_object']]],
  ['a data subject of a wrong type', { ...good, data_subject: [persons.match.id_number] }, [['/data_subject', 'type_object']]],
  ['an unknown member', { ...good, price: 1 }, [['/price', 'member_unknown']]],
  ['an unknown member that begins like a known one', { ...good, data_subjects: [] }, [['/data_subjects', 'member_unknown']]],
  ['an unknown member that is a number of a person', { ...good, '11010519491231002X': '' }, [['', 'member_unknown']]],
  [
    'an own member __proto__',
    JSON.parse(`{"__proto__":{"a":1},${JSON.stringify(good).slice(1)}`),
    [['/__proto__', 'member_unknown']],
  ],
  ['an unknown member of the data subject', withSubject({ mobile: '13800000013' }), [['/data_subject/mobile', 'member_unknown']]],
  ['no name', { ...good, data_subject: { id_number: persons.match.id_number } }, [['/data_subject/name', 'member_missing']]],
  ['a number that is a number', withSubject({ id_number: 110105194912310 }), [['/data_subject/id_number', 'type_string']]],
  ['a bad checksum', withSubject({ id_number: '110105194912310021' }), [['/data_subject/id_number', 'id_number_checksum']]],
  ['a number of 15 digits', withSubject({ id_number: '110105491231002' }), [['/data_subject/id_number', 'id_number_legacy_15']]],
  [
    'a number that is too short',
    withSubject({ id_number: '1101051949123100' }),
    [['/data_subject/id_number', 'id_number_length']],
  ],
  [
    'a letter in the number',
    withSubject({ id_number: '1101051949123100ZX' }),
    [['/data_subject/id_number', 'id_number_characters']],
  ],
  ['30 February', withSubject({ id_number: '110105194902300020' }), [['/data_subject/id_number', 'id_number_birth_date']]],
  [
    'a birth after today',
    withSubject({ id_number: '11010520991231002X' }),
    [['/data_subject/id_number', 'id_number_birth_date']],
  ],
  ['a name of one character', withSubject({ name: '张' }), [['/data_subject/name', 'name_length']]],
  ['a name with a control character', withSubject({ name: '张\u001b[31m三' }), [['/data_subject/name', 'name_characters']]],
  ['a name with half a surrogate', withSubject({ name: '张三\ud800' }), [['/data_subject/name', 'name_characters']]],
  ['a name that is far too long', withSubject({ name: '张三'.repeat(200) }), [['/data_subject/name', 'too_long']]],
  ['two names of a consent', { ...good, consent_id: 'con_0000000000_00000000001' }, [['/consent_reference', 'one_of_two']]],
  ['a reference with a space', { ...good, reference: 'a b' }, [['/reference', 'format']]],
  [
    'a reference that holds a number of a person',
    { ...good, reference: 'app-11010519491231002X' },
    [['/reference', 'personal_number']],
  ],
  ['a consent reference of a wrong type', { ...good, consent_reference: 1 }, [['/consent_reference', 'type_string']]],
  [
    'a consent reference that is too long',
    { ...good, consent_reference: 'c'.repeat(129) },
    [['/consent_reference', 'too_large']],
  ],
  [
    'two faults',
    { ...withSubject({ name: '' }), reference: '' },
    [
      ['/reference', 'format'],
      ['/data_subject/name', 'name_length'],
    ],
  ],
]

describe('input that is wrong', () => {
  test.each(wrong)('%s is 422 and names where and which rule', async (_what, body, faults) => {
    const customer = await openCustomer(gateway(), { mode: 'live' })
    await customer.call('POST', '/v1/consents', { json: consentBody('c-1') })
    const asked = vendor.questions.length
    const answer = await customer.ask('k-1', body)
    expect([answer.status, answer.code]).toEqual([422, 'input_invalid'])
    expect(answer.member('errors')).toEqual(faults.map(([pointer, rule]) => ({ pointer, rule })))
    expect(await customer.credits()).toEqual({ available: 100, held: 0, captured: 0 })
    expect(vendor.questions.length).toBe(asked)

    // Nothing was held, so the key is not burnt.
    const corrected = await customer.verify('k-1', 'c-1')
    expect([corrected.status, corrected.member('outcome')]).toEqual([200, 'match'])
  })
})

describe('an Idempotency-Key that named another request', () => {
  it('is 422, charges nothing and leaves the first answer as it was', async () => {
    const customer = await openCustomer(gateway(), { mode: 'live' })
    await customer.record('c-1')
    await customer.record('c-2', persons.noRecord)
    const first = await customer.verify('k-1', 'c-1')
    const asked = vendor.questions.length
    for (const body of [
      verificationBody('c-2', persons.noRecord),
      verificationBody('c-1', persons.match, { reference: 'app-1' }),
      verificationBody('c-1', persons.match, { purpose: 'account_opening' }),
      verificationBody('c-1', { ...persons.match, name: '李四' }),
      [],
    ]) {
      const answer = await customer.ask('k-1', body)
      expect([answer.status, answer.code, answer.member('retry')]).toEqual([422, 'idempotency_key_reused', 'new_key'])
      expect(answer.member('verification')).toBeUndefined()
    }
    expect(vendor.questions.length).toBe(asked)
    expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
    expect((await customer.verify('k-1', 'c-1')).text).toBe(first.text)
  })
})
