import { readMoneyTerms } from '../../agreement/money-terms.ts'
import { rollPack } from '../../agreement/recognition.ts'
import type { Terms } from '../../agreement/terms.ts'
import { splitTable } from '../../agreement/vat.ts'
import { parseFen } from '../../core/decimal.ts'
import type {
  StatementCorrection,
  StatementFault,
  StatementFigures,
  StatementMilestone,
  StatementOutage,
  StatementPack,
  StatementUsage,
  TaxedLine,
  TaxTable,
} from '../../core/matters/statement.ts'
import type { Fraction } from '../../core/money.ts'
import { addDays, shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import type { Rows } from '../book.ts'
import type { GrantPeriod } from '../day-sums.ts'
import type { ActContext } from '../decide/act-context.ts'
import { leftOf, sumMoves, useOf } from '../grant-use.ts'
import { monthOf } from './billing-period.ts'
import { findDebtFigures, toFen } from './debt.ts'
import { asMatter, type Matter } from './matter.ts'
import { payClock } from './payable.ts'

/** Days of a period that is over, both included. */
export interface Days {
  from: string
  to: string
}

/** First instant after the days. */
const endMsOf = ({ to }: Days): number => startOfDayMs(addDays(to, 1))

const packOf = (grant: Rows['grants'], paidFen: number, { before, within }: GrantPeriod): StatementPack => {
  const after = sumMoves(before, within)
  const roll = rollPack(paidFen, before.granted === 0 ? null : useOf(before), useOf(after))
  return {
    grantId: grant.id,
    orderId: grant.orderId,
    check: grant.check,
    opening: leftOf(before),
    granted: within.granted,
    captured: within.captured,
    lapsed: within.expired,
    refunded: within.refunded,
    closing: leftOf(after),
    held: after.held - after.captured - after.released,
    openingFen: toFen(roll.openingFen),
    soldFen: toFen(roll.soldFen),
    usedFen: toFen(roll.usedFen),
    lapsedFen: toFen(roll.lapsedFen),
    refundedFen: toFen(roll.refundedFen),
    closingFen: toFen(roll.closingFen),
  }
}

/** Live packs that had credits in the period. One that was empty before it began is on the statement that emptied it. */
const packsOf = ({ book }: ActContext, { from, to }: Days): StatementPack[] =>
  book.grantPeriods(from, to).flatMap((period) => {
    const grant = book.get('grants', period.grantId)
    if (!grant) throw new Error(`the journal names a grant ${period.grantId} that is missing`)
    if (grant.mode !== 'live' || (leftOf(period.before) === 0 && period.within.granted === 0)) return []
    const order = grant.orderId === null ? null : book.get('orders', grant.orderId)
    return [packOf(grant, order?.paidFen ?? 0, period)]
  })

/** Adds up rows that have the same key, in the order of their keys. */
const addUp = <R, L>(
  rows: readonly R[],
  keyOf: (row: R) => string,
  begin: (row: R) => L,
  add: (line: L, row: R) => void,
): L[] => {
  const lines = new Map<string, L>()
  for (const row of rows) {
    const key = keyOf(row)
    const line = lines.get(key) ?? begin(row)
    add(line, row)
    lines.set(key, line)
  }
  return [...lines].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, line]) => line)
}

const usageLines = (usage: readonly Rows['rollups'][]): StatementUsage[] =>
  addUp(
    usage,
    ({ mode, check, outcome, serviceDay }) => [mode, check, outcome, monthOf(serviceDay)].join(' '),
    ({ mode, check, outcome, serviceDay }) => ({
      mode,
      check,
      outcome,
      serviceMonth: monthOf(serviceDay),
      verifications: 0,
      credits: 0,
    }),
    (line, { mode, count, credits }) => {
      line.verifications += count
      line.credits += mode === 'live' ? credits : 0
    },
  )

