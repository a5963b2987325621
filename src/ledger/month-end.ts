import { and, asc, eq, gt, gte, inArray, isNull, lt, lte, sql } from 'drizzle-orm'
import { publicSubjectOf } from '../core/alarms.ts'
import { makeId, nextTimeId } from '../core/ids.ts'
import { matterPrefixes } from '../core/matters/index.ts'
import { amountOf } from '../core/money.ts'
import type { DebtMonth, DifferenceMonth, MonthEndView, OpenMonth, PaymentMonth } from '../core/month-end.ts'
import { addDays, addMonths, shanghaiDay, startOfDayMs } from '../core/shanghai.ts'
import type { Book, Rows } from './book.ts'
import type { Db } from './db.ts'
import { monthDays } from './matters/billing-period.ts'
import { toFen } from './matters/debt.ts'
import { billOf, debtsAt, type Month, milestonesIn, paymentsIn } from './month-debts.ts'
import { checksOf, cutOffDifferences, rollGrant } from './month-packs.ts'
import { bankDifferences, otherPaymentsIn, overpaidOrders, type Papers, papersIn, statementDifferences } from './month-papers.ts'
import * as schema from './schema.ts'

const value = (name: string) => sql.placeholder(name)

/** Open calls that are named; of more than these a person looks at the list of verifications. */
const mostNamed = 100

/**
 * Alarms that finance has to explain at the end of a month: calls whose ending is open or came after they were given up, a source
 * that answers in codes of which nobody knows whether they are billed, a penalty beyond its share. What the bank differs in has a
 * line of its own for each day.
 */
const moneyAlarms = ['in_doubt_aged', 'late_answer', 'penalty_above_share', 'source_unknown_code']

/** Matters that a missed deadline makes a matter of money. */
const moneyPrefixes = (
  ['bill', 'milestone', 'fee_notice', 'statement', 'settlement', 'charge_dispute', 'payment_order', 'bank_statement'] as const
).map((kind) => matterPrefixes[kind])

const concernsMoney = ({ kind, subject }: Rows['alarms']): boolean =>
  moneyAlarms.includes(kind) || (kind === 'deadline_missed' && moneyPrefixes.some((prefix) => subject.startsWith(`${prefix}_`)))

const dayMs = 86_400_000

/** Fen of a millionth of a yuan. */
const fenPerMicroYuan = { numerator: 1n, denominator: 10_000n }

/** Ids from about this instant on. They are time-ordered, but for a clock that was set back: a day more is looked at. */
const firstIdAbout = (ms: number): number => nextTimeId(0, Math.max(ms - dayMs, Date.UTC(2024, 0, 1)), 1)

/** Answers for which nothing was delivered. */
const withoutResult = ['rejected', 'unavailable', 'unknown'] as const

const prepareMonthLists = (db: Db) => {
  const { alarms, matters, orders, outcomes, rollups, verificationIndex } = schema
  const ofKind = and(eq(matters.accountId, value('account')), eq(matters.kind, value('kind')))
  return {
    orders: db
      .select()
      .from(orders)
      .where(eq(orders.accountId, value('account')))
      .orderBy(asc(orders.id))
      .prepare(),
    matters: db.select().from(matters).where(ofKind).orderBy(asc(matters.id)).prepare(),
    /** Called by the last day, ended after it. */
    settledSince: db
      .select({
        check: rollups.check,
        mode: rollups.mode,
        outcome: rollups.outcome,
        count: sql<number>`sum(${rollups.count})`,
        credits: sql<number>`sum(${rollups.credits})`,
      })
      .from(rollups)
      .where(
        and(gt(rollups.settledDay, value('to')), lte(rollups.serviceDay, value('to')), eq(rollups.accountId, value('account'))),
      )
      .groupBy(rollups.check, rollups.mode, rollups.outcome)
      .orderBy(asc(rollups.check), asc(rollups.mode), asc(rollups.outcome))
      .prepare(),
    standingAlarms: db
      .select()
      .from(alarms)
      .where(and(eq(alarms.accountId, value('account')), isNull(alarms.clearedAt), lt(alarms.since, value('endMs'))))
      .orderBy(asc(alarms.kind), asc(alarms.since), asc(alarms.subject))
      .prepare(),
    /** Calls that the source billed and that brought no result. By number, because nothing else leads to an account's own. */
    billedWithoutResult: db
      .select({ count: sql<number>`count(*)`, costMicroYuan: sql<number>`coalesce(sum(${outcomes.sourceCostMicroYuan}), 0)` })
      .from(verificationIndex)
      .innerJoin(outcomes, eq(outcomes.verificationId, verificationIndex.verificationId))
      .where(
        and(
          eq(verificationIndex.accountId, value('account')),
          gte(verificationIndex.verificationId, value('firstId')),
          lt(verificationIndex.verificationId, value('lastId')),
          eq(outcomes.disposition, 'released'),
          eq(outcomes.sourceBilled, true),
          inArray(outcomes.outcome, [...withoutResult]),
          gte(outcomes.settledAt, value('fromMs')),
          lt(outcomes.settledAt, value('endMs')),
        ),
      )
      .prepare(),
  }
}
type MonthLists = ReturnType<typeof prepareMonthLists>

