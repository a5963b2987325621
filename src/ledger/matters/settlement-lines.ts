import { type SettlementLine, settlePack } from '../../agreement/settlement.ts'
import type { Terms } from '../../agreement/terms.ts'
import { formatFraction } from '../../core/decimal.ts'
import type { DelayFigures } from '../../core/matters/build.ts'
import type { DebtFigures } from '../../core/matters/debt.ts'
import type { PackFigures, SettlementChoice } from '../../core/matters/settlement-figures.ts'
import { unitPrice } from '../../core/money.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { Rows } from '../book.ts'
import type { ActContext } from '../decide/act-context.ts'
import { monthAfter, monthOf } from './billing-period.ts'
import { findDelay } from './build.ts'
import { toFen } from './debt.ts'
import { asMatter, type Matter } from './matter.ts'
import { figuresNow } from './payable.ts'

/** Live packs that were bought, oldest first. */
export const boughtPacks = ({ book }: Pick<ActContext, 'book'>): { grant: Rows['grants']; order: Rows['orders'] }[] =>
  book
    .allGrants()
    .filter(({ mode, orderId }) => mode === 'live' && orderId !== null)
    .map((grant) => {
      const order = book.get('orders', grant.orderId ?? 0)
      if (!order) throw new Error(`grant ${grant.id} has no order`)
      return { grant, order }
    })

/** One pack by its own use and at its own unit price (S1 §4.6). What has expired has lapsed, whatever the cause. */
export const figurePack = (
  at: ActContext,
  { charging }: Pick<Terms, 'charging'>,
  { grant, order }: { grant: Rows['grants']; order: Rows['orders'] },
  cause: SettlementChoice['cause'],
): PackFigures => {
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
}

/** One line of a settlement, and what it was made from. */
export interface FeeLine extends SettlementLine {
  code: string
  /** Null where the provider's delay stands alone. */
  debt: Matter<'bill'> | Matter<'milestone'> | null
  figures: DebtFigures | null
  /** What of the penalty is billed. */
  penaltyFen: number
}

/** A debt with what its lateness costs: no more than the capped penalty, unless a person confirms it (contracts.md §5 no. 3). */
const lineOf = (at: ActContext, code: string, debt: Matter<'bill'> | Matter<'milestone'>, confirmUncapped: boolean): FeeLine => {
  const figures = figuresNow(at, debt)
  const { penalty, interestFen } = figures
  const penaltyFen = penalty === null ? 0 : penalty.needsConfirmation && !confirmUncapped ? penalty.cappedFen : penalty.billedFen
  const penalties = [penaltyFen, interestFen ?? 0]
    .filter((fen) => fen > 0)
    .map((fen) => ({ by: 'customer' as const, amountFen: BigInt(fen) }))
  return { code, feeFen: BigInt((debt as Matter<'bill'>).data.owedFen), penalties, debt, figures, penaltyFen }
}

/** Milestones and bills of the account, also of a month that still runs. */
export const debtsOf = (
  at: ActContext,
  terms: Pick<Terms, 'milestones'>,
): { code: string; debt: Matter<'bill'> | Matter<'milestone'> }[] => {
  const milestones = terms.milestones.flatMap((_milestone, index) => {
    const row = at.book.matterByReference('milestone', String(index + 1))
    return row ? [{ code: `milestone_${index + 1}`, debt: asMatter<'milestone'>(row) }] : []
  })
  const { effectiveAt } = at.draft.account
  const bills: { code: string; debt: Matter<'bill'> }[] = []
  const last = monthOf(shanghaiDay(at.draft.now))
  for (
    let period = effectiveAt === null ? '9999' : monthOf(shanghaiDay(effectiveAt));
    period <= last;
    period = monthAfter(period)
  ) {
    const row = at.book.matterByReference('bill', period)
    if (row) bills.push({ code: `bill_${period}`, debt: asMatter<'bill'>(row) })
  }
  return [...milestones, ...bills]
}

/** What the provider owes for building late; null where it does not. */
export const delayNow = (at: ActContext): DelayFigures | null => {
  const row = at.book.matterByReference('build', '1')
  return row ? findDelay(at, asMatter<'build'>(row)) : null
}

/** What of the delay stands in a settlement: days or the lump sum, never both (contracts.md §5 no. 26). */
export const chosenDelayFen = (delay: DelayFigures | null, chosen: SettlementChoice['delayChoice']): number =>
  (chosen === 'lump' ? delay?.lumpFen : null) ?? delay?.accruedFen ?? 0

/**
 * The fees with the penalties of both sides (S3 §2.5): milestones, then every month that was billed; the running one is not settled
 * before it ends. What the provider owes for building late stands on the first line.
 */
export const feeLines = (
  at: ActContext,
  terms: Terms,
  { confirmUncapped }: Pick<SettlementChoice, 'confirmUncapped'>,
  delayFen: number,
  isLeftOut: (id: number) => boolean = () => false,
): FeeLine[] => {
  const lines = debtsOf(at, terms)
    .filter(({ debt }) => debt.state !== 'running' && !isLeftOut(debt.id))
    .map(({ code, debt }) => lineOf(at, code, debt, confirmUncapped))
  if (delayFen === 0) return lines
  const penalty = { by: 'provider' as const, amountFen: BigInt(delayFen) }
  const alone: FeeLine = { code: 'build', feeFen: 0n, penalties: [], debt: null, figures: null, penaltyFen: 0 }
  const [first = alone, ...rest] = lines
  return [{ ...first, penalties: [...first.penalties, penalty] }, ...rest]
}

/** What one side owes on a line. */
export const penaltiesOf = ({ penalties }: SettlementLine, side: 'customer' | 'provider'): number =>
  toFen(penalties.reduce((sum, { by, amountFen }) => (by === side ? sum + amountFen : sum), 0n))
