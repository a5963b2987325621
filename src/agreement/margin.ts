import { type Fraction, reduceFraction, roundHalfUp } from '../core/money.ts'

/** What service brought in, and what its sources cost. A source may be paid by the millionth of a yuan; a fen is 10,000 of them. */
export interface MarginInput {
  usedFen: bigint | number
  costMicroYuan: bigint | number
}

export interface Margin {
  /** Exact. */
  marginMicroYuan: bigint
  /** The exact margin, rounded once, half away from zero. */
  marginFen: bigint
  /** The margin over what came in, exact; null when nothing came in. */
  ofRevenue: Fraction | null
}

/**
 * What is left of the value of used service after what its sources cost. No clause rules it: it is for staff alone, and no
 * customer's document shows it. Add up used value and cost first and call this once: margins of parts, rounded, do not add up.
 * Throws RangeError for a number that is not whole.
 */
export const marginOf = ({ usedFen, costMicroYuan }: MarginInput): Margin => {
  const revenueMicroYuan = BigInt(usedFen) * 10_000n
  const marginMicroYuan = revenueMicroYuan - BigInt(costMicroYuan)
  return {
    marginMicroYuan,
    marginFen: roundHalfUp({ numerator: marginMicroYuan, denominator: 10_000n }),
    ofRevenue: revenueMicroYuan > 0n ? reduceFraction({ numerator: marginMicroYuan, denominator: revenueMicroYuan }) : null,
  }
}
