import type { Clock } from '../agreement/clock.ts'
import type { Terms } from '../agreement/terms.ts'
import { makeId } from '../core/ids.ts'
import type { Debt } from '../core/matters/debt.ts'
import type { BillMonth, DebtMonth, MonthEndView, PaymentMonth } from '../core/month-end.ts'
import { shanghaiDay } from '../core/shanghai.ts'
import type { Rows } from './book.ts'
import { findDebtFigures } from './matters/debt.ts'
import { asMatter, publicIdOf } from './matters/matter.ts'
import { payClock } from './matters/payable.ts'

/** The month that is asked for: its days, the first instant after it, and the day on which it is looked at. */
export interface Month {
  month: string
  from: string
  to: string
  endMs: number
  /** The last day of it, or today while it runs. */
  asOf: string
}

/** A debt and the day from which its period to pay counts; null while nothing has started it by the day that is looked at. */
interface Owed {
  row: Rows['matters']
  debt: Debt
  about: string
  startedOn: string | null
}

const billsOwed = (rows: readonly Rows['matters'][], { month }: Month): Owed[] =>
  rows
    .map((row) => ({ row, bill: asMatter<'bill'>(row) }))
    .filter(({ bill }) => bill.data.period <= month && bill.state !== 'running')
    .map(({ row, bill: { data } }) => ({ row, debt: data, about: data.period, startedOn: data.invoiceOn }))

const milestonesOwed = (rows: readonly Rows['matters'][], { endMs }: Month): Owed[] =>
  rows
    .filter(({ openedAt }) => openedAt < endMs)
    .map((row) => {
      const { data } = asMatter<'milestone'>(row)
      return { row, debt: data, about: String(data.number), startedOn: data.startedOn }
    })

const duePeriodOf = (clocks: readonly Clock[], isStarted: boolean): { lastDay: string | null; provisional: boolean } => {
  const clock = isStarted ? clocks.findLast(({ name }) => name === payClock) : undefined
  return { lastDay: clock?.lastDay ?? null, provisional: (clock?.assumedYears.length ?? 0) > 0 }
}

const stateOf = (openFen: number, dueOn: string | null, asOf: string): DebtMonth['state'] => {
  if (openFen === 0) return 'paid'
  if (dueOn === null) return 'not_due'
  return dueOn < asOf ? 'overdue' : 'due'
}

/**
 * A debt as it stood at the end of the month: what was paid later does not count, and neither does an invoice that came later. Null
 * for one that was settled before, or in time and to the fen.
 */
const debtAt = (terms: Terms, { row, debt, about, startedOn }: Owed, { from, asOf }: Month): DebtMonth | null => {
  const payments = debt.payments.filter(({ on }) => on <= asOf)
  const period = duePeriodOf(row.clocks, startedOn !== null && startedOn <= asOf)
  const figures = findDebtFigures(terms, { owedFen: debt.owedFen, payments }, period, asOf)
  const { openFen, overpaidFen, dueOn } = figures
  const lateFen = (figures.penalty?.billedFen ?? 0) + (figures.interestFen ?? 0)
  const isPaidLateNow = lateFen > 0 && payments.some(({ on }) => on >= from)
  if (openFen === 0 && overpaidFen === 0 && !isPaidLateNow) return null
  return {
    debtId: publicIdOf(row),
    about,
    state: stateOf(openFen, dueOn, asOf),
    dueOn,
    owedFen: debt.owedFen,
    paidFen: figures.paidFen,
    openFen,
    overpaidFen,
    daysLate: figures.daysLate,
    lateFen,
  }
}

/** Bills and milestones that were not settled at the end of the month, with their penalty or interest up to then. */
export const debtsAt = (
  terms: Terms | null,
  bills: readonly Rows['matters'][],
  milestones: readonly Rows['matters'][],
  month: Month,
): DebtMonth[] => {
  if (terms === null) return []
  const owed = [...billsOwed(bills, month), ...milestonesOwed(milestones, month)]
  return owed.map((one) => debtAt(terms, one, month)).filter((debt) => debt !== null)
}

/** Money that came in the month: for packs when it was recorded, for debts on the day of the bank. Test packs cost nobody money. */
export const paymentsIn = (
  orders: readonly Rows['orders'][],
  debts: readonly Rows['matters'][],
  { from, to }: Month,
): PaymentMonth[] => {
  const isIn = ({ on }: { on: string }): boolean => on >= from && on <= to
  const ofOrders = orders.flatMap(({ accountId, id, mode, paidAt, paidFen, bankReference }) =>
    paidAt === null || mode !== 'live'
      ? []
      : [
          {
            on: shanghaiDay(paidAt),
            amountFen: paidFen,
            bankReference: bankReference ?? '',
            aboutId: makeId('ord', accountId, id),
          },
        ],
  )
  const ofDebts = debts.flatMap((row) =>
    asMatter<'bill'>(row).data.payments.map((payment) => ({ ...payment, aboutId: publicIdOf(row) })),
  )
  return [...ofOrders, ...ofDebts].filter(isIn)
}

/** The bill of the month itself; null where use is not billed. */
export const billOf = (bills: readonly Rows['matters'][], { month }: Month): BillMonth | null => {
  const row = bills.find(({ reference }) => reference === month)
  if (!row) return null
  const { state, data } = asMatter<'bill'>(row)
  return { billId: publicIdOf(row), state, owedFen: data.owedFen, tax: data.tax, lines: data.lines }
}

/** Milestones that began to be owed in the month. */
export const milestonesIn = (rows: readonly Rows['matters'][], { from, to }: Month): MonthEndView['milestones'] =>
  rows
    .map((row) => ({ row, data: asMatter<'milestone'>(row).data }))
    .filter(({ data }) => data.startedOn >= from && data.startedOn <= to)
    .map(({ row, data: { number, owedFen, startedOn } }) => ({ milestoneId: publicIdOf(row), number, owedFen, startedOn }))
