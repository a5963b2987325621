import { clauseOf } from '../../agreement/clause.ts'
import { type SettlementLine, settlePack, sumSettlement } from '../../agreement/settlement.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { ActResult } from '../../core/commands.ts'
import { formatFraction } from '../../core/decimal.ts'
import type { FeeFigures, PackFigures, SettlementAct } from '../../core/matters/settlement-figures.ts'
import { unitPrice } from '../../core/money.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { monthAfter, monthOf } from './billing-period.ts'
import { findDelay } from './build.ts'
import { toFen } from './debt.ts'
import {
  asMatter,
  changeMatter,
  defineMatter,
  findRepeated,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
} from './matter.ts'
import { figuresNow } from './payable.ts'

/** Every live pack that was bought, each by its own use and at its own unit price (S1 §4.6). What has expired has lapsed, whatever the cause. */
const figurePacks = (at: ActContext, { charging }: Terms, cause: SettlementAct['cause']): PackFigures[] =>
  at.book
    .allGrants()
    .filter(({ mode, orderId }) => mode === 'live' && orderId !== null)
    .map((grant) => {
      const order = at.book.get('orders', grant.orderId ?? 0)
      if (!order) throw new Error(`grant ${grant.id} has no order`)
      const { paidFen, listFen } = order
      const pack = {
        id: String(order.id),
        paidFen: BigInt(paidFen),
        listFen: BigInt(listFen),
        credits: grant.granted,
        expiresOn: grant.expiresAt === null ? null : shanghaiDay(grant.expiresAt - 1),
        priority: grant.priority,
      }
      const hasLapsed = grant.expiresAt !== null && grant.expiresAt <= at.draft.now
      const settled = settlePack(pack, grant.captured, charging.settlementBasis, hasLapsed ? 'expiry' : cause)
      return {
        orderId: order.id,
        credits: grant.granted,
        used: settled.used,
        unitPrice: formatFraction(unitPrice(charging.settlementBasis === 'paid' ? paidFen : listFen, grant.granted)),
        paidFen,
        usedFen: toFen(settled.usedFen),
        refundFen: toFen(settled.refundFen),
        keptFen: toFen(settled.keptFen),
        remainder: settled.remainder,
      }
    })

type Line = SettlementLine & { code: string }

/** A debt with what its lateness costs: no more than the capped penalty, unless a person confirms it (contracts.md §5 no. 3). */
const lineOf = (at: ActContext, code: string, debt: Matter<'bill'> | Matter<'milestone'>, confirmUncapped: boolean): Line => {
  const { penalty, interestFen } = figuresNow(at, debt)
  const penaltyFen = penalty === null ? 0 : penalty.needsConfirmation && !confirmUncapped ? penalty.cappedFen : penalty.billedFen
  const penalties = [penaltyFen, interestFen ?? 0]
    .filter((fen) => fen > 0)
    .map((fen) => ({ by: 'customer' as const, amountFen: BigInt(fen) }))
  return { code, feeFen: BigInt((debt as Matter<'bill'>).data.owedFen), penalties }
}

const milestoneLines = (at: ActContext, terms: Terms, confirm: boolean): Line[] =>
  terms.milestones.flatMap((_milestone, index) => {
    const row = at.book.matterByReference('milestone', String(index + 1))
    return row ? [lineOf(at, `milestone_${index + 1}`, asMatter<'milestone'>(row), confirm)] : []
  })

/** Every month that was billed; the running one is not settled before it ends. */
const billLines = (at: ActContext, confirm: boolean): Line[] => {
  const { effectiveAt } = at.draft.account
  const lines: Line[] = []
  const last = monthOf(shanghaiDay(at.draft.now))
  for (
    let period = effectiveAt === null ? '9999' : monthOf(shanghaiDay(effectiveAt));
    period <= last;
    period = monthAfter(period)
  ) {
    const row = at.book.matterByReference('bill', period)
    if (row && row.state !== 'running') lines.push(lineOf(at, `bill_${period}`, asMatter<'bill'>(row), confirm))
  }
  return lines
}

/** What the provider owes for building late stands on the first line, by days or as a lump sum, never both (contracts.md §5 no. 26). */
const withDelay = (at: ActContext, lines: readonly Line[], delay: SettlementAct['delay']): Line[] => {
  const row = at.book.matterByReference('build', '1')
  const found = row ? findDelay(at, asMatter<'build'>(row)) : null
  const owedFen = delay === 'lump' ? (found?.lumpFen ?? found?.accruedFen) : found?.accruedFen
  if (owedFen === undefined) return [...lines]
  const penalty = { by: 'provider' as const, amountFen: BigInt(owedFen) }
  const [first = { code: 'build', feeFen: 0n, penalties: [] }, ...rest] = lines
  return [{ ...first, penalties: [...first.penalties, penalty] }, ...rest]
}

const sumOf = (penalties: Line['penalties'], side: 'customer' | 'provider'): number =>
  toFen(penalties.reduce((sum, { by, amountFen }) => (by === side ? sum + amountFen : sum), 0n))

const figure = (at: ActContext, act: SettlementAct): Decision<ActResult> => {
  const repeated = findRepeated(at, 'settlement_figures', act.reference, act)
  if (repeated) return unchanged(repeated)
  const terms = termsOf(at)
  if (terms === null) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  // A call that is being asked or in doubt may still be charged: there is nothing to settle before it has its ending.
  if (at.book.openGrants().some(({ held, mode }) => held > 0 && mode === 'live'))
    return unchanged(refuse('state_conflict', { detail: 'calls_without_ending' }))
  const packs = figurePacks(at, terms, act.cause)
  const lines = withDelay(
    at,
    [...milestoneLines(at, terms, act.confirmUncapped), ...billLines(at, act.confirmUncapped)],
    act.delay,
  )
  const sum = sumSettlement(lines)
  const fees = lines.map(
    ({ code, feeFen, penalties }, index): FeeFigures => ({
      code,
      feeFen: toFen(feeFen),
      customerPenaltyFen: sumOf(penalties, 'customer'),
      providerPenaltyFen: sumOf(penalties, 'provider'),
      amountFen: toFen(sum.linesFen[index] ?? 0n),
    }),
  )
  const total = (member: 'usedFen' | 'refundFen' | 'keptFen') => packs.reduce((all, pack) => all + pack[member], 0)
  for (const prior of openMattersOf(at, 'settlement_figures')) changeMatter(at, prior, { state: 'replaced', close: true })
  const data = {
    cause: act.cause,
    asOf: shanghaiDay(at.draft.now),
    basis: terms.charging.settlementBasis,
    packs,
    fees,
    chargeFen: total('usedFen'),
    refundFen: total('refundFen'),
    keptFen: total('keptFen'),
    sumFen: toFen(sum.sumFen),
    creditNoteFen: sum.creditNoteFen === null ? null : toFen(sum.creditNoteFen),
  }
  const figures = openMatter(at, 'settlement_figures', { state: 'figured', data, reference: act.reference, act })
  writeAct(at, {
    settlement: figures.id,
    cause: act.cause,
    charge_fen: data.chargeFen,
    refund_fen: data.refundFen,
    kept_fen: data.keptFen,
    sum_fen: data.sumFen,
    clause: clauseOf(terms.preset, packs.length > 0 ? 'settle_packs' : 'settle_fees'),
  })
  return matterDone(at, figures)
}

/** What the books come to when a cooperation ends, or when somebody wants to know (S1 §4.6, S3 §2.5). */
export const settlementFiguresRules = defineMatter<'settlement_figures', SettlementAct>('settlement_figures', {
  figure_settlement: figure,
})
