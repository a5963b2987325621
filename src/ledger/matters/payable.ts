import { clauseOf } from '../../agreement/clause.ts'
import { type Clock, startClock } from '../../agreement/clock.ts'
import type { ActResult } from '../../core/commands.ts'
import type { DebtFigures, PaymentAct } from '../../core/matters/debt.ts'
import { refuse } from '../../core/refusal.ts'
import { addDays, shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import { type ActContext, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { raiseAlarm } from '../decide/alarm.ts'
import { resumeFromGround, suspendOnGround } from '../decide/standing.ts'
import { type Decision, unchanged } from '../draft.ts'
import { addPayment, type DuePeriod, findDebtFigures } from './debt.ts'
import { asMatter, changeMatter, type Matter, matterDone, openMattersOf, publicIdOf, viewMatter } from './matter.ts'
import { notify } from './notice.ts'
import { isInSettlement } from './settlement-cover.ts'

/** Kinds of matter that are a debt: they are paid in parts, fall due, and bear a penalty or interest when they are late. */
type DebtKind = 'bill' | 'milestone'
type DebtMatter = Matter<'bill'> | Matter<'milestone'>

/** The name of the clock by which a debt has to be paid. */
export const payClock = 'pay'

const debtOf = (matter: DebtMatter): Matter<'bill'> => matter as Matter<'bill'>

/** The period to pay, counted under the calendar of today: a debt that was paid while days were uncertain is judged again. */
const duePeriodOf = (at: ActContext, clocks: readonly Clock[]): DuePeriod => {
  const kept = clocks.findLast(({ name }) => name === payClock)
  const clock = kept ? startClock(calendarOf(at), kept) : null
  return { lastDay: clock?.lastDay ?? null, provisional: (clock?.assumedYears.length ?? 0) > 0 }
}

/** Where a debt stands today under the agreement as it is now. */
export const figuresNow = (at: ActContext, matter: DebtMatter): DebtFigures => {
  const terms = termsOf(at)
  if (terms === null) throw new Error('a debt without an agreement')
  return findDebtFigures(terms, debtOf(matter).data, duePeriodOf(at, matter.clocks), shanghaiDay(at.draft.now))
}

const tomorrowMs = (at: ActContext): number => startOfDayMs(addDays(shanghaiDay(at.draft.now), 1))

const lateClause = (at: ActContext): string => clauseOf(termsOf(at)?.preset ?? '', 'late_payment')

/** The penalty has passed the share from which the provider may end the agreement: told once, as an alarm and an entry (S3 §8.1). */
const tellTerminationRight = (at: ActContext, matter: DebtMatter, figures: DebtFigures): void => {
  if (!figures.penalty?.terminationRight || debtOf(matter).data.figures.penalty?.terminationRight) return
  raiseAlarm(at.draft, at.book, 'penalty_above_share', publicIdOf(matter))
  writeAct(
    { ...at, kind: 'termination_right' },
    { [matter.kind]: matter.id, accrued_fen: figures.penalty.accruedFen, clause: lateClause(at) },
  )
}

/** The clock ends by the day on which the money came, not by the day on which somebody wrote that down. */
const endPayClock = (at: ActContext, clocks: readonly Clock[], paidOn: string): Clock[] =>
  clocks.map((clock) => {
    const runs = clock.name === payClock && clock.ending === null && clock.assumedYears.length === 0
    if (!runs) return clock
    return { ...clock, endedAt: at.draft.now, ending: clock.lastDay !== null && paidOn > clock.lastDay ? 'missed' : 'met' }
  })

/** Records a payment: the rest, and what being late has cost. Repeating it does nothing, also when everything is paid. */
export const payDebt = (at: ActContext, kind: DebtKind, id: number, act: PaymentAct): Decision<ActResult> => {
  const row = at.book.get('matters', id)
  if (!row || row.accountId !== at.book.accountId || row.kind !== kind) return unchanged(refuse('not_found'))
  const matter = asMatter<'bill'>(row)
  if (matter.state === 'running') return unchanged(refuse('state_conflict', { detail: 'period_runs' }))
  const today = shanghaiDay(at.draft.now)
  const payments = addPayment(matter.data.payments, act, today)
  if (payments === null) return unchanged({ kind: 'matter', matter: viewMatter(row), repeated: true })
  if ('kind' in payments) return unchanged(payments)
  if (matter.closedAt !== null) return unchanged(refuse('state_conflict', { detail: `${kind}_closed` }))
  if (isInSettlement(at, id)) return unchanged(refuse('state_conflict', { detail: 'in_settlement' }))

  const figures = figuresNow(at, { ...matter, data: { ...matter.data, payments } })
  const isPaid = figures.openFen === 0
  const lastPaidOn = payments.reduce((last, { on }) => (on > last ? on : last), '')
  const clocks = isPaid ? endPayClock(at, matter.clocks, lastPaidOn) : matter.clocks
  const changed = changeMatter(at, matter, {
    state: isPaid ? 'paid' : matter.state,
    data: { payments, figures },
    clocks,
    close: isPaid,
    wakeAt: !isPaid && matter.state === 'overdue' ? tomorrowMs(at) : null,
  })
  writeAct(
    at,
    {
      [kind]: id,
      on: act.on,
      amount_fen: act.amountFen,
      open_fen: figures.openFen,
      days_late: figures.daysLate,
      penalty_fen: figures.penalty?.billedFen ?? null,
      interest_fen: figures.interestFen,
    },
    { bank_reference: act.bankReference },
  )
  tellTerminationRight(at, matter, figures)
  if (isPaid) resumeWhenNothingIsOverdue(at, id)
  return matterDone(at, changed)
}

/** Service goes on when the last overdue bill is paid (S4 §6.3.2). */
const resumeWhenNothingIsOverdue = (at: ActContext, paidId: number): void => {
  const isOverdue = ({ id, state }: { id: number; state: string }) => id !== paidId && state === 'overdue'
  if (openMattersOf(at, 'bill').some(isOverdue)) return
  resumeFromGround(at, 'overdue', lateClause(at))
}

/** What time makes of a debt: overdue when its clock is missed, then its figures day by day until it is paid. */
export const ageDebt = (at: ActContext, matter: DebtMatter, missed: readonly Clock[]): void => {
  const debt = debtOf(matter)
  const figures = figuresNow(at, matter)
  changeMatter(at, debt, { state: 'overdue', data: { figures }, wakeAt: tomorrowMs(at) })
  tellTerminationRight(at, matter, figures)
  if (!missed.some(({ name }) => name === payClock)) return
  notify(at, 'overdue', { [matter.kind]: publicIdOf(matter), due_on: figures.dueOn ?? '', open_fen: figures.openFen })
  if (matter.kind === 'bill') suspendOnGround(at, 'overdue', { noticeDeemedAt: null, dueLastDay: figures.dueOn }, lateClause(at))
}
