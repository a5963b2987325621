import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Check } from '../../src/core/checks.ts'
import { checks, inputJsonSchema, maskSubject, readInput, readSubject, subjectKeyOf, subjectOf } from '../../src/core/checks.ts'

const today = '2026-01-15'
const id = '11010519491231002X'
const uscc = '91350100M000100Y43'

const checkOf = (code: string): Check => {
  const check = checks.get(code)
  if (!check) throw new Error(`no check ${code}`)
  return check
}
const id2 = checkOf('id2')

describe('the catalogue', () => {
  it('has these checks, each under its own code, each with the number of its subject', () => {
    expect(
      [...checks].map(([code, check]) => [code, check.subject, check.fields.map((field) => `${field.name}:${field.rule}`)]),
    ).toEqual([
      ['id2', 'person', ['id_number:resident_id', 'name:person_name']],
      ['mobile3', 'person', ['id_number:resident_id', 'name:person_name', 'mobile:mobile_number']],
      ['enterprise2', 'organisation', ['uscc:uscc', 'name:organisation_name']],
      ['housing_proof', 'person', ['id_number:resident_id', 'name:person_name']],
      ...['property_certificate', 'registration_proof', 'contract', 'e_licence'].map((code) => [
        code,
        'person',
        ['id_number:resident_id', 'name:person_name', 'register_number:register_number'],
      ]),
      ['marriage', 'person', ['id_number:resident_id', 'name:person_name']],
      ['enterprise_basic', 'organisation', ['uscc:uscc', 'name:organisation_name']],
      ['uscc_org', 'organisation', ['uscc:uscc', 'name:organisation_name']],
      ...['financial_licence', 'completion_filing', 'planning_permit'].map((code) => [
        code,
        'organisation',
        ['uscc:uscc', 'name:organisation_name', 'register_number:register_number'],
      ]),
      ['household', 'person', ['id_number:resident_id', 'name:person_name']],
    ])
    for (const [code, check] of checks) expect(check.code).toBe(code)
  })

  it('publishes a schema whose own examples are accepted', () => {
    for (const check of checks.values()) {
      const schema = inputJsonSchema(check)
      expect(schema).toMatchObject({
        type: 'object',
        additionalProperties: false,
        required: check.fields.map((field) => field.name),
      })
      const example = Object.fromEntries(
        Object.entries(schema.properties).map(([name, property]) => [name, property.examples[0]]),
      )
      expect(readInput(check, example, today)).toEqual({ kind: 'input', fields: example })
    }
  })
})

