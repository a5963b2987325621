import { z } from '@hono/zod-openapi'
import { type NoticeFact, noticeChannels, noticeSubjects, sceneNames } from '../../core/matters/notice.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import { renderNotice } from '../../notices/templates/render.ts'
import type { AppDeps } from '../deps.ts'
import { numberOf } from '../reading.ts'
import type { Routes } from '../route.ts'
import { callerReference, day, instant, note, nullableTime, plainText, rule } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const words = z.strictObject({ title: z.string(), text: z.string() })
const variable = z.strictObject({ name: z.string(), value: z.union([z.string(), z.number()]) })

const noticeBody = z
  .strictObject({
    reference: callerReference.optional(),
    channel: z.enum(noticeChannels).exclude(['webhook']),
    subject: z.enum(noticeSubjects),
    contact_id: z.string().optional().openapi({ description: 'The address; without it the one in force today.' }),
    text: plainText(4_000).optional().openapi({ description: 'What it says, for the file. It names no data subject.' }),
    reason: note,
  })
  .openapi('NoticeRequest')

const factsAt = ['posted', 'handed', 'shown_sent', 'arrived'] as const
const factsOn = ['postmarked', 'signed', 'refused'] as const
const isFactAt = (fact: string): fact is (typeof factsAt)[number] => factsAt.some((name) => name === fact)

const factBody = z
  .strictObject({
    fact: z.enum([...factsAt, ...factsOn]),
    at: instant.optional().openapi({ description: 'When: posted, handed, shown as sent, arrived.' }),
    on: day.optional().openapi({ description: 'On which day: postmarked, signed, refused at the address.' }),
    same_city: z.boolean().optional().openapi({ description: 'Of a postmark: both ends are in one city.' }),
    reason: note,
  })
  .refine(({ fact, at }) => isFactAt(fact) === (at !== undefined), { ...rule('time_of_fact'), path: ['at'] })
  .refine(({ fact, on }) => isFactAt(fact) === (on === undefined), { ...rule('day_of_fact'), path: ['on'] })
  .refine(({ fact, same_city }) => fact === 'postmarked' || same_city === undefined, {
    ...rule('city_of_postmark'),
    path: ['same_city'],
  })
  .openapi('NoticeFactRequest')

const readingBody = z.strictObject({}).openapi('NoticeReadingRequest')

/** The fact with its instant or day; the rules of the body have seen to it that it has the one that it needs. */
const factOf = ({ fact, at = 0, on = '', same_city = false }: z.output<typeof factBody>): NoticeFact => {
  if (isFactAt(fact)) return { fact, at }
  return fact === 'postmarked' ? { fact, on, sameCity: same_city } : { fact, on }
}

const timeOrNull = (ms: number | null | undefined): string | null => (ms === null || ms === undefined ? null : toRfc3339(ms))

/** What the customer is told, on every channel, and when it counts as delivered (S0 七, S2 十四, S3 §10). */
export const addNoticeRoutes = (routes: Routes, deps: AppDeps): void => {
  const notices = new MatterRoutes(routes, deps, {
    kind: 'notice',
    noun: 'notices',
    param: 'notice_id',
    tag: 'Notices',
    name: 'Notice',
    members: {
      scene: z.enum(sceneNames),
      channel: z.enum(noticeChannels),
      subject: z.enum(noticeSubjects).nullable(),
      text: z.string().nullable().openapi({ description: 'What staff wrote, if they did.' }),
      en: words,
      zh: words,
      variables: z
        .array(variable)
        .openapi({ description: 'What its words are filled with: ids, codes, numbers, days, instants.' }),
      posted_at: nullableTime,
      postmark_on: z.string().nullable(),
      sent_at: nullableTime,
      arrived_at: nullableTime,
      at_address_on: z.string().nullable(),
      handed_at: nullableTime,
      signed_on: z.string().nullable(),
      refused: z.boolean(),
      read_at: nullableTime,
      deemed_at: nullableTime.openapi({ description: 'When it counts as delivered under the agreement; it can lie ahead.' }),
      deemed_on: z.string().nullable(),
      not_delivered: z.string().nullable().openapi({ description: 'Why it does not count as delivered.' }),
      attempts: z.int(),
      last_reason: z.string().nullable(),
    },
    render: ({ scene, channel, subject, text, variables, facts, deemedAt, deemedOn, notDelivered, attempts, lastReason }) => ({
      scene,
      channel,
      subject,
      text,
      en: renderNotice('en', scene, variables),
      zh: renderNotice('zh', scene, variables),
      variables: Object.entries(variables).map(([name, value]) => ({ name, value })),
      posted_at: timeOrNull(facts.postedAt),
      postmark_on: facts.postmarkOn ?? null,
      sent_at: timeOrNull(facts.sentAt),
      arrived_at: timeOrNull(facts.arrivedAt),
      at_address_on: facts.atAddressOn ?? null,
      handed_at: timeOrNull(facts.handedAt),
      signed_on: facts.signedOn ?? null,
      refused: facts.refused === true,
      read_at: timeOrNull(facts.readAt),
      deemed_at: timeOrNull(deemedAt),
      deemed_on: deemedOn,
      not_delivered: notDelivered,
      attempts,
      last_reason: lastReason,
    }),
  })
  notices.addCustomerReads({ list: 'What you were told, newest first', one: 'One notice' })
  notices.addCustomerAct({
    method: 'put',
    path: '/{notice_id}/reading',
    summary: 'Say that you have read it',
    body: readingBody,
    status: 200,
    wanted: (_body, accountId, c) => ({ kind: 'read_notice', noticeId: notices.ownNumberIn(c, accountId) }),
  })
  notices.addStaffReads({ list: 'Notices of an account, newest first', one: 'One notice of an account' })
  notices.addStaffAct({
    method: 'post',
    summary: 'Write a notice: by hand, express mail, letter, fax, messenger, announcement, e-mail, SMS or in the list',
    roles: ['ops', 'finance'],
    body: noticeBody,
    status: 201,
    wanted: ({ reference = null, channel, subject, contact_id, text = null }, accountId) => {
      const contactId = contact_id === undefined ? null : numberOf(contact_id, 'cot', accountId)
      if (contact_id !== undefined && contactId === null) return null
      return { kind: 'write_notice', reference, channel, subject, contactId, text }
    },
  })
  notices.addStaffAct({
    method: 'post',
    path: '/{notice_id}/facts',
    summary: 'Record what happened to it: posted, postmarked, handed, signed, refused, shown as sent, arrived',
    roles: ['ops', 'finance'],
    body: factBody,
    status: 200,
    wanted: (body, accountId, c) => {
      const noticeId = notices.numberIn(c, accountId)
      return noticeId === null ? null : { kind: 'record_notice_fact', noticeId, fact: factOf(body) }
    },
  })
}
