import { reconcileOrders } from '../../agreement/payment-orders.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActResult } from '../../core/commands.ts'
import type {
  BankDifference,
  BankExplanation,
  BankFinding,
  BankLine,
  BankStatementAct,
} from '../../core/matters/bank-statement.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, actorText, writeAct } from '../decide/act-context.ts'
import { clearAlarm, raiseAlarm } from '../decide/alarm.ts'
import { type Decision, unchanged } from '../draft.ts'
import { clearByBank } from './clearing.ts'
import { toFen } from './debt.ts'
import {
  asMatter,
  changeMatter,
  clockFrom,
  defineMatter,
  endClock,
  findMatter,
  isRefusal,
  type Matter,
  type MatterRules,
  matterAsItStands,
  matterDone,
  openMatter,
  publicIdOf,
} from './matter.ts'
import { clauseFor, conflict } from './record.ts'

type Statement = Matter<'bank_statement'>
type PaymentOrder = Matter<'payment_order'>

/** The clock by which the statement of a day has to be here. */
const statementClock = 'bank_statement'

/** The version that counts of the statement of a day; null while there is none. */
const currentStatement = (at: ActContext, day: string): Statement | null => {
  for (let row = at.book.matterByReference('bank_statement', day); row !== null; ) {
    const statement = asMatter<'bank_statement'>(row)
    if (statement.data.replacedBy === null) return statement
    row = at.book.get('matters', statement.data.replacedBy)
  }
  return null
}

/** What was paid on a day: the payment orders, and every pack that was paid without one. One number is one order. */
const ordersOfDay = (at: ActContext, day: string, changed: readonly PaymentOrder[]) => {
  const payments = new Map(at.book.paymentOrdersOf(day).map((row) => [row.id, asMatter<'payment_order'>(row)]))
  for (const order of changed) payments.set(order.id, order)
  const orders = [...payments.values()].map((order) => ({
    no: order.reference ?? '',
    amountFen: BigInt(order.data.amountFen),
    payment: order,
  }))
  const hasPayment = (no: string): boolean => {
    const row = at.book.matterByReference('payment_order', no)
    return row !== null && row.data.paidOn !== null
  }
  const numbers = new Set(orders.map(({ no }) => no))
  const packs = at.book
    .paidOrders(day)
    .filter(({ externalId }) => !numbers.has(externalId) && !hasPayment(externalId))
    .map(({ externalId, paidFen }) => ({ no: externalId, amountFen: BigInt(paidFen), payment: null }))
  return [...orders, ...packs]
}

const asExplained = ({ no, orderedFen, statedFen }: BankDifference, explanations: readonly BankExplanation[]): boolean =>
  explanations.some((each) => each.no === no && each.orderedFen === orderedFen && each.statedFen === statedFen)

interface Judgement {
  statement: Statement
  /** Payment orders of the day as they stand now. */
  payments: PaymentOrder[]
  clearedOrders: number
}

/** What the numbers of a day come to. Nothing is written. */
const findDifferences = (
  orders: readonly { no: string; amountFen: bigint }[],
  lines: readonly BankLine[],
  now: number,
): { finding: BankFinding; matched: ReadonlySet<string> } => {
  const stated = lines.map(({ no, amountFen }) => ({ no, amountFen: BigInt(amountFen) }))
  const found = reconcileOrders(orders, stated)
  const sumsOf = (list: readonly { no: string; amountFen: bigint }[]): ReadonlyMap<string, bigint> =>
    list.reduce((sums, { no, amountFen }) => sums.set(no, (sums.get(no) ?? 0n) + amountFen), new Map<string, bigint>())
  const [ordered, paid] = [sumsOf(orders), sumsOf(stated)]
  const fenIn = (sums: ReadonlyMap<string, bigint>, no: string): number | null => {
    const fen = sums.get(no)
    return fen === undefined ? null : toFen(fen)
  }
  const differing = (what: BankDifference['what'], numbers: readonly string[]): BankDifference[] =>
    numbers.map((no) => ({ no, what, orderedFen: fenIn(ordered, no), statedFen: fenIn(paid, no) }))
  return {
    matched: new Set(found.matched),
    finding: {
      judgedAt: now,
      orders: ordered.size,
      matched: found.matched.length,
      differing: [
        ...differing('amount_mismatch', found.amountMismatch),
        ...differing('missing_in_statement', found.missingInStatement),
        ...differing('unknown_in_statement', found.unknownInStatement),
      ],
      orderTotalFen: toFen(found.orderTotalFen),
      statementTotalFen: toFen(found.statementTotalFen),
      differenceFen: toFen(found.differenceFen),
    },
  }
}