/** What no answer came of because of the source (S1 §7.1.2): a source was asked, and it did not answer or could not. */
const faultLines = (usage: readonly Rows['rollups'][]): StatementFault[] =>
  addUp(
    usage.filter(
      ({ mode, outcome, source }) => mode === 'live' && source !== '' && (outcome === 'unavailable' || outcome === 'unknown'),
    ),
    ({ check, outcome }) => `${check} ${outcome}`,
    ({ check, outcome }) => ({ check, outcome: outcome as StatementFault['outcome'], verifications: 0 }),
    (line, { count }) => {
      line.verifications += count
    },
  )

const outagesOf = ({ book }: ActContext, days: Days): StatementOutage[] =>
  book
    .allMatters('outage')
    .map((row) => asMatter<'outage'>(row))
    .filter(({ data }) => data.from < endMsOf(days) && (data.to === null || data.to > startOfDayMs(days.from)))
    .map(({ id, data }) => ({ outageId: id, from: data.from, to: data.to, checks: data.checks, planned: data.planned }))

/** Live calls that had arrived by the end of the days and had no ending then: those still open, and those that ended since. */
const countOpenCalls = ({ book, draft }: ActContext, days: Days): number => {
  const open = book.openVerifications().filter(({ mode, heldAt }) => mode === 'live' && heldAt < endMsOf(days))
  const since = book
    .usage(addDays(days.to, 1), shanghaiDay(draft.now))
    .filter(({ mode, serviceDay }) => mode === 'live' && serviceDay <= days.to)
  return since.reduce((sum, { count }) => sum + count, open.length)
}

/** A part of a fixed price as it stood at the end of the days, by the payments that had come by then. */
const milestoneOf = (terms: Terms, { id, data, clocks }: Matter<'milestone'>, { from, to }: Days): StatementMilestone => {
  const clock = clocks.findLast(({ name }) => name === payClock)
  const dueOn = clock?.lastDay ?? null
  const provisional = (clock?.assumedYears.length ?? 0) > 0
  const payments = data.payments.filter(({ on }) => on <= to)
  const figures = findDebtFigures(terms, { owedFen: data.owedFen, payments }, { lastDay: dueOn, provisional }, to)
  const fellDue = dueOn !== null && !provisional && dueOn >= from && dueOn <= to
  return {
    milestoneId: id,
    number: data.number,
    owedFen: data.owedFen,
    dueOn,
    fellDueFen: fellDue ? data.owedFen : 0,
    paidInPeriodFen: payments.reduce((sum, { on, amountFen }) => (on >= from ? sum + amountFen : sum), 0),
    paidFen: figures.paidFen,
    openFen: figures.openFen,
    daysLate: figures.daysLate,
    penalty: figures.penalty,
    interestFen: figures.interestFen,
  }
}

/** Parts that were owed in the days, or moved in them. */
const milestonesOf = (at: ActContext, terms: Terms, days: Days): StatementMilestone[] =>
  at.book
    .allMatters('milestone')
    .map((row) => asMatter<'milestone'>(row))
    .filter(({ openedAt }) => openedAt < endMsOf(days))
    .map((matter) => milestoneOf(terms, matter, days))
    .filter(({ openFen, fellDueFen, paidInPeriodFen }) => openFen > 0 || fellDueFen > 0 || paidInPeriodFen > 0)

const sumOf = <L>(lines: readonly L[], fenOf: (line: L) => number): number => lines.reduce((sum, line) => sum + fenOf(line), 0)

const tableOf = (rate: string, lines: TaxedLine[]): TaxTable => ({
  rate,
  lines,
  grossFen: sumOf(lines, ({ grossFen }) => grossFen),
  netFen: sumOf(lines, ({ netFen }) => netFen),
  taxFen: sumOf(lines, ({ taxFen }) => taxFen),
})

type Gross = { code: string; grossFen: bigint }

const splitLines = (grosses: readonly Gross[], rate: Fraction): TaxedLine[] => {
  const { lines } = splitTable(
    grosses.map(({ grossFen }) => grossFen),
    rate,
  )
  return lines.map(({ grossFen, netFen, taxFen }, index) => ({
    code: grosses[index]?.code ?? '',
    grossFen: toFen(grossFen),
    netFen: toFen(netFen),
    taxFen: toFen(taxFen),
  }))
}

