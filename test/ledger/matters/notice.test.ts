import { describe, expect, test } from 'vitest'
import { deliveryRulesOf } from '../../../src/agreement/delivery-table.ts'
import type { ContactChannel } from '../../../src/core/matters/contact.ts'
import type { Notice, NoticeAct, NoticeChannel, NoticeFact, NoticeSubject } from '../../../src/core/matters/notice.ts'
import { parseRfc3339 } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { take } from '../../support/ledger-commands.ts'
import { act, changeAgreement, type SeededAccount, s1Term, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const ms = (text: string): number => parseRfc3339(text) ?? Number.NaN

/** An account whose notices are delivered as this preset says, with an address of each kind. */
const seed = (preset: keyof typeof deliveryRulesOf, day = '2024-09-19T09:00:00+08:00') => {
  const ledger = open()
  const world = seedWorld(ledger)
  const delivery = deliveryRulesOf[preset]({ emsSecondDay: 2 })
  const term = { start: '2024-07-28', end: '2026-07-29' }
  changeAgreement(ledger, world.accountId, { term, delivery, addressChange: preset === 'S3' ? tenDays : null })
  // Overrides only add channels, so those of S1 that the preset does not know are taken out behind the ledger's back.
  const row = ledger.row<{ id: number; terms: string }>('SELECT id, terms FROM agreements ORDER BY id DESC LIMIT 1')
  const terms = JSON.stringify({ ...JSON.parse(row.terms), delivery })
  const digest = ledger.crypto.sha256(terms)
  ledger.connection.prepare('UPDATE agreements SET terms = ?, digest = ? WHERE id = ?').run(terms, digest, row.id)
  ledger.restart()
  ledger.clock.set(day)
  return { ledger, world }
}
const tenDays = { n: 10, unit: 'day' }

const recordContact = (
  ledger: TestLedger,
  { accountId }: SeededAccount,
  channel: ContactChannel,
  more: { agreed?: boolean; marketing?: boolean; from?: string; address?: string } = {},
) =>
  act(ledger, accountId, {
    kind: 'record_contact',
    ...{ channel, label: 'main', address: 'ops@customer.test', agreed: false, marketing: false, language: 'zh', from: null },
    ...more,
  })

const write = (
  ledger: TestLedger,
  { accountId }: SeededAccount,
  channel: Exclude<NoticeChannel, 'webhook'>,
  subject: NoticeSubject,
  more: Partial<Extract<NoticeAct, { kind: 'write_notice' }>> = {},
) => act(ledger, accountId, { kind: 'write_notice', reference: null, channel, subject, contactId: null, text: null, ...more })

const record = (ledger: TestLedger, { accountId }: SeededAccount, noticeId: number, fact: NoticeFact) =>
  act(ledger, accountId, { kind: 'record_notice_fact', noticeId, fact })

const noticeIn = (result: ReturnType<typeof write>) => {
  const { matter } = take(result, 'matter')
  return { id: matter.id, state: matter.state, ...(matter.data as Notice) }
}

describe('a notice by express mail', () => {
  test('that was posted is delivered at noon of the second day under S0 (DLV-01)', () => {
    const { ledger, world } = seed('S0')
    take(recordContact(ledger, world, 'post'), 'matter')
    const { id, notDelivered } = noticeIn(write(ledger, world, 'ems', 'termination'))
    expect(notDelivered).toBe('not_recorded')
    ledger.clock.set('2024-09-19T12:00:00+08:00')
    const posted = noticeIn(record(ledger, world, id, { fact: 'posted', at: ms('2024-09-19T10:00:00+08:00') }))
    expect([posted.state, posted.deemedAt, posted.deemedOn]).toEqual(['sent', ms('2024-09-21T12:00:00+08:00'), '2024-09-21'])
  })

  test('counts from the postmark under S3: day 3 in the city, day 5 elsewhere (DLV-13, DLV-14)', () => {
    for (const [sameCity, day] of [
      [true, '2025-10-02'],
      [false, '2025-10-04'],
    ] as const) {
      const { ledger, world } = seed('S3', '2025-09-30T09:00:00+08:00')
      take(recordContact(ledger, world, 'post'), 'matter')
      // Recorded a day later than it was posted: the address was in the book before.
      const contact = ledger.row<{ id: number; data: string }>("SELECT id, data FROM matters WHERE kind = 'contact'")
      const data = JSON.stringify({ ...JSON.parse(contact.data), from: '2025-01-01' })
      ledger.connection.prepare('UPDATE matters SET data = ? WHERE id = ?').run(data, contact.id)
      const { id } = noticeIn(write(ledger, world, 'ems', 'termination'))
      const fact = { fact: 'postmarked', on: '2025-09-29', sameCity } as const
      expect(noticeIn(record(ledger, world, id, fact))).toMatchObject({ deemedOn: day, deemedAt: ms(`${day}T00:00:00+08:00`) })
    }
  })

  test('to the address from before a change is not delivered (DLV-06)', () => {
    const { ledger, world } = seed('S0')
    const old = take(recordContact(ledger, world, 'post'), 'matter').matter
    ledger.clock.set('2024-09-25T09:00:00+08:00')
    take(recordContact(ledger, world, 'post', { address: 'Other Street 2' }), 'matter')
    expect(write(ledger, world, 'ems', 'termination', { contactId: old.id })).toMatchObject({ detail: 'wrong_address' })
    // Written while it was the address, but posted only when it no longer was.
    const { id } = noticeIn(write(ledger, world, 'ems', 'breach'))
    const current = take(recordContact(ledger, world, 'post', { address: 'Third Street 3', from: '2024-09-26' }), 'matter').matter
    ledger.clock.set('2024-09-26T11:00:00+08:00')
    const posted = noticeIn(record(ledger, world, id, { fact: 'posted', at: ms('2024-09-26T10:00:00+08:00') }))
    expect([posted.deemedAt, posted.notDelivered, posted.targetId === current.id]).toEqual([null, 'wrong_address', false])
  })
})

describe('a notice by hand', () => {
  test('needs a signed receipt under S0, and a refusal is none (DLV-09, DLV-10)', () => {
    const { ledger, world } = seed('S0')
    take(recordContact(ledger, world, 'post'), 'matter')
    const { id } = noticeIn(write(ledger, world, 'personal', 'breach'))
    const handedAt = ledger.clock.now
    const handed = noticeIn(record(ledger, world, id, { fact: 'handed', at: handedAt }))
    expect([handed.deemedAt, handed.notDelivered]).toEqual([null, 'no_signed_receipt'])
    const signed = noticeIn(record(ledger, world, id, { fact: 'signed', on: '2024-09-19' }))
    expect([signed.deemedAt, signed.notDelivered]).toEqual([handedAt, null])
    const other = noticeIn(write(ledger, world, 'personal', 'breach'))
    expect(noticeIn(record(ledger, world, other.id, { fact: 'refused', on: '2024-09-19' }))).toMatchObject({
      state: 'refused',
      deemedAt: null,
      notDelivered: 'no_signed_receipt',
    })
  })

  test('that is refused is delivered on the day of its arrival under S3 (DLV-19)', () => {
    const { ledger, world } = seed('S3')
    take(recordContact(ledger, world, 'post'), 'matter')
    const { id } = noticeIn(write(ledger, world, 'personal', 'termination'))
    const refused = noticeIn(record(ledger, world, id, { fact: 'refused', on: '2024-09-19' }))
    expect([refused.deemedOn, refused.notDelivered]).toEqual(['2024-09-19', null])
  })
})

describe('an e-mail under S3', () => {
  test('about the end of the agreement is not begun (DLV-20), nor to an address that the agreement does not name (DLV-17)', () => {
    const { ledger, world } = seed('S3')
    take(recordContact(ledger, world, 'email', { agreed: true }), 'matter')
    expect(write(ledger, world, 'email', 'termination')).toMatchObject({ detail: 'channel_not_allowed_for_subject' })
    const other = seed('S3')
    take(recordContact(other.ledger, other.world, 'email'), 'matter')
    expect(write(other.ledger, other.world, 'email', 'general')).toMatchObject({ detail: 'channel_not_in_contract' })
    expect(write(other.ledger, other.world, 'announcement', 'general')).toMatchObject({ detail: 'channel_not_in_contract' })
  })

  test('is delivered on arrival, not when it is sent (DLV-18)', () => {
    const { ledger, world } = seed('S3')
    take(recordContact(ledger, world, 'email', { agreed: true }), 'matter')
    const { id } = noticeIn(write(ledger, world, 'email', 'general'))
    expect(record(ledger, world, id, { fact: 'arrived', at: ledger.clock.now })).toMatchObject({ detail: 'not_sent' })
    const { accountId } = world
    ledger.submit({ kind: 'record_sending', accountId, noticeId: id, sending: { kind: 'sent', reference: null } })
    ledger.clock.advance(120_000)
    const arrived = noticeIn(record(ledger, world, id, { fact: 'arrived', at: ledger.clock.now }))
    expect([arrived.deemedAt, (arrived.facts.sentAt ?? 0) < (arrived.deemedAt ?? 0)]).toEqual([ledger.clock.now, true])
  })
})

test('a notice in the list is delivered when it is shown under S1, on its day under S2, and never under S0', () => {
  for (const [preset, deemed, reason] of [
    ['S1', '2024-09-19T09:00:00+08:00', null],
    ['S2', '2024-09-19T00:00:00+08:00', null],
    ['S0', null, 'channel_not_in_contract'],
  ] as const) {
    const { ledger, world } = seed(preset)
    const { matter } = take(
      act(ledger, world.accountId, { kind: 'open_ticket', reference: null, topic: 'fault', urgent: false, text: 'x' }),
      'matter',
    )
    take(act(ledger, world.accountId, { kind: 'step_ticket', ticketId: matter.id, step: 'replied', text: null }), 'matter')
    const { data } = ledger.row<{ data: string }>("SELECT data FROM matters WHERE kind = 'notice'")
    expect([preset, JSON.parse(data)]).toEqual([
      preset,
      expect.objectContaining({ deemedAt: deemed === null ? null : ms(deemed), notDelivered: reason }),
    ])
  }
})

describe('a fact of a notice', () => {
  test('is recorded once, by an entry of its own, not ahead of the clock and not for another channel', () => {
    const { ledger, world } = seed('S0')
    take(recordContact(ledger, world, 'post'), 'matter')
    const { id } = noticeIn(write(ledger, world, 'ems', 'breach', { text: 'by registered letter' }))
    const at = ledger.clock.now
    expect(record(ledger, world, id, { fact: 'handed', at })).toMatchObject({ detail: 'fact_of_another_channel' })
    expect(record(ledger, world, id, { fact: 'posted', at: at + 1 })).toMatchObject({ detail: 'in_the_future' })
    take(record(ledger, world, id, { fact: 'posted', at }), 'matter')
    expect(record(ledger, world, id, { fact: 'posted', at })).toMatchObject({ repeated: true })
    expect(record(ledger, world, id, { fact: 'posted', at: at - 1 })).toMatchObject({ detail: 'fact_recorded' })
    const leaves = ledger.rows<{ leaf: string }>("SELECT leaf FROM entries WHERE kind = 'record_notice_fact'")
    expect(leaves.map(({ leaf }) => JSON.parse(leaf))).toEqual([
      expect.objectContaining({ notice: id, fact: 'posted', fact_at: at, deemed_at: ms('2024-09-21T12:00:00+08:00') }),
    ])
    const texts = ledger.rows<{ leaf: string }>('SELECT leaf FROM entries WHERE leaf IS NOT NULL').map(({ leaf }) => leaf)
    expect(texts.filter((leaf) => leaf.includes('registered letter'))).toEqual([])
  })

  test('needs a notice with an address', () => {
    const { ledger, world } = seed('S0')
    expect(write(ledger, world, 'ems', 'breach')).toMatchObject({ detail: 'no_address' })
    expect(write(ledger, world, 'announcement', 'breach', { contactId: 7 })).toMatchObject({ detail: 'channel_without_address' })
  })
})

test('an offer goes only to an address that agreed to it; a service notice goes always (S2 五(五)1)', () => {
  const { ledger, world } = seed('S2')
  const contact = take(recordContact(ledger, world, 'email'), 'matter').matter
  expect(write(ledger, world, 'email', 'offer')).toMatchObject({ detail: 'no_marketing_consent' })
  expect(write(ledger, world, 'site_message', 'offer')).toMatchObject({ detail: 'no_marketing_consent' })
  expect(noticeIn(write(ledger, world, 'email', 'general'))).toMatchObject({ state: 'queued', scene: 'written' })
  take(act(ledger, world.accountId, { kind: 'set_contact_marketing', contactId: contact.id, marketing: true }), 'matter')
  expect(noticeIn(write(ledger, world, 'email', 'offer'))).toMatchObject({ state: 'queued', scene: 'offer' })
})

test('under S1 without anything added, hand and express mail are not in the agreement', () => {
  const ledger = open()
  const world = seedWorld(ledger, { overrides: { term: s1Term } })
  take(recordContact(ledger, world, 'post'), 'matter')
  expect(write(ledger, world, 'ems', 'breach')).toMatchObject({ detail: 'channel_not_in_contract' })
})