/**
 * Judges the statement of a day against its orders, confirms the shares that its lines name, and raises or clears the alarm. What
 * was explained stays explained while its amounts are the same.
 */
const judge = (at: ActContext, statement: Statement, changed: readonly PaymentOrder[] = []): Judgement => {
  const { day, lines } = statement.data
  const orders = ordersOfDay(at, day, changed)
  const { finding, matched } = findDifferences(orders, lines, at.draft.now)
  const linesByNumber = Map.groupBy(lines, ({ no }) => no)
  let clearedOrders = 0
  const payments = orders.flatMap(({ no, payment }) => {
    if (payment === null) return []
    const own = matched.has(no) ? (linesByNumber.get(no) ?? []) : []
    const after = clearByBank(at, payment, own, { day, statementId: statement.id })
    if (after !== payment && after.state === 'cleared') clearedOrders += 1
    return [after]
  })
  const explanations = statement.data.explanations.filter((each) =>
    finding.differing.some((difference) => difference.no === each.no && asExplained(difference, [each])),
  )
  const judged = changeMatter(at, statement, { data: { finding, explanations } })
  return { statement: putState(at, judged), payments, clearedOrders }
}

/** The state by what is open, and the alarm with it. */
const putState = (at: ActContext, statement: Statement): Statement => {
  const { finding, explanations } = statement.data
  const open = (finding?.differing ?? []).filter((difference) => !asExplained(difference, explanations))
  const isSettled = open.length === 0
  const settled = finding?.differing.length === 0 ? 'matched' : 'explained'
  const state = isSettled ? settled : 'differs'
  if (isSettled) clearAlarm(at.draft, at.book, 'payment_difference', publicIdOf(statement))
  else if (statement.state !== 'differs') raiseAlarm(at.draft, at.book, 'payment_difference', publicIdOf(statement))
  return state === statement.state ? statement : changeMatter(at, statement, { state })
}

const factsOf = ({ id, data }: Statement, clearedOrders: number) => ({
  bank_statement: id,
  day: data.day,
  version: data.version,
  lines: data.linesSha256,
  orders: data.finding?.orders ?? 0,
  matched: data.finding?.matched ?? 0,
  differing: data.finding?.differing.length ?? 0,
  order_total_fen: data.finding?.orderTotalFen ?? 0,
  statement_total_fen: data.finding?.statementTotalFen ?? 0,
  difference_fen: data.finding?.differenceFen ?? 0,
  cleared: clearedOrders,
})

/**
 * Money came on this day. Its statement is awaited from here on, by the end of the next working day (a choice for 隔日, which no
 * bank keeps over a holiday); where it is here already it is judged again. Gives the orders as they stand then.
 */
export const noteDayPaid = (at: ActContext, day: string, changed: PaymentOrder): PaymentOrder => {
  const quiet = { ...at, reason: null }
  const current = currentStatement(at, day)
  if (current !== null && current.data.finding === null) return changed
  if (current !== null) {
    const { statement, payments, clearedOrders } = judge(at, current, [changed])
    writeAct({ ...quiet, kind: 'judge_bank_statement' }, factsOf(statement, clearedOrders))
    return payments.find(({ id }) => id === changed.id) ?? changed
  }
  const clause = clauseFor(at, 'bank_statement')
  const awaited = openMatter(at, 'bank_statement', {
    state: 'awaited',
    reference: day,
    data: { day, version: 1, lines: [], linesSha256: null, finding: null, explanations: [], replacedBy: null },
    clocks: [
      clockFrom(at, {
        name: statementClock,
        clause,
        rule: { kind: 'within', eventOn: day, length: { n: 1, unit: 'workday' }, roll: true },
      }),
    ],
  })
  writeAct({ ...quiet, kind: 'await_bank_statement' }, { bank_statement: awaited.id, day, clause })
  return changed
}