describe('readInput', () => {
  it('gives normalised values', () => {
    expect(
      readInput(checkOf('mobile3'), { mobile: '+86 138-0013-8000', name: ' 张 三', id_number: '11010519491231002x' }, today),
    ).toEqual({
      kind: 'input',
      fields: { id_number: id, name: '张三', mobile: '13800138000' },
    })
    expect(readInput(checkOf('enterprise2'), { uscc: '91350100m000100y43', name: 'Acme 3000' }, today)).toEqual({
      kind: 'input',
      fields: { uscc, name: 'Acme 3000' },
    })
  })

  test.each<[string, unknown, [string, string][]]>([
    ['null', null, [['', 'type_object']]],
    ['nothing', undefined, [['', 'type_object']]],
    ['text', 'x', [['', 'type_object']]],
    ['an array', [], [['', 'type_object']]],
    [
      'no members',
      {},
      [
        ['/id_number', 'member_missing'],
        ['/name', 'member_missing'],
      ],
    ],
    [
      'inherited members',
      Object.create({ id_number: id, name: '张三' }),
      [
        ['/id_number', 'member_missing'],
        ['/name', 'member_missing'],
      ],
    ],
    ['a number', { id_number: 110105, name: '张三' }, [['/id_number', 'type_string']]],
    ['null inside', { id_number: id, name: null }, [['/name', 'type_string']]],
    ['long text', { id_number: id, name: ' '.repeat(201) }, [['/name', 'too_long']]],
    [
      'broken rules',
      { id_number: '110105194912310021', name: '张' },
      [
        ['/id_number', 'id_number_checksum'],
        ['/name', 'name_length'],
      ],
    ],
    ['an unknown member', { id_number: id, name: '张三', mobile: '13800138000' }, [['/mobile', 'member_unknown']]],
    ['a member named by a value', { id_number: id, name: '张三', [id]: '', 李四: '' }, [['', 'member_unknown']]],
    ['__proto__', JSON.parse(`{"id_number":"${id}","name":"张三","__proto__":{}}`), [['/__proto__', 'member_unknown']]],
    ['a long member name', { id_number: id, name: '张三', ['a'.repeat(41)]: '' }, [['', 'member_unknown']]],
    [
      'fields first, then unknown members',
      { zzz: 1, id_number: id },
      [
        ['/name', 'member_missing'],
        ['/zzz', 'member_unknown'],
      ],
    ],
  ])('refuses %s', (_, raw, faults) => {
    expect(readInput(id2, raw, today)).toEqual({
      kind: 'faults',
      faults: faults.map(([pointer, rule]) => ({ pointer: `/data_subject${pointer}`, rule })),
    })
  })

  it('takes 200 units of white space for what they are: an empty value', () => {
    expect(readInput(id2, { id_number: id, name: ' '.repeat(200) }, today)).toMatchObject({ faults: [{ rule: 'name_length' }] })
  })

  it('never repeats a value in a fault', () => {
    const marker = '秘7密9'
    const value = fc.oneof(
      fc.constant(marker),
      fc.constant([marker]),
      fc.constant({ [marker]: marker }),
      fc.string().map((text) => `${marker}${text}`),
    )
    const name = fc.oneof(
      fc.constantFrom('id_number', 'name', 'other'),
      fc.string({ minLength: 1 }).map((text) => `${marker}${text}`),
    )
    fc.assert(
      fc.property(fc.dictionary(name, value), (raw) => {
        expect(JSON.stringify(readInput(id2, raw, today))).not.toMatch(/秘|密|7|9/)
      }),
    )
  })
})

describe('readSubject', () => {
  it('reads a person and an organisation', () => {
    expect(readSubject({ id_number: '11010519491231002x', name: '张 三' }, today)).toEqual({
      kind: 'subject',
      subject: { type: 'person', number: id, name: '张三' },
    })
    expect(readSubject({ uscc, name: '示例360公司' }, today)).toEqual({
      kind: 'subject',
      subject: { type: 'organisation', number: uscc, name: '示例360公司' },
    })
  })

  test.each<[unknown, [string, string][]]>([
    [null, [['', 'type_object']]],
    [
      {},
      [
        ['/id_number', 'member_missing'],
        ['/name', 'member_missing'],
      ],
    ],
    [{ uscc, id_number: id, name: '张三' }, [['/id_number', 'member_unknown']]],
    [{ uscc: 7, name: '张三' }, [['/uscc', 'type_string']]],
    [{ id_number: id, name: '张三', mobile: '13800138000' }, [['/mobile', 'member_unknown']]],
  ])('refuses %j', (raw, faults) => {
    expect(readSubject(raw, today)).toEqual({
      kind: 'faults',
      faults: faults.map(([pointer, rule]) => ({ pointer: `/data_subject${pointer}`, rule })),
    })
  })
})

describe('subject keys and masks', () => {
  it('recognises the subject of a consent in every check about it', () => {
    const consent = subjectKeyOf('person', id)
    expect(consent).toBe(`person:${id}`)
    expect(subjectOf(id2, { id_number: id, name: '张三' })).toBe(consent)
    expect(subjectOf(checkOf('mobile3'), { id_number: id, name: '张三', mobile: '13800138000' })).toBe(consent)
    expect(subjectOf(checkOf('enterprise2'), { uscc, name: '示例公司' })).toBe(`organisation:${uscc}`)
    expect(() => subjectOf(id2, { name: '张三' })).toThrow(TypeError)
  })

  it('masks number and name', () => {
    expect(maskSubject({ type: 'person', number: id, name: '张三' })).toEqual({
      numberMasked: '110105********002X',
      nameMasked: '张*',
    })
    expect(maskSubject({ type: 'organisation', number: uscc, name: '示例公司' })).toEqual({
      numberMasked: '9135***********Y43',
      nameMasked: '示**',
    })
  })
})