/** The table of the contract's parts: lines rounded one by one, totals their sums (S3 附件2, contracts.md §5 no. 33). */
const contractTable = (terms: Terms): TaxTable | null => {
  const { vatRate } = readMoneyTerms(terms)
  if (terms.vatRate === null || vatRate === null || terms.contractLines.length === 0) return null
  const grosses = terms.contractLines.map(({ code, amount }) => ({ code, grossFen: parseFen(amount) ?? 0n }))
  return tableOf(terms.vatRate, splitLines(grosses, vatRate))
}

/** What of the charges is tax. A bill keeps the tax that it was made with (contracts.md §3.8); everything else is split by its line. */
const vatTable = (
  terms: Terms,
  bill: Matter<'bill'> | null,
  { packs, milestones }: Pick<StatementFigures, 'packs' | 'milestones'>,
): TaxTable | null => {
  const { vatRate } = readMoneyTerms(terms)
  const billed = bill?.data.tax ?? null
  const billLines =
    bill && billed
      ? [
          {
            code: `bill_${bill.data.period}`,
            grossFen: bill.data.owedFen,
            netFen: billed.netFen,
            taxFen: billed.taxFen,
          },
        ]
      : []
  if (vatRate === null || terms.vatRate === null) return billed ? tableOf(billed.rate, billLines) : null
  const grosses: Gross[] = [
    ...packs.map(({ usedFen }, index) => ({ code: `pack_${index + 1}`, grossFen: BigInt(usedFen) })),
    ...milestones.map(({ number, fellDueFen }) => ({ code: `milestone_${number}`, grossFen: BigInt(fellDueFen) })),
  ]
  const charged = grosses.filter(({ grossFen }) => grossFen > 0n)
  return tableOf(terms.vatRate, [...billLines, ...splitLines(charged, vatRate)])
}

/** The agreement as it stood at the end of the days; the oldest one where there was none yet. */
const versionOf = ({ book }: ActContext, days: Days): { version: number; terms: Terms } => {
  const versions = book.versions()
  const found = versions.findLast(({ createdAt }) => createdAt < endMsOf(days)) ?? versions[0]
  if (!found) throw new Error('a statement without an agreement')
  return found
}

/**
 * What a statement says of days that are over. Charges follow the number of the capture in the journal, never the day of the call
 * (DESIGN.md §3, periods), so that what is told once is never told again.
 */
export const figureStatement = (
  at: ActContext,
  days: Days,
  bill: Matter<'bill'> | null,
  corrections: StatementCorrection[],
): StatementFigures => {
  const { book } = at
  const { version, terms } = versionOf(at, days)
  const usage = book.usage(days.from, days.to)
  const packs = packsOf(at, days)
  const milestones = milestonesOf(at, terms, days)
  const chargedFen =
    sumOf(packs, ({ usedFen }) => usedFen) + sumOf(milestones, ({ fellDueFen }) => fellDueFen) + (bill?.data.owedFen ?? 0)
  const correctedFen = sumOf(corrections, ({ amountFen }) => amountFen)
  return {
    fromSeq: book.lastSeq(addDays(days.from, -1)),
    toSeq: book.lastSeq(days.to),
    agreementVersion: version,
    packs,
    usage: usageLines(usage),
    firstServiceDay: usage.reduce<string | null>(
      (first, { serviceDay }) => (first === null || serviceDay < first ? serviceDay : first),
      null,
    ),
    bill: bill && { billId: bill.id, lines: bill.data.lines, totalFen: bill.data.owedFen },
    milestones,
    faults: faultLines(usage),
    outages: outagesOf(at, days),
    corrections,
    openCalls: countOpenCalls(at, days),
    vat: vatTable(terms, bill, { packs, milestones }),
    contract: contractTable(terms),
    chargedFen,
    correctedFen,
    totalFen: chargedFen - correctedFen,
  }
}
