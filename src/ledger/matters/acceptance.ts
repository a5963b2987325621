import { type AcceptanceHistory, judgeAcceptance } from '../../agreement/acceptance.ts'
import { clauseOf } from '../../agreement/clause.ts'
import { maintenanceTerm } from '../../agreement/maintenance.ts'
import type { ActResult } from '../../core/commands.ts'
import type { Acceptance, AcceptanceAct } from '../../core/matters/acceptance.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
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
  type Matter,
  matterAsItStands,
  matterDone,
  openMatter,
} from './matter.ts'
import { openMilestones } from './milestone.ts'

const clauseNow = (at: ActContext): string => clauseOf(termsOf(at)?.preset ?? '', 'acceptance')

const today = (at: ActContext): string => shanghaiDay(at.draft.now)

/** A day that is reported has come already, and does not lie before what it answers. */
const judgeDay = (at: ActContext, on: string, notBefore: string | null): Refusal | null => {
  if (on > today(at)) return refuse('state_conflict', { detail: 'day_not_come' })
  return notBefore !== null && on < notBefore ? refuse('state_conflict', { detail: 'day_before_application' }) : null
}

const apply = (at: ActContext, act: Extract<AcceptanceAct, { kind: 'apply_acceptance' }>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'acceptance', act.reference, act)
  if (repeated) return unchanged(repeated)
  const rule = termsOf(at)?.acceptance ?? null
  if (rule === null) return unchanged(refuse('state_conflict', { detail: 'no_acceptance_agreed' }))
  const wrongDay = judgeDay(at, act.on, null)
  if (wrongDay) return unchanged(wrongDay)
  if (at.book.openMatters('acceptance').length > 0) return unchanged(refuse('state_conflict', { detail: 'acceptance_open' }))
  const clause = clauseNow(at)
  const acceptance = openMatter(at, 'acceptance', {
    state: 'applied',
    data: {
      appliedOn: act.on,
      reminders: [],
      organisedOn: null,
      acceptedOn: null,
      refusedOn: null,
      maintenance: null,
    },
    clocks: [
      clockFrom(at, { name: 'organise', clause, rule: { kind: 'within', eventOn: act.on, length: rule.organise, roll: true } }),
    ],
    reference: act.reference,
    act,
  })
  writeAct(at, { acceptance: acceptance.id, on: act.on, clause })
  return matterDone(at, acceptance)
}

/** A reminder counts only after the first period is over; then the second one runs (contracts.md §5 no. 28). */
const remind = (at: ActContext, act: Extract<AcceptanceAct, { kind: 'remind_acceptance' }>): Decision<ActResult> => {
  const acceptance = findMatter(at, 'acceptance', act.acceptanceId)
  if (isRefusal(acceptance)) return unchanged(acceptance)
  const wrongDay = judgeDay(at, act.on, acceptance.data.appliedOn)
  if (wrongDay) return unchanged(wrongDay)
  if (acceptance.data.organisedOn !== null) return unchanged(refuse('state_conflict', { detail: 'already_organised' }))
  const { reminders } = acceptance.data
  if (reminders.some(({ on }) => on === act.on)) return matterAsItStands(acceptance)
  const rule = termsOf(at)?.acceptance
  const first = acceptance.clocks.find(({ name }) => name === 'organise')
  const counts = first?.lastDay != null && act.on > first.lastDay && !reminders.some((reminder) => reminder.counts)
  const clause = clauseNow(at)
  const second =
    counts && rule
      ? clockFrom(at, {
          name: 'after_reminder',
          clause,
          rule: { kind: 'within', eventOn: act.on, length: rule.afterReminder, roll: true },
        })
      : null
  const changed = changeMatter(at, acceptance, {
    state: counts ? 'reminded' : acceptance.state,
    data: { reminders: [...reminders, { on: act.on, counts }] },
    clocks: [...acceptance.clocks, second],
  })
  writeAct(at, { acceptance: acceptance.id, on: act.on, counts: counts ? 1 : 0, clause })
  return matterDone(at, changed)
}

