import type { ActResult } from '../../core/commands.ts'
import type { TicketAct, TicketStaffAct, TicketStep } from '../../core/matters/ticket.ts'
import { refuse } from '../../core/refusal.ts'
import { type ActContext, actorText, termsOf, writeAct } from '../decide/act-context.ts'
import { raiseAlarm } from '../decide/alarm.ts'
import { type Decision, unchanged } from '../draft.ts'
import { attribute } from './attribution.ts'
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
  publicIdOf,
  stopClock,
} from './matter.ts'
import { notify } from './notice.ts'
import { clauseFor, stepOnce } from './record.ts'

/** Which response of the service level each step is, by which its clock is named. */
const responseOf: Partial<Record<TicketStep, readonly string[]>> = {
  replied: ['reply'],
  planned: ['plan'],
  on_site: ['urgent_onsite', 'outage_onsite'],
  remote: ['outage_remote'],
}

/** The responses that a ticket asks for: an answer and a plan always, a person on site when it is urgent, help at once in an outage (S3 §5.2). */
const responsesOf = ({ topic, urgent }: Extract<TicketAct, { kind: 'open_ticket' }>): string[] => [
  'reply',
  'plan',
  ...(urgent ? ['urgent_onsite'] : []),
  ...(topic === 'outage' ? ['outage_onsite', 'outage_remote'] : []),
]

const openTicket = (at: ActContext, act: Extract<TicketAct, { kind: 'open_ticket' }>): Decision<ActResult> => {
  const repeated = findRepeated(at, 'ticket', act.reference, act)
  if (repeated) return unchanged(repeated)
  const terms = termsOf(at)
  const now = at.draft.now
  const level = terms?.serviceLevel ?? { hours: {}, startsOn: 'every_day' as const }
  const clocks = responsesOf(act).map((response) =>
    clockFrom(at, {
      name: response,
      clause: clauseFor(at, 'service_level'),
      rule: { kind: 'service', level, response, receivedAt: now },
    }),
  )
  const { topic, urgent, text } = act
  const ticket = openMatter(at, 'ticket', {
    state: 'reported',
    data: { topic, urgent, text, steps: [{ step: 'reported', at: now, by: actorText(at.by), text: null }], attribution: null },
    clocks,
    reference: act.reference,
    act,
  })
  writeAct(at, { ticket: ticket.id, topic }, { text })
  return matterDone(at, ticket)
}

const stepTicket = (at: ActContext, act: Extract<TicketAct, { kind: 'step_ticket' }>): Decision<ActResult> => {
  if (act.step === 'confirmed') {
    const confirmed = findRepeatedEnding(at, 'ticket', act.ticketId, 'confirmed')
    if (confirmed) return unchanged(confirmed)
  }
  const ticket = findMatter(at, 'ticket', act.ticketId)
  if (isRefusal(ticket)) return unchanged(ticket)
  // The customer confirms what the provider says is solved; everything else is the provider's work (S3 §6.2.4).
  const isCustomer = at.by.kind === 'key'
  if (isCustomer !== (act.step === 'confirmed')) return unchanged(refuse('state_conflict', { detail: 'step_of_the_other_side' }))
  if (act.step === 'confirmed' && ticket.state !== 'solved') return unchanged(refuse('state_conflict', { detail: 'not_solved' }))
  const now = at.draft.now
  const clocks = (responseOf[act.step] ?? []).reduce((all, name) => endClock(all, name, now), ticket.clocks)
  const changed = changeMatter(at, ticket, {
    state: act.step,
    data: { steps: [...ticket.data.steps, { step: act.step, at: now, by: actorText(at.by), text: act.text }] },
    clocks,
    close: act.step === 'confirmed',
  })
  // A response that comes too late is a breach, also when nobody had looked in between (S4 §7.3.2).
  const late = clocks.filter(({ ending }, index) => ending === 'missed' && ticket.clocks[index]?.ending === null)
  if (late.length > 0) raiseAlarm(at.draft, at.book, 'deadline_missed', publicIdOf(ticket))
  const missed = late.length === 0 ? {} : { missed: late.map(({ name }) => name).join(' '), clause: late[0]?.clause ?? '' }
  writeAct(at, { ticket: ticket.id, step: act.step, ...missed }, { text: act.text })
  if (act.step === 'replied') notify(at, 'ticket_answered', { ticket: ticket.id })
  return matterDone(at, changed)
}

/**
 * Says why it came to that. A cause that is not the provider's stops the clocks; one without its proof stops nothing, and may be
 * named again with it (S3 §6.1.8).
 */
const attributeTicket = (at: ActContext, act: TicketStaffAct): Decision<ActResult> =>
  stepOnce(at, 'ticket', act.ticketId, ({ clocks }) => {
    const { attribution, facts } = attribute(at, act)
    const stopped = clocks.reduce((all, { name }) => stopClock(all, name, at.draft.now), clocks)
    return { data: { attribution }, clocks: attribution.penaltyMayFollow ? clocks : stopped, facts }
  })

/** Fault reports and requests for support, with the clocks of the agreement's service level (S3 §5.2, S4 §7.3). */
export const ticketRules = defineMatter<'ticket', TicketAct | TicketStaffAct>('ticket', {
  open_ticket: openTicket,
  step_ticket: stepTicket,
  attribute_ticket: attributeTicket,
})
