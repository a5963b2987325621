import { judgePartnerChange } from '../../agreement/amendment.ts'
import { clauseOf } from '../../agreement/clause.ts'
import { startClock } from '../../agreement/clock.ts'
import type { ActResult } from '../../core/commands.ts'
import type { SourceChange, SourceChangeAct } from '../../core/matters/source-change.ts'
import { refuse } from '../../core/refusal.ts'
import { shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import { type ActContext, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { raiseAlarm } from '../decide/alarm.ts'
import { type Decision, unchanged } from '../draft.ts'
import {
  changeMatter,
  defineMatter,
  endClock,
  findMatter,
  findRepeated,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  publicIdOf,
  viewMatter,
} from './matter.ts'
import { notify } from './notice.ts'

type RecordChange = Extract<SourceChangeAct, { kind: 'record_source_change' }>

/** What follows from the change and the answer, by the agreement as it stands. Null is silence on the day of effect. */
const standingOf = (
  at: ActContext,
  change: SourceChange['change'],
  answer: SourceChange['answer'],
): Pick<SourceChange, 'standing' | 'repriced' | 'providerBreach'> => {
  const said = answer === 'refuse' ? 'reject' : answer
  const found = judgePartnerChange(change, said, termsOf(at)?.partner.fault ?? 'not_a_breach')
  switch (found.status) {
    case 'accepted':
      return { standing: 'accepted', repriced: found.repriceApplied, providerBreach: false }
    case 'close_by_agreement':
      return { standing: 'close_by_agreement', repriced: false, providerBreach: found.providerBreach }
    case 'old_terms_continue_if_upstream_allows':
      return { standing: 'old_terms_continue', repriced: found.repriceApplied, providerBreach: false }
  }
}

/**
 * A source's change is told in the commit that records it, so its clock ends with it: met, or missed when staff recorded the
 * arrival too late (S1 §2.4). An arrival ahead of the clock is refused, a change that is in effect already is not.
 */
const record = (at: ActContext, act: RecordChange): Decision<ActResult> => {
  const repeated = findRepeated(at, 'source_change', act.reference, act)
  if (repeated) return unchanged(repeated)
  const now = at.draft.now
  if (act.arrivedAt > now) return unchanged(refuse('state_conflict', { detail: 'in_the_future' }))
  const terms = termsOf(at)
  if (terms === null) return unchanged(refuse('state_conflict', { detail: 'agreement_missing' }))
  const clause = clauseOf(terms.preset, 'source_change')
  const started = startClock(calendarOf(at), {
    name: 'tell_customer',
    clause,
    startedAt: act.arrivedAt,
    rule: { kind: 'within', eventOn: shanghaiDay(act.arrivedAt), length: terms.partner.notice, roll: false },
  })
  const clocks = endClock(started ? [started] : [], 'tell_customer', now)
  const lateNotice = clocks.some(({ ending }) => ending === 'missed')
  const { source, change, arrivedAt, effectiveOn, checks, newPrice } = act
  const row = openMatter(at, 'source_change', {
    state: 'told',
    data: {
      ...{ source, change, arrivedAt, effectiveOn, checks, newPrice },
      ...{ toldAt: now, lateNotice, answer: null, answeredAt: null },
      ...{ standing: 'pending', repriced: false, providerBreach: false },
    },
    clocks,
    reference: act.reference,
    act,
    wakeAt: Math.max(startOfDayMs(effectiveOn), now),
  })
  writeAct(at, { source_change: row.id, source, change, effective_on: effectiveOn, late_notice: lateNotice ? 1 : 0, clause })
  if (lateNotice) raiseAlarm(at.draft, at.book, 'deadline_missed', publicIdOf(row))
  notify(at, 'change', { source_change: row.id, source, change, effective_on: effectiveOn })
  return matterDone(at, row)
}

/** Accepted or refused, by the customer or as staff heard it. The first answer stands; it can come after the day of effect. */
const answerChange = (at: ActContext, act: Extract<SourceChangeAct, { kind: 'answer_source_change' }>): Decision<ActResult> => {
  const row = at.book.get('matters', act.changeId)
  const prior = row?.accountId === at.book.accountId && row.kind === 'source_change' ? viewMatter(row) : null
  const given = prior && (prior.data as SourceChange).answer
  if (prior && given === act.answer) return unchanged({ kind: 'matter', matter: prior, repeated: true })
  const found = findMatter(at, 'source_change', act.changeId)
  if (isRefusal(found)) return unchanged(found)
  const result = standingOf(at, found.data.change, act.answer)
  const answered = changeMatter(at, found, {
    state: act.answer === 'accept' ? 'accepted' : 'refused',
    data: { answer: act.answer, answeredAt: at.draft.now, ...result },
    close: true,
  })
  const clause = clauseOf(termsOf(at)?.preset ?? '', 'source_change')
  const { standing, repriced, providerBreach } = result
  writeAct(at, {
    source_change: found.id,
    answer: act.answer,
    standing,
    repriced: repriced ? 1 : 0,
    provider_breach: providerBreach ? 1 : 0,
    clause,
  })
  notify(at, 'change_answered', { source_change: found.id, answer: act.answer, standing })
  return matterDone(at, answered)
}

/** The day of effect has come without an answer: the old terms and the old price go on (contracts.md §5 no. 42). */
const takeSilence = (at: ActContext, found: Matter<'source_change'>): void => {
  const result = standingOf(at, found.data.change, null)
  changeMatter(at, found, { state: 'silent', data: result })
  const clause = clauseOf(termsOf(at)?.preset ?? '', 'source_change')
  writeAct({ ...at, kind: 'source_change_unanswered' }, { source_change: found.id, standing: result.standing, clause })
}

/** Changes of a source, and what the customer says to them (S1 §2.4, S3 §6.1.2). */
export const sourceChangeRules = defineMatter<'source_change', SourceChangeAct>(
  'source_change',
  { record_source_change: record, answer_source_change: answerChange },
  takeSilence,
)
