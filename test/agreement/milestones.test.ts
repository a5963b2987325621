import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { splitMilestones } from '../../src/agreement/milestones.ts'
import { anyFen, exactly, fenOf, sumOf } from '../support/amounts.ts'

describe('milestones', () => {
  test.each([
    ['1000.00', ['0.3', '0.3', '0.4'], ['300.00', '300.00', '400.00']],
    ['100.00', ['0.333', '0.333', '0.334'], ['33.30', '33.30', '33.40']],
    ['0.05', ['0.5', '0.5'], ['0.03', '0.02']],
    ['10.00', ['0', '1'], ['0.00', '10.00']],
    ['10.00', ['1'], ['10.00']],
    ['0.00', ['0.6', '0.4'], ['0.00', '0.00']],
  ])('%s by %j is %j', (total, shares, amounts) => {
    expect(splitMilestones(fenOf(total), shares.map(exactly))).toEqual({ kind: 'milestones', amountsFen: amounts.map(fenOf) })
  })

  it('of a tiny price are never below nothing', () => {
    const quarters = Array.from({ length: 4 }, () => exactly('0.25'))
    expect(splitMilestones(2n, quarters)).toEqual({ kind: 'milestones', amountsFen: [1n, 1n, 0n, 0n] })
  })

  test.each([
    [['0.7', '0.2'], { numerator: 9n, denominator: 10n }],
    [['0.7', '0.31'], { numerator: 101n, denominator: 100n }],
    [[], { numerator: 0n, denominator: 1n }],
  ])('%j are not the whole', (shares, sum) => {
    expect(splitMilestones(100n, shares.map(exactly))).toEqual({ kind: 'shares_not_whole', sum })
  })

  it('always add up', () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 1000n }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(anyFen, parts, (totalFen, weights) => {
        const denominator = sumOf(weights)
        const split = splitMilestones(
          totalFen,
          weights.map((numerator) => ({ numerator, denominator })),
        )
        if (split.kind !== 'milestones') throw new Error('the shares are the whole')
        expect(sumOf(split.amountsFen)).toBe(totalFen)
        expect(split.amountsFen.every((amountFen) => amountFen >= 0n)).toBe(true)
      }),
    )
  })
})
