import { z } from 'zod'
import { findDiscount } from '../../src/agreement/price.ts'
import { formatDecimal, formatFraction, parseDecimal } from '../../src/core/decimal.ts'
import { amountOf, type Fraction, formatFen, multiplyFractions, unitPrice } from '../../src/core/money.ts'
import { fen, fenAboveZero } from './amounts.ts'
import { InputError, type OpTable, op } from './op.ts'

const credits = z.int().min(1).max(1_000_000_000)

/** The pack of the order (S1 一): the trap names a number of calls and no price. */
const orderedPack = unitPrice(80_000, 30_000)

const inYuan = (fraction: Fraction): Fraction => multiplyFractions(fraction, { numerator: 1n, denominator: 100n })

/** What the calls would cost at the ordered price after it was rounded: the mistake that the trap is about. */
const withRounded = (places: number, calls: number): [string, string] => {
  const shown = formatDecimal(inYuan(orderedPack), places)
  const rounded = parseDecimal(shown)
  if (rounded === null) throw new InputError(`${shown} is no decimal`)
  return [`with${shown}`, formatFen(amountOf(multiplyFractions(rounded, { numerator: 100n, denominator: 1n }), calls))]
}

/** Unit price and discount (S1 一, contracts.md §3.3). */
export const priceOps: OpTable = {
  'price.unit': op({ price: fen, calls: credits }, ({ price, calls }) => {
    const unit = inYuan(unitPrice(price, calls))
    return { exact: formatFraction(unit), display6: formatDecimal(unit, 6) }
  }),
  'price.discount': op({ list: fenAboveZero, paid: fen }, ({ list, paid }) => {
    const { discountFen, rate, paidOverList } = findDiscount(list, paid)
    return { discount: formatFen(discountFen), rate: formatFraction(rate), paidOverList: formatFraction(paidOverList) }
  }),
  'price.roundingTrap': op({ calls: credits }, ({ calls }) => ({
    exact: formatFen(amountOf(orderedPack, calls)),
    ...Object.fromEntries([withRounded(4, calls), withRounded(6, calls)]),
  })),
}
