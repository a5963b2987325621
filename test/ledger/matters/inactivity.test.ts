import { describe, expect, test } from 'vitest'
import { rulesOf } from '../../../src/agreement/preset-rules.ts'
import type { MatterView } from '../../../src/core/matters/index.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { holdCommand, readerOf, take } from '../../support/ledger-commands.ts'
import { act, recordConsent, type SeededAccount, seedAccount, verifyOnce } from '../../support/ledger-world.ts'

const open = useTestLedgers()

/** An account under the silence rule of S0 whose one credit is used up at this instant. */
const seedSilent = (lastOperation: string, wishes: { credits?: number } = {}) => {
  const ledger = open()
  ledger.clock.set(lastOperation)
  const { ending, delivery, inactivity } = rulesOf.S0
  const overrides = { term: { start: '2024-07-28', end: '2028-07-29' }, ending, delivery, inactivity }
  const world = seedAccount(ledger, { credits: 1, ...wishes, overrides })
  recordConsent(ledger, world.credentials, 'consent-1', { grantedAt: ledger.clock.now - 1 })
  verifyOnce(ledger, world, 'the last one', 'match')
  return { ledger, world }
}

const standing = (ledger: TestLedger, kind: string): number =>
  ledger.rows('SELECT 1 FROM alarms WHERE kind = ? AND cleared_at IS NULL', kind).length

const announce = (ledger: TestLedger, { accountId }: SeededAccount, shownSentAt: string) =>
  act(ledger, accountId, {
    kind: 'announce_inactivity',
    reference: null,
    text: null,
    sent: { channel: 'email', shownSentAt: Date.parse(shownSentAt) },
  })

const closed = (ledger: TestLedger, { accountId }: SeededAccount): boolean =>
  ledger.row<{ at: number | null }>('SELECT closed_at AS at FROM accounts WHERE id = ?', accountId).at !== null

describe('silence', () => {
  test('of 360 days is found at the first instant after them, also after a standstill, and told once', () => {
    const { ledger } = seedSilent('2024-07-28T09:00:00+08:00')
    ledger.clock.set('2025-07-23T23:59:59.999+08:00')
    ledger.runDue()
    expect(standing(ledger, 'inactive')).toBe(0)
    ledger.clock.set('2025-07-24T00:00:00+08:00')
    ledger.restart()
    ledger.runDue()
    expect(standing(ledger, 'inactive')).toBe(1)
    ledger.clock.set('2025-08-24T00:00:00+08:00')
    ledger.restart()
    ledger.runDue()
    ledger.runDue()
    expect(ledger.rows("SELECT 1 FROM entries WHERE kind = 'inactivity_reached'")).toHaveLength(1)
    expect(standing(ledger, 'deadline_missed')).toBe(0)
  })

  test.each<[string, (ledger: TestLedger, world: SeededAccount) => void]>([
    ['a refused call', (ledger, { credentials }) => void ledger.submit(holdCommand(credentials, 'two'))],
    [
      'a signed-in reading',
      (ledger, { accountId, credentials }) => {
        const reader = readerOf(credentials, 'account:read')
        const found = take(ledger.read({ kind: 'balance', reader, accountId }), 'read')
        if (found.noteOperation) ledger.submit({ kind: 'note_operation', accountId })
        // The second reading of the day is not written down again.
        expect(take(ledger.read({ kind: 'balance', reader, accountId }), 'read').noteOperation).toBeUndefined()
      },
    ],
    [
      'an act of the customer',
      (ledger, { accountId, credentials }) =>
        void take(
          ledger.submit({
            kind: 'customer_act',
            accountId,
            credentials,
            act: { kind: 'open_ticket', reference: null, topic: 'question', urgent: false, text: 'hello' },
          }),
          'acted',
        ),
    ],
  ])('ends with %s: the days are counted anew', (_what, operate) => {
    const { ledger, world } = seedSilent('2024-07-28T09:00:00+08:00')
    ledger.clock.set('2025-07-23T23:00:00+08:00')
    operate(ledger, world)
    ledger.clock.set('2026-07-18T23:59:59+08:00')
    ledger.runDue()
    expect(standing(ledger, 'inactive')).toBe(0)
    ledger.clock.set('2026-07-19T00:00:00+08:00')
    ledger.runDue()
    expect(standing(ledger, 'inactive')).toBe(1)
  })

  test('closes no account that has a paid pack left', () => {
    const { ledger, world } = seedSilent('2024-07-28T09:00:00+08:00', { credits: 2 })
    ledger.clock.set('2025-08-24T00:00:00+08:00')
    ledger.runDue()
    expect(standing(ledger, 'inactive')).toBe(0)
    expect(announce(ledger, world, '2025-08-24T09:00:00+08:00')).toMatchObject({ detail: 'paid_pack' })
  })
})

describe('a closing for silence', () => {
  test('takes effect five working days after a notice that came when the right existed', () => {
    const { ledger, world } = seedSilent('2024-07-28T09:00:00+08:00')
    ledger.clock.set('2025-07-24T09:00:00+08:00')
    expect(announce(ledger, world, '2025-07-23T09:00:00+08:00')).toMatchObject({ detail: 'right_not_yet_arisen' })
    const { matter } = take(announce(ledger, world, '2025-07-24T09:00:00+08:00'), 'matter')
    expect((matter as MatterView<'closing'>).data).toMatchObject({
      endsAt: Date.parse('2025-08-01T00:00:00+08:00'),
    })
    ledger.clock.set('2025-07-31T23:59:59+08:00')
    ledger.runDue()
    expect(closed(ledger, world)).toBe(false)
    ledger.clock.set('2025-08-01T00:00:00+08:00')
    ledger.runDue()
    expect(closed(ledger, world)).toBe(true)
    expect(standing(ledger, 'inactive')).toBe(0)
  })

  test('is stopped by an operation before the end of its notice', () => {
    const { ledger, world } = seedSilent('2024-07-28T09:00:00+08:00')
    ledger.clock.set('2025-07-24T09:00:00+08:00')
    take(announce(ledger, world, '2025-07-24T09:00:00+08:00'), 'matter')
    ledger.clock.set('2025-07-28T09:00:00+08:00')
    ledger.submit(holdCommand(world.credentials, 'back again'))
    ledger.clock.set('2025-08-01T00:00:00+08:00')
    ledger.runDue()
    expect(closed(ledger, world)).toBe(false)
    expect(ledger.rows("SELECT 1 FROM entries WHERE kind = 'cancel_closing'")).toHaveLength(1)
    expect(standing(ledger, 'inactive')).toBe(0)
  })
})
