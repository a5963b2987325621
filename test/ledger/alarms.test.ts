import { describe, expect, test } from 'vitest'
import { alarmIdOf, alarmKinds, parseAlarmId } from '../../src/core/alarms.ts'
import { makeId, parseId } from '../../src/core/ids.ts'
import { addDays, shanghaiDay } from '../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountB, answerOf, consentInput, holdCommand, staffReader, take } from '../support/ledger-commands.ts'
import { settleAccount } from '../support/ledger-matters.ts'
import { failAllTries, openEndpoint, tellOf } from '../support/ledger-webhooks.ts'
import { act, changeAgreement, hold, probe, type SeededAccount, s1Term, seedWorld, settle } from '../support/ledger-world.ts'

const open = useTestLedgers()

interface Case {
  /** Brings about what the alarm tells of; returns the alarm's subject. */
  raise(ledger: TestLedger, world: SeededAccount): string
  /** What ends it when nobody says anything; null when only a person does. */
  end: ((ledger: TestLedger, world: SeededAccount, subject: string) => void) | null
}

const checkOn = (on: string) =>
  ({
    kind: 'record_security_check',
    reference: null,
    on,
    intervalDays: 30,
    found: 2,
    fixed: 1,
    reportSha256: null,
  }) as const

/** Every kind of alarm: how it appears and how it clears. A kind without a line here fails below. */
const cases: Record<string, Case> = {
  clock_leaped: {
    raise(ledger, world) {
      ledger.submit({ kind: 'alarm', accountId: world.accountId, alarm: 'clock_leaped', subject: 'machine', raised: true })
      return 'machine'
    },
    end: null,
  },
  deadline_missed: {
    raise(ledger, world) {
      const overrides = { term: s1Term, serviceLevel: { hours: { reply: 1 } } }
      changeAgreement(ledger, world.accountId, overrides)
      const ticket = { kind: 'open_ticket', reference: null, topic: 'fault', urgent: false, text: 'no answer' } as const
      const { matter } = take(act(ledger, world.accountId, ticket), 'matter')
      ledger.clock.advance(3_600_001)
      for (const command of ledger.core.due()) ledger.submit(command)
      return makeId('tic', world.accountId, matter.id)
    },
    end: null,
  },
  in_doubt_aged: {
    raise(ledger, world) {
      const { verificationId } = hold(ledger, world, 'one')
      settle(ledger, world, verificationId, 'unknown')
      const subject = String(verificationId)
      ledger.submit({ kind: 'alarm', accountId: world.accountId, alarm: 'in_doubt_aged', subject, raised: true })
      return subject
    },
    end: (ledger, world, subject) => settle(ledger, world, Number(subject), 'match'),
  },
  late_answer: {
    raise(ledger, world) {
      const { verificationId } = hold(ledger, world, 'one')
      settle(ledger, world, verificationId, 'match')
      settle(ledger, world, verificationId, 'mismatch')
      return String(verificationId)
    },
    end: null,
  },
  notice_undelivered: {
    raise(ledger, world) {
      const { accountId } = world
      const contact = { channel: 'email', label: 'main', address: 'ops@customer.test', agreed: true } as const
      const more = { kind: 'record_contact', marketing: false, language: 'en', from: null } as const
      take(act(ledger, accountId, { ...contact, ...more }), 'matter')
      const wanted = { kind: 'write_notice', reference: null, channel: 'email', subject: 'general' } as const
      const { matter } = take(act(ledger, accountId, { ...wanted, contactId: null, text: null }), 'matter')
      ledger.submit({
        kind: 'record_sending',
        accountId,
        noticeId: matter.id,
        sending: { kind: 'refused', reason: 'no_such_mailbox' },
      })
      return makeId('not', accountId, matter.id)
    },
    end: null,
  },
  source_unknown_code: {
    raise(ledger, world) {
      const { verificationId } = hold(ledger, world, 'one')
      settle(ledger, world, verificationId, 'unknown', { answer: answerOf('unknown', { reason: 'unknown_code' }) })
      return 'source_a'
    },
    end: null,
  },
  payment_difference: {
    raise(ledger, world) {
      const lines = [{ no: 'O9', amountFen: 8_000, bankReference: 'bank-9', payee: null }]
      const day = addDays(shanghaiDay(ledger.clock.now), -1)
      const recorded = act(ledger, world.accountId, { kind: 'record_bank_statement', day, lines, correction: false })
      return makeId('bst', world.accountId, take(recorded, 'matter').matter.id)
    },
    end: (ledger, world, subject) => {
      const bankStatementId = parseId(subject, 'bst')?.n ?? 0
      const explanation = { no: 'O9', text: 'a transfer that was sent back' }
      take(act(ledger, world.accountId, { kind: 'explain_difference', bankStatementId, ...explanation }), 'matter')
    },
  },
  penalty_above_share: {
    raise(ledger, world) {
      const workdays = (n: number) => ({ n, unit: 'workday' })
      const overrides = {
        term: s1Term,
        contractAmount: '1000.00',
        acceptance: { organise: workdays(7), afterReminder: workdays(3) },
        milestones: [{ share: '1', from: 'acceptance', months: 0, payWithin: workdays(1) }],
        latePayment: { kind: 'penalty', perDay: '0.03', endsAbove: '0.2', capped: true, firstPenaltyDayOffset: 1 },
      }
      changeAgreement(ledger, world.accountId, overrides)
      const on = shanghaiDay(ledger.clock.now)
      const applied = take(act(ledger, world.accountId, { kind: 'apply_acceptance', reference: null, on }), 'matter')
      const acceptanceId = applied.matter.id
      take(
        act(ledger, world.accountId, { kind: 'conclude_acceptance', acceptanceId, result: 'passed', on, text: null }),
        'matter',
      )
      const read = { kind: 'matters', matter: 'milestone', open: true, before: null, limit: 1 } as const
      const page = take(ledger.read({ ...read, reader: staffReader, accountId: world.accountId }), 'read').value
      const milestoneId = page.items[0]?.id ?? 0
      ledger.clock.advance(12 * 86_400_000)
      const payment = { on: shanghaiDay(ledger.clock.now), amountFen: 100_000, bankReference: 'late' }
      take(act(ledger, world.accountId, { kind: 'pay_milestone', milestoneId, ...payment }), 'matter')
      return makeId('mil', world.accountId, milestoneId)
    },
    end: null,
  },
  security_check_overdue: {
    raise(ledger, world) {
      const { matter } = take(act(ledger, world.accountId, checkOn('2024-08-01')), 'matter')
      ledger.clock.now = Date.parse('2024-09-01T00:00:00+08:00')
      for (const command of ledger.core.due()) ledger.submit(command)
      return makeId('sec', world.accountId, matter.id)
    },
    end: (ledger, world) => take(act(ledger, world.accountId, checkOn('2024-09-01')), 'matter'),
  },
  erasure_due: {
    raise(ledger, world) {
      take(act(ledger, world.accountId, { kind: 'close_account', note: '' }), 'account')
      const closingId = ledger.row<{ id: number }>("SELECT id FROM matters WHERE kind = 'closing'").id
      take(act(ledger, world.accountId, { kind: 'step_closing', closingId, step: 'open_calls_ended' }), 'matter')
      settleAccount(ledger, world)
      take(act(ledger, world.accountId, { kind: 'step_closing', closingId, step: 'statement' }), 'matter')
      ledger.clock.advance(200 * 86_400_000)
      ledger.runDue()
      return makeId('clo', world.accountId, closingId)
    },
    end(ledger, { accountId }, subject) {
      const closingId = parseId(subject, 'clo')?.n ?? 0
      take(act(ledger, accountId, { kind: 'begin_erasure', closingId }), 'matter')
      take(act(ledger, accountId, { kind: 'erase_account', closingId }), 'matter')
    },
  },
  evidence_breach: {
    raise(ledger, world) {
      const { verificationId } = hold(ledger, world, 'asked about')
      settle(ledger, world, verificationId, 'match')
      const verificationIds = [verificationId]
      const ask = { kind: 'request_evidence' as const, reference: null, verificationIds, text: null }
      const { id } = take(act(ledger, world.accountId, ask), 'matter').matter
      const { accountId, credentials } = world
      const other = { kind: 'note_evidence', requestId: id, verificationId, sha256: 'ab'.repeat(32) } as const
      take(ledger.submit({ kind: 'customer_act', accountId, credentials, act: other }), 'acted')
      return makeId('evr', accountId, id)
    },
    end(ledger, { accountId, credentials }) {
      const { sha256 } = consentInput('consent-1').evidence
      const file = {
        kind: 'file_evidence',
        consent: { reference: 'consent-1' },
        sha256,
        bytes: 1,
        mediaType: 'text/plain',
      } as const
      const { result } = take(ledger.submit({ kind: 'customer_act', accountId, credentials, act: file }), 'acted')
      const evidenceId = take(result, 'matter').matter.id
      take(ledger.submit({ kind: 'customer_act', accountId, credentials, act: { kind: 'keep_evidence', evidenceId } }), 'acted')
    },
  },
  inactive: {
    raise(ledger, world) {
      const overrides = {
        term: { start: '2024-07-28', end: '2028-07-29' },
        inactivity: { days: 360, notice: { n: 5, unit: 'workday' } },
      }
      changeAgreement(ledger, world.accountId, overrides)
      // The pack has run out by then.
      ledger.clock.set('2025-08-01T00:00:00+08:00')
      ledger.runDue()
      return makeId(
        'ina',
        world.accountId,
        ledger.row<{ id: number }>("SELECT id FROM matters WHERE kind = 'inactivity_watch'").id,
      )
    },
    end(ledger, { credentials }) {
      ledger.submit(holdCommand(credentials, 'back again'))
      ledger.clock.advance(86_400_000)
      ledger.runDue()
    },
  },
  webhook_disabled: {
    raise(ledger, world) {
      const endpoint = openEndpoint(ledger, world)
      tellOf(ledger, world)
      failAllTries(ledger, world)
      return makeId('whe', world.accountId, endpoint.id)
    },
    end: null,
  },
  abnormal_usage: {
    raise(ledger, world) {
      probe(ledger, world, 6)
      const [flag] = take(
        ledger.read({
          kind: 'matters',
          matter: 'usage_flag',
          open: true,
          before: null,
          limit: 1,
          reader: staffReader,
          accountId: world.accountId,
        }),
        'read',
      ).value.items
      return makeId('flg', world.accountId, flag?.id ?? 0)
    },
    end(ledger, world, subject) {
      const flagId = parseId(subject, 'flg')?.n ?? 0
      take(act(ledger, world.accountId, { kind: 'clear_usage_flag', flagId, note: 'a load test' }), 'matter')
    },
  },
  authority_report_due: {
    raise(ledger, world) {
      const overrides = { term: s1Term, suspension: { network_attack: 'at_once_with_report' } }
      changeAgreement(ledger, world.accountId, overrides)
      const suspend = { kind: 'suspend_account', ground: 'network_attack', note: '', noticeId: null } as const
      take(act(ledger, world.accountId, suspend), 'account')
      const [suspension] = take(ledger.read({ kind: 'standing', reader: staffReader, accountId: world.accountId }), 'read').value
        .suspensions
      return makeId('sus', world.accountId, suspension?.id ?? 0)
    },
    end: null,
  },
  key_shared: {
    raise(ledger, world) {
      const { credentials } = world
      for (let at = 0; at < 20; at += 1) ledger.submit(holdCommand({ ...credentials, address: `203.0.${at}.7` }, `from ${at}`))
      return makeId('key', world.accountId, world.keyNumber)
    },
    end: null,
  },
}