/** Puts the lines of a day: into what is awaited, as the first version, or as the next one that takes the place of the last. */
const putLines = (
  at: ActContext,
  current: Statement | null,
  { day, lines }: Extract<BankStatementAct, { kind: 'record_bank_statement' }>,
  linesSha256: string,
): Statement => {
  const given = { lines, linesSha256 }
  if (current !== null && current.data.finding === null) {
    const clocks = endClock(current.clocks, statementClock, at.draft.now)
    return changeMatter(at, current, { data: given, clocks })
  }
  const version = (current?.data.version ?? 0) + 1
  const explanations = current?.data.explanations ?? []
  const next = openMatter(at, 'bank_statement', {
    state: 'recorded',
    reference: version === 1 ? day : `${day}/${version}`,
    data: { day, version, ...given, finding: null, explanations, replacedBy: null },
  })
  if (current === null) return next
  changeMatter(at, current, { state: 'replaced', data: { replacedBy: next.id }, close: true })
  clearAlarm(at.draft, at.book, 'payment_difference', publicIdOf(current))
  return next
}

const record = (at: ActContext, act: Extract<BankStatementAct, { kind: 'record_bank_statement' }>): Decision<ActResult> => {
  const { day, lines, correction } = act
  if (day >= shanghaiDay(at.draft.now)) return unchanged(conflict('day_not_over'))
  const linesSha256 = at.context.crypto.sha256(canonicalJson(lines.map((line) => ({ ...line }))))
  const current = currentStatement(at, day)
  const isRecorded = current !== null && current.data.finding !== null
  if (isRecorded && current.data.linesSha256 === linesSha256) return matterAsItStands(current)
  if (isRecorded && !correction) return unchanged(conflict('statement_recorded'))
  if (!isRecorded && correction) return unchanged(conflict('nothing_to_correct'))
  const { statement, clearedOrders } = judge(at, putLines(at, current, act, linesSha256))
  writeAct(at, factsOf(statement, clearedOrders))
  return matterDone(at, statement)
}

/** Why a number differs, by finance. When every one that differs is explained, the alarm is over. */
const explain = (at: ActContext, act: Extract<BankStatementAct, { kind: 'explain_difference' }>): Decision<ActResult> => {
  const statement = findMatter(at, 'bank_statement', act.bankStatementId)
  if (isRefusal(statement)) return unchanged(statement)
  const difference = statement.data.finding?.differing.find(({ no }) => no === act.no)
  if (!difference) return unchanged(refuse('state_conflict', { detail: 'no_difference' }))
  const others = statement.data.explanations.filter(({ no }) => no !== act.no)
  const prior = statement.data.explanations.find(({ no }) => no === act.no)
  if (prior?.text === act.text) return matterAsItStands(statement)
  const { no, orderedFen, statedFen } = difference
  const explanation = { no, orderedFen, statedFen, text: act.text, at: at.draft.now, by: actorText(at.by) }
  const changed = putState(at, changeMatter(at, statement, { data: { explanations: [...others, explanation] } }))
  writeAct(at, { bank_statement: statement.id, what: difference.what, state: changed.state }, { no, text: act.text })
  return matterDone(at, changed)
}

/** The bank's lines of a day against the orders of it, with an alarm while they differ or are not here (S3 附件1 模块1). */
export const bankStatementRules: MatterRules = {
  ...defineMatter<'bank_statement', BankStatementAct>(
    'bank_statement',
    { record_bank_statement: record, explain_difference: explain },
    (at, statement, missed) => {
      if (missed.length > 0) raiseAlarm(at.draft, at.book, 'payment_difference', publicIdOf(statement))
    },
    ['record_bank_statement', 'explain_difference'],
  ),
  raisesOwnAlarm: true,
}
