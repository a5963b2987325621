import { describe, expect, test } from 'vitest'
import { renderMessage } from '../../src/agreement/message.ts'

const text = (value: string) => ({ kind: 'text', text: value })
const missing = (name: string) => ({ kind: 'missing_variable', name })
const personal = { kind: 'personal_data_in_message' }

describe('a message', () => {
  test('has every variable in every place', () => {
    expect(renderMessage('{a}-{b}-{a}', { a: '1', b: '2' })).toEqual(text('1-2-1'))
    expect(renderMessage('{产品}已暂停', { 产品: 'id2', other: '9' })).toEqual(text('id2已暂停'))
    expect(renderMessage('no variable', {})).toEqual(text('no variable'))
  })

  test('reads no value as a template, nor as a pattern', () => {
    expect(renderMessage('{a}{b}', { a: '{b}', b: '$&$1' })).toEqual(text('{b}$&$1'))
  })

  test.each([
    ['{a}{b}', { b: '2' }, 'a'],
    ['{a}{b}', {}, 'a'],
    ['{b}', { b: '' }, 'b'],
    ['{b}', { b: ' \t' }, 'b'],
    ['{toString}', {}, 'toString'],
    ['{__proto__}', {}, '__proto__'],
  ])('%s is not sent half filled', (template, variables, name) => {
    expect(renderMessage(template, variables)).toEqual(missing(name))
  })

  test.each(['{a', 'a}', '{}', '{{a}}', '{a}}'])('%s is no template', (template) => {
    expect(renderMessage(template, { a: '1' })).toEqual({ kind: 'template_malformed' })
  })

  test.each([
    ['a whole number', '{v}', '510108197205052137'],
    ['in the template itself', '编号510108197205052137停用{v}', 'x'],
    ['with a small x', '{v}', '11010519491231002x'],
    ['in full width', '{v}', '５１０１０８１９７２０５０５２１３７'],
    ['with spaces', '{v}', '510108 19720505 2137'],
    ['with a wrong check character', '{v}', '510108197205052138'],
    ['of the old form', '编号{v}。', '510108720505213'],
    ['across two variables', '{v}2137', '51010819720505'],
  ])('an identity number is never in it: %s', (_what, template, v) => {
    expect(renderMessage(template, { v })).toEqual(personal)
  })

  test.each(['510108********2137', '236642482600911', '2025070112345678', '13800138000', '1200元/3万次'])('%s may be', (v) => {
    expect(renderMessage('{v}', { v })).toEqual(text(v))
  })

  test('what is not used is not in it', () => {
    expect(renderMessage('{a}', { a: '1', spare: '510108197205052137' })).toEqual(text('1'))
  })
})
