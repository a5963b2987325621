import { z } from '@hono/zod-openapi'
import type { SentNotice } from '../../core/matters/closing.ts'
import { code, day, instant } from '../schemas/common.ts'

/** How a notice went that a person or another system sent: what is known of it decides when it counts as delivered. */
export const sentNoticeBody = z
  .strictObject({
    channel: code.openapi({
      description: 'Such as `ems`, `personal`, `email`, `letter`, `fax`; only those of the agreement count.',
    }),
    posted_at: instant.optional(),
    sent_at: instant.optional(),
    shown_sent_at: instant.optional(),
    arrived_at: instant.optional(),
    handed_at: instant.optional(),
    postmark_on: day.optional(),
    at_address_on: day.optional(),
    signed_on: day.optional(),
    same_city: z.boolean().optional(),
    refused: z.boolean().optional(),
    address_correct: z.boolean().optional(),
  })
  .openapi('SentNotice')

export const readSentNotice = (body: z.output<typeof sentNoticeBody>): SentNotice => ({
  channel: body.channel,
  postedAt: body.posted_at,
  sentAt: body.sent_at,
  shownSentAt: body.shown_sent_at,
  arrivedAt: body.arrived_at,
  handedAt: body.handed_at,
  postmarkOn: body.postmark_on,
  atAddressOn: body.at_address_on,
  signedOn: body.signed_on,
  sameCity: body.same_city,
  refused: body.refused,
  addressCorrect: body.address_correct,
})
