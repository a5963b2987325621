import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { prorate } from '../../src/agreement/proration.ts'
import { anyFen, fenOf } from '../support/amounts.ts'

describe('a fee by days', () => {
  test.each([
    ['365.00', 1, 366, '1.00', '364.00'],
    ['100.00', 10, 30, '33.33', '66.67'],
    ['0.01', 1, 2, '0.01', '0.00'],
    ['-100.00', 20, 30, '-66.67', '-33.33'],
    ['49.99', 0, 31, '0.00', '49.99'],
    ['49.99', 31, 31, '49.99', '0.00'],
  ])('%s for %d of %d days is %s, and %s is left', (fee, days, total, earned, unearned) => {
    expect(prorate(fenOf(fee), days, total)).toEqual({ earnedFen: fenOf(earned), unearnedFen: fenOf(unearned) })
  })

  test.each([
    [-1, 30],
    [31, 30],
    [0, 0],
    [1.5, 30],
  ])('refuses %d of %d days', (days, total) => {
    expect(() => prorate(100n, days, total)).toThrow(RangeError)
  })

  it('loses nothing, grows by the day, and is all of it at the end', () => {
    fc.assert(
      fc.property(anyFen, fc.integer({ min: 1, max: 5000 }), fc.nat(), (feeFen, total, cut) => {
        const days = cut % total
        const { earnedFen, unearnedFen } = prorate(feeFen, days, total)
        expect(earnedFen + unearnedFen).toBe(feeFen)
        expect(earnedFen >= 0n && unearnedFen >= 0n).toBe(true)
        expect(prorate(feeFen, days + 1, total).earnedFen >= earnedFen).toBe(true)
        expect(prorate(feeFen, total, total).unearnedFen).toBe(0n)
      }),
    )
  })
})
