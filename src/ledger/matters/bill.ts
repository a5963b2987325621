import { clauseOf } from '../../agreement/clause.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { ActResult } from '../../core/commands.ts'
import type { BillAct } from '../../core/matters/bill.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { monthAfter, monthDays, monthOf, rateMonth, serviceDays, tariffsOf } from './billing-period.ts'
import { findDebtFigures } from './debt.ts'
import {
  asMatter,
  changeMatter,
  clockFrom,
  defineMatter,
  findMatter,
  isRefusal,
  type Matter,
  matterAsItStands,
  matterDone,
  openMatter,
  publicIdOf,
} from './matter.ts'
import { notify } from './notice.ts'
import { ageDebt, figuresNow, payClock, payDebt } from './payable.ts'

/** First instant after a month. */
const monthEndMs = (period: string): number => startOfDayMs(`${monthAfter(period)}-01`)

/** Whether use is billed afterwards: some meter has a price (S4 §6.1.2). */
const isBilled = (terms: Terms): boolean => Object.values(terms.prices).some((price) => price !== null)

/** A month that begins to collect what is measured; null where it has no day of service. */
const openMonth = (at: ActContext, terms: Terms, period: string): Matter<'bill'> | null => {
  const days = serviceDays(terms, at.draft.account, period)
  if (days === null) return null
  const debt = { owedFen: 0, payments: [] }
  const bill = openMatter(at, 'bill', {
    state: 'running',
    reference: period,
    data: {
      ...debt,
      figures: findDebtFigures(terms, debt, { lastDay: null, provisional: false }, shanghaiDay(at.draft.now)),
      period,
      ...days,
      dataUses: [],
      lines: [],
      tax: null,
      invoiceOn: null,
      suspendsWhenOverdue: terms.suspension.overdue === 'when_overdue',
      paymentForm: terms.payment.form,
      invoiceKind: terms.payment.invoice,
    },
    wakeAt: monthEndMs(period),
  })
  writeAct({ ...at, kind: 'open_bill' }, { bill: bill.id, period, clause: clauseOf(terms.preset, 'use') })
  return bill
}

/** The first month of an agreement that bills use, once it is in force. */
export const startBilling = (at: ActContext, terms: Terms): void => {
  if (!isBilled(terms) || at.draft.account.effectiveAt === null) return
  const effectiveOn = shanghaiDay(at.draft.account.effectiveAt)
  const period = monthOf(terms.term.start !== null && terms.term.start > effectiveOn ? terms.term.start : effectiveOn)
  if (!at.book.matterByReference('bill', period)) openMonth({ ...at, reason: null }, terms, period)
}

/** The versions from the one that came into force on; what was put before it was never agreed. */
const versionsInForce = (at: ActContext) => {
  const versions = at.book.versions()
  const { effectiveAt } = at.draft.account
  const isTrigger = (version: number): boolean =>
    ['signature', 'acceptance'].some((way) => {
      const row = at.book.matterByReference('signing', `${way}-${version}`)
      return row !== null && asMatter<'signing'>(row).data.effectiveAt !== null
    })
  const signed = versions.findIndex(({ version }) => isTrigger(version))
  const first = signed >= 0 ? signed : versions.findLastIndex(({ createdAt }) => createdAt <= (effectiveAt ?? 0))
  return versions.slice(Math.max(first, 0))
}

/** The month is over: what was counted in it is billed, and the next one begins (S4 §6.3.1). A month without a fee is closed. */
const issue = (at: ActContext, bill: Matter<'bill'>, terms: Terms): Matter<'bill'> => {
  const { first, last } = monthDays(bill.data.period)
  const days = serviceDays(terms, at.draft.account, bill.data.period) ?? { from: bill.data.from, to: bill.data.to }
  const rated = rateMonth(tariffsOf(versionsInForce(at)), terms, { ...bill.data, ...days }, at.book.usage(first, last))
  const isFree = rated.owedFen === 0
  const period = { lastDay: null, provisional: false }
  const issued = changeMatter(at, bill, {
    state: isFree ? 'nothing_due' : 'issued',
    data: {
      ...days,
      ...rated,
      issuedAt: at.draft.now,
      figures: findDebtFigures(terms, { ...rated, payments: [] }, period, shanghaiDay(at.draft.now)),
    },
    close: isFree,
  })
  writeAct(
    { ...at, kind: 'issue_bill' },
    {
      bill: bill.id,
      period: bill.data.period,
      total_fen: rated.owedFen,
      net_fen: rated.tax?.netFen ?? null,
      tax_fen: rated.tax?.taxFen ?? null,
      clause: clauseOf(terms.preset, 'period_end'),
    },
  )
  const next = monthAfter(bill.data.period)
  if (!at.book.matterByReference('bill', next)) openMonth({ ...at, reason: null }, terms, next)
  return issued
}

