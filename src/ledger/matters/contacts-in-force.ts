import type { Contact, ContactChannel } from '../../core/matters/contact.ts'
import type { NoticeChannel, Scene } from '../../core/matters/notice.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { Book } from '../book.ts'
import { asMatter, type Matter } from './matter.ts'

/** Where the address of a channel stands in the book; a channel that is missing needs none. */
export const contactChannelOf: Partial<Record<NoticeChannel, ContactChannel>> = {
  email: 'email',
  sms: 'sms',
  fax: 'fax',
  im: 'im',
  personal: 'post',
  ems: 'post',
  letter: 'post',
}

/** Whether it is the address on that day. */
export const isInForce = ({ from, until }: Pick<Contact, 'from' | 'until'>, day: string): boolean =>
  from <= day && (until === null || day < until)

/** The addresses of a channel on this day, the oldest first. */
export const contactsInForce = (book: Book, channel: ContactChannel, day: string): Matter<'contact'>[] =>
  book
    .openMatters('contact')
    .map((row) => asMatter<'contact'>(row))
    .filter(({ data }) => data.channel === channel && data.address !== null && isInForce(data, day))

/** The contact with this number, whether or not it still stands. */
export const contactOf = (book: Book, id: number | null): Matter<'contact'> | null => {
  const row = id === null ? null : book.get('matters', id)
  return row?.accountId === book.accountId && row.kind === 'contact' ? asMatter<'contact'>(row) : null
}

/**
 * The address that now stands where this contact did: itself, or what follows it. Null when there is none any more. What was
 * queued before a change goes to the new address.
 */
export const currentContact = (book: Book, id: number, now: number): Matter<'contact'> | null => {
  const named = contactOf(book, id)
  if (!named) return null
  const day = shanghaiDay(now)
  if (named.data.address !== null && isInForce(named.data, day)) return named
  const { channel, label } = named.data
  return contactsInForce(book, channel, day).find(({ data }) => data.label === label) ?? null
}

/** Webhook endpoints that take notices now. */
export const activeEndpoints = (book: Book): Matter<'webhook_endpoint'>[] =>
  book
    .openMatters('webhook_endpoint')
    .filter(({ state }) => state === 'active')
    .map((row) => asMatter(row))

/** Those of them that want to be told of this. */
export const endpointsFor = (book: Book, scene: Scene): Matter<'webhook_endpoint'>[] =>
  activeEndpoints(book).filter(({ data }) => data.scenes.length === 0 || data.scenes.includes(scene))