const organise = (at: ActContext, act: Extract<AcceptanceAct, { kind: 'organise_acceptance' }>): Decision<ActResult> => {
  const acceptance = findMatter(at, 'acceptance', act.acceptanceId)
  if (isRefusal(acceptance)) return unchanged(acceptance)
  const on = act.on ?? today(at)
  const wrongDay = judgeDay(at, on, acceptance.data.appliedOn)
  if (wrongDay) return unchanged(wrongDay)
  if (acceptance.data.organisedOn !== null)
    return acceptance.data.organisedOn === on
      ? matterAsItStands(acceptance)
      : unchanged(refuse('state_conflict', { detail: 'already_organised' }))
  const changed = changeMatter(at, acceptance, {
    state: 'organised',
    data: { organisedOn: on },
    clocks: endAll(at, acceptance),
  })
  writeAct(at, { acceptance: acceptance.id, on })
  return matterDone(at, changed)
}

const endAll = (at: ActContext, { clocks }: Matter<'acceptance'>) =>
  ['organise', 'after_reminder'].reduce((all, name) => endClock(all, name, at.draft.now), clocks)

/** What begins with the acceptance: the maintenance and the periods to pay (S3 第三条, §2.3). */
const accept = (at: ActContext, acceptance: Matter<'acceptance'>, state: string, on: string, more: Partial<Acceptance>) => {
  const years = termsOf(at)?.maintenanceYears ?? null
  const term = years === null ? null : maintenanceTerm(on, years)
  const accepted = changeMatter(at, acceptance, {
    state,
    data: {
      ...more,
      acceptedOn: on,
      maintenance: term && { coverFrom: term.coverFrom, lastDay: term.lastDay, pricedDays: term.pricedDays },
    },
    clocks: endAll(at, acceptance),
    close: true,
  })
  openMilestones(at, on)
  return accepted
}

const conclude = (at: ActContext, act: Extract<AcceptanceAct, { kind: 'conclude_acceptance' }>): Decision<ActResult> => {
  const repeated = findRepeatedEnding(at, 'acceptance', act.acceptanceId, act.result)
  if (repeated) return unchanged(repeated)
  const acceptance = findMatter(at, 'acceptance', act.acceptanceId)
  if (isRefusal(acceptance)) return unchanged(acceptance)
  const on = act.on ?? today(at)
  const wrongDay = judgeDay(at, on, acceptance.data.organisedOn ?? acceptance.data.appliedOn)
  if (wrongDay) return unchanged(wrongDay)
  // Who reports a result has organised it at the latest then.
  const organisedOn = acceptance.data.organisedOn ?? on
  writeAct(at, { acceptance: acceptance.id, result: act.result, on, clause: clauseNow(at) }, { text: act.text })
  if (act.result === 'passed') return matterDone(at, accept(at, acceptance, 'passed', on, { organisedOn }))
  const failed = changeMatter(at, acceptance, {
    state: 'failed',
    data: { organisedOn, refusedOn: on },
    clocks: endAll(at, acceptance),
    close: true,
  })
  return matterDone(at, failed)
}

const historyOf = ({ appliedOn, reminders, organisedOn }: Acceptance): AcceptanceHistory => ({
  applicationDeemedOn: appliedOn,
  reminderDeemedOn: reminders.find(({ counts }) => counts)?.on ?? null,
  organisedOn,
})

/** Nobody came: after the second period it counts as accepted, dated on the last day (S3 §4.2, contracts.md §5 no. 28). */
const deemAccepted = (at: ActContext, acceptance: Matter<'acceptance'>): void => {
  const rule = termsOf(at)?.acceptance ?? null
  if (rule === null) return
  const finding = judgeAcceptance(calendarOf(at), rule, historyOf(acceptance.data), today(at))
  if (finding.kind !== 'acceptance' || finding.standing.status !== 'deemed_accepted') return
  const { acceptedOn } = finding.standing
  writeAct({ ...at, kind: 'deem_accepted' }, { acceptance: acceptance.id, on: acceptedOn, clause: clauseNow(at) })
  accept(at, acceptance, 'deemed_accepted', acceptedOn, {})
}

/** Acceptance of what was built, with the clocks that make silence an acceptance (S3 §4.2). */
export const acceptanceRules = defineMatter<'acceptance', AcceptanceAct>(
  'acceptance',
  {
    apply_acceptance: apply,
    remind_acceptance: remind,
    organise_acceptance: organise,
    conclude_acceptance: conclude,
  },
  deemAccepted,
)
