import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { findInterest, type InterestTerms } from '../../src/agreement/interest.ts'
import { anyFen, anyRate, exactly, fenOf } from '../support/amounts.ts'

const perDay: InterestTerms = { rate: exactly('0.0003'), per: 'day' }
const interestOf = (amountFen: bigint, daysLate: number, terms: InterestTerms): bigint => {
  const found = findInterest([{ amountFen, daysLate }], terms)
  if (found.kind !== 'interest') throw new Error('there is a rate')
  return found.interestFen
}

describe('interest', () => {
  test.each([
    ['5000.00', '0.0003', 'day', 20, '30.00'],
    ['5000.00', '0.0365', 'year365', 20, '10.00'],
    ['5000.00', '0.0365', 'year360', 20, '10.14'],
    ['5000.00', '0.0365', 'year365', 366, '183.00'],
    ['1.00', '0.005', 'day', 1, '0.01'],
    ['0.99', '0.005', 'day', 1, '0.00'],
    ['1000000000000.00', '0.0003', 'day', 1, '300000000.00'],
    ['5000.00', '0', 'day', 20, '0.00'],
    ['5000.00', '0.0003', 'day', 0, '0.00'],
  ] as const)('on %s at %s per %s for %d days is %s', (principal, rate, per, days, interest) => {
    expect(interestOf(fenOf(principal), days, { rate: exactly(rate), per })).toBe(fenOf(interest))
  })

  it('without a rate is not nothing', () => {
    expect(findInterest([{ amountFen: 100n, daysLate: 1 }], { rate: null, per: 'day' })).toEqual({ kind: 'rate_missing' })
    expect(findInterest([], { rate: null, per: 'year365' })).toEqual({ kind: 'rate_missing' })
  })

  it('on parts is rounded once, over all of them', () => {
    const parts = [
      { amountFen: 50n, daysLate: 20 },
      { amountFen: 50n, daysLate: 20 },
    ]
    expect(findInterest(parts, perDay)).toEqual({ kind: 'interest', interestFen: 1n })
    expect(interestOf(50n, 20, perDay) * 2n).toBe(0n)
    expect(findInterest([], perDay)).toEqual({ kind: 'interest', interestFen: 0n })
  })

  it('never falls with the days, is more in a short year, and does not care how the debt is cut', () => {
    fc.assert(
      fc.property(anyFen, anyFen, anyRate, fc.nat({ max: 4000 }), (one, other, rate, days) => {
        for (const per of ['day', 'year365', 'year360'] as const)
          expect(interestOf(one, days + 1, { rate, per }) >= interestOf(one, days, { rate, per })).toBe(true)
        expect(interestOf(one, days, { rate, per: 'year360' }) >= interestOf(one, days, { rate, per: 'year365' })).toBe(true)
        const parts = [
          { amountFen: one, daysLate: days },
          { amountFen: other, daysLate: days },
        ]
        expect(findInterest(parts, { rate, per: 'day' })).toEqual({
          kind: 'interest',
          interestFen: interestOf(one + other, days, { rate, per: 'day' }),
        })
      }),
    )
  })
})