/**
 * An account at the end of a month: what finance needs to close it (contracts.md §5 no. 19 to 22). Everything is of the account's
 * own ledger; packs are rolled from the journal, so that the months of a pack add up to its price to the fen.
 */
export const prepareMonthEnd = (db: Db): ((book: Book, head: Rows['accounts'], month: string, now: number) => MonthEndView) => {
  const lists = prepareMonthLists(db)
  return (book, head, month, now) => {
    const account = head.id
    const days = monthOf(month, now)
    const { from, to, endMs } = days
    const usage = book.usage(from, to)
    const orders = lists.orders.all({ account })
    const mattersOf = (kind: string) => lists.matters.all({ account, kind })
    const [bills, milestones] = [mattersOf('bill'), mattersOf('milestone')]
    const papers = papersOf(mattersOf)
    const terms = head.agreementId === null ? null : book.terms(head.agreementId)

    const isOver = now >= endMs
    const packs = packsOf(book, orders, days)
    const hasMoved = usage.length > 0 || packs.some(({ mode }) => mode === 'live')
    const payments = paymentsIn(orders, [...bills, ...milestones], days)
    const bill = billOf(bills, days)
    const debts = debtsAt(terms, bills, milestones, days)
    return {
      accountId: account,
      name: head.name,
      month,
      from,
      to,
      provisional: !isOver,
      preset: terms?.preset ?? null,
      journal: { before: book.lastSeq(addDays(from, -1)), last: book.lastSeq(to) },
      packs,
      checks: checksOf(usage, packs, bill, terms),
      open: openAt(lists, book, days),
      bill,
      milestones: milestonesIn(milestones, days),
      debts,
      payments: [...payments, ...otherPaymentsIn(papers, orders, payments, days)].sort(byDay),
      documents: papersIn(papers, days),
      differences: [
        ...alarmDifferences(lists.standingAlarms.all({ account, endMs })),
        ...(isOver && bill?.state === 'running'
          ? [{ kind: 'bill_not_issued' as const, about: bill.billId, count: 1, amountFen: null }]
          : []),
        ...(isOver && head.effectiveAt !== null ? statementDifferences(papers, packs, hasMoved, days) : []),
        ...bankDifferences(papers, days),
        ...overpaid(debts, payments),
        ...overpaidOrders(papers, days),
        ...billedWithoutResult(lists, account, usage, days),
        ...cutOffDifferences(usage, packs),
      ],
    }
  }
}

const byDay = (one: { on: string }, other: { on: string }): number => (one.on < other.on ? -1 : one.on > other.on ? 1 : 0)

const monthOf = (month: string, now: number): Month => {
  const { first, last } = monthDays(month)
  const endMs = startOfDayMs(addMonths(first, 1))
  return { month, from: first, to: last, endMs, asOf: now < endMs ? shanghaiDay(now) : last }
}

