import { findInterest } from '../../agreement/interest.ts'
import { divideDebt, firstLateDay, type LatePart } from '../../agreement/late-payment.ts'
import { type LatePaymentTerms, readMoneyTerms } from '../../agreement/money-terms.ts'
import { findPenaltyOfParts } from '../../agreement/penalty.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { Debt, DebtFigures, PaidPart, PaymentAct, PenaltyFigures } from '../../core/matters/debt.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'

/** Fen as the books keep it: a number that has lost nothing. */
export const toFen = (fen: bigint): number => {
  const number = Number(fen)
  if (!Number.isSafeInteger(number)) throw new RangeError('an amount is larger than the books can hold')
  return number
}

/** Until when a debt can be paid, as its clock says. */
export interface DuePeriod {
  lastDay: string | null
  provisional: boolean
}

/** What follows from being late, in fen; nulls where the agreement knows no such thing or nothing can be late yet. */
const findLate = (
  late: LatePaymentTerms | null,
  contractFen: bigint,
  parts: readonly LatePart[],
): { penalty: PenaltyFigures | null; interestFen: number | null } => {
  if (late === null) return { penalty: null, interestFen: null }
  if (late.kind === 'interest') {
    const found = findInterest(parts, late.interest)
    return { penalty: null, interestFen: found.kind === 'interest' ? toFen(found.interestFen) : null }
  }
  const found = findPenaltyOfParts(contractFen, parts, late.penalty)
  const { needsConfirmation, terminationRight } = found
  const penalty = {
    accruedFen: toFen(found.accruedFen),
    thresholdFen: toFen(found.thresholdFen),
    cappedFen: toFen(found.cappedFen),
    billedFen: toFen(found.billedFen),
    needsConfirmation,
    terminationRight,
  }
  return { penalty, interestFen: null }
}

/** Where a debt stands on `today`: what is open, and the penalty or the interest on what was or is late (S3 §8.1, S4 §6.3.2). */
export const findDebtFigures = (
  terms: Terms,
  { owedFen, payments }: Pick<Debt, 'owedFen' | 'payments'>,
  { lastDay, provisional }: DuePeriod,
  today: string,
): DebtFigures => {
  const money = readMoneyTerms(terms)
  const late = money.latePayment
  const paid = payments.map(({ on, amountFen }) => ({ on, amountFen: BigInt(amountFen) }))
  // Before a period to pay has begun, nothing can be late: the first late day lies behind every day.
  const firstDay = lastDay === null ? '9999-12-31' : firstLateDay(lastDay, late?.kind === 'penalty' ? late.firstDayOffset : 1)
  const { parts, openFen, overpaidFen } = divideDebt(BigInt(owedFen), paid, firstDay, today)
  const { penalty, interestFen } = findLate(late, money.contractFen ?? BigInt(owedFen), parts)
  return {
    asOf: today,
    dueOn: lastDay,
    provisional,
    paidFen: payments.reduce((sum, { amountFen }) => sum + amountFen, 0),
    openFen: toFen(openFen),
    overpaidFen: toFen(overpaidFen),
    daysLate: parts.reduce((most, { amountFen, daysLate }) => (amountFen > 0n ? Math.max(most, daysLate) : most), 0),
    penalty,
    interestFen,
    totalFen: owedFen + (penalty?.billedFen ?? 0) + (interestFen ?? 0),
  }
}

/** One more payment, or null when it was recorded before. The same bank reference for another payment is refused. */
export const addPayment = (payments: readonly PaidPart[], act: PaymentAct, today: string): PaidPart[] | Refusal | null => {
  const { on, amountFen, bankReference } = act
  const prior = payments.find((payment) => payment.bankReference === bankReference)
  if (prior)
    return prior.on === on && prior.amountFen === amountFen ? null : refuse('state_conflict', { detail: 'bank_reference_reused' })
  if (on > today) return refuse('state_conflict', { detail: 'day_not_come' })
  return [...payments, { on, amountFen, bankReference }]
}
