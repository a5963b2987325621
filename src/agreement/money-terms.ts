import { parseDecimal, parseFen } from '../core/decimal.ts'
import type { Fraction } from '../core/money.ts'
import type { InterestTerms } from './interest.ts'
import type { DelayTerms, PenaltyTerms } from './penalty.ts'
import type { Decimal, RuleTerms } from './rule-terms.ts'

/** What follows a late payment: a penalty or interest, never both (contracts.md §5 no. 34). */
export type LatePaymentTerms =
  | { kind: 'penalty'; penalty: PenaltyTerms; firstDayOffset: 1 | 2 }
  | { kind: 'interest'; interest: InterestTerms }

/** The money terms of an agreement as exact numbers, for the rules that compute. Null: it knows no such thing. */
export interface MoneyTerms {
  latePayment: LatePaymentTerms | null
  /** What a provider owes that delivers late. */
  providerDelay: DelayTerms | null
  /** The price of the whole, in fen (S3 §2.2). */
  contractFen: bigint | null
  /** Shares of the price by milestone. */
  milestones: readonly Fraction[] | null
  /** Tax in the prices; without a rate no tax is shown (contracts.md §5 no. 43). */
  vatRate: Fraction | null
}

/** A number that the agreement's own check has let through, so anything else is a fault of ours. */
const exactly = (text: Decimal): Fraction => {
  const fraction = parseDecimal(text)
  if (fraction === null) throw new Error('an agreement holds a number that is none')
  return fraction
}
const fenOf = (text: Decimal): bigint => {
  const fen = parseFen(text)
  if (fen === null) throw new Error('an agreement holds an amount that is none')
  return fen
}
const exactlyOrNull = (text: Decimal | null): Fraction | null => (text === null ? null : exactly(text))

const readLatePayment = (late: RuleTerms['latePayment']): LatePaymentTerms | null => {
  switch (late.kind) {
    case 'none':
      return null
    case 'penalty': {
      const penalty = { ratePerDay: exactly(late.perDay), thresholdRate: exactly(late.endsAbove), capped: late.capped }
      return { kind: 'penalty', penalty, firstDayOffset: late.firstPenaltyDayOffset }
    }
    case 'interest':
      return { kind: 'interest', interest: { rate: exactlyOrNull(late.rate), per: late.per } }
  }
}

/** The numbers of an agreement's rules, from the exact texts in which they are signed and digested. */
export const readMoneyTerms = (
  rules: Pick<RuleTerms, 'latePayment' | 'providerDelay' | 'milestones' | 'vatRate' | 'contractAmount'>,
): MoneyTerms => ({
  latePayment: readLatePayment(rules.latePayment),
  providerDelay: rules.providerDelay && {
    ratePerDay: exactly(rules.providerDelay.perDay),
    graceDays: rules.providerDelay.graceDays,
    lumpRate: exactly(rules.providerDelay.lump),
  },
  contractFen: rules.contractAmount === null ? null : fenOf(rules.contractAmount),
  milestones: rules.milestones.length === 0 ? null : rules.milestones.map(({ share }) => exactly(share)),
  vatRate: exactlyOrNull(rules.vatRate),
})
