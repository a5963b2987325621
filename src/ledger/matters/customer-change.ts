import { clauseOf } from '../../agreement/clause.ts'
import { countWithin, isInTime } from '../../agreement/deadline.ts'
import type { ActResult } from '../../core/commands.ts'
import type { CustomerChangeAct } from '../../core/matters/customer-change.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  clockFrom,
  defineMatter,
  endClock,
  findMatter,
  findRepeated,
  findRepeatedEnding,
  isRefusal,
  matterDone,
  openMatter,
} from './matter.ts'

type Act<K extends CustomerChangeAct['kind']> = Extract<CustomerChangeAct, { kind: K }>

/** Whether a report now is too late for a change on this day; null where the agreement sets no period or its days are uncertain. */
const isLate = (at: ActContext, changedOn: string): boolean | null => {
  const length = termsOf(at)?.customerChange ?? null
  const period = length && countWithin(calendarOf(at), changedOn, length, true)
  return period?.kind === 'period' ? !isInTime(period, at.draft.now) : null
}

/** The clock runs from the change and ends with its report, so it is met or missed when it is written down (S1 §3.3). */
const reportChange = (at: ActContext, act: Act<'report_change'>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'customer_change', act.reference, act)
  if (repeated) return unchanged(repeated)
  const { now } = at.draft
  const { what, changedOn, text } = act
  if (changedOn > shanghaiDay(now)) return unchanged(refuse('state_conflict', { detail: 'change_in_the_future' }))
  const terms = termsOf(at)
  const length = terms?.customerChange ?? null
  const clause = clauseOf(terms?.preset ?? '', 'customer_change')
  const rule = length && ({ kind: 'within', eventOn: changedOn, length, roll: true } as const)
  const clock = rule && clockFrom(at, { name: 'report', clause, rule })
  const late = isLate(at, changedOn)
  const change = openMatter(at, 'customer_change', {
    state: 'reported',
    data: { what, changedOn, text, late },
    clocks: clock ? endClock([clock], 'report', now) : [],
    reference: act.reference,
    act,
  })
  const facts = { customer_change: change.id, what, changed_on: changedOn, late: late === null ? null : String(late), clause }
  writeAct(at, facts, { text })
  return matterDone(at, change)
}

const noteChange = (at: ActContext, act: Act<'note_change'>): Decision<ActResult> => {
  const noted = findRepeatedEnding(at, 'customer_change', act.changeId, 'noted')
  if (noted) return unchanged(noted)
  const change = findMatter(at, 'customer_change', act.changeId)
  if (isRefusal(change)) return unchanged(change)
  const done = changeMatter(at, change, { state: 'noted', close: true })
  writeAct(at, { customer_change: change.id })
  return matterDone(at, done)
}

/** Reports of what has changed at the customer, late after the period of the agreement (S1 §3.3). */
export const customerChangeRules = defineMatter<'customer_change', CustomerChangeAct>('customer_change', {
  report_change: reportChange,
  note_change: noteChange,
})
