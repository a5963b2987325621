import { addFractions, type Fraction, multiplyFraction, multiplyFractions, roundHalfUp, wholeFraction } from '../core/money.ts'
import type { LatePart } from './late-payment.ts'

/** For how long a rate is: one day, or a year that is reckoned as 365 or 360 days. */
export type RatePeriod = 'day' | 'year365' | 'year360'

/** Interest on late payment. The rate is blank in S4 and has to be set: null is never taken for 0. */
export interface InterestTerms {
  rate: Fraction | null
  per: RatePeriod
}

export type Interest = { kind: 'interest'; interestFen: bigint } | { kind: 'rate_missing' }

const daysOf: Readonly<Record<RatePeriod, bigint>> = { day: 1n, year365: 365n, year360: 360n }

/**
 * Simple interest on the parts of a debt, each for the days for which it was late, from the day after the due date to the day of
 * payment; rounded once over all parts, half up (S4 §6.3.2, contracts.md §3.7).
 */
export const findInterest = (parts: readonly Pick<LatePart, 'amountFen' | 'daysLate'>[], terms: InterestTerms): Interest => {
  if (terms.rate === null) return { kind: 'rate_missing' }
  const amountDays = parts
    .map(({ amountFen, daysLate }) => multiplyFraction(wholeFraction(amountFen), daysLate))
    .reduce(addFractions, wholeFraction(0))
  const perDay = multiplyFractions(terms.rate, { numerator: 1n, denominator: daysOf[terms.per] })
  return { kind: 'interest', interestFen: roundHalfUp(multiplyFractions(amountDays, perDay)) }
}
