import fc from 'fast-check'
import { expect, test } from 'vitest'
import { marginOf } from '../../src/agreement/margin.ts'

test('is exact to the millionth of a yuan, and rounded to fen once', () => {
  // 12,345 calls of a pack of 30,000 for 800.00, at 0.0150 each from the source: 329.20 less 185.175.
  expect(marginOf({ usedFen: 32_920n, costMicroYuan: 185_175_000 })).toEqual({
    marginMicroYuan: 144_025_000n,
    marginFen: 14_403n,
    ofRevenue: { numerator: 7n, denominator: 16n },
  })
})

test('below zero is rounded away from zero too, and without revenue there is no rate', () => {
  expect(marginOf({ usedFen: 0, costMicroYuan: 5_000 })).toEqual({ marginMicroYuan: -5_000n, marginFen: -1n, ofRevenue: null })
  expect(marginOf({ usedFen: 1, costMicroYuan: 14_999 })).toMatchObject({ marginMicroYuan: -4_999n, marginFen: 0n })
})

test('of amounts that are not whole throws', () => {
  expect(() => marginOf({ usedFen: 0.5, costMicroYuan: 0 })).toThrow(RangeError)
  expect(() => marginOf({ usedFen: 1, costMicroYuan: Number.NaN })).toThrow(RangeError)
})

test('never differs from the exact margin by more than half a fen, however it is split', () => {
  const amounts = fc.record({
    usedFen: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    costMicroYuan: fc.bigInt({ min: 0n, max: 10n ** 16n }),
  })
  fc.assert(
    fc.property(fc.array(amounts, { minLength: 1, maxLength: 8 }), (parts) => {
      const whole = parts.reduce((sum, part) => ({
        usedFen: sum.usedFen + part.usedFen,
        costMicroYuan: sum.costMicroYuan + part.costMicroYuan,
      }))
      const { marginMicroYuan, marginFen } = marginOf(whole)
      expect(marginMicroYuan).toBe(parts.reduce((sum, part) => sum + marginOf(part).marginMicroYuan, 0n))
      const off = marginFen * 10_000n - marginMicroYuan
      expect(off <= 5_000n && off >= -5_000n).toBe(true)
    }),
  )
})
