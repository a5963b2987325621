import { type Delivery, type Dispatch, deliveryDay, judgeDelivery } from '../../agreement/delivery.ts'
import type { Notice } from '../../core/matters/notice.ts'
import { shanghaiDay, startOfDayMs } from '../../core/shanghai.ts'
import { type ActContext, termsOf } from '../decide/act-context.ts'
import { contactOf, isInForce } from './contacts-in-force.ts'

/** A notice of which nothing is known yet beyond what it is. */
export const blankNotice = (
  given: Pick<Notice, 'scene' | 'channel' | 'variables' | 'subject' | 'targetId' | 'facts'>,
): Notice => ({
  ...given,
  text: null,
  deemedAt: null,
  deemedOn: null,
  notDelivered: null,
  attempts: 0,
  lastReason: null,
  carrierReference: null,
})

/** The day on which it was given out, by the fact that tells of it best; null while it was not. */
const dispatchDay = ({ facts }: Notice): string | null => {
  if (facts.postmarkOn !== undefined) return facts.postmarkOn
  const at = facts.postedAt ?? facts.sentAt ?? facts.shownSentAt ?? facts.handedAt
  return at === undefined ? (facts.atAddressOn ?? facts.signedOn ?? null) : shanghaiDay(at)
}

/** What the agreement's rules judge it by. The address itself is not handed on: whether one is named is enough. */
export const dispatchOf = (at: Pick<ActContext, 'book'>, notice: Notice): Dispatch => {
  const { readAt: _, ...facts } = notice.facts
  const contact = contactOf(at.book, notice.targetId)
  const day = dispatchDay(notice)
  return {
    ...facts,
    channel: notice.channel,
    ...(notice.subject === null ? {} : { subject: notice.subject }),
    ...(contact
      ? {
          agreedAddress: contact.data.agreed ? 'recorded' : '/',
          // It was the address on the day on which the notice went out (S0 七).
          ...(day === null ? {} : { addressCorrect: isInForce(contact.data, day) }),
        }
      : {}),
  }
}

/** How it is deemed under the agreement as it stands; an account without one has no rules, and nothing counts as delivered. */
export const deliveryOf = (at: Pick<ActContext, 'book' | 'draft'>, notice: Notice): Delivery =>
  judgeDelivery(termsOf(at)?.delivery ?? {}, dispatchOf(at, notice))

/** The notice with its delivery judged anew. */
export const judgeNotice = (at: Pick<ActContext, 'book' | 'draft'>, notice: Notice): Notice => {
  const delivery = deliveryOf(at, notice)
  if (delivery.kind === 'not_delivered') return { ...notice, deemedAt: null, deemedOn: null, notDelivered: delivery.reason }
  return {
    ...notice,
    deemedAt: delivery.kind === 'delivered_at' ? delivery.atMs : startOfDayMs(delivery.day),
    deemedOn: deliveryDay(delivery),
    notDelivered: null,
  }
}
