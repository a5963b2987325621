import { clauseOf } from '../../agreement/clause.ts'
import { countAhead } from '../../agreement/deadline.ts'
import type { ActResult } from '../../core/commands.ts'
import type { ContactAct, ContactChannel } from '../../core/matters/contact.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import type { Book } from '../book.ts'
import { type ActContext, calendarOf, termsOf, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { isInForce } from './contacts-in-force.ts'
import {
  asMatter,
  changeMatter,
  defineMatter,
  findMatter,
  isRefusal,
  type Matter,
  matterDone,
  openMatter,
  openMattersOf,
  viewMatter,
} from './matter.ts'
import { notify } from './notice.ts'
import { refuseQueuedTo } from './sending.ts'

/** Addresses of one account: each is told of everything, so they are few. */
const mostContacts = 20

type RecordContact = Extract<ContactAct, { kind: 'record_contact' }>

/** Addresses under one channel and label, the newest last. */
const placeOf = (book: Book, { channel, label }: { channel: ContactChannel; label: string }): Matter<'contact'>[] =>
  openMattersOf({ book }, 'contact').filter(({ data }) => data.channel === channel && data.label === label)

/** The first day that the agreement allows for a changed address: full days after the day on which it is told (S3 §10.2). */
const firstDayOfChange = (at: ActContext, today: string): string | Refusal => {
  const length = termsOf(at)?.addressChange ?? null
  if (length === null) return today
  const period = countAhead(calendarOf(at), today, length)
  return period.kind === 'period' ? shanghaiDay(period.endMs) : refuse('state_conflict', { detail: 'calendar_not_covered' })
}

/** Puts an address in the book; one that stands there under the same label ends the day before it begins. */
const recordContact = (at: ActContext, act: RecordContact): Decision<ActResult> => {
  const today = shanghaiDay(at.draft.now)
  const place = placeOf(at.book, act)
  const latest = place.at(-1)
  const isRepeated = latest?.data.address === act.address && latest.data.until === null
  if (isRepeated)
    return unchanged({ kind: 'matter', matter: viewMatter({ ...latest, data: { ...latest.data } }), repeated: true })
  if (openMattersOf(at, 'contact').length >= mostContacts)
    return unchanged(refuse('state_conflict', { detail: 'too_many_contacts' }))

  const earliest = latest ? firstDayOfChange(at, today) : null
  if (earliest !== null && typeof earliest !== 'string') return unchanged(earliest)
  const from = act.from ?? earliest ?? today
  if (earliest !== null && from < earliest) return unchanged(refuse('state_conflict', { detail: 'told_too_late' }))
  for (const old of place)
    if (old.data.until === null || old.data.until > from)
      changeMatter(at, old, { data: { until: from }, wakeAt: startOfDayMs(from) })

  const contact = openMatter(at, 'contact', {
    state: 'active',
    data: {
      channel: act.channel,
      label: act.label,
      address: act.address,
      // A changed address takes the place of the one in the agreement (S0 七).
      agreed: act.agreed || latest?.data.agreed === true,
      marketing: act.marketing,
      language: act.language,
      from,
      until: null,
      follows: latest?.id ?? null,
    },
  })
  const clause = clauseOf(termsOf(at)?.preset ?? '', 'address')
  writeAct(at, { contact: contact.id, channel: act.channel, from, follows: latest?.id ?? null, clause })
  notify(at, 'contact_changed', { contact: contact.id, channel: act.channel, from })
  return matterDone(at, contact)
}

const setMarketing = (at: ActContext, act: Extract<ContactAct, { kind: 'set_contact_marketing' }>): Decision<ActResult> => {
  const contact = findMatter(at, 'contact', act.contactId)
  if (isRefusal(contact)) return unchanged(contact)
  const { until } = contact.data
  const changed = changeMatter(at, contact, {
    data: { marketing: act.marketing },
    wakeAt: until === null ? null : startOfDayMs(until),
  })
  writeAct(at, { contact: contact.id, marketing: act.marketing ? 1 : 0 })
  return matterDone(at, changed)
}

/** Takes an address out of the book and erases it. What waits for it is not sent any more. */
const endContact = (at: ActContext, act: Extract<ContactAct, { kind: 'end_contact' }>): Decision<ActResult> => {
  const row = at.book.get('matters', act.contactId)
  const isMine = row?.accountId === at.book.accountId && row.kind === 'contact'
  if (!isMine) return unchanged(refuse('not_found'))
  const contact = asMatter<'contact'>(row)
  if (contact.data.address === null) return unchanged({ kind: 'matter', matter: viewMatter(row), repeated: true })
  const today = shanghaiDay(at.draft.now)
  const until = contact.data.until !== null && contact.data.until < today ? contact.data.until : today
  const ended = changeMatter(at, contact, { state: 'ended', data: { address: null, marketing: false, until }, close: true })
  refuseQueuedTo(at, contact.id, 'contact_ended')
  writeAct(at, { contact: contact.id, channel: contact.data.channel })
  notify(at, 'contact_changed', { contact: contact.id, channel: contact.data.channel, from: today })
  return matterDone(at, ended)
}

/** An address whose successor has begun. It stays in the book of the past, because notices went to it (S0 七). */
const replace = (at: ActContext, contact: Matter<'contact'>): void => {
  if (!isInForce(contact.data, shanghaiDay(at.draft.now))) {
    changeMatter(at, contact, { state: 'replaced', close: true })
    writeAct({ ...at, kind: 'contact_replaced' }, { contact: contact.id, clause: clauseOf(termsOf(at)?.preset ?? '', 'address') })
  }
}

/** The address book, with its history (S0 七, S3 §10.2). */
export const contactRules = defineMatter<'contact', ContactAct>(
  'contact',
  { record_contact: recordContact, set_contact_marketing: setMarketing, end_contact: endContact },
  replace,
)
