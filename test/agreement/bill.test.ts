import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeBill } from '../../src/agreement/bill.ts'
import { multiplyFraction } from '../../src/core/money.ts'
import { exactly, sumOf } from '../support/amounts.ts'

const item = (code: string, quantity: string, yuan: string) => ({
  code,
  quantity: exactly(quantity),
  unitPriceFen: multiplyFraction(exactly(yuan), 100),
})

describe('a bill', () => {
  it('rounds each line and adds the lines', () => {
    const bill = makeBill(
      [item('data_fee', '0.5', '0.01'), item('data_fee', '0.5', '0.01'), item('query_fee', '3', '0.033')],
      null,
    )
    expect(bill).toEqual({
      lines: [
        { code: 'data_fee', amountFen: 1n },
        { code: 'data_fee', amountFen: 1n },
        { code: 'query_fee', amountFen: 10n },
      ],
      totalFen: 12n,
      tax: null,
    })
  })

  it('splits the tax out of the total', () => {
    const { tax, totalFen } = makeBill([item('a', '1', '1.00'), item('b', '2', '1.00')], exactly('0.06'))
    expect(totalFen).toBe(300n)
    expect(tax).toEqual({ netFen: 283n, taxFen: 17n, grossFen: 300n })
  })

  it('at a rate of nothing shows that there is no tax', () => {
    expect(makeBill([item('a', '1', '1.00')], exactly('0')).tax).toEqual({ netFen: 100n, taxFen: 0n, grossFen: 100n })
  })

  it('takes a correction off by just its line', () => {
    const { lines, totalFen } = makeBill([item('a', '1', '0.005'), item('a', '-1', '0.005')], null)
    expect(lines.map(({ amountFen }) => amountFen)).toEqual([1n, -1n])
    expect(totalFen).toBe(0n)
  })

  it('without items is nothing', () => {
    expect(makeBill([], null)).toEqual({ lines: [], totalFen: 0n, tax: null })
  })

  it('is the sum of its lines, each at most half a fen off', () => {
    const decimals = fc.record({ numerator: fc.bigInt({ min: 0n, max: 10n ** 9n }), denominator: fc.constant(10_000n) })
    const items = fc.array(fc.record({ code: fc.constant('a'), quantity: decimals, unitPriceFen: decimals }), { maxLength: 9 })
    fc.assert(
      fc.property(items, (list) => {
        const { lines, totalFen } = makeBill(list, null)
        expect(totalFen).toBe(sumOf(lines.map(({ amountFen }) => amountFen)))
        list.forEach(({ quantity, unitPriceFen }, at) => {
          const size = quantity.denominator * unitPriceFen.denominator
          const off = (lines[at]?.amountFen ?? -1n) * size - quantity.numerator * unitPriceFen.numerator
          expect(2n * off <= size && 2n * off > -size).toBe(true)
        })
      }),
    )
  })
})
