import { addFractions, divideFractions, type Fraction, multiplyFractions, roundHalfUp, wholeFraction } from '../core/money.ts'

/** An amount with its tax, in fen: `netFen + taxFen` is always `grossFen`. */
export interface TaxedAmount {
  netFen: bigint
  taxFen: bigint
  grossFen: bigint
}

/** 1 + rate. A rate is a fraction such as 6/100, not below 0. */
const grossOver = (rate: Fraction): Fraction => addFractions(wholeFraction(1), rate)

/** The net amount in a price that contains the tax, rounded once, half up; the tax is the rest (S3 附件2, contracts.md §3.5). */
export const splitGross = (grossFen: bigint, rate: Fraction): TaxedAmount => {
  const netFen = roundHalfUp(divideFractions(wholeFraction(grossFen), grossOver(rate)))
  return { netFen, taxFen: grossFen - netFen, grossFen }
}

/** The other direction, exact in fen and not rounded: it checks a printed table. */
export const addTax = (netFen: bigint, rate: Fraction): Fraction => multiplyFractions(wholeFraction(netFen), grossOver(rate))

/**
 * A table of lines at one rate. The totals are the sums of the rounded lines; splitting the total instead may differ by a fen
 * (contracts.md §5 no. 33).
 */
export const splitTable = (grossesFen: readonly bigint[], rate: Fraction): { lines: TaxedAmount[]; total: TaxedAmount } => {
  const lines = grossesFen.map((grossFen) => splitGross(grossFen, rate))
  const sumOf = (member: keyof TaxedAmount) => lines.reduce((sum, line) => sum + line[member], 0n)
  return { lines, total: { netFen: sumOf('netFen'), taxFen: sumOf('taxFen'), grossFen: sumOf('grossFen') } }
}
