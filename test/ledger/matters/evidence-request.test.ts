import { describe, expect, test } from 'vitest'
import type { CustomerMatterAct, MatterView } from '../../../src/core/matters/index.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { madeUp, take } from '../../support/ledger-commands.ts'
import { act, hold, noticeOf, recordConsent, type SeededAccount, seedWorld, settle } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const recorded = (reference: string): string => madeUp(`evidence ${reference}`).digest

/** Two calls, each on a consent of its own, asked about on this day. */
const seedAsked = (now: string, overrides: Record<string, unknown> = {}) => {
  const ledger = open()
  ledger.clock.set(now)
  const world = seedWorld(ledger, { overrides: { term: { start: '2024-07-28', end: '2025-07-29' }, ...overrides } })
  recordConsent(ledger, world.credentials, 'consent-2')
  const ids = ['consent-1', 'consent-2'].map((reference) => {
    const { verificationId } = hold(ledger, world, reference, { consent: { reference } })
    settle(ledger, world, verificationId, 'match')
    return verificationId
  })
  const asked = act(ledger, world.accountId, { kind: 'request_evidence', reference: null, verificationIds: ids, text: null })
  return { ledger, world, ids, request: take(asked, 'matter').matter as MatterView<'evidence_request'> }
}

const byCustomer = (ledger: TestLedger, { accountId, credentials }: SeededAccount, wanted: CustomerMatterAct) =>
  ledger.submit({ kind: 'customer_act', accountId, credentials, act: wanted })

/** Files the recorded text of a consent, as the door does: announced, then kept. */
const file = (ledger: TestLedger, world: SeededAccount, reference: string): void => {
  const sha256 = recorded(reference)
  const { result } = take(
    byCustomer(ledger, world, { kind: 'file_evidence', consent: { reference }, sha256, bytes: 10, mediaType: 'application/pdf' }),
    'acted',
  )
  if (result.kind !== 'matter') throw new Error(result.kind)
  take(byCustomer(ledger, world, { kind: 'keep_evidence', evidenceId: result.matter.id }), 'acted')
}

const requestOf = (ledger: TestLedger): { state: string; standings: string[] } => {
  const row = ledger.row<{ state: string; data: string }>("SELECT state, data FROM matters WHERE kind = 'evidence_request'")
  const { calls } = JSON.parse(row.data) as MatterView<'evidence_request'>['data']
  return { state: row.state, standings: calls.map(({ standing }) => standing) }
}

const breaches = (ledger: TestLedger): number =>
  ledger.rows("SELECT 1 FROM alarms WHERE kind = 'evidence_breach' AND cleared_at IS NULL").length

describe('a request for authorisation texts', () => {
  test('is proved call by call by the text that was recorded before the call', () => {
    const { ledger, world } = seedAsked('2024-09-27T10:00:00+08:00')
    file(ledger, world, 'consent-1')
    expect(requestOf(ledger)).toEqual({ state: 'requested', standings: ['proved', 'pending'] })
    file(ledger, world, 'consent-2')
    expect(requestOf(ledger)).toEqual({ state: 'proved', standings: ['proved', 'proved'] })
    ledger.clock.set('2024-10-10T00:00:00+08:00')
    ledger.runDue()
    expect(breaches(ledger)).toBe(0)
  })

  test('that gets another text is a breach, until the right one comes in time', () => {
    const { ledger, world, ids, request } = seedAsked('2024-09-27T10:00:00+08:00')
    const different = {
      kind: 'note_evidence',
      requestId: request.id,
      verificationId: ids[1] ?? 0,
      sha256: 'ab'.repeat(32),
    } as const
    take(byCustomer(ledger, world, different), 'acted')
    expect(requestOf(ledger)).toEqual({ state: 'breached', standings: ['pending', 'digest_mismatch'] })
    expect(breaches(ledger)).toBe(1)
    file(ledger, world, 'consent-1')
    file(ledger, world, 'consent-2')
    expect([requestOf(ledger).state, breaches(ledger)]).toEqual(['proved', 0])
  })

  test('that nobody answers in three working days is a breach: overdue after 8 October, told once, and no notice suspends', () => {
    const { ledger, world } = seedAsked('2024-09-27T10:00:00+08:00')
    ledger.clock.set('2024-10-08T23:59:59.999+08:00')
    ledger.runDue()
    expect(requestOf(ledger).state).toBe('requested')
    ledger.clock.set('2024-10-09T00:00:00+08:00')
    ledger.restart()
    ledger.runDue()
    ledger.runDue()
    expect(requestOf(ledger)).toEqual({ state: 'breached', standings: ['overdue', 'overdue'] })
    expect(ledger.rows("SELECT 1 FROM entries WHERE kind = 'evidence_breached'")).toHaveLength(1)
    expect(ledger.row('SELECT suspended_at AS at FROM accounts')).toEqual({ at: null })
    const suspend = (noticeId: number | null) =>
      act(ledger, world.accountId, { kind: 'suspend_account', ground: 'evidence_overdue', note: '', noticeId })
    expect(suspend(null)).toMatchObject({ detail: 'notice_required' })
    take(suspend(noticeOf(ledger, world.accountId, ledger.clock.now)), 'account')
  })

  test('stops service at once where the agreement asks for no notice', () => {
    const { ledger } = seedAsked('2024-09-27T10:00:00+08:00', { suspension: { evidence_overdue: 'at_once' } })
    ledger.clock.set('2024-10-09T00:00:00+08:00')
    ledger.runDue()
    expect(ledger.row('SELECT suspended_ground AS ground FROM accounts')).toEqual({ ground: 'evidence_overdue' })
  })
})

test('another text than the recorded one is not filed with a consent', () => {
  const { ledger, world } = seedAsked('2024-09-27T10:00:00+08:00')
  const wrong = {
    kind: 'file_evidence',
    consent: { reference: 'consent-1' },
    sha256: 'ab'.repeat(32),
    bytes: 1,
    mediaType: 'text/plain',
  }
  expect(byCustomer(ledger, world, wrong as CustomerMatterAct)).toMatchObject({ detail: 'evidence_differs' })
  expect(ledger.rows("SELECT 1 FROM matters WHERE kind = 'evidence'")).toEqual([])
})
