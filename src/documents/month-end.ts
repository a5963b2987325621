import type { DifferenceMonth, MonthEndView } from '../core/month-end.ts'
import { addDays, addMonths, shanghaiDay, startOfDayMs } from '../core/shanghai.ts'
import { type MonthEndTable, monthEndNotes, monthEndTables } from './month-end-tables.ts'
import type { Fact, PrintedDocument, PrintedTable, Value, ValueKind } from './printed.ts'

/** The figures of one account, and of all of them together. Test packs are in none of them. */
export interface MonthEndTotals {
  opening_fen: number
  sold_fen: number
  used_fen: number
  lapsed_fen: number
  refunded_fen: number
  closing_fen: number
  billed_fen: number
  milestones_fen: number
  received_fen: number
  /** Tax invoices of the month, less those that take one back; credit notes of the month. */
  invoiced_fen: number
  credited_fen: number
  unpaid_fen: number
  overdue_fen: number
  late_fen: number
  cost_micro_yuan: number
  margin_micro_yuan: number
  /** Calls without an ending at the cut-off, and those of them that are in doubt still. */
  open_calls: number
  in_doubt: number
  differences: number
}

export type Row = Readonly<Record<string, Value>>

/** The rows of the page, by their table. */
export type MonthEndRows = Record<MonthEndTable, Row[]>

/** The month of all accounts, or of one. */
export interface MonthEndReport {
  month: string
  from: string
  to: string
  /** The month is not over: everything can still change. */
  provisional: boolean
  /** When the newest copy behind the list of accounts was made. */
  as_of: number
  /** Accounts that were asked, and those of them of which there is nothing to tell. */
  asked: number
  quiet: number
  /** What a person has to look at before the month is closed: differences, open and overdue things, ledgers that did not answer. */
  to_explain: number
  totals: MonthEndTotals
  rows: MonthEndRows
}

export const noTotals: MonthEndTotals = {
  opening_fen: 0,
  sold_fen: 0,
  used_fen: 0,
  lapsed_fen: 0,
  refunded_fen: 0,
  closing_fen: 0,
  billed_fen: 0,
  milestones_fen: 0,
  received_fen: 0,
  invoiced_fen: 0,
  credited_fen: 0,
  unpaid_fen: 0,
  overdue_fen: 0,
  late_fen: 0,
  cost_micro_yuan: 0,
  margin_micro_yuan: 0,
  open_calls: 0,
  in_doubt: 0,
  differences: 0,
}

const sum = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((total, row) => total + of(row), 0)

/** Calls whose ending was open at the cut-off, whatever became of them since. */
const openCalls = ({ open }: MonthEndView): number => open.stillOpen + sum(open.settledSince, ({ count }) => count)

const amountOfKind = ({ documents }: MonthEndView, kind: string): number =>
  sum(documents, (document) => (document.kind === kind ? (document.amountFen ?? 0) : 0))

const totalsOf = (view: MonthEndView): MonthEndTotals => {
  const packs = view.packs.filter(({ mode }) => mode === 'live')
  return {
    opening_fen: sum(packs, (pack) => pack.openingFen),
    sold_fen: sum(packs, (pack) => pack.soldFen),
    used_fen: sum(packs, (pack) => pack.usedFen),
    lapsed_fen: sum(packs, (pack) => pack.lapsedFen),
    refunded_fen: sum(packs, (pack) => pack.refundedFen),
    closing_fen: sum(packs, (pack) => pack.closingFen),
    billed_fen: view.bill?.owedFen ?? 0,
    milestones_fen: sum(view.milestones, (milestone) => milestone.owedFen),
    received_fen: sum(view.payments, (payment) => payment.amountFen),
    invoiced_fen: amountOfKind(view, 'tax_invoice'),
    credited_fen: amountOfKind(view, 'credit_note'),
    unpaid_fen: sum(view.debts, (debt) => debt.openFen),
    overdue_fen: sum(view.debts, (debt) => (debt.state === 'overdue' ? debt.openFen : 0)),
    late_fen: sum(view.debts, (debt) => debt.lateFen),
    cost_micro_yuan: sum(view.checks, (check) => check.costMicroYuan),
    margin_micro_yuan: sum(view.checks, (check) => check.marginMicroYuan),
    open_calls: openCalls(view),
    in_doubt: view.open.inDoubt,
    differences: view.differences.length,
  }
}

