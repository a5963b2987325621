import { type BillItem, makeBill } from '../../agreement/bill.ts'
import { readMoneyTerms } from '../../agreement/money-terms.ts'
import { termEndMs } from '../../agreement/term.ts'
import type { Terms } from '../../agreement/terms.ts'
import { formatExact, formatFraction, parseDecimal } from '../../core/decimal.ts'
import type { Bill } from '../../core/matters/bill.ts'
import { addFractions, type Fraction, multiplyFraction, reduceFraction, wholeFraction } from '../../core/money.ts'
import { addDays, addMonths, daysBetween, shanghaiDay } from '../../core/shanghai.ts'
import type { Rows } from '../book.ts'
import { toFen } from './debt.ts'

/** First and last day of a month `YYYY-MM`. */
export const monthDays = (period: string): { first: string; last: string } => {
  const first = `${period}-01`
  return { first, last: addDays(addMonths(first, 1), -1) }
}

/** The month of a day, and the one after a month. */
export const monthOf = (day: string): string => day.slice(0, 7)
export const monthAfter = (period: string): string => monthOf(addMonths(`${period}-01`, 1))

/**
 * The days of service in a month: from the day on which the agreement is in force and its term has begun, to the end of the term
 * or the closing, both included (S4 §6.1.2, contracts.md §3.4). Null: none.
 */
export const serviceDays = (
  terms: Pick<Terms, 'term'>,
  { effectiveAt, closedAt }: Pick<Rows['accounts'], 'effectiveAt' | 'closedAt'>,
  period: string,
): { from: string; to: string } | null => {
  if (effectiveAt === null) return null
  const { first, last } = monthDays(period)
  const endMs = termEndMs(terms.term)
  const from = [first, shanghaiDay(effectiveAt), terms.term.start ?? first].reduce((a, b) => (a > b ? a : b))
  const ends = [last, ...(endMs === null ? [] : [shanghaiDay(endMs - 1)]), ...(closedAt === null ? [] : [shanghaiDay(closedAt)])]
  const to = ends.reduce((a, b) => (a < b ? a : b))
  return from <= to ? { from, to } : null
}

/** 1 MB is 10^6 bytes (DESIGN.md §3). */
const bytesPerMb = 1_000_000n

const priceOf = (text: string): Fraction => {
  const price = parseDecimal(text)
  if (price === null) throw new Error('an agreement holds a price that is none')
  return price
}

/** How a check is charged that the agreement does not name any more. */
const dropped = { credits: 1, chargedOutcomes: ['match', 'mismatch'] }

/** Charged calls of one rollup that no pack has paid for; a check that costs several credits counts as often. Test calls cost nothing. */
export const billedCalls = ({ checks }: Terms, { mode, check, outcome, count, credits }: Rows['rollups']): number => {
  const { credits: weight, chargedOutcomes } = checks[check] ?? dropped
  return mode === 'live' && chargedOutcomes.some((charged) => charged === outcome) ? count * weight - credits : 0
}

/** What is counted by each of the three meters in some days of a month (S4 §2.1.2, §6.1.2). */
const quantitiesOf = (
  terms: Terms,
  { period, from, to, dataUses }: Pick<Bill, 'period' | 'from' | 'to' | 'dataUses'>,
  usage: readonly Rows['rollups'][],
): [code: string, quantity: Fraction][] => {
  const { first, last } = monthDays(period)
  const days = BigInt(Math.max(0, daysBetween(from, to) + 1))
  const calls = usage.reduce((sum, row) => sum + billedCalls(terms, row), 0)
  const bytes = dataUses.reduce((sum, use) => sum + BigInt(use.bytes), 0n)
  return [
    // Days of service over the days of the month: the line is rounded once (contracts.md §3.4).
    ['platform_fee', reduceFraction({ numerator: days, denominator: BigInt(daysBetween(first, last) + 1) })],
    ['query_fee', wholeFraction(calls)],
    ['data_fee', reduceFraction({ numerator: bytes, denominator: bytesPerMb })],
  ]
}

/** Terms, and the first day on which their prices count. */
export interface Tariff {
  from: string
  terms: Terms
}

/**
 * The prices of an account through time. A new version counts from the day after it was made, so that no day has two prices and
 * nothing is billed at a price that was not agreed yet; the first one counts from the beginning.
 */
export const tariffsOf = (versions: readonly { createdAt: number; terms: Terms }[]): Tariff[] =>
  versions.map(({ createdAt, terms }, index) => ({
    from: index === 0 ? '0000-01-01' : addDays(shanghaiDay(createdAt), 1),
    terms,
  }))

type Priced = { code: string; quantity: Fraction; price: string }

/** What was counted under each tariff. The same price again is the same line; another one is a line of its own, never an average. */
const priceQuantities = (
  tariffs: readonly Tariff[],
  bill: Pick<Bill, 'period' | 'from' | 'to' | 'dataUses'>,
  usage: readonly Rows['rollups'][],
): Priced[] => {
  const lines = new Map<string, Priced>()
  tariffs.forEach(({ from, terms }, index) => {
    const next = tariffs[index + 1]?.from ?? '9999-12-31'
    const isIts = (day: string) => day >= from && day < next
    const to = addDays(next, -1)
    const part = {
      ...bill,
      from: bill.from > from ? bill.from : from,
      to: bill.to < to ? bill.to : to,
      dataUses: bill.dataUses.filter((use) => isIts(shanghaiDay(use.at))),
    }
    const itsUsage = usage.filter(({ settledDay }) => isIts(settledDay))
    for (const [code, quantity] of quantitiesOf(terms, part, itsUsage)) {
      const price = Object.hasOwn(terms.prices, code) ? terms.prices[code] : null
      // A line of nothing is shown at the newest price alone.
      if (price == null || (quantity.numerator === 0n && index < tariffs.length - 1)) continue
      const key = `${code} ${price}`
      const prior = lines.get(key)
      lines.set(key, { code, price, quantity: prior ? addFractions(prior.quantity, quantity) : quantity })
    }
  })
  const all = [...lines.values()]
  const codes = [...new Set(all.map(({ code }) => code))]
  return codes.flatMap((code) => {
    const own = all.filter((line) => line.code === code)
    const counted = own.filter(({ quantity }) => quantity.numerator !== 0n)
    return counted.length > 0 ? counted : own.slice(-1)
  })
}

/** The lines and the sum of a month: what was counted, by the prices of the agreement (S4 §6.1.1). A price for what nobody counts makes no line. */
export const rateMonth = (
  tariffs: readonly Tariff[],
  terms: Terms,
  bill: Pick<Bill, 'period' | 'from' | 'to' | 'dataUses'>,
  usage: readonly Rows['rollups'][],
): Pick<Bill, 'lines' | 'tax' | 'owedFen'> => {
  const priced = priceQuantities(tariffs, bill, usage)
  const items: BillItem[] = priced.map(({ code, quantity, price }) => ({
    code,
    quantity,
    unitPriceFen: multiplyFraction(priceOf(price), 100),
  }))
  const made = makeBill(items, readMoneyTerms(terms).vatRate)
  return {
    owedFen: toFen(made.totalFen),
    lines: priced.map(({ code, quantity, price }, index) => ({
      code,
      quantity: formatExact(quantity, 0) ?? formatFraction(quantity),
      unitPrice: price,
      amountFen: toFen(made.lines[index]?.amountFen ?? 0n),
    })),
    tax:
      made.tax && terms.vatRate !== null
        ? { rate: terms.vatRate, netFen: toFen(made.tax.netFen), taxFen: toFen(made.tax.taxFen) }
        : null,
  }
}