const alarmsOf = (ledger: TestLedger, { accountId }: SeededAccount) =>
  take(ledger.read({ kind: 'alarms', reader: staffReader, accountId }), 'read').value

const acknowledge = (ledger: TestLedger, { accountId }: SeededAccount, alarm: string, subject: string) =>
  act(ledger, accountId, { kind: 'acknowledge_alarm', alarm, subject, note: 'seen' })

test('every kind of alarm has its case', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(alarmKinds).sort())
})

describe.each(Object.entries(cases))('the alarm %s', (kind, { raise, end }) => {
  test('appears, is acknowledged and clears', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const subject = raise(ledger, world)
    expect(alarmsOf(ledger, world)).toMatchObject([{ kind, subject, clearedAt: null, acknowledgedBy: null }])
    const { alarm } = take(acknowledge(ledger, world, kind, subject), 'alarm')
    expect(alarm).toMatchObject({ kind, subject, acknowledgedBy: 'staff-1', clearedAt: end === null ? ledger.clock.now : null })
    expect(alarmKinds[kind]?.clears).toBe(end === null ? 'on_acknowledgement' : 'by_itself')
    expect(acknowledge(ledger, world, kind, subject)).toMatchObject({ kind: 'refused', code: 'state_conflict' })
    end?.(ledger, world, subject)
    expect(alarmsOf(ledger, world)).toMatchObject([{ kind, subject, clearedAt: ledger.clock.now }])
    expect(acknowledge(ledger, world, kind, subject)).toMatchObject({ code: 'state_conflict', detail: 'alarm_cleared' })
  })

  test('has an id that says which it is, and to no other account', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const id = alarmIdOf(world.accountId, kind, raise(ledger, world))
    const [alarm] = alarmsOf(ledger, world)
    expect(parseAlarmId(world.accountId, id)).toEqual({ alarm: kind, subject: alarm?.subject })
    expect(parseAlarmId(accountB, id) === null).toBe(alarmKinds[kind]?.subject === 'verification')
    expect(parseAlarmId(world.accountId, `x${id}`)).toBeNull()
  })
})

test('an alarm that is raised again after it was seen stands again, unseen', () => {
  const ledger = open()
  const world = seedWorld(ledger)
  const subject = cases.late_answer?.raise(ledger, world) ?? ''
  take(acknowledge(ledger, world, 'late_answer', subject), 'alarm')
  ledger.clock.advance(1_000)
  settle(ledger, world, Number(subject), 'unavailable')
  expect(alarmsOf(ledger, world)).toMatchObject([{ count: 2, since: ledger.clock.now, clearedAt: null, acknowledgedBy: null }])
})

test('an alarm that was never raised cannot be acknowledged', () => {
  const ledger = open()
  const world = seedWorld(ledger)
  expect(acknowledge(ledger, world, 'late_answer', '7')).toEqual({ kind: 'refused', code: 'not_found' })
})
