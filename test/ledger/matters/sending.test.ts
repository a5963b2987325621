import { describe, expect, test } from 'vitest'
import type { Notice } from '../../../src/core/matters/notice.ts'
import type { Sending } from '../../../src/core/ports.ts'
import { retryWaitsMs } from '../../../src/ledger/matters/sending.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { staffReader, take } from '../../support/ledger-commands.ts'
import { act, type SeededAccount, seedWorld } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const recordContact = (
  ledger: TestLedger,
  { accountId }: SeededAccount,
  more: { channel?: 'email' | 'sms'; address?: string } = {},
) =>
  take(
    act(ledger, accountId, {
      kind: 'record_contact',
      channel: 'email',
      label: 'main',
      address: 'ops@customer.test',
      agreed: false,
      marketing: false,
      language: 'zh',
      from: null,
      ...more,
    }),
    'matter',
  ).matter

/** Something that the customer is told of: a ticket that staff has answered. */
const tell = (ledger: TestLedger, { accountId }: SeededAccount): void => {
  const ticket = { kind: 'open_ticket', reference: null, topic: 'fault', urgent: false, text: 'no answer' } as const
  const { matter } = take(act(ledger, accountId, ticket), 'matter')
  take(act(ledger, accountId, { kind: 'step_ticket', ticketId: matter.id, step: 'replied', text: null }), 'matter')
}

const seed = () => {
  const ledger = open()
  const world = seedWorld(ledger)
  const contact = recordContact(ledger, world)
  tell(ledger, world)
  return { ledger, world, contact }
}

const report = (ledger: TestLedger, { accountId }: SeededAccount, noticeId: number, sending: Sending) =>
  ledger.submit({ kind: 'record_sending', accountId, noticeId, sending })

const noticeOf = (ledger: TestLedger, { accountId }: SeededAccount, id: number) => {
  const { value } = take(ledger.read({ kind: 'matter', reader: staffReader, accountId, matter: 'notice', id }), 'read')
  return { state: value.state, closedAt: value.closedAt, ...(value.data as Notice) }
}

const failed = (retryAfterMs: number | null = null): Sending => ({ kind: 'failed', reason: 'connection_refused', retryAfterMs })

