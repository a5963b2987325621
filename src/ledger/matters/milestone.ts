import { clauseOf } from '../../agreement/clause.ts'
import type { ClockRule } from '../../agreement/clock.ts'
import { splitMilestones } from '../../agreement/milestones.ts'
import { readMoneyTerms } from '../../agreement/money-terms.ts'
import type { Milestone as MilestoneTerms } from '../../agreement/rule-terms.ts'
import type { Terms } from '../../agreement/terms.ts'
import type { ActResult } from '../../core/commands.ts'
import type { MilestoneAct } from '../../core/matters/milestone.ts'
import { refuse } from '../../core/refusal.ts'
import { addMonths, shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { findDebtFigures, toFen } from './debt.ts'
import {
  changeMatter,
  clockFrom,
  defineMatter,
  findMatter,
  isRefusal,
  matterDone,
  openMatter,
  publicIdOf,
  stopClock,
} from './matter.ts'
import { notify } from './notice.ts'
import { ageDebt, figuresNow, payClock, payDebt } from './payable.ts'

/** The period to pay: from the event, or from the day on which whole months after it are full (S3 §2.3). A last day off rolls (R7). */
const ruleFrom = (startedOn: string, { months, payWithin }: Pick<MilestoneTerms, 'months' | 'payWithin'>): ClockRule =>
  months === 0
    ? { kind: 'within', eventOn: startedOn, length: payWithin, roll: true }
    : { kind: 'after_months', eventOn: startedOn, months, length: payWithin, roll: true }

const fullOn = (startedOn: string, months: number): string | null => (months === 0 ? null : addMonths(startedOn, months))

const clockOf = (at: ActContext, terms: Terms, startedOn: string, milestone: MilestoneTerms) =>
  clockFrom(at, { name: payClock, clause: clauseOf(terms.preset, 'milestone'), rule: ruleFrom(startedOn, milestone) })

/**
 * The parts of a fixed price, each with its period to pay (S3 §2.3). They are opened once, when what was built is accepted; that
 * day is also the day of going online until another one is recorded.
 */
export const openMilestones = (at: ActContext, acceptedOn: string): void => {
  const terms = termsOf(at)
  const { contractFen, milestones } = terms ? readMoneyTerms(terms) : { contractFen: null, milestones: null }
  if (terms === null || contractFen === null || milestones === null || at.book.matterByReference('milestone', '1')) return
  const split = splitMilestones(contractFen, milestones)
  // An agreement whose parts are not the whole cannot be divided without guessing.
  if (split.kind !== 'milestones') return
  split.amountsFen.forEach((amountFen, index) => {
    const part = terms.milestones[index]
    if (!part) return
    const clock = clockOf(at, terms, acceptedOn, part)
    const debt = { owedFen: toFen(amountFen), payments: [] }
    const period = { lastDay: clock?.lastDay ?? null, provisional: (clock?.assumedYears.length ?? 0) > 0 }
    const matter = openMatter(at, 'milestone', {
      state: 'open',
      reference: String(index + 1),
      data: {
        ...debt,
        figures: findDebtFigures(terms, debt, period, shanghaiDay(at.draft.now)),
        number: index + 1,
        share: part.share,
        from: part.from,
        startedOn: acceptedOn,
        months: part.months,
        fullOn: fullOn(acceptedOn, part.months),
        paymentForm: terms.payment.form,
        invoiceKind: terms.payment.invoice,
      },
      clocks: [clock],
    })
    writeAct(
      { ...at, kind: 'open_milestone', reason: null },
      { milestone: matter.id, number: index + 1, amount_fen: matter.data.owedFen, clause: clauseOf(terms.preset, 'milestone') },
    )
    notify(at, 'due', { milestone: publicIdOf(matter), due_on: period.lastDay ?? '', open_fen: matter.data.owedFen })
  })
}

/** The day of going online, where it is not that of the acceptance: the period to pay is counted from it. */
const startMilestone = (at: ActContext, act: Extract<MilestoneAct, { kind: 'start_milestone' }>): Decision<ActResult> => {
  const milestone = findMatter(at, 'milestone', act.milestoneId)
  if (isRefusal(milestone)) return unchanged(milestone)
  const terms = termsOf(at)
  const part = terms?.milestones[milestone.data.number - 1]
  if (!terms || part?.from !== 'online') return unchanged(refuse('state_conflict', { detail: 'not_from_online' }))
  if (act.on > shanghaiDay(at.draft.now)) return unchanged(refuse('state_conflict', { detail: 'day_not_come' }))
  if (milestone.state !== 'open') return unchanged(refuse('state_conflict', { detail: 'milestone_overdue' }))
  const clocks = [...stopClock(milestone.clocks, payClock, at.draft.now), clockOf(at, terms, act.on, part)]
  const moved = { ...milestone, clocks: clocks.filter((clock) => clock !== null) }
  const changed = changeMatter(at, milestone, {
    data: { startedOn: act.on, fullOn: fullOn(act.on, part.months), figures: figuresNow(at, moved) },
    clocks,
  })
  writeAct(at, { milestone: milestone.id, on: act.on })
  return matterDone(at, changed)
}

/** Parts of a fixed price that are owed, paid and late (S3 §2.3, §8.1). */
export const milestoneRules = defineMatter<'milestone', MilestoneAct>(
  'milestone',
  {
    pay_milestone: (at, act) => payDebt(at, 'milestone', act.milestoneId, act),
    start_milestone: startMilestone,
  },
  ageDebt,
)
