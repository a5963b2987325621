import { expect, it } from 'vitest'
import { findDiscount } from '../../src/agreement/price.ts'

it('a discount is shown exactly', () => {
  expect(findDiscount(900_00n, 750_00n)).toEqual({
    discountFen: 150_00n,
    rate: { numerator: 1n, denominator: 6n },
    paidOverList: { numerator: 5n, denominator: 6n },
  })
  expect(findDiscount(5_00n, 5_00n)).toMatchObject({ discountFen: 0n, rate: { numerator: 0n } })
  expect(findDiscount(4_00n, 5_00n)).toMatchObject({ discountFen: -1_00n, rate: { numerator: -1n, denominator: 4n } })
})

it('there is no discount on a list price of nothing', () => {
  expect(() => findDiscount(0n, 0n)).toThrow(RangeError)
})