describe('a notice that a machine sends', () => {
  test('keeps no words of the other side, which may name the address', () => {
    const { ledger, world } = seed()
    const noticeId = ledger.core.outgoing()[0]?.noticeId ?? 0
    report(ledger, world, noticeId, { kind: 'refused', reason: '550 ops@customer.test unknown' })
    expect(noticeOf(ledger, world, noticeId)).toMatchObject({ state: 'refused', lastReason: 'other' })
  })

  test('is queued for every address, beside the one in the list, and found until it is reported', () => {
    const { ledger, world } = seed()
    recordContact(ledger, world, { channel: 'sms', address: '13900000000' })
    for (const notice of ledger.core.outgoing()) report(ledger, world, notice.noticeId, { kind: 'sent', reference: null })
    tell(ledger, world)
    ledger.restart()
    const outgoing = ledger.core.outgoing()
    expect(outgoing).toEqual([
      {
        accountId: world.accountId,
        noticeId: expect.any(Number),
        channel: 'email',
        to: 'ops@customer.test',
        language: 'zh',
        scene: 'ticket_answered',
        variables: { ticket: expect.stringMatching(/^tic_/) },
        openedAt: ledger.clock.now,
        attempts: 0,
      },
      expect.objectContaining({ channel: 'sms', to: '13900000000' }),
    ])
    expect(ledger.core.nextDueAt()).toBe(ledger.clock.now)
    // The clock leaves them to the machine that sends.
    expect(ledger.core.due().filter(({ kind }) => kind === 'matter_due')).toEqual([])
    for (const { noticeId } of outgoing) report(ledger, world, noticeId, { kind: 'sent', reference: 'c-1' })
    expect(ledger.core.outgoing()).toEqual([])
  })

  test('that was sent keeps its times, and counts as delivered by the rules of the agreement', () => {
    const { ledger, world } = seed()
    const noticeId = ledger.core.outgoing()[0]?.noticeId ?? 0
    expect(noticeOf(ledger, world, noticeId)).toMatchObject({ state: 'queued', deemedAt: null, notDelivered: 'not_recorded' })
    ledger.clock.advance(1_000)
    expect(report(ledger, world, noticeId, { kind: 'sent', reference: 'c-1' })).toEqual({ kind: 'done', changed: true })
    const sentAt = ledger.clock.now
    ledger.clock.advance(1_000)
    // The same report again, as after a crash between sending and answer.
    expect(report(ledger, world, noticeId, { kind: 'sent', reference: 'c-2' })).toEqual({ kind: 'done', changed: false })
    expect(noticeOf(ledger, world, noticeId)).toMatchObject({
      state: 'sent',
      facts: { sentAt, shownSentAt: sentAt },
      deemedAt: sentAt,
      notDelivered: null,
      attempts: 1,
      carrierReference: 'c-1',
    })
    expect(ledger.rows("SELECT 1 FROM entries WHERE kind = 'notice_sent'")).toHaveLength(1)
  })

  test('is tried again by the schedule, then given up with an alarm', () => {
    const { ledger, world } = seed()
    const noticeId = ledger.core.outgoing()[0]?.noticeId ?? 0
    for (const [index, waitMs] of retryWaitsMs.entries()) {
      expect(ledger.core.outgoing().map(({ attempts }) => attempts)).toEqual([index])
      expect(report(ledger, world, noticeId, failed())).toEqual({ kind: 'done', changed: true })
      // A repeated report does not count twice.
      expect(report(ledger, world, noticeId, failed())).toEqual({ kind: 'done', changed: false })
      ledger.clock.advance(waitMs - 1)
      expect(ledger.core.outgoing()).toEqual([])
      ledger.clock.advance(1)
    }
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'notice_undelivered'")).toEqual([])
    report(ledger, world, noticeId, failed())
    expect(noticeOf(ledger, world, noticeId)).toMatchObject({ state: 'failed', closedAt: ledger.clock.now, attempts: 10 })
    expect(ledger.rows("SELECT 1 FROM alarms WHERE kind = 'notice_undelivered'")).toHaveLength(1)
    expect(ledger.core.outgoing()).toEqual([])
  })

  test('is sent although the customer has read it in its list', () => {
    const { ledger, world } = seed()
    const noticeId = ledger.core.outgoing()[0]?.noticeId ?? 0
    const { accountId, credentials } = world
    const read = () =>
      take(ledger.submit({ kind: 'customer_act', accountId, credentials, act: { kind: 'read_notice', noticeId } }), 'acted')
        .result
    const readAt = ledger.clock.now
    expect(read()).toMatchObject({ repeated: false, matter: { state: 'queued', closedAt: null, data: { facts: { readAt } } } })
    expect(read()).toMatchObject({ repeated: true })
    expect(ledger.core.outgoing().map((notice) => notice.noticeId)).toEqual([noticeId])
    report(ledger, world, noticeId, { kind: 'sent', reference: null })
    expect(noticeOf(ledger, world, noticeId)).toMatchObject({ state: 'sent', facts: { readAt, sentAt: readAt } })
  })

  test('waits as long as the other side asks', () => {
    const { ledger, world } = seed()
    const noticeId = ledger.core.outgoing()[0]?.noticeId ?? 0
    report(ledger, world, noticeId, failed(90_000))
    ledger.clock.advance(89_999)
    expect(ledger.core.outgoing()).toEqual([])
    ledger.clock.advance(1)
    expect(ledger.core.outgoing()).toHaveLength(1)
  })

  test('goes to the address that stands when it is sent, and to none that was taken away', () => {
    const { ledger, world, contact } = seed()
    recordContact(ledger, world, { address: 'new@customer.test' })
    expect(ledger.core.outgoing().map(({ to, scene }) => [to, scene])).toEqual([
      ['new@customer.test', 'ticket_answered'],
      ['new@customer.test', 'contact_changed'],
    ])
    const current = ledger.row<{ id: number }>("SELECT max(id) AS id FROM matters WHERE kind = 'contact'")
    take(act(ledger, world.accountId, { kind: 'end_contact', contactId: current.id }), 'matter')
    expect(current.id).not.toBe(contact.id)
    expect(ledger.core.outgoing()).toEqual([])
    // What was queued for the address before it is found by the clock, which closes it.
    ledger.runDue()
    expect(ledger.rows("SELECT 1 FROM matters WHERE kind = 'notice' AND state = 'queued'")).toEqual([])
    expect(ledger.core.due().filter(({ kind }) => kind === 'matter_due')).toEqual([])
  })

  test('leaves its address in no journal line, leaf or notice', () => {
    const { ledger, world } = seed()
    const noticeId = ledger.core.outgoing()[0]?.noticeId ?? 0
    report(ledger, world, noticeId, { kind: 'sent', reference: null })
    const texts = [
      ...ledger.rows('SELECT * FROM entries'),
      ...ledger.rows("SELECT * FROM matters WHERE kind = 'notice'"),
      ...ledger.rows('SELECT * FROM alarms'),
    ].map((row) => JSON.stringify(row))
    expect(texts.filter((text) => text.includes('customer.test'))).toEqual([])
  })
})
