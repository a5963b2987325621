import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { isSpelledAs, spellCapitals } from '../../src/agreement/capitals.ts'
import { fenOf } from '../support/amounts.ts'

/** Reads capital characters by place value alone; it knows nothing of how they are written. */
const readCapitals = (text: string): bigint => {
  let total = 0n
  let part = 0n
  let section = 0n
  let digit = 0n
  const places: Record<string, bigint> = { 拾: 10n, 佰: 100n, 仟: 1000n }
  for (const character of text.replace('负', '')) {
    const value = '零壹贰叁肆伍陆柒捌玖'.indexOf(character)
    if (value >= 0) digit = BigInt(value)
    else if (character in places) {
      section += digit * (places[character] ?? 0n)
      digit = 0n
    } else if (character === '万') {
      part += (section + digit) * 10_000n
      section = digit = 0n
    } else if (character === '亿') {
      part = (part + section + digit) * 100_000_000n
      section = digit = 0n
      total += part * 100n
      part = 0n
    } else if (character === '元') {
      total += (part + section + digit) * 100n
      part = section = digit = 0n
    } else if (character === '角' || character === '分') {
      total += digit * (character === '角' ? 10n : 1n)
      digit = 0n
    } else if (character !== '整') throw new Error(`${character} is no capital character`)
  }
  return text.startsWith('负') ? -total : total
}

describe('capital characters', () => {
  test.each<[string, string[]]>([
    ['0.00', ['零元整']],
    ['0.01', ['壹分', '零元壹分']],
    ['0.20', ['贰角', '零元贰角', '贰角整', '零元贰角整']],
    ['0.34', ['叁角肆分', '零元叁角肆分']],
    ['1.00', ['壹元整']],
    ['6.05', ['陆元零伍分']],
    ['10.00', ['壹拾元整']],
    ['10.01', ['壹拾元零壹分']],
    ['15.60', ['壹拾伍元陆角', '壹拾伍元陆角整']],
    ['1409.50', ['壹仟肆佰零玖元伍角', '壹仟肆佰零玖元伍角整']],
    ['6007.14', ['陆仟零柒元壹角肆分']],
    ['1680.32', ['壹仟陆佰捌拾元叁角贰分', '壹仟陆佰捌拾元零叁角贰分']],
    ['107000.53', ['壹拾万柒仟元伍角叁分', '壹拾万零柒仟元伍角叁分', '壹拾万柒仟元零伍角叁分', '壹拾万零柒仟元零伍角叁分']],
    ['16409.02', ['壹万陆仟肆佰零玖元零贰分']],
    ['325.04', ['叁佰贰拾伍元零肆分']],
    ['10000.00', ['壹万元整']],
    ['10001.00', ['壹万零壹元整']],
    ['10100.00', ['壹万零壹佰元整']],
    ['100100.00', ['壹拾万零壹佰元整']],
    ['1000000.00', ['壹佰万元整']],
    ['20050000.00', ['贰仟零伍万元整']],
    ['100000000.00', ['壹亿元整']],
    ['100000001.00', ['壹亿零壹元整']],
    ['100005000.00', ['壹亿零伍仟元整', '壹亿伍仟元整']],
    ['150000000.00', ['壹亿伍仟万元整']],
    ['1050000000.00', ['壹拾亿伍仟万元整', '壹拾亿零伍仟万元整']],
    ['1005000000.00', ['壹拾亿零伍佰万元整']],
    ['1000000000000.00', ['壹万亿元整']],
    ['1000000000001.01', ['壹万亿零壹元零壹分']],
    ['1000500000000.00', ['壹万零伍亿元整']],
    [
      '1020030004000.00',
      [
        '壹万零贰佰亿叁仟万肆仟元整',
        '壹万零贰佰亿零叁仟万肆仟元整',
        '壹万零贰佰亿叁仟万零肆仟元整',
        '壹万零贰佰亿零叁仟万零肆仟元整',
      ],
    ],
    ['-51000.00', ['负伍万壹仟元整']],
  ])('%s is %j', (amount, spellings) => {
    expect(spellCapitals(fenOf(amount))).toEqual(spellings)
  })

  it('have no usual spelling from 10^16 yuan on', () => {
    expect(spellCapitals(10n ** 18n - 1n)[0]).toBe('玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分')
    expect(() => spellCapitals(10n ** 18n)).toThrow(RangeError)
    expect(() => spellCapitals(-(10n ** 18n))).toThrow(RangeError)
  })

  it('read back as what was written, whichever spelling', () => {
    const digits = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 9 })), {
      minLength: 1,
      maxLength: 18,
    })
    const amounts = fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 14n }),
      digits.map((list) => BigInt(list.join(''))),
    )
    fc.assert(
      fc.property(amounts, (amountFen) => {
        const spellings = spellCapitals(amountFen)
        expect(new Set(spellings).size).toBe(spellings.length)
        for (const text of spellings) {
          expect(readCapitals(text)).toBe(amountFen)
          expect(text).not.toMatch(/零零|零[万亿拾佰仟角分整]|^.+零元|[拾佰仟]$/)
          // 整 stands where there is no fen, and there alone.
          expect(text.includes('分') && text.includes('整')).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('are refused by the reader when they are something else', () => {
    expect(() => readCapitals('壹百元整')).toThrow('百')
    expect(readCapitals('壹佰元整')).not.toBe(100_01n)
  })
})

describe('digits and capital characters of a contract', () => {
  test.each([
    ['人民币壹拾万零柒仟元整', '107000.00'],
    ['壹拾万柒仟元正', '107000.00'],
    ['玖元伍角整', '9.50'],
    ['玖元伍角', '9.50'],
  ])('%s agrees with %s', (text, amount) => {
    expect(isSpelledAs(text, fenOf(amount))).toBe(true)
  })

  test.each([
    ['壹拾万柒仟元整', '107000.01'],
    ['壹拾万柒佰元整', '100700.00'],
    ['玖元零伍分整', '9.05'],
    ['十万七千元整', '107000.00'],
    ['', '0.00'],
  ])('%s does not agree with %s', (text, amount) => {
    expect(isSpelledAs(text, fenOf(amount))).toBe(false)
  })
})