/** The bill of a month that is over, issued now when it still runs: a statement has its lines. Null where the month has none. */
export const issuedBillOf = (at: ActContext, period: string): Matter<'bill'> | null => {
  const row = at.book.matterByReference('bill', period)
  if (row === null) return null
  const bill = asMatter<'bill'>(row)
  const terms = termsOf(at)
  return bill.state === 'running' && terms !== null ? issue({ ...at, reason: null }, bill, terms) : bill
}

const open = (at: ActContext, { period }: Extract<BillAct, { kind: 'open_bill' }>): Decision<ActResult> => {
  const prior = at.book.matterByReference('bill', period)
  if (prior) return matterAsItStands(asMatter<'bill'>(prior))
  const terms = termsOf(at)
  if (terms === null || !isBilled(terms)) return unchanged(refuse('state_conflict', { detail: 'use_is_not_billed' }))
  if (period > monthOf(shanghaiDay(at.draft.now))) return unchanged(refuse('state_conflict', { detail: 'period_not_begun' }))
  const bill = openMonth(at, terms, period)
  if (bill === null) return unchanged(refuse('state_conflict', { detail: 'no_service_in_period' }))
  return matterDone(at, at.draft.now >= monthEndMs(period) ? issue(at, bill, terms) : bill)
}

/** A quantity that the gateway cannot count itself, such as downloaded data, under a reference that makes it count once. */
const recordDataUse = (at: ActContext, act: Extract<BillAct, { kind: 'record_data_use' }>): Decision<ActResult> => {
  const bill = findMatter(at, 'bill', act.billId)
  if (isRefusal(bill)) return unchanged(bill)
  const { dataUses } = bill.data
  const prior = dataUses.find(({ reference }) => reference === act.reference)
  if (prior)
    return prior.bytes === act.bytes
      ? matterAsItStands(bill)
      : unchanged(refuse('state_conflict', { detail: 'reference_reused' }))
  // A period that is billed never changes: what comes to light later is part of the running one (DESIGN.md §3).
  if (bill.state !== 'running') return unchanged(refuse('state_conflict', { detail: 'period_billed' }))
  const use = { reference: act.reference, bytes: act.bytes, at: at.draft.now, by: actorText(at.by) }
  const changed = changeMatter(at, bill, { data: { dataUses: [...dataUses, use] }, wakeAt: monthEndMs(bill.data.period) })
  writeAct(at, { bill: bill.id, reference: act.reference, bytes: act.bytes })
  return matterDone(at, changed)
}

/** The period to pay runs from the receipt of the invoice, not from the end of the month (S4 §6.2.1, contracts.md §5 no. 20). */
const recordInvoice = (at: ActContext, act: Extract<BillAct, { kind: 'record_invoice_receipt' }>): Decision<ActResult> => {
  const bill = findMatter(at, 'bill', act.billId)
  if (isRefusal(bill)) return unchanged(bill)
  const { invoiceOn, owedFen } = bill.data
  if (invoiceOn !== null)
    return invoiceOn === act.on ? matterAsItStands(bill) : unchanged(refuse('state_conflict', { detail: 'invoice_recorded' }))
  if (bill.state === 'running') return unchanged(refuse('state_conflict', { detail: 'period_runs' }))
  if (act.on > shanghaiDay(at.draft.now)) return unchanged(refuse('state_conflict', { detail: 'day_not_come' }))
  const terms = termsOf(at)
  if (!terms?.payWithin) return unchanged(refuse('state_conflict', { detail: 'no_period_to_pay' }))
  const clause = clauseOf(terms.preset, 'pay_bill')
  const clock = clockFrom(at, {
    name: payClock,
    clause,
    rule: { kind: 'within', eventOn: act.on, length: terms.payWithin, roll: true },
  })
  const clocks = clock ? [clock] : []
  const changed = changeMatter(at, bill, {
    state: 'invoiced',
    data: { invoiceOn: act.on, figures: figuresNow(at, { ...bill, clocks }) },
    clocks,
  })
  writeAct(at, { bill: bill.id, on: act.on, clause })
  notify(at, 'due', { bill: publicIdOf(bill), due_on: clock?.lastDay ?? '', open_fen: owedFen })
  return matterDone(at, changed)
}

/** Bills for a month of use: collected, issued at its end, invoiced, paid, or overdue (S4 §6). */
export const billRules = defineMatter<'bill', BillAct>(
  'bill',
  {
    open_bill: open,
    record_data_use: recordDataUse,
    record_invoice_receipt: recordInvoice,
    pay_bill: (at, act) => payDebt(at, 'bill', act.billId, act),
  },
  (at, bill, missed) => {
    const terms = termsOf(at)
    if (bill.state !== 'running') ageDebt(at, bill, missed)
    else if (terms) issue(at, bill, terms)
  },
)