const packsOf = (book: Book, orders: readonly Rows['orders'][], { from, to }: Month): MonthEndView['packs'] => {
  const periods = new Map(book.grantPeriods(from, to).map((period) => [period.grantId, period]))
  const orderById = new Map(orders.map((order) => [order.id, order]))
  return book
    .allGrants()
    .map((grant) => {
      const period = periods.get(grant.id)
      const order = grant.orderId === null ? null : (orderById.get(grant.orderId) ?? null)
      return period ? rollGrant(grant, order, period) : null
    })
    .filter((pack) => pack !== null)
}

const openAt = (lists: MonthLists, book: Book, { to, endMs }: Month): OpenMonth => {
  const open = book
    .openVerifications()
    .filter(({ heldAt }) => heldAt < endMs)
    .sort((one, other) => one.id - other.id)
  const calls = open.map(({ id, check, mode, heldAt }) => ({
    verificationId: makeId('ver', book.accountId, id),
    check,
    mode,
    state: book.get('doubts', id) === null ? ('held' as const) : ('unknown' as const),
    heldAt,
  }))
  return {
    calls: calls.slice(0, mostNamed),
    stillOpen: calls.length,
    inDoubt: calls.filter(({ state }) => state === 'unknown').length,
    settledSince: lists.settledSince.all({ account: book.accountId, to }),
  }
}

const papersOf = (rowsOf: (kind: string) => Rows['matters'][]): Papers => ({
  statements: rowsOf('statement'),
  settlements: rowsOf('settlement'),
  taxInvoices: rowsOf('tax_invoice'),
  creditNotes: rowsOf('credit_note'),
  paymentOrders: rowsOf('payment_order'),
  bankStatements: rowsOf('bank_statement'),
})

/** One line for each kind of alarm, with the only subject that it has. */
const alarmDifferences = (rows: readonly Rows['alarms'][]): DifferenceMonth[] => {
  const standing = rows.filter(concernsMoney)
  return [...new Set(standing.map(({ kind }) => kind))].map((kind) => {
    const own = standing.filter((alarm) => alarm.kind === kind)
    const [only] = own
    const subject = own.length === 1 && only ? `.${publicSubjectOf(only.accountId, kind, only.subject)}` : ''
    return { kind: 'alarm', about: `${kind}${subject}`, count: own.length, amountFen: null }
  })
}

/** To be explained in the month in which the money came; it stands among the debts as long as it is not owed. */
const overpaid = (debts: readonly DebtMonth[], payments: readonly PaymentMonth[]): DifferenceMonth[] =>
  debts
    .filter(({ debtId, overpaidFen }) => overpaidFen > 0 && payments.some(({ aboutId }) => aboutId === debtId))
    .map(({ debtId, overpaidFen }) => ({ kind: 'overpaid', about: debtId, count: 1, amountFen: overpaidFen }))

/** Asked only where some call of the month ended without a result: most months of most accounts have none. */
const billedWithoutResult = (
  lists: MonthLists,
  account: string,
  usage: readonly Rows['rollups'][],
  { from, endMs }: Month,
): DifferenceMonth[] => {
  const days = usage.filter(({ outcome }) => withoutResult.some((none) => none === outcome)).map(({ serviceDay }) => serviceDay)
  const firstDay = days.reduce<string | null>((first, day) => (first === null || day < first ? day : first), null)
  if (firstDay === null) return []
  const found = lists.billedWithoutResult.get({
    account,
    firstId: firstIdAbout(startOfDayMs(firstDay)),
    lastId: firstIdAbout(endMs + 2 * dayMs),
    fromMs: startOfDayMs(from),
    endMs,
  })
  if (!found || found.count === 0) return []
  // Null where the source does not say what its calls cost.
  const amountFen = found.costMicroYuan === 0 ? null : toFen(amountOf(fenPerMicroYuan, found.costMicroYuan))
  return [{ kind: 'billed_without_result', about: null, count: found.count, amountFen }]
}
