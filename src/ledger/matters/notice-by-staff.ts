import { clauseOf } from '../../agreement/clause.ts'
import { judgeDelivery } from '../../agreement/delivery.ts'
import type { ActResult } from '../../core/commands.ts'
import { marketingScenes, type NoticeAct, type NoticeFact, type NoticeFacts } from '../../core/matters/notice.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { contactChannelOf, contactOf, contactsInForce, isInForce } from './contacts-in-force.ts'
import { asMatter, changeMatter, findRepeated, type Matter, matterDone, openMatter, viewMatter } from './matter.ts'
import { blankNotice, dispatchOf, judgeNotice } from './notice-delivery.ts'

type WriteNotice = Extract<NoticeAct, { kind: 'write_notice' }>

/** The address that a notice of this channel goes to; null where the channel needs none. */
const addressFor = (at: ActContext, act: WriteNotice): Matter<'contact'> | Refusal | null => {
  const wanted = contactChannelOf[act.channel]
  if (!wanted) return act.contactId === null ? null : refuse('state_conflict', { detail: 'channel_without_address' })
  const today = shanghaiDay(at.draft.now)
  if (act.contactId === null)
    return contactsInForce(at.book, wanted, today).at(0) ?? refuse('state_conflict', { detail: 'no_address' })
  const named = contactOf(at.book, act.contactId)
  if (!named) return refuse('not_found')
  if (named.data.channel !== wanted) return refuse('state_conflict', { detail: 'address_of_another_channel' })
  // A notice goes to the address that is in force on its day (S0 七).
  return isInForce(named.data, today) ? named : refuse('state_conflict', { detail: 'wrong_address' })
}

/** Faults that no later fact can heal: such a notice is not begun. */
const isHopeless = (reason: string): boolean =>
  reason === 'channel_not_in_contract' || reason === 'channel_not_allowed_for_subject'

/** A notice by staff, on a channel that the agreement knows for its subject (S3 §10.1, §10.3). */
export const writeNotice = (at: ActContext, act: WriteNotice): Decision<ActResult> => {
  const repeated = findRepeated(at, 'notice', act.reference, act)
  if (repeated) return unchanged(repeated)
  const contact = addressFor(at, act)
  if (contact && contact.kind === 'refused') return unchanged(contact)
  const scene = act.subject === 'offer' ? 'offer' : 'written'
  if (marketingScenes.includes(scene) && contact?.data.marketing !== true)
    return unchanged(refuse('state_conflict', { detail: 'no_marketing_consent' }))

  const now = at.draft.now
  const { channel, subject } = act
  const isShown = channel === 'site_message'
  const isQueued = channel === 'email' || channel === 'sms'
  const facts: NoticeFacts = isShown ? { sentAt: now, shownSentAt: now, arrivedAt: now } : {}
  const notice = blankNotice({ scene, channel, variables: { subject }, subject, targetId: contact?.id ?? null, facts })
  const terms = termsOf(at)
  const delivery = judgeDelivery(terms?.delivery ?? {}, dispatchOf(at, notice))
  if (delivery.kind === 'not_delivered' && isHopeless(delivery.reason))
    return unchanged(refuse('state_conflict', { detail: delivery.reason }))

  const written = openMatter(at, 'notice', {
    state: isShown ? 'sent' : isQueued ? 'queued' : 'written',
    data: { ...judgeNotice(at, notice), text: act.text },
    reference: act.reference,
    act,
    wakeAt: isQueued ? now : null,
  })
  writeAct(
    at,
    { notice: written.id, channel, subject, contact: contact?.id ?? null, clause: clauseOf(terms?.preset ?? '', 'notice') },
    { text: act.text },
  )
  return matterDone(at, written)
}

/** The members that a recorded fact stands in. */
const factsOf = (fact: NoticeFact): NoticeFacts => {
  switch (fact.fact) {
    case 'posted':
      return { postedAt: fact.at }
    case 'postmarked':
      return { postmarkOn: fact.on, sameCity: fact.sameCity }
    case 'handed':
      return { handedAt: fact.at }
    case 'signed':
      return { signedOn: fact.on }
    case 'refused':
      return { atAddressOn: fact.on, refused: true }
    case 'shown_sent':
      return { sentAt: fact.at, shownSentAt: fact.at }
    case 'arrived':
      return { arrivedAt: fact.at }
  }
}

/** Facts that a channel can have. What a machine sends has only its arrival told by people. */
const factsByChannel: Record<string, readonly NoticeFact['fact'][]> = {
  personal: ['handed', 'signed', 'refused'],
  ems: ['posted', 'postmarked', 'signed', 'refused'],
  letter: ['posted', 'postmarked', 'signed', 'refused'],
  fax: ['shown_sent', 'arrived'],
  im: ['shown_sent', 'arrived'],
  announcement: ['shown_sent'],
  email: ['arrived'],
  sms: ['arrived'],
}

/** One thing that happened to a notice on its way. Each is recorded once, and the delivery is judged again by all of them. */
export const recordNoticeFact = (
  at: ActContext,
  act: Extract<NoticeAct, { kind: 'record_notice_fact' }>,
): Decision<ActResult> => {
  const row = at.book.get('matters', act.noticeId)
  if (row?.accountId !== at.book.accountId || row.kind !== 'notice') return unchanged(refuse('not_found'))
  const notice = asMatter<'notice'>(row)
  const { fact } = act
  const known = factsOf(fact)
  const conflict = (detail: string) => unchanged(refuse('state_conflict', { detail }))
  if (!factsByChannel[notice.data.channel]?.includes(fact.fact)) return conflict('fact_of_another_channel')
  const prior = Object.keys(known).map((name) => notice.data.facts[name as keyof NoticeFacts])
  if (prior.some((value) => value !== undefined)) {
    const isSame = Object.entries(known).every(([name, value]) => notice.data.facts[name as keyof NoticeFacts] === value)
    return isSame ? unchanged({ kind: 'matter', matter: viewMatter(row), repeated: true }) : conflict('fact_recorded')
  }
  const now = at.draft.now
  if ('at' in fact ? fact.at > now : fact.on > shanghaiDay(now)) return conflict('in_the_future')
  // What is still queued has not left, so it cannot have arrived.
  if (notice.state === 'queued') return conflict('not_sent')
  const facts = { ...notice.data.facts, ...known }
  const changed = changeMatter(at, notice, {
    state: notice.state === 'written' ? (fact.fact === 'refused' ? 'refused' : 'sent') : notice.state,
    data: judgeNotice(at, { ...notice.data, facts }),
  })
  writeAct(at, {
    notice: notice.id,
    fact: fact.fact,
    ...('at' in fact ? { fact_at: fact.at } : { fact_on: fact.on }),
    deemed_at: changed.data.deemedAt,
    clause: clauseOf(termsOf(at)?.preset ?? '', 'notice'),
  })
  return matterDone(at, changed)
}
