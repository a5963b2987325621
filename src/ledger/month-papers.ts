import { makeId } from '../core/ids.ts'
import type { DifferenceMonth, DocumentMonth, PackMonth, PaymentMonth } from '../core/month-end.ts'
import { startOfDayMs } from '../core/shanghai.ts'
import type { Rows } from './book.ts'
import { asMatter, publicIdOf } from './matters/matter.ts'
import type { Month } from './month-debts.ts'

type Row = Rows['matters']

/** Matters that are papers or tell of money, as the month needs them. */
export interface Papers {
  statements: readonly Row[]
  settlements: readonly Row[]
  taxInvoices: readonly Row[]
  creditNotes: readonly Row[]
  paymentOrders: readonly Row[]
  bankStatements: readonly Row[]
}

const openedIn = ({ openedAt }: Row, { from, endMs }: Month): boolean => openedAt >= startOfDayMs(from) && openedAt < endMs

const paper = (row: Row, number: string | null, amountFen: number | null, issuedAt: number): DocumentMonth => ({
  kind: row.kind,
  documentId: publicIdOf(row),
  number,
  state: row.state,
  amountFen,
  issuedAt,
})

/**
 * The papers of a month: its own statement, the settlements and credit notes that were made in it, and the tax invoices that were
 * issued in it. A red invoice counts against the others.
 */
export const papersIn = ({ statements, settlements, taxInvoices, creditNotes }: Papers, month: Month): DocumentMonth[] => [
  ...statements.flatMap((row) => {
    const { period, figures, issuedAt } = asMatter<'statement'>(row).data
    return period === month.month && figures !== null && issuedAt !== null ? [paper(row, period, figures.totalFen, issuedAt)] : []
  }),
  ...settlements
    .filter((row) => openedIn(row, month))
    .map((row) => paper(row, null, asMatter<'settlement'>(row).data.balanceFen, row.openedAt)),
  ...taxInvoices
    .map((row) => ({ row, data: asMatter<'tax_invoice'>(row).data }))
    .filter(({ data }) => data.issuedOn >= month.from && data.issuedOn <= month.to)
    .map(({ row, data: { number, direction, grossFen, issuedOn } }) =>
      paper(row, number, direction === 'red' ? -grossFen : grossFen, startOfDayMs(issuedOn)),
    ),
  ...creditNotes
    .filter((row) => openedIn(row, month))
    .map((row) => paper(row, null, asMatter<'credit_note'>(row).data.amountFen, row.openedAt)),
]

/**
 * Money of the month that stands on no pack and no debt: what settlements moved, with its sign, and what came under a payment order
 * and was not recorded anywhere else. The bank's reference tells one payment from another.
 */
export const otherPaymentsIn = (
  { settlements, paymentOrders }: Papers,
  orders: readonly Rows['orders'][],
  known: readonly PaymentMonth[],
  { from, to }: Month,
): PaymentMonth[] => {
  const ofSettlements = settlements.flatMap((row) =>
    asMatter<'settlement'>(row).data.payments.map(({ on, amountFen, bankReference, direction }) => ({
      on,
      amountFen: direction === 'to_customer' ? -amountFen : amountFen,
      bankReference,
      aboutId: publicIdOf(row),
    })),
  )
  const seen = new Set([...known, ...ofSettlements].map(({ bankReference }) => bankReference))
  const paidPacks = new Set(orders.filter(({ paidAt }) => paidAt !== null).map(({ id }) => id))
  const ofPaymentOrders = paymentOrders.flatMap((row) => {
    const { paidOn, bankReference, amountFen, about } = asMatter<'payment_order'>(row).data
    const isKnown = about.kind === 'order' && about.id !== null && paidPacks.has(about.id)
    if (paidOn === null || bankReference === null || isKnown || seen.has(bankReference)) return []
    return [{ on: paidOn, amountFen, bankReference, aboutId: publicIdOf(row) }]
  })
  return [...ofSettlements, ...ofPaymentOrders].filter(({ on }) => on >= from && on <= to)
}

/** Packs of which the statement says something else than the journal: what was told can never move away from it. */
const differing = (row: Row, packs: readonly PackMonth[]): DifferenceMonth[] => {
  const { accountId, data } = asMatter<'statement'>(row)
  const byId = new Map(packs.map((pack) => [pack.grantId, pack]))
  const wrong = (data.figures?.packs ?? []).filter(({ grantId, captured, usedFen, closing, closingFen }) => {
    const pack = byId.get(makeId('gra', accountId, grantId))
    if (pack === undefined) return captured !== 0 || closing !== 0
    return pack.mode === 'live' && (pack.usedFen !== usedFen || pack.closingFen !== closingFen)
  })
  return wrong.length === 0 ? [] : [{ kind: 'statement_differs', about: publicIdOf(row), count: wrong.length, amountFen: null }]
}

/** The statement of a month that is over: there has to be one where anything happened, and it says what the journal says. */
export const statementDifferences = (
  { statements }: Papers,
  packs: readonly PackMonth[],
  hasMoved: boolean,
  { month, to }: Month,
): DifferenceMonth[] => {
  const row = statements.find(({ reference }) => reference === month)
  const isIssued = row !== undefined && asMatter<'statement'>(row).data.figures !== null
  if (isIssued) return asMatter<'statement'>(row).data.to === to ? differing(row, packs) : []
  return row !== undefined || hasMoved
    ? [{ kind: 'statement_not_issued', about: row ? publicIdOf(row) : null, count: 1, amountFen: null }]
    : []
}

/** Days up to the end of the month whose bank lines differ from their orders, as long as nobody has explained it. */
export const bankDifferences = ({ bankStatements }: Papers, { to }: Month): DifferenceMonth[] =>
  bankStatements
    .map((row) => ({ row, data: asMatter<'bank_statement'>(row).data }))
    .filter(({ row, data }) => row.state === 'differs' && data.replacedBy === null && data.day <= to)
    .map(({ row, data: { finding } }) => ({
      kind: 'bank_difference',
      about: publicIdOf(row),
      count: finding?.differing.length ?? 0,
      amountFen: finding?.differenceFen ?? null,
    }))

/** Payment orders of the month whose money found nothing that was owed any more. */
export const overpaidOrders = ({ paymentOrders }: Papers, { from, to }: Month): DifferenceMonth[] =>
  paymentOrders.flatMap((row) => {
    const { paidOn, amountFen, appliedFen } = asMatter<'payment_order'>(row).data
    const overFen = appliedFen === null ? 0 : amountFen - appliedFen
    if (paidOn === null || paidOn < from || paidOn > to || overFen <= 0) return []
    return [{ kind: 'overpaid', about: publicIdOf(row), count: 1, amountFen: overFen }]
  })
