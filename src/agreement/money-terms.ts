import type { Fraction } from '../core/money.ts'
import type { InterestTerms } from './interest.ts'
import type { DelayTerms, PenaltyTerms } from './penalty.ts'

/** What follows a late payment: a penalty or interest, never both (contracts.md §5 no. 34). */
export type LatePaymentTerms =
  | { kind: 'penalty'; penalty: PenaltyTerms; firstDayOffset: 1 | 2 }
  | { kind: 'interest'; interest: InterestTerms }

/** The money terms of a preset that its rules read. Null: the preset knows no such thing. */
export interface MoneyTerms {
  latePayment: LatePaymentTerms | null
  /** What a provider owes that delivers late. */
  providerDelay: DelayTerms | null
  /** Shares of the price by milestone. */
  milestones: readonly Fraction[] | null
  /** Tax in the prices; without a rate no tax is shown (contracts.md §5 no. 43). */
  vatRate: Fraction | null
}

const percent = (n: bigint): Fraction => ({ numerator: n, denominator: 100n })

const silent: MoneyTerms = { latePayment: null, providerDelay: null, milestones: null, vatRate: null }

/** S3 §8.1: 3% a day of what is unpaid, 20% of the contract amount; the cap and the first day are switches (contracts.md §5 no. 3, 27). */
const s3: MoneyTerms = {
  latePayment: {
    kind: 'penalty',
    penalty: { ratePerDay: percent(3n), thresholdRate: percent(20n), capped: true },
    firstDayOffset: 1,
  },
  providerDelay: { ratePerDay: percent(3n), graceDays: 7, lumpRate: percent(20n) },
  milestones: [percent(75n), percent(25n)],
  vatRate: percent(6n),
}

/** S4 leaves the rate of its interest blank, and names no tax rate (S4 §6.3.2, §6.2.2). */
const s4: MoneyTerms = { ...silent, latePayment: { kind: 'interest', interest: { rate: null, per: 'day' } } }

/** The money terms by preset (contracts.md §4). S1 is prepaid, S0 and S2 are free. */
export const moneyTerms: ReadonlyMap<string, MoneyTerms> = new Map([
  ['S0', silent],
  ['S1', silent],
  ['S2', silent],
  ['S3', s3],
  ['S4', s4],
])
