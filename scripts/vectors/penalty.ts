import { z } from 'zod'
import { findInterest, type Interest } from '../../src/agreement/interest.ts'
import { countDaysLate, divideDebt, firstLateDay } from '../../src/agreement/late-payment.ts'
import { readMoneyTerms } from '../../src/agreement/money-terms.ts'
import { findDelayPenalty, findPenalty, findPenaltyOfParts, type Penalty } from '../../src/agreement/penalty.ts'
import { rulesOf } from '../../src/agreement/preset-rules.ts'
import { type Fraction, formatFen } from '../../src/core/money.ts'
import { decimal, fen } from './amounts.ts'
import { count, day, type OpTable, type Output, op } from './op.ts'

/** S3 is the preset with penalties: what a vector does not say stands there. */
const presetOfPenalties = () => {
  const terms = readMoneyTerms(rulesOf.S3)
  if (terms.latePayment?.kind !== 'penalty' || terms.providerDelay === null) throw new Error('S3 has no penalty')
  return { ...terms.latePayment, delay: terms.providerDelay }
}
const preset = presetOfPenalties()

const terms = {
  contractAmount: fen,
  ratePerDay: decimal,
  thresholdRate: decimal.default(preset.penalty.thresholdRate),
  penaltyCap: z.union([z.boolean(), z.enum(['on', 'off'])]).default(preset.penalty.capped),
}

const readTerms = (input: { ratePerDay: Fraction; thresholdRate: Fraction; penaltyCap: boolean | 'on' | 'off' }) => ({
  ratePerDay: input.ratePerDay,
  thresholdRate: input.thresholdRate,
  capped: input.penaltyCap === true || input.penaltyCap === 'on',
})

const byDates = {
  dueLastDay: day,
  firstPenaltyDayOffset: z.union([z.literal(1), z.literal(2)]).default(preset.firstDayOffset),
}

const payments = z.array(z.strictObject({ on: day, amount: fen }))
const readPayments = (list: z.infer<typeof payments>) => list.map(({ on, amount }) => ({ on, amountFen: amount }))

const writePenalty = (penalty: Penalty): Output => ({
  accruedUncapped: formatFen(penalty.accruedFen),
  threshold: formatFen(penalty.thresholdFen),
  terminationRight: penalty.terminationRight,
  payableCapped: formatFen(penalty.cappedFen),
  payable: formatFen(penalty.billedFen),
})

const interestTerms = { rate: decimal.nullable().default(null), per: z.enum(['day', 'year365', 'year360']) }

const writeInterest = (interest: Interest): Output =>
  interest.kind === 'interest' ? { interest: formatFen(interest.interestFen) } : { error: interest.kind }

/** Penalties (S3 §8.1) and interest (S4 §6.3.2) on what is late. */
export const penaltyOps: OpTable = {
  'penalty.late': op({ ...terms, unpaid: fen, daysLate: count }, ({ contractAmount, unpaid, daysLate, ...input }) =>
    writePenalty(findPenalty(contractAmount, unpaid, daysLate, readTerms(input))),
  ),
  'penalty.byDates': op({ ...terms, ...byDates, unpaid: fen, paidOn: day }, ({ contractAmount, unpaid, paidOn, ...input }) => {
    const firstPenaltyDay = firstLateDay(input.dueLastDay, input.firstPenaltyDayOffset)
    const daysLate = countDaysLate(firstPenaltyDay, paidOn)
    return { firstPenaltyDay, daysLate, ...writePenalty(findPenalty(contractAmount, unpaid, daysLate, readTerms(input))) }
  }),
  'penalty.partial': op(
    { ...terms, ...byDates, unpaid: fen.optional(), payments, asOf: day.nullable().default(null) },
    ({ contractAmount, unpaid, asOf, ...input }) => {
      const paid = readPayments(input.payments)
      const owedFen = unpaid ?? paid.reduce((sum, { amountFen }) => sum + amountFen, 0n)
      const { parts } = divideDebt(owedFen, paid, firstLateDay(input.dueLastDay, input.firstPenaltyDayOffset), asOf)
      const penalty = findPenaltyOfParts(contractAmount, parts, readTerms(input))
      const lines = parts.map(({ amountFen, daysLate }, at) => ({
        amount: formatFen(amountFen),
        daysLate,
        penalty: formatFen(penalty.linesFen[at] ?? 0n),
      }))
      return { lines, accrued: formatFen(penalty.accruedFen), ...writePenalty(penalty) }
    },
  ),
  'penalty.supplierDelay': op(
    {
      contractAmount: fen,
      daysLate: count,
      ratePerDay: decimal,
      graceDays: count.default(preset.delay.graceDays),
      lumpRate: decimal.default(preset.delay.lumpRate),
    },
    ({ contractAmount, daysLate, ...terms }) => {
      const { dailyFen, accruedFen, terminationRight, lumpFen } = findDelayPenalty(contractAmount, daysLate, terms)
      return {
        daily: formatFen(dailyFen),
        accrued: formatFen(accruedFen),
        terminationRight,
        lumpOnTermination: lumpFen === null ? null : formatFen(lumpFen),
      }
    },
  ),
  'interest.simple': op({ ...interestTerms, principal: fen, days: count }, ({ principal, days, rate, per }) =>
    writeInterest(findInterest([{ amountFen: principal, daysLate: days }], { rate, per })),
  ),
  'interest.partial': op(
    { ...interestTerms, principal: fen, dueLastDay: day, payments, asOf: day.nullable().default(null) },
    ({ principal, dueLastDay, asOf, ...input }) => {
      const debt = divideDebt(principal, readPayments(input.payments), firstLateDay(dueLastDay), asOf)
      const interest = findInterest(debt.parts, input)
      return { ...writeInterest(interest), ...(interest.kind === 'interest' && { unpaid: formatFen(debt.openFen) }) }
    },
  ),
}
