import { type Fraction, multiplyFractions, roundHalfUp } from '../core/money.ts'
import { splitGross, type TaxedAmount } from './vat.ts'

/** A counted quantity at one price. A price that changes in the period makes two items, never an average. */
export interface BillItem {
  /** What is billed, such as `platform_fee`, `query_fee`, `data_fee` (S4 §6.1.2). */
  code: string
  /** Calls, megabytes or periods, exact. */
  quantity: Fraction
  /** Fen for one, exact; it may be less than a fen. */
  unitPriceFen: Fraction
}

export interface Bill {
  lines: { code: string; amountFen: bigint }[]
  totalFen: bigint
  /** The tax in the total; null where the agreement names no rate (contracts.md §5 no. 43). */
  tax: TaxedAmount | null
}

/**
 * A bill for actual use (S4 §6.1). Each line is rounded once, half up; the total is the sum of the lines, and the tax is split out
 * of the total of the bill (contracts.md §3.8). A correction has a quantity below 0.
 */
export const makeBill = (items: readonly BillItem[], vatRate: Fraction | null): Bill => {
  const lines = items.map(({ code, quantity, unitPriceFen }) => ({
    code,
    amountFen: roundHalfUp(multiplyFractions(quantity, unitPriceFen)),
  }))
  const totalFen = lines.reduce((sum, { amountFen }) => sum + amountFen, 0n)
  return { lines, totalFen, tax: vatRate && splitGross(totalFen, vatRate) }
}
