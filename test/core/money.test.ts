import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  addFractions,
  amountOf,
  divideFractions,
  formatFen,
  isMore,
  multiplyFraction,
  multiplyFractions,
  parseYuan,
  reduceFraction,
  roundHalfUp,
  unitPrice,
  wholeFraction,
} from '../../src/core/money.ts'

describe('formatFen and parseYuan', () => {
  test.each<[number | bigint, string]>([
    [80000, '800.00'],
    [5, '0.05'],
    [0, '0.00'],
    [-5, '-0.05'],
    [-80000n, '-800.00'],
    [123456789012345678901n, '1234567890123456789.01'],
  ])('%d fen is %s', (fen, text) => {
    expect(formatFen(fen)).toBe(text)
  })

  test.each<[string, number | null]>([
    ['800.00', 80000],
    ['800', 80000],
    ['800.5', 80050],
    ['0.05', 5],
    ['0', 0],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
    ['90071992547409.92', null],
    ['', null],
    ['.5', null],
    ['5.', null],
    ['00.5', null],
    ['800.005', null],
    ['-1', null],
    ['+1', null],
    ['1,200.00', null],
    ['1e3', null],
    ['８００', null],
    [' 800', null],
    ['800\n', null],
  ])('%j yuan is %s fen', (text, fen) => {
    expect(parseYuan(text)).toBe(fen)
  })

  it('loses nothing on the way', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (fen) => {
        expect(parseYuan(formatFen(fen))).toBe(fen)
      }),
    )
  })

  test.each([0.5, 2 ** 53, Number.NaN])('refuses %d fen', (fen) => {
    expect(() => formatFen(fen)).toThrow(RangeError)
  })
})

describe('unit prices', () => {
  it('keeps the pack of 30,000 for 800.00 exact (a rounded unit price would make it 800.01 or 801.00)', () => {
    const price = unitPrice(80000, 30000)
    expect(price).toEqual({ numerator: 8n, denominator: 3n })
    expect(formatFen(amountOf(price, 30000))).toBe('800.00')
    expect(formatFen(amountOf(price, 12345))).toBe('329.20')
    expect(formatFen(amountOf(price, 1))).toBe('0.03')
    expect(formatFen(amountOf(price, 0))).toBe('0.00')
    expect(formatFen(amountOf(unitPrice(120000n, 30000n), 12345))).toBe('493.80')
  })

  test.each([0, -1, 0.5])('refuses a pack of %d credits', (credits) => {
    expect(() => unitPrice(80000, credits)).toThrow(RangeError)
  })

  test.each<[bigint, bigint, bigint]>([
    [1n, 2n, 1n],
    [3n, 2n, 2n],
    [5n, 2n, 3n],
    [-1n, 2n, -1n],
    [-3n, 2n, -2n],
    [49n, 100n, 0n],
    [-49n, 100n, 0n],
    [0n, 7n, 0n],
    [2n, 3n, 1n],
    [1n, 3n, 0n],
  ])('%d/%d rounds to %d', (numerator, denominator, rounded) => {
    expect(roundHalfUp({ numerator, denominator })).toBe(rounded)
  })

  it('reduces', () => {
    expect(reduceFraction({ numerator: -6n, denominator: 4n })).toEqual({ numerator: -3n, denominator: 2n })
    expect(reduceFraction({ numerator: 0n, denominator: 9n })).toEqual({ numerator: 0n, denominator: 1n })
    expect(multiplyFraction({ numerator: 8n, denominator: 3n }, 3)).toEqual({ numerator: 8n, denominator: 1n })
    expect(() => reduceFraction({ numerator: 1n, denominator: 0n })).toThrow(RangeError)
    expect(() => roundHalfUp({ numerator: 1n, denominator: -2n })).toThrow(RangeError)
    expect(() => multiplyFraction({ numerator: 1n, denominator: 2n }, 0.5)).toThrow(RangeError)
  })

  it('never loses money', () => {
    const fen = fc.bigInt({ min: 0n, max: 10n ** 12n })
    const credits = fc.bigInt({ min: 1n, max: 10n ** 9n })
    fc.assert(
      fc.property(fen, credits, credits, (paid, sold, cut) => {
        const price = unitPrice(paid, sold)
        const used = cut % (sold + 1n)
        expect(amountOf(price, sold)).toBe(paid)
        // A line is at most half a fen off, so used and unused parts together are at most one.
        const off = 2n * (amountOf(price, used) * sold - paid * used)
        expect(off <= sold && off >= -sold).toBe(true)
        const together = amountOf(price, used) + amountOf(price, sold - used) - paid
        expect(together >= -1n && together <= 1n).toBe(true)
        expect(amountOf(price, -used)).toBe(-amountOf(price, used))
      }),
    )
  })
})

describe('fractions', () => {
  const of = (numerator: bigint, denominator: bigint) => ({ numerator, denominator })

  it('add, multiply and divide exactly', () => {
    expect(addFractions(of(1n, 6n), of(1n, 10n))).toEqual(of(4n, 15n))
    expect(addFractions(of(1n, 6n), of(-1n, 6n))).toEqual(of(0n, 1n))
    expect(multiplyFractions(of(-2n, 3n), of(9n, 4n))).toEqual(of(-3n, 2n))
    expect(divideFractions(of(-2n, 3n), of(4n, 9n))).toEqual(of(-3n, 2n))
    expect(wholeFraction(7)).toEqual(of(7n, 1n))
    expect(() => wholeFraction(0.5)).toThrow(RangeError)
    expect(() => divideFractions(of(1n, 2n), of(0n, 1n))).toThrow(RangeError)
    expect(() => divideFractions(of(1n, 2n), of(-1n, 2n))).toThrow(RangeError)
  })

  it('are more only when strictly more', () => {
    expect(isMore(of(1n, 3n), of(33n, 100n))).toBe(true)
    expect(isMore(of(2n, 6n), of(1n, 3n))).toBe(false)
    expect(isMore(of(33n, 100n), of(1n, 3n))).toBe(false)
    expect(isMore(of(-1n, 3n), of(-1n, 2n))).toBe(true)
  })
})
