import { clauseOf } from '../../agreement/clause.ts'
import type { Clock } from '../../agreement/clock.ts'
import { judgeFeeObjection } from '../../agreement/objection.ts'
import { termEndMs } from '../../agreement/term.ts'
import type { Terms } from '../../agreement/terms.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import type { ActResult } from '../../core/commands.ts'
import type { OwnStatementAct, Statement, StatementAct, StatementFigures } from '../../core/matters/statement.ts'
import { addDays, shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import { type ActContext, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { issuedBillOf } from './bill.ts'
import { monthAfter, monthDays, monthOf } from './billing-period.ts'
import { issueCreditNote } from './credit-note.ts'
import {
  asMatter,
  changeMatter,
  clockFrom,
  defineMatter,
  endClock,
  findMatter,
  findRepeated,
  isRefusal,
  type Matter,
  matterAsItStands,
  matterDone,
  openMatter,
  openMattersOf,
} from './matter.ts'
import { notify } from './notice.ts'
import { clauseFor, conflict } from './record.ts'
import { takeCorrections } from './statement-corrections.ts'
import { type Days, figureStatement } from './statement-figures.ts'

type Act<N extends (StatementAct | OwnStatementAct)['kind']> = Extract<StatementAct | OwnStatementAct, { kind: N }>

const objectionClock = 'objection'

const today = (at: ActContext): string => shanghaiDay(at.draft.now)

/** First instant after a month. */
const monthEndMs = (period: string): number => startOfDayMs(`${monthAfter(period)}-01`)

const no = (detail: string): Decision<ActResult> => unchanged(conflict(detail))

/** The days of a month on which the account was there. */
const daysOf = (at: ActContext, period: string): Days => {
  const { first, last } = monthDays(period)
  const createdOn = shanghaiDay(at.draft.account.createdAt)
  return { from: createdOn > first ? createdOn : first, to: last }
}

/** When it is looked at: at the end of its month or, where the account is closed, on the next day. */
const wakeFor = (at: ActContext, period: string): number => {
  const tomorrow = startOfDayMs(addDays(today(at), 1))
  return at.draft.account.closedAt === null ? monthEndMs(period) : Math.min(tomorrow, monthEndMs(period))
}

const openPeriod = (at: ActContext, period: string, act?: object): Matter<'statement'> => {
  const statement = openMatter(at, 'statement', {
    state: 'open',
    reference: period,
    data: {
      period,
      ...daysOf(at, period),
      figures: null,
      digest: null,
      issuedAt: null,
      noticedOn: null,
      objectUntil: null,
      objectionClause: null,
      finality: null,
      finalOn: null,
      objection: null,
      concludedFen: null,
    },
    wakeAt: wakeFor(at, period),
    ...(act ? { act } : {}),
  })
  writeAct({ ...at, kind: 'open_statement' }, { statement: statement.id, period })
  return statement
}

/**
 * The first statement of an agreement that comes into force in this commit. Later events, such as a supplement or the payment of
 * another pack, open the running month where the statements had come to an end or, on an account from before there were any, had
 * never begun.
 */
export const startStatements = (at: ActContext): void => {
  const { effectiveAt, closedAt } = at.draft.account
  if (effectiveAt === null || closedAt !== null || openMattersOf(at, 'statement').some(({ state }) => state === 'open')) return
  const begins = (at.book.account()?.effectiveAt ?? null) === null
  const period = begins ? monthOf(shanghaiDay(effectiveAt)) : monthOf(today(at))
  if (!at.book.matterByReference('statement', period)) openPeriod({ ...at, reason: null }, period)
}

/** The account is closed: its last statement is looked at on the next day, and on every further one while a call has no ending. */
export const endStatements = (at: ActContext): void => {
  for (const statement of openMattersOf(at, 'statement'))
    if (statement.state === 'open') changeMatter(at, statement, { wakeAt: wakeFor(at, statement.data.period) })
}

/** The last day of a statement: that of its month or, once the account is closed and every call has its ending, the last on which one had. */
const lastDayOf = (at: ActContext, { from, to }: Days): { to: string; isLast: boolean } => {
  const { closedAt } = at.draft.account
  if (closedAt === null || at.book.openVerifications().length > 0) return { to, isLast: false }
  const ended = at.book.usage(from, today(at)).map(({ settledDay }) => settledDay)
  const last = [shanghaiDay(closedAt), ...ended].reduce((one, other) => (one > other ? one : other))
  return last <= to ? { to: last, isLast: true } : { to, isLast: false }
}

/**
 * Whether nothing is left to tell of: the term is over, and no credits, calls or debts were left at the end of the month or came
 * after it. Credits that lapse with the term lapse in the first instant after it, and are told by the next statement.
 */
const isOver = (at: ActContext, terms: Terms, period: string, { packs }: StatementFigures): boolean => {
  const endMs = termEndMs(terms.term)
  const { book } = at
  return (
    endMs !== null &&
    endMs <= monthEndMs(period) &&
    at.draft.account.closedAt === null &&
    packs.every(({ closing }) => closing === 0) &&
    book.allGrants().every(({ startsAt, mode }) => mode === 'test' || startsAt < monthEndMs(period)) &&
    book.openVerifications().length === 0 &&
    book.usage(addDays(monthDays(period).last, 1), today(at)).length === 0 &&
    openMattersOf(at, 'bill').length + openMattersOf(at, 'milestone').length === 0
  )
}

/** The month is over: what the books hold of it is told, once and for good, and the next month begins. */
const issue = (at: ActContext, statement: Matter<'statement'>, terms: Terms): Matter<'statement'> => {
  const { period, from } = statement.data
  const { to, isLast } = lastDayOf(at, statement.data)
  const days = { from, to }
  const figures = figureStatement(at, days, issuedBillOf(at, period), takeCorrections(at, statement.id, to))
  const digest = at.context.crypto.sha256(canonicalJson(JSON.parse(JSON.stringify(figures))))
  const noticedOn = today(at)
  const clock = objectionFrom(at, terms, noticedOn)
  const objectUntil = clock?.assumedYears.length === 0 ? clock.lastDay : null
  const issued = changeMatter(at, statement, {
    state: 'issued',
    data: {
      ...days,
      figures,
      digest,
      issuedAt: at.draft.now,
      noticedOn,
      objectUntil,
      objectionClause: clock?.clause ?? null,
    },
    clocks: [clock],
  })
  writeAct(
    { ...at, kind: 'issue_statement' },
    {
      statement: statement.id,
      period,
      from,
      to,
      from_seq: figures.fromSeq,
      to_seq: figures.toSeq,
      total_fen: figures.totalFen,
      digest,
      clause: clauseOf(terms.preset, 'period_end'),
    },
  )
  notify(at, 'statement_ready', {
    statement: statement.id,
    period,
    total_fen: figures.totalFen,
    object_until: objectUntil ?? '',
  })
  if (!isLast && !isOver(at, terms, period, figures) && !at.book.matterByReference('statement', monthAfter(period)))
    openPeriod({ ...at, reason: null }, monthAfter(period))
  return issued
}

/** The time to object runs from the day on which the customer was told, and rolls, because the customer must act (R7). */
const objectionFrom = (at: ActContext, terms: Terms, noticedOn: string): Clock | null =>
  clockFrom(at, {
    name: objectionClock,
    clause: clauseOf(terms.preset, 'fee_objection'),
    rule: { kind: 'within', eventOn: noticedOn, length: terms.feeObjection, roll: true },
    effect: true,
  })

/** A month that has no statement, such as one from before there were any. One that was issued stays as it is. */
const open = (at: ActContext, act: Act<'open_statement'>): Decision<ActResult> => {
  const { period } = act
  const prior = at.book.matterByReference('statement', period)
  if (prior?.state === 'open') return matterAsItStands(asMatter<'statement'>(prior))
  const repeated = findRepeated(at, 'statement', period, act)
  if (repeated) return repeated.kind === 'refused' ? no('period_closed') : unchanged(repeated)
  const terms = termsOf(at)
  if (terms === null || at.draft.account.effectiveAt === null) return no('agreement_not_in_force')
  if (period > monthOf(today(at))) return no('period_not_begun')
  const { closedAt, createdAt } = at.draft.account
  const isAround = period >= monthOf(shanghaiDay(createdAt)) && (closedAt === null || period <= monthOf(shanghaiDay(closedAt)))
  if (!isAround) return no('no_service_in_period')
  const statement = openPeriod(at, period, act)
  return matterDone(at, at.draft.now >= monthEndMs(period) ? issue(at, statement, terms) : statement)
}

/** Ends a statement for good: nothing of it is disputed any more. */
const finish = (
  at: ActContext,
  statement: Matter<'statement'>,
  finality: NonNullable<Statement['finality']>,
  finalOn: string,
  more: Partial<Statement> = {},
): Matter<'statement'> =>
  changeMatter(at, statement, {
    state: 'final',
    data: { finality, finalOn, ...more },
    clocks: endClock(statement.clocks, objectionClock, at.draft.now),
    close: true,
  })

const accept = (at: ActContext, { statementId }: Act<'accept_statement'>): Decision<ActResult> => {
  const row = at.book.get('matters', statementId)
  const isAccepted = row?.kind === 'statement' && asMatter<'statement'>(row).data.finality === 'accepted'
  if (isAccepted && row.accountId === at.book.accountId) return matterAsItStands(asMatter<'statement'>(row))
  const statement = findMatter(at, 'statement', statementId)
  if (isRefusal(statement)) return unchanged(statement)
  if (statement.state !== 'issued') return no(statement.state === 'open' ? 'period_runs' : 'statement_disputed')
  const accepted = finish(at, statement, 'accepted', today(at))
  writeAct(at, { statement: statementId, digest: statement.data.digest, clause: clauseFor(at, 'fee_objection') })
  return matterDone(at, accepted)
}

/** An objection in time keeps the statement open; one that is late finds it accepted, whether the clock has come round to it or not. */
const object = (at: ActContext, act: Act<'object_to_statement'>): Decision<ActResult> => {
  const statement = findMatter(at, 'statement', act.statementId)
  if (isRefusal(statement)) return unchanged(statement)
  const { objection, figures, noticedOn } = statement.data
  const { text, disputedFen } = act
  if (objection !== null)
    return objection.text === text && objection.disputedFen === disputedFen ? matterAsItStands(statement) : no('already_objected')
  if (figures === null || noticedOn === null) return no('period_runs')
  const on = act.on ?? today(at)
  if (on > today(at)) return no('day_not_come')
  if (on < noticedOn) return no('day_before_notice')
  if (disputedFen > figures.chargedFen) return no('disputed_more_than_charged')
  const clock = statement.clocks.find(({ name }) => name === objectionClock)
  // Days that are uncertain are in time.
  if (clock?.lastDay != null && clock.assumedYears.length === 0 && on > clock.lastDay) return no('objection_too_late')
  const disputed = changeMatter(at, statement, {
    state: 'disputed',
    data: { objection: { on, text, disputedFen } },
    clocks: meetObjection(statement.clocks, at.draft.now),
  })
  writeAct(at, { statement: statement.id, on, disputed_fen: disputedFen, clause: clauseFor(at, 'fee_objection') }, { text })
  return matterDone(at, disputed)
}

/** The objection came in time, also where it is written down later. */
const meetObjection = (clocks: readonly Clock[], now: number): Clock[] =>
  clocks.map((clock) =>
    clock.name === objectionClock && clock.ending === null ? { ...clock, endedAt: now, ending: 'met' as const } : clock,
  )

/**
 * What becomes of an objection. The figures stay as they are: what an upheld one gives back is given by a credit note, on a later
 * statement.
 */
const conclude = (at: ActContext, act: Act<'conclude_statement_objection'>): Decision<ActResult> => {
  const { statementId, result, amountFen } = act
  const finality = `objection_${result}` as const
  const row = at.book.get('matters', statementId)
  const prior = row?.accountId === at.book.accountId && row.kind === 'statement' ? asMatter<'statement'>(row) : null
  if (prior?.data.finality === finality && prior.data.concludedFen === amountFen) return matterAsItStands(prior)
  const statement = findMatter(at, 'statement', statementId)
  if (isRefusal(statement)) return unchanged(statement)
  if (statement.state !== 'disputed') return no('not_objected')
  const givenBackFen = amountFen ?? 0
  if (givenBackFen > (statement.data.figures?.chargedFen ?? 0)) return no('concluded_more_than_charged')
  const concluded = finish(at, statement, finality, today(at), { concludedFen: amountFen })
  writeAct(at, { statement: statementId, result, amount_fen: amountFen })
  if (givenBackFen > 0) {
    const about = { statementId, verificationId: null, billId: null }
    const note = issueCreditNote(at, { amountFen: givenBackFen, cause: 'objection', about, text: '' })
    if (isRefusal(note)) return unchanged(note)
  }
  return matterDone(at, concluded)
}

/** Silence accepts the statement (S3 §6.1.6; elsewhere by the house's choice, contracts.md §5 no. 39). */
const acceptBySilence = (at: ActContext, statement: Matter<'statement'>, terms: Terms): void => {
  const { noticedOn, objection, figures, digest } = statement.data
  if (noticedOn === null || figures === null) return
  const finding = judgeFeeObjection(calendarOf(at), terms.feeObjection, noticedOn, objection?.on ?? null, today(at))
  if (finding.kind !== 'accepted') return
  const on = shanghaiDay(finding.acceptedAtMs)
  finish(at, statement, 'silence', on)
  writeAct(
    { ...at, kind: 'accept_statement' },
    { statement: statement.id, total_fen: figures.totalFen, digest, on, clause: clauseFor(at, 'fee_objection') },
  )
}

const statementDue = (at: ActContext, statement: Matter<'statement'>): void => {
  const terms = termsOf(at)
  if (terms === null) return
  if (statement.state === 'issued') {
    acceptBySilence(at, statement, terms)
    return
  }
  if (statement.state !== 'open') return
  const { to, isLast } = lastDayOf(at, statement.data)
  // A day that is not over can still have entries.
  if (at.draft.now >= monthEndMs(statement.data.period) || (isLast && to < today(at))) issue(at, statement, terms)
  else endStatements(at)
}

/** What an account is told of each month, its time to object, and its silence (S3 §6.1.6). */
export const statementRules = defineMatter<'statement', StatementAct | OwnStatementAct>(
  'statement',
  {
    open_statement: open,
    accept_statement: accept,
    object_to_statement: object,
    conclude_statement_objection: conclude,
  },
  statementDue,
  ['open_statement', 'accept_statement', 'object_to_statement', 'conclude_statement_objection'],
)
