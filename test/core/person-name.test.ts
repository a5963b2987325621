import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { checkOrganisationName, checkPersonName, maskName, normaliseName } from '../../src/core/person-name.ts'

describe('normaliseName', () => {
  test.each([
    ['张三', '张三'],
    [' 张 三　', '张三'],
    ['欧阳\u3000小明\n', '欧阳小明'],
    ['买买提•艾力', '买买提·艾力'],
    ['买买提‧艾力', '买买提·艾力'],
    ['买买提∙艾力', '买买提·艾力'],
    ['买买提・艾力', '买买提·艾力'],
    ['买买提･艾力', '买买提·艾力'],
    ['买买提.艾力', '买买提·艾力'],
    ['买买提．艾力', '买买提·艾力'],
    ['买买提 · 艾力', '买买提·艾力'],
    ['买买提 . 艾力', '买买提·艾力'],
    ['阿·卜・杜.拉', '阿·卜·杜·拉'],
    ['卡.Smith', '卡·Smith'],
    ['.买买提', '.买买提'],
    ['买买提.', '买买提.'],
    ['John  Smith', 'John Smith'],
    ['  Élodie\tDupré ', 'Élodie Dupré'],
    ['J.P. Morgan', 'J.P. Morgan'],
    ['Amazon.com', 'Amazon.com'],
    ['J・P', 'J·P'],
    ['Acme (China) Co., Ltd.', 'Acme (China) Co., Ltd.'],
    ['示例 ABC 科技 有限公司', '示例ABC科技有限公司'],
    ['𠮷 野', '𠮷野'],
    // Compatibility and extension characters stay what they are: NFC and NFKC would both change the first.
    ['\uFA19田', '\uFA19田'],
    ['䶮ﬁ', '䶮ﬁ'],
    ['張\u{E0100}三', '張\u{E0100}三'],
    ['\uE863.三', '\uE863·三'],
  ])('%j becomes %j', (text, normalised) => {
    expect(normaliseName(text)).toBe(normalised)
  })

  it('comes to rest after one pass', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'张三·•.． \u3000Aé1\u0000𠮷-'), maxLength: 20 }), (text) => {
        expect(normaliseName(normaliseName(text))).toBe(normaliseName(text))
      }),
    )
  })
})

describe('checkPersonName', () => {
  test.each([
    '张三',
    '欧阳小明',
    '买买提·艾力',
    'John Smith',
    "O'Neil",
    '𠮷田',
    '〇一',
    '\uE863三',
    '李'.repeat(50),
    '𠮷'.repeat(50),
  ])('accepts %j', (name) => {
    expect(checkPersonName(name)).toBeNull()
  })

  test.each([
    ['', 'name_length'],
    ['张', 'name_length'],
    ['𠮷', 'name_length'],
    ['李'.repeat(51), 'name_length'],
    ['张3', 'name_characters'],
    ['张３', 'name_characters'],
    ['张\u0000三', 'name_characters'],
    ['张\u0085三', 'name_characters'],
    ['张\u200B三', 'name_characters'],
    ['张\u202E三', 'name_characters'],
    ['张\uD842', 'name_characters'],
  ])('%j breaks %s', (name, rule) => {
    expect(checkPersonName(normaliseName(name))).toBe(rule)
  })
})

describe('checkOrganisationName', () => {
  test.each(['三六零360科技', 'Acme 3000 Co., Ltd.', '企'.repeat(100)])('accepts %j', (name) => {
    expect(checkOrganisationName(name)).toBeNull()
  })

  test.each([
    ['企', 'name_length'],
    ['企'.repeat(101), 'name_length'],
    ['示例\u0007公司', 'name_characters'],
  ])('%j breaks %s', (name, rule) => {
    expect(checkOrganisationName(normaliseName(name))).toBe(rule)
  })
})

describe('maskName', () => {
  test.each([
    ['张三', '张*'],
    ['张三丰', '张**'],
    ['欧阳小明', '欧**'],
    ['𠮷田', '𠮷*'],
    ['John Smith', 'J**'],
    ['张', '*'],
    ['', '*'],
  ])('%j becomes %s', (name, masked) => {
    expect(maskName(name)).toBe(masked)
  })
})
