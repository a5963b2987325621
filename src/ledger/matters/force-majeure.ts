import { countTalks, findLongEvent, isProved, isToldAtOnce, judgeRelief } from '../../agreement/force-majeure.ts'
import type { ForceMajeureAct, ForceMajeureStaffAct } from '../../core/matters/force-majeure.ts'
import { daysBetween, shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, actorText, calendarOf, termsOf } from '../decide/act-context.ts'
import { changeMatter, clockFrom, defineMatter, endClock, isRefusal, type Matter } from './matter.ts'
import { notify } from './notice.ts'
import { clauseFor, conflict, endOnce, openOnce, stepOnce } from './record.ts'
import { moveObligation, readObligation } from './relief.ts'

type AnyAct = ForceMajeureAct | ForceMajeureStaffAct
type Act<N extends AnyAct['kind']> = Extract<AnyAct, { kind: N }>

/** Where there is no agreement yet nothing is asked for: 15 days, no paper by name, no exit (contracts.md §5 no. 24). */
const silent = { proof: { n: 15, unit: 'day' }, papers: [], long: null } as const
const eventTermsOf = (at: ActContext) => termsOf(at)?.forceMajeure ?? silent

/** To record it is to tell the other side in writing; staff may name an earlier telling. */
const openCase = (at: ActContext, act: Act<'open_force_majeure'>) =>
  openOnce(
    at,
    'force_majeure',
    act,
    () => {
      const { now } = at.draft
      const isCustomer = at.by.kind === 'key'
      const { eventOn, text } = act
      const side = isCustomer ? 'customer' : act.side
      const toldAt = isCustomer || act.toldAt === null ? now : act.toldAt
      if (eventOn > shanghaiDay(now) || toldAt > now) return conflict('not_yet')
      const obligation = readObligation(at, act.obligation)
      if (isRefusal(obligation)) return obligation
      return {
        state: 'open',
        data: {
          side,
          eventOn,
          endedOn: null,
          text,
          obligation,
          toldAt,
          papers: [],
          mitigation: [],
          effect: null,
          talksRequestedOn: null,
          mayEndFrom: null,
        },
        clocks: [
          clockFrom(at, {
            name: 'proof',
            clause: clauseFor(at, 'event_proof'),
            rule: { kind: 'within', eventOn, length: eventTermsOf(at).proof, roll: true },
          }),
        ],
        facts: { side, event_on: eventOn, last_day: obligation.lastDay, told_at: toldAt },
        body: { text, obligation: obligation.text },
      }
    },
    ({ id, data }) => {
      if (at.by.kind === 'staff' && data.side === 'provider') notify(at, 'force_majeure', { case: id, event_on: data.eventOn })
    },
  )

/** The proof is complete when every paper that the agreement names is there. */
const fileProof = (at: ActContext, { caseId, paper, sha256 }: Act<'file_proof'>) =>
  stepOnce(at, 'force_majeure', caseId, ({ data, clocks }) => {
    const { now } = at.draft
    if (data.papers.some((filed) => filed.sha256 === sha256 && filed.kind === paper)) return 'repeated'
    const papers = [...data.papers, { kind: paper, sha256, at: now, by: actorText(at.by) }]
    const isComplete = isProved(
      eventTermsOf(at).papers,
      papers.map(({ kind }) => kind),
    )
    return {
      data: { papers },
      clocks: isComplete ? endClock(clocks, 'proof', now) : clocks,
      facts: { paper, sha256 },
    }
  })

const noteMitigation = (at: ActContext, { caseId, text }: Act<'note_mitigation'>) =>
  stepOnce(at, 'force_majeure', caseId, ({ data }) => ({
    data: { mitigation: [...data.mitigation, { text, at: at.draft.now, by: actorText(at.by) }] },
    body: { text },
  }))

const endEvent = (at: ActContext, { caseId, on }: Act<'end_event'>) =>
  stepOnce(at, 'force_majeure', caseId, ({ data }) => {
    if (data.endedOn !== null) return conflict('already_over')
    if (on < data.eventOn) return conflict('ends_before_it_begins')
    return on > shanghaiDay(at.draft.now) ? conflict('not_yet') : { data: { endedOn: on }, facts: { ended_on: on } }
  })

