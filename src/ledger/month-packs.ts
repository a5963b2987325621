import { marginOf } from '../agreement/margin.ts'
import { rollPack } from '../agreement/recognition.ts'
import type { Terms } from '../agreement/terms.ts'
import { makeId } from '../core/ids.ts'
import { amountOf, unitPrice } from '../core/money.ts'
import type { BillMonth, CheckMonth, DifferenceMonth, PackMonth } from '../core/month-end.ts'
import type { Rows } from './book.ts'
import type { GrantPeriod } from './day-sums.ts'
import { leftOf, sumMoves, useOf } from './grant-use.ts'
import { billedCalls } from './matters/billing-period.ts'
import { toFen } from './matters/debt.ts'

/** What a pack was sold for: nothing where credits were given without an order. */
export type PackOrder = Pick<Rows['orders'], 'externalId' | 'paidFen'>

/** A pack in a month: its credits by the journal, and their value (agreement/recognition.ts). Null for one that was over before. */
export const rollGrant = (
  grant: Pick<Rows['grants'], 'id' | 'accountId' | 'check' | 'mode'>,
  order: PackOrder | null,
  { before, within }: Pick<GrantPeriod, 'before' | 'within'>,
): PackMonth | null => {
  const after = sumMoves(before, within)
  if (leftOf(before) === 0 && within.granted === 0) return null
  const paidFen = order?.paidFen ?? 0
  const fen = rollPack(paidFen, before.granted === 0 ? null : useOf(before), useOf(after))
  return {
    grantId: makeId('gra', grant.accountId, grant.id),
    order: order?.externalId ?? null,
    check: grant.check,
    mode: grant.mode,
    paidFen,
    opening: leftOf(before),
    sold: within.granted,
    used: within.captured,
    lapsed: within.expired,
    refunded: within.refunded,
    closing: leftOf(after),
    held: after.held - after.captured - after.released,
    openingFen: toFen(fen.openingFen),
    soldFen: toFen(fen.soldFen),
    usedFen: toFen(fen.usedFen),
    lapsedFen: toFen(fen.lapsedFen),
    refundedFen: toFen(fen.refundedFen),
    closingFen: toFen(fen.closingFen),
  }
}

const queryFeeOf = (bill: BillMonth | null): number =>
  (bill?.lines ?? []).filter(({ code }) => code === 'query_fee').reduce((sum, { amountFen }) => sum + amountFen, 0)

/**
 * The live calls of a month by check, with what they earned and what they cost. The query fee of a bill is one line for all checks;
 * each check has its share by its charged calls, rounded cumulatively, so that the shares are the line to the fen.
 */
export const checksOf = (
  usage: readonly Rows['rollups'][],
  packs: readonly PackMonth[],
  bill: BillMonth | null,
  terms: Terms | null,
): CheckMonth[] => {
  const checks = new Map<string, CheckMonth & { billed: number }>()
  const of = (check: string) => {
    const line = checks.get(check) ?? {
      check,
      verifications: 0,
      credits: 0,
      usedFen: 0,
      billedFen: 0,
      costMicroYuan: 0,
      marginMicroYuan: 0,
      billed: 0,
    }
    checks.set(check, line)
    return line
  }
  for (const row of usage) {
    if (row.mode !== 'live') continue
    const line = of(row.check)
    line.verifications += row.count
    line.credits += row.credits
    line.costMicroYuan += row.costMicroYuan
    if (terms) line.billed += billedCalls(terms, row)
  }
  for (const pack of packs) if (pack.mode === 'live' && pack.usedFen > 0) of(pack.check).usedFen += pack.usedFen

  const lines = [...checks.values()].sort((one, other) => (one.check < other.check ? -1 : 1))
  const feeFen = queryFeeOf(bill)
  const calls = lines.reduce((sum, { billed }) => sum + billed, 0)
  let counted = 0
  return lines.map(({ billed, ...line }) => {
    const upTo = (n: number): number => (calls === 0 ? 0 : toFen(amountOf(unitPrice(feeFen, calls), n)))
    const billedFen = upTo(counted + billed) - upTo(counted)
    counted += billed
    const { marginMicroYuan } = marginOf({ usedFen: line.usedFen + billedFen, costMicroYuan: line.costMicroYuan })
    return { ...line, billedFen, marginMicroYuan: toFen(marginMicroYuan) }
  })
}

/** Where the sums of the calls and those of the packs do not agree on what was used: one of the two has lost something. */
export const cutOffDifferences = (usage: readonly Rows['rollups'][], packs: readonly PackMonth[]): DifferenceMonth[] => {
  const sums = new Map<string, number>()
  const add = (check: string, mode: string, credits: number): void => {
    const key = mode === 'live' ? check : `${check} (${mode})`
    sums.set(key, (sums.get(key) ?? 0) + credits)
  }
  for (const { check, mode, credits } of usage) add(check, mode, credits)
  for (const { check, mode, used } of packs) add(check, mode, -used)
  return [...sums]
    .filter(([, credits]) => credits !== 0)
    .map(([about, credits]) => ({ kind: 'cut_off', about, count: Math.abs(credits), amountFen: null }))
}