const emptyRows = (): MonthEndRows => Object.fromEntries(monthEndTables.map(({ key }) => [key, []])) as unknown as MonthEndRows

/** What becomes of the credits of a pack, as a row. */
const creditsOf = (account_id: string, pack: MonthEndView['packs'][number]): Row => ({
  account_id,
  grant_id: pack.grantId,
  order: pack.order,
  check: pack.check,
  opening_credits: pack.opening,
  sold_credits: pack.sold,
  used_credits: pack.used,
  lapsed_credits: pack.lapsed,
  refunded_credits: pack.refunded,
  closing_credits: pack.closing,
  held_credits: pack.held,
})

const fenOf = (pack: MonthEndView['packs'][number]): Row => ({
  paid_fen: pack.paidFen,
  opening_fen: pack.openingFen,
  sold_fen: pack.soldFen,
  used_fen: pack.usedFen,
  lapsed_fen: pack.lapsedFen,
  refunded_fen: pack.refundedFen,
  closing_fen: pack.closingFen,
})

const differenceOf = (account_id: string, { kind, about, count, amountFen }: DifferenceMonth): Row => ({
  account_id,
  kind,
  about,
  count,
  amount_fen: amountFen,
})

/** The rows of one account, added to those before it. */
const addRows = (rows: MonthEndRows, view: MonthEndView, totals: MonthEndTotals): void => {
  const account_id = view.accountId
  const { before, last } = view.journal
  rows.accounts.push({ account_id, name: view.name, preset: view.preset, ...totals, journal_before: before, journal_last: last })
  for (const pack of view.packs) {
    if (pack.mode === 'test') rows.test_packs.push(creditsOf(account_id, pack))
    else rows.packs.push({ ...creditsOf(account_id, pack), ...fenOf(pack) })
  }
  for (const check of view.checks)
    rows.checks.push({
      account_id,
      check: check.check,
      verifications: check.verifications,
      credits: check.credits,
      used_fen: check.usedFen,
      billed_fen: check.billedFen,
      cost_micro_yuan: check.costMicroYuan,
      margin_micro_yuan: check.marginMicroYuan,
    })
  for (const { code, quantity, unitPrice, amountFen } of view.bill?.lines ?? [])
    rows.bills.push({
      account_id,
      bill_id: view.bill?.billId ?? null,
      state: view.bill?.state ?? null,
      code,
      quantity,
      unit_price: unitPrice,
      amount_fen: amountFen,
    })
  for (const { milestoneId, number, owedFen, startedOn } of view.milestones)
    rows.milestones.push({ account_id, milestone_id: milestoneId, number, owed_fen: owedFen, started_on: startedOn })
  for (const debt of view.debts)
    rows.debts.push({
      account_id,
      debt_id: debt.debtId,
      about: debt.about,
      state: debt.state,
      due_on: debt.dueOn,
      owed_fen: debt.owedFen,
      paid_fen: debt.paidFen,
      open_fen: debt.openFen,
      overpaid_fen: debt.overpaidFen,
      days_late: debt.daysLate,
      late_fen: debt.lateFen,
    })
  for (const { on, amountFen, bankReference, aboutId } of view.payments)
    rows.payments.push({ account_id, on, amount_fen: amountFen, bank_reference: bankReference, about_id: aboutId })
  for (const { kind, documentId, number, state, amountFen, issuedAt } of view.documents)
    rows.documents.push({ account_id, kind, document_id: documentId, number, state, amount_fen: amountFen, issued_at: issuedAt })
  for (const { verificationId, check, mode, state, heldAt } of view.open.calls)
    rows.open_calls.push({ account_id, verification_id: verificationId, check, mode, state, held_at: heldAt })
  for (const since of view.open.settledSince) rows.settled_since.push({ account_id, ...since })
  for (const difference of view.differences) rows.differences.push(differenceOf(account_id, difference))
}

/** Nothing happened and nothing is left: no line of the page would say anything of this account. */
const isQuiet = (view: MonthEndView): boolean =>
  [view.packs, view.checks, view.milestones, view.debts, view.payments, view.documents, view.differences].every(
    ({ length }) => length === 0,
  ) &&
  view.bill === null &&
  openCalls(view) === 0