/** The proof as it was filed: in time, late, or not yet complete. */
const proofOf = ({ clocks }: Matter<'force_majeure'>): 'met' | 'missed' | null => {
  const ending = clocks.find(({ name }) => name === 'proof')?.ending ?? null
  return ending === 'met' || ending === 'missed' ? ending : null
}

/**
 * Relief, when all its conditions hold (S0 四, S3 §9.2). An extension has its days, no more than the event has lasted (S3 §9.3: 实际造成延误的时间),
 * and moves the deadline that it is about.
 */
const grantRelief = (at: ActContext, { caseId, effect, delayDays }: Act<'grant_relief'>) =>
  stepOnce(at, 'force_majeure', caseId, (event) => {
    const { data } = event
    if (data.effect !== null) return conflict('relief_granted')
    const proof = proofOf(event)
    if (proof === null) return conflict('proof_missing')
    const finding = judgeRelief({
      eventOn: data.eventOn,
      obligationLastDay: data.obligation.lastDay,
      notifiedAtOnce: isToldAtOnce(data.eventOn, data.toldAt),
      proofInTime: proof === 'met',
    })
    if (!finding.exempt) return conflict(finding.reason)
    if ((effect === 'extension') !== (delayDays !== null))
      return conflict(effect === 'extension' ? 'days_missing' : 'days_without_extension')
    if (delayDays !== null) {
      if (delayDays > daysBetween(data.eventOn, data.endedOn ?? shanghaiDay(at.draft.now)) + 1)
        return conflict('longer_than_event')
      const refusal = moveObligation(at, data.obligation, delayDays, event.id)
      if (refusal) return refusal
    }
    return {
      state: 'relieved',
      data: { effect: { kind: effect, delayDays, at: at.draft.now, by: actorText(at.by) } },
      facts: { effect, days: delayDays },
    }
  })

/** Talks over an event that has lasted so long; when they are over, either side may end the agreement (S3 §9.4). */
const requestTalks = (at: ActContext, act: Act<'request_event_talks'>) =>
  stepOnce(at, 'force_majeure', act.caseId, ({ data, clocks }) => {
    const { long } = eventTermsOf(at)
    const today = shanghaiDay(at.draft.now)
    const on = at.by.kind === 'staff' && act.deemedOn !== null ? act.deemedOn : today
    if (long === null) return conflict('no_long_event_rule')
    if (data.talksRequestedOn === on) return 'repeated'
    if (data.talksRequestedOn !== null) return conflict('talks_requested')
    const event = findLongEvent(data.eventOn, long.durationDays)
    const isShort = data.endedOn !== null && data.endedOn < event.fullOn
    if (isShort || countTalks(calendarOf(at), event, on, long.talks).kind === 'too_early') return conflict('event_not_long')
    const clock = clockFrom(at, {
      name: 'talks',
      clause: clauseFor(at, 'event_talks'),
      rule: { kind: 'within', eventOn: on, length: long.talks, roll: true },
    })
    return { state: 'talks', data: { talksRequestedOn: on }, clocks: [...clocks, clock], facts: { requested_on: on } }
  })

const closeCase = (at: ActContext, { caseId }: Act<'close_force_majeure'>) =>
  endOnce(at, 'force_majeure', caseId, 'closed', ({ data }) =>
    data.mitigation.length === 0
      ? conflict('mitigation_missing')
      : { state: 'closed', close: true, facts: { effect: data.effect?.kind ?? null } },
  )

/** Cases of force majeure, from the notice to the proof, the relief and the exit (S0 四, S1 §7.1.1, S3 §9.2 to §9.4). */
export const forceMajeureRules = defineMatter<'force_majeure', AnyAct>(
  'force_majeure',
  {
    open_force_majeure: openCase,
    file_proof: fileProof,
    note_mitigation: noteMitigation,
    end_event: endEvent,
    grant_relief: grantRelief,
    request_event_talks: requestTalks,
    close_force_majeure: closeCase,
  },
  (at, event, missed) => {
    const talks = missed.find(({ name }) => name === 'talks')
    if (talks) changeMatter(at, event, { state: 'may_end', data: { mayEndFrom: talks.dueAt } })
  },
)
