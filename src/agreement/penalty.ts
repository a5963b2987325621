import {
  addFractions,
  type Fraction,
  isMore,
  multiplyFraction,
  multiplyFractions,
  roundHalfUp,
  wholeFraction,
} from '../core/money.ts'
import type { LatePart } from './late-payment.ts'

/** What a preset says about late payment (S3 §8.1). Rates are fractions of an amount. */
export interface PenaltyTerms {
  /** Per day, of what is unpaid. */
  ratePerDay: Fraction
  /** Share of the contract amount above which the provider may end the contract. */
  thresholdRate: Fraction
  /** Bill no more than the threshold. The text makes it a ground to end, not a cap, so this is a switch (contracts.md §5 no. 3). */
  capped: boolean
}

/** A penalty, in fen. Both amounts are always shown; `billedFen` is the one that the switch chooses. */
export interface Penalty {
  accruedFen: bigint
  thresholdFen: bigint
  cappedFen: bigint
  billedFen: bigint
  /** A person has to confirm before more than the capped amount is billed. */
  needsConfirmation: boolean
  /** More than the threshold [超过], compared before rounding: exactly the threshold gives no right yet. */
  terminationRight: boolean
}

const shareOf = (amountFen: bigint, rate: Fraction): Fraction => multiplyFractions(wholeFraction(amountFen), rate)

const judge = (exact: Fraction, accruedFen: bigint, contractFen: bigint, terms: PenaltyTerms): Penalty => {
  const threshold = shareOf(contractFen, terms.thresholdRate)
  const thresholdFen = roundHalfUp(threshold)
  const cappedFen = accruedFen < thresholdFen ? accruedFen : thresholdFen
  return {
    accruedFen,
    thresholdFen,
    cappedFen,
    billedFen: terms.capped ? cappedFen : accruedFen,
    needsConfirmation: !terms.capped && accruedFen > cappedFen,
    terminationRight: isMore(exact, threshold),
  }
}

/** The penalty on one unpaid amount after so many late days: rounded once over all days, not day by day (S3 §8.1, contracts.md §3.6). */
export const findPenalty = (contractFen: bigint, unpaidFen: bigint, daysLate: number, terms: PenaltyTerms): Penalty => {
  const exact = multiplyFraction(shareOf(unpaidFen, terms.ratePerDay), daysLate)
  return judge(exact, roundHalfUp(exact), contractFen, terms)
}

/** The penalty on a debt that was paid in parts: a line for each, rounded once, and their sum (S3 §8.1: 未缴金额). */
export const findPenaltyOfParts = (
  contractFen: bigint,
  parts: readonly LatePart[],
  terms: PenaltyTerms,
): Penalty & { linesFen: bigint[] } => {
  const exact = parts.map(({ amountFen, daysLate }) => multiplyFraction(shareOf(amountFen, terms.ratePerDay), daysLate))
  const linesFen = exact.map(roundHalfUp)
  const accruedFen = linesFen.reduce((sum, lineFen) => sum + lineFen, 0n)
  return { linesFen, ...judge(exact.reduce(addFractions, wholeFraction(0)), accruedFen, contractFen, terms) }
}

/** What a preset says about a provider that delivers late (S3 §8.1, second part). */
export interface DelayTerms {
  /** Per day, of the whole contract amount. */
  ratePerDay: Fraction
  /** Days after which, from the next one on, the customer may end the contract. */
  graceDays: number
  /** Share of the contract amount that follows such an end. */
  lumpRate: Fraction
}

/** The penalty of a late provider, in fen. */
export interface DelayPenalty {
  dailyFen: bigint
  accruedFen: bigint
  terminationRight: boolean
  /** What follows if the customer ends the contract; null while it may not. It is an alternative to the days and never added (contracts.md §5 no. 26). */
  lumpFen: bigint | null
}

/** Days and lump sum are both recorded; the customer chooses one on the settlement. */
export const findDelayPenalty = (contractFen: bigint, daysLate: number, terms: DelayTerms): DelayPenalty => {
  const daily = shareOf(contractFen, terms.ratePerDay)
  const terminationRight = daysLate > terms.graceDays
  return {
    dailyFen: roundHalfUp(daily),
    accruedFen: roundHalfUp(multiplyFraction(daily, daysLate)),
    terminationRight,
    lumpFen: terminationRight ? roundHalfUp(shareOf(contractFen, terms.lumpRate)) : null,
  }
}
