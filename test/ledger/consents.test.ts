import { describe, expect, test } from 'vitest'
import { startOfTests } from '../support/clock.ts'
import { useTestLedgers } from '../support/ledger.ts'
import {
  accountB,
  consentInput,
  holdCommand,
  readerOf,
  recordCommand,
  staffReader,
  subjectTwo,
  take,
  withdrawCommand,
} from '../support/ledger-commands.ts'
import { act, hold, recordConsent, seedAccount, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

const otherPerson = { kind: 'person' as const, digest: subjectTwo, numberMasked: '110105********0011', nameMasked: '李*' }

describe('recording a consent', () => {
  test('stores what was stated and shows the person masked only', () => {
    const ledger = open()
    const { credentials, accountId } = seedAccount(ledger)
    const consent = recordConsent(ledger, credentials, 'c-1', {
      expiresAt: startOfTests + 1,
      maxUses: 3,
      channel: 'app',
      retentionUntil: 9,
    })
    expect(consent).toMatchObject({ reference: 'c-1', state: 'active', uses: 0, maxUses: 3, channel: 'app', retentionUntil: 9 })
    expect(consent.subject).toEqual({ kind: 'person', numberMasked: '110105********002X', nameMasked: '张*' })
    const read = ledger.read({
      kind: 'consent',
      reader: readerOf(credentials, 'consents:read'),
      accountId,
      consent: { reference: 'c-1' },
    })
    expect(take(read, 'read').value).toEqual(consent)
    ledger.clock.advance(1)
    const later = ledger.read({ kind: 'consent', reader: staffReader, accountId, consent: { id: consent.id } })
    expect(take(later, 'read').value).toEqual({ ...consent, state: 'expired' })
  })

  test('the same statement under the same reference is the same record, and costs nothing', () => {
    const ledger = open()
    const { credentials } = seedAccount(ledger)
    const consent = recordConsent(ledger, credentials)
    const before = ledger.connection.serialize()
    ledger.clock.advance(60_000)
    const repeated = take(ledger.submit(recordCommand(credentials, consentInput('consent-1'))), 'consents')
    expect(repeated.items).toEqual([{ kind: 'recorded', consent, repeated: true }])
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })

  test('another statement under a used reference is refused and changes nothing', () => {
    const ledger = open()
    const { credentials } = seedAccount(ledger)
    recordConsent(ledger, credentials)
    const before = ledger.connection.serialize()
    const { items } = take(ledger.submit(recordCommand(credentials, consentInput('consent-1', { maxUses: 1 }))), 'consents')
    expect(items).toEqual([{ kind: 'refused', code: 'consent_reference_reused' }])
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })

  test.each([
    [-1, startOfTests - 1],
    [0, startOfTests],
    [1, startOfTests],
    [60_000, startOfTests],
  ])('given %i ms from now, it is stored as given at %i', (ahead, stored) => {
    const ledger = open()
    const { credentials } = seedAccount(ledger)
    expect(recordConsent(ledger, credentials, 'c-1', { grantedAt: startOfTests + ahead }).grantedAt).toBe(stored)
    expect(ledger.submit(holdCommand(credentials, 'one', { consent: { reference: 'c-1' } }))).toMatchObject({ kind: 'held' })
  })

  test('given more than a minute from now, it is refused at recording', () => {
    const ledger = open()
    const { credentials } = seedAccount(ledger)
    const { items } = take(
      ledger.submit(recordCommand(credentials, consentInput('c-1', { grantedAt: startOfTests + 60_001 }))),
      'consents',
    )
    expect(items).toEqual([
      { kind: 'refused', code: 'input_invalid', faults: [{ pointer: '/granted_at', rule: 'in_the_future' }] },
    ])
    expect(ledger.rows('SELECT * FROM consents')).toEqual([])
  })

  test('in a batch one bad item is refused and the others stand, one data subject for all of one person', () => {
    const ledger = open()
    const { credentials } = seedAccount(ledger)
    recordConsent(ledger, credentials, 'used')
    const { items } = take(
      ledger.submit(
        recordCommand(
          credentials,
          consentInput('one'),
          consentInput('two', { subject: otherPerson }),
          consentInput('late', { grantedAt: startOfTests + 86_400_000 }),
          consentInput('used', { channel: 'other' }),
          consentInput('two', { subject: otherPerson }),
          consentInput('two', { subject: otherPerson, channel: 'other' }),
          consentInput('three', { subject: otherPerson }),
        ),
      ),
      'consents',
    )
    expect(items.map((item) => (item.kind === 'refused' ? item.code : item.repeated))).toEqual([
      false,
      false,
      'input_invalid',
      'consent_reference_reused',
      true,
      'consent_reference_reused',
      false,
    ])
    expect(ledger.rows('SELECT id FROM consents')).toHaveLength(4)
    expect(ledger.rows('SELECT id FROM data_subjects')).toHaveLength(2)
  })

  test('is open to a suspended account and shut to a suspended key and a closed account', () => {
    const ledger = open()
    const { credentials, accountId, keyNumber } = seedAccount(ledger)
    const record = () => ledger.submit(recordCommand(credentials, consentInput(`at ${ledger.clock.now}`)))
    take(act(ledger, accountId, { kind: 'suspend_account', ground: 'fraud', note: '', noticeId: null }), 'account')
    take(record(), 'consents')
    take(act(ledger, accountId, { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null }), 'key')
    expect(record()).toEqual({ kind: 'refused', code: 'key_suspended' })
    take(act(ledger, accountId, { kind: 'close_account', note: '' }), 'account')
    expect(record()).toEqual({ kind: 'refused', code: 'account_closed' })
  })
})

describe('using a consent', () => {
  test('every open verification and every delivered answer is a use; an ending without an answer gives the use back', () => {
    const ledger = open()
    const world = seedAccount(ledger)
    recordConsent(ledger, world.credentials, 'consent-1', { maxUses: 2 })
    const first = hold(ledger, world, 'one')
    verifyOnce(ledger, world, 'two', 'no_record')
    const refused = holdCommand(world.credentials, 'three')
    expect(ledger.submit(refused)).toMatchObject({ kind: 'refused', code: 'consent_used_up' })
    settle(ledger, world, first.verificationId, 'unknown')
    expect(ledger.submit(refused)).toMatchObject({ kind: 'refused', code: 'consent_used_up' })
    settle(ledger, world, first.verificationId, 'unavailable')
    expect(ledger.submit(refused)).toMatchObject({ kind: 'held' })
    expect(ledger.submit(holdCommand(world.credentials, 'four'))).toMatchObject({ kind: 'refused', code: 'consent_used_up' })
  })

  test('a single use is used once, also by two calls in one commit', () => {
    const ledger = open()
    const world = seedAccount(ledger)
    recordConsent(ledger, world.credentials, 'consent-1', { maxUses: 1 })
    const results = ledger.group([holdCommand(world.credentials, 'one'), holdCommand(world.credentials, 'two')])
    expect(results).toMatchObject([{ kind: 'held' }, { kind: 'refused', code: 'consent_used_up' }])
  })

  test('it ends at its instant of expiry, not before', () => {
    const ledger = open()
    const world = seedAccount(ledger)
    recordConsent(ledger, world.credentials, 'consent-1', { expiresAt: startOfTests + 1_000 })
    ledger.clock.advance(999)
    hold(ledger, world, 'one')
    ledger.clock.advance(1)
    expect(ledger.submit(holdCommand(world.credentials, 'two'))).toMatchObject({ kind: 'refused', code: 'consent_expired' })
  })

  test.each([
    ['a type that the agreement does not take', { type: 'oral' }],
    ['another check', { checks: ['mobile3'] }],
    ['another purpose', { purposes: ['account_opening'] }],
  ])('%s is outside its scope', (_what, more) => {
    const ledger = open()
    const world = seedAccount(ledger)
    recordConsent(ledger, world.credentials, 'consent-1', more)
    expect(ledger.submit(holdCommand(world.credentials, 'one'))).toMatchObject({ kind: 'refused', code: 'consent_scope' })
  })

  test('a consent of another account is no consent, by its id and by its reference', () => {
    const ledger = open()
    const world = seedAccount(ledger)
    const other = seedAccount(ledger, { accountId: accountB })
    const { id } = recordConsent(ledger, other.credentials, 'of the other')
    for (const consent of [{ id }, { reference: 'of the other' }, null])
      expect(ledger.submit(holdCommand(world.credentials, 'one', { consent }))).toMatchObject({
        kind: 'refused',
        code: 'consent_missing',
      })
  })
})

describe('withdrawing a consent', () => {
  test('stops the next call at once and leaves the one in flight to its ending', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const held = hold(ledger, world, 'one')
    const withdrawn = take(ledger.submit(withdrawCommand(world.credentials, { reference: 'consent-1' })), 'withdrawn')
    expect(withdrawn).toMatchObject({
      repeated: false,
      consent: { state: 'withdrawn', withdrawnAt: startOfTests, withdrawalSource: 'data_subject' },
    })
    expect(ledger.submit(holdCommand(world.credentials, 'two'))).toMatchObject({ kind: 'refused', code: 'consent_withdrawn' })
    expect(settle(ledger, world, held.verificationId, 'match').verification).toMatchObject({ state: 'captured' })
  })

  test('is idempotent: the second one changes neither instant nor source', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const first = take(ledger.submit(withdrawCommand(world.credentials, { reference: 'consent-1' })), 'withdrawn')
    const before = ledger.connection.serialize()
    ledger.clock.advance(5_000)
    const second = ledger.submit(withdrawCommand(world.credentials, { id: first.consent.id }, 'authority'))
    expect(second).toEqual({ ...first, repeated: true })
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })

  test('is never shut: not by a suspension, not by the closing of the account', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, keyNumber } = world
    take(act(ledger, accountId, { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null }), 'key')
    take(act(ledger, accountId, { kind: 'close_account', note: '' }), 'account')
    take(ledger.submit(withdrawCommand(world.credentials, { reference: 'consent-1' })), 'withdrawn')
  })

  test('of an unknown consent is not found', () => {
    const ledger = open()
    const { credentials } = seedAccount(ledger)
    for (const consent of [{ id: 1 }, { reference: 'never recorded' }])
      expect(ledger.submit(withdrawCommand(credentials, consent))).toEqual({ kind: 'refused', code: 'not_found' })
  })
})
