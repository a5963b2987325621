import { type Fraction, reduceFraction } from '../core/money.ts'

/** What the order document says about the price (S1 一: 商品价格, 实付金额). */
export interface Discount {
  discountFen: bigint
  /** Discount over list price, exact. */
  rate: Fraction
  paidOverList: Fraction
}

/**
 * The discount between list price and price really paid, in fen. A price paid above the list gives a discount below 0. Throws
 * RangeError unless the list price is above 0.
 */
export const findDiscount = (listFen: bigint, paidFen: bigint): Discount => ({
  discountFen: listFen - paidFen,
  rate: reduceFraction({ numerator: listFen - paidFen, denominator: listFen }),
  paidOverList: reduceFraction({ numerator: paidFen, denominator: listFen }),
})