/** Builds the page account by account, so that no more than its rows is ever held. */
export class MonthEndBuilder {
  private readonly month: string
  private readonly rows = emptyRows()
  private readonly totals = { ...noTotals }
  private asked = 0
  private quiet = 0

  constructor(month: string) {
    this.month = month
  }

  add(view: MonthEndView): void {
    this.asked += 1
    if (isQuiet(view)) {
      this.quiet += 1
      return
    }
    const totals = totalsOf(view)
    for (const key of Object.keys(totals) as (keyof MonthEndTotals)[]) this.totals[key] += totals[key]
    addRows(this.rows, view, totals)
  }

  /** An account whose ledger did not answer: its figures are in no total. */
  miss(accountId: string, name: string | null, reason: string): void {
    this.asked += 1
    this.rows.missing.push({ account_id: accountId, name, reason })
  }

  report({ now, asOf }: { now: number; asOf: number }): MonthEndReport {
    const from = `${this.month}-01`
    const endMs = startOfDayMs(addMonths(from, 1))
    const { differences, debts, missing } = this.rows
    const late = debts.filter(({ state }) => state === 'overdue').length
    return {
      month: this.month,
      from,
      to: addDays(shanghaiDay(endMs), -1),
      provisional: now < endMs,
      as_of: asOf,
      asked: this.asked,
      quiet: this.quiet,
      to_explain: differences.length + late + missing.length + this.totals.in_doubt,
      totals: this.totals,
      rows: this.rows,
    }
  }
}

const fact = (key: string, kind: ValueKind, value: Value, zh: string, en: string): Fact => ({
  key,
  label: { zh, en },
  kind,
  value,
})

const totalLabels: [keyof MonthEndTotals, string, string][] = [
  ['opening_fen', '期初递延收入', 'Deferred revenue, opening'],
  ['sold_fen', '加：本月售出', 'plus sold'],
  ['used_fen', '减：已使用', 'less used'],
  ['lapsed_fen', '减：已失效', 'less lapsed'],
  ['refunded_fen', '减：已退款', 'less refunded'],
  ['closing_fen', '期末递延收入', 'Deferred revenue, closing'],
  ['billed_fen', '本月账单', 'Bills of the month'],
  ['milestones_fen', '本月应付节点', 'Milestones of the month'],
  ['received_fen', '本月收款', 'Payments received'],
  ['invoiced_fen', '本月发票', 'Tax invoices'],
  ['credited_fen', '本月贷记', 'Credit notes'],
  ['unpaid_fen', '未付', 'Unpaid'],
  ['overdue_fen', '其中逾期', 'of which overdue'],
  ['late_fen', '违约金及利息', 'Penalties and interest'],
]

/** The page of a month, as every format prints it. While the month runs it is a draft. */
export const printMonthEnd = (report: MonthEndReport): PrintedDocument => {
  const { month, from, to, provisional, as_of, asked, quiet, to_explain, totals, rows } = report
  const tables: PrintedTable[] = monthEndTables.map((table) => ({ ...table, rows: rows[table.key] }))
  return {
    kind: 'month_end',
    number: month,
    title: { zh: '月结', en: 'Month end' },
    issuedAt: provisional ? null : as_of,
    parties: [],
    facts: [
      fact('period', 'text', `${from} – ${to}`, '期间', 'Period'),
      fact('as_of', 'time', as_of, '账户清单截至', 'List of accounts as of'),
      fact('asked', 'integer', asked, '已查询账户', 'Accounts asked'),
      fact('quiet', 'integer', quiet, '其中无事项账户', 'of which with nothing to tell'),
      fact('to_explain', 'integer', to_explain, '待说明事项', 'Things to explain'),
      fact('open_calls', 'integer', totals.open_calls, '截止时未结核验', 'Calls without an ending at the cut-off'),
      fact('cost_micro_yuan', 'micro_yuan', totals.cost_micro_yuan, '数据源成本', 'Cost of sources'),
      fact('margin_micro_yuan', 'micro_yuan', totals.margin_micro_yuan, '毛利', 'Margin'),
    ],
    tables,
    totals: totalLabels.map(([key, zh, en]) => ({ key, label: { zh, en }, amountFen: totals[key], capitals: false })),
    notes: monthEndNotes,
    places: [],
  }
}
