import { addFractions, type Fraction, multiplyFractions, roundHalfUp, wholeFraction } from '../core/money.ts'

export type Milestones =
  | { kind: 'milestones'; amountsFen: bigint[] }
  /** The shares do not add up to the whole; `sum` is what they add up to. */
  | { kind: 'shares_not_whole'; sum: Fraction }

/**
 * A price in parts (S3 §2.3: 75% and 25%). Each part is rounded once, half up, and the last one is the rest, so that the sum is
 * exact. Where rounding up has used up a tiny price, later parts get what is left: none is below 0. `totalFen` and the shares
 * are not below 0.
 */
export const splitMilestones = (totalFen: bigint, shares: readonly Fraction[]): Milestones => {
  const sum = shares.reduce(addFractions, wholeFraction(0))
  if (sum.numerator !== sum.denominator) return { kind: 'shares_not_whole', sum }
  let leftFen = totalFen
  const amountsFen = shares.map((share, at) => {
    const roundedFen = roundHalfUp(multiplyFractions(wholeFraction(totalFen), share))
    const amountFen = at === shares.length - 1 || roundedFen > leftFen ? leftFen : roundedFen
    leftFen -= amountFen
    return amountFen
  })
  return { kind: 'milestones', amountsFen }
}
