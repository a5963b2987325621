import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { formatDecimal, formatExact, formatFraction, parseDecimal, parseFen } from '../../src/core/decimal.ts'
import { formatFen, reduceFraction } from '../../src/core/money.ts'

describe('parseDecimal', () => {
  test.each<[string, bigint, bigint]>([
    ['0', 0n, 1n],
    ['-0.00', 0n, 1n],
    ['0.0465', 93n, 2000n],
    ['-12', -12n, 1n],
    ['1536.75', 6147n, 4n],
    ['0.100000000000000000000000000001', 100000000000000000000000000001n, 10n ** 30n],
    ['123456789012345678901234567890', 123456789012345678901234567890n, 1n],
  ])('%s is %d/%d', (text, numerator, denominator) => {
    expect(parseDecimal(text)).toEqual({ numerator, denominator })
  })

  test.each(['', '-', '.5', '5.', '00.5', '01', '+1', '1e3', '1,000', ' 1', '1\n', '１', '0x1', '--1', '1.2.3', 'NaN'])(
    '%j is none',
    (text) => {
      expect(parseDecimal(text)).toBeNull()
      expect(parseFen(text)).toBeNull()
    },
  )
})

describe('parseFen', () => {
  test.each<[string, bigint | null]>([
    ['0.01', 1n],
    ['-0.5', -50n],
    ['7', 700n],
    ['9999999999999999.99', 999999999999999999n],
    ['1.000', null],
    ['1.005', null],
  ])('%s yuan is %s fen', (text, fen) => {
    expect(parseFen(text)).toBe(fen)
  })

  it('reads back what is printed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (fen) => {
        expect(parseFen(formatFen(fen))).toBe(fen)
      }),
    )
  })
})

describe('formatting', () => {
  test.each<[bigint, bigint, number, string]>([
    [2n, 3n, 6, '0.666667'],
    [1n, 2n, 0, '1'],
    [-1n, 2n, 0, '-1'],
    [-1n, 3n, 0, '0'],
    [1n, 200n, 2, '0.01'],
    [-1n, 200n, 2, '-0.01'],
    [49n, 10_000n, 2, '0.00'],
    [99_995n, 10_000n, 3, '10.000'],
    [12n, 1n, 2, '12.00'],
  ])('%d/%d with %d places is %s', (numerator, denominator, places, text) => {
    expect(formatDecimal({ numerator, denominator }, places)).toBe(text)
  })

  test.each<[bigint, bigint, number, string | null]>([
    [1n, 8n, 2, '0.125'],
    [1n, 1n, 2, '1.00'],
    [1n, 1n, 0, '1'],
    [-7n, 500n, 2, '-0.014'],
    [3n, 6n, 0, '0.5'],
    [1n, 3n, 2, null],
    [1n, 70n, 2, null],
  ])('%d/%d with all its places, at least %d, is %s', (numerator, denominator, places, text) => {
    expect(formatExact({ numerator, denominator }, places)).toBe(text)
  })

  it('writes a fraction in lowest terms, and a whole number without a denominator', () => {
    expect(formatFraction({ numerator: 6n, denominator: 8n })).toBe('3/4')
    expect(formatFraction({ numerator: -6n, denominator: 4n })).toBe('-3/2')
    expect(formatFraction({ numerator: 24n, denominator: 2n })).toBe('12')
    expect(formatFraction({ numerator: 0n, denominator: 5n })).toBe('0')
  })

  it('with all its places loses nothing', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 6 }), (numerator, scale, places) => {
        const value = reduceFraction({ numerator, denominator: 10n ** BigInt(scale) })
        const text = formatExact(value, places)
        expect(text && parseDecimal(text)).toEqual(value)
      }),
    )
  })
})
