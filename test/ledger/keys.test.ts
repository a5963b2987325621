import { describe, expect, test } from 'vitest'
import { scopes } from '../../src/core/commands.ts'
import { startOfTests } from '../support/clock.ts'
import { useTestLedgers } from '../support/ledger.ts'
import {
  accountB,
  consentInput,
  holdCommand,
  madeUp,
  readerOf,
  recordCommand,
  settleCommand,
  staffReader,
  take,
  withdrawCommand,
} from '../support/ledger-commands.ts'
import {
  act,
  buyCredits,
  createKey,
  credentialsOf,
  fileRotationRequest,
  hold,
  noticeOf,
  seedWorld,
  settle,
  verifyOnce,
} from '../support/ledger-world.ts'

const open = useTestLedgers()

describe('rotating a key', () => {
  test('gives a new key beside the old one, which goes on until the grace is over', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    fileRotationRequest(ledger, world.accountId)
    const rotated = take(
      act(ledger, world.accountId, { kind: 'rotate_key', keyNumber: world.keyNumber, graceSeconds: 3_600 }),
      'key',
    )
    const next = credentialsOf(ledger, rotated.secret)
    expect(rotated.key).toMatchObject({ scopes: [...scopes], mode: 'live', standing: 'active', expiresAt: null })
    expect(ledger.submit(holdCommand(world.credentials, 'old'))).toMatchObject({ kind: 'held' })
    expect(ledger.submit(holdCommand(next, 'new'))).toMatchObject({ kind: 'held' })
    ledger.clock.advance(3_600_000)
    expect(ledger.submit(holdCommand(world.credentials, 'old again'))).toEqual({ kind: 'refused', code: 'key_expired' })
    expect(ledger.submit(holdCommand(next, 'new again'))).toMatchObject({ kind: 'held' })
    const keys = take(ledger.read({ kind: 'keys', reader: staffReader, accountId: world.accountId }), 'read').value
    expect(keys).toMatchObject([
      { keyNumber: world.keyNumber, standing: 'expired', replacedBy: next.keyNumber },
      { keyNumber: next.keyNumber, standing: 'active', replacedBy: null },
    ])
  })

  test('never lengthens the life of a key, and the audit log tells the end that holds', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    const expiresAt = startOfTests + 60_000
    const short = createKey(ledger, accountId, { expiresAt })
    fileRotationRequest(ledger, accountId)
    take(act(ledger, accountId, { kind: 'rotate_key', keyNumber: short.keyNumber, graceSeconds: 3_600 }), 'key')
    const keys = take(ledger.read({ kind: 'keys', reader: staffReader, accountId }), 'read').value
    expect(keys.find(({ keyNumber }) => keyNumber === short.keyNumber)).toMatchObject({ expiresAt })
    const { leaf } = ledger.row<{ leaf: string }>("SELECT leaf FROM entries WHERE kind = 'rotate_key'")
    expect(JSON.parse(leaf)).toMatchObject({ key: short.keyNumber, expires_at: expiresAt })
  })

  test('is refused for a key that is replaced, suspended, revoked or expired', () => {
    const ledger = open()
    const { accountId, keyNumber } = seedWorld(ledger)
    const rotate = (number: number) => act(ledger, accountId, { kind: 'rotate_key', keyNumber: number, graceSeconds: 60 })
    fileRotationRequest(ledger, accountId)
    take(rotate(keyNumber), 'key')
    expect(rotate(keyNumber)).toEqual({ kind: 'refused', code: 'state_conflict', detail: 'key_replaced' })
    const suspended = createKey(ledger, accountId)
    act(ledger, accountId, {
      kind: 'suspend_key',
      keyNumber: suspended.keyNumber,
      ground: 'fraud',
      note: '',
      noticeId: null,
    })
    expect(rotate(suspended.keyNumber)).toMatchObject({ detail: 'key_suspended' })
    const revoked = createKey(ledger, accountId)
    act(ledger, accountId, { kind: 'revoke_key', keyNumber: revoked.keyNumber })
    expect(rotate(revoked.keyNumber)).toMatchObject({ detail: 'key_revoked' })
    const expired = createKey(ledger, accountId, { expiresAt: startOfTests })
    expect(rotate(expired.keyNumber)).toMatchObject({ detail: 'key_expired' })
    expect(rotate(1)).toEqual({ kind: 'refused', code: 'not_found' })
  })
})

describe('what stops a key', () => {
  test('it expires at its instant, not before', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    const credentials = createKey(ledger, accountId, { expiresAt: startOfTests + 1_000 })
    ledger.clock.advance(999)
    expect(ledger.submit(holdCommand(credentials, 'one'))).toMatchObject({ kind: 'held' })
    ledger.clock.advance(1)
    expect(ledger.submit(holdCommand(credentials, 'two'))).toEqual({ kind: 'refused', code: 'key_expired' })
  })

  test('a revocation counts from the next request on, is for good, and lets what is in flight end', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, keyNumber } = world
    const held = hold(ledger, world, 'one')
    expect(take(act(ledger, accountId, { kind: 'revoke_key', keyNumber }), 'key')).toMatchObject({
      key: { standing: 'revoked' },
      secret: null,
    })
    expect(ledger.submit(holdCommand(world.credentials, 'two'))).toEqual({ kind: 'refused', code: 'key_revoked' })
    expect(settle(ledger, world, held.verificationId, 'match').verification).toMatchObject({ state: 'captured' })
    const revoked = { kind: 'refused', code: 'state_conflict', detail: 'key_revoked' }
    expect(act(ledger, accountId, { kind: 'revoke_key', keyNumber })).toEqual(revoked)
    expect(act(ledger, accountId, { kind: 'resume_key', keyNumber, note: '' })).toEqual(revoked)
    expect(act(ledger, accountId, { kind: 'suspend_key', keyNumber, ground: 'fraud', note: '', noticeId: null })).toEqual(revoked)
  })

  test('a suspension stops calls and reads until it is lifted, and the other keys go on', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { accountId, keyNumber, credentials } = world
    const other = createKey(ledger, accountId)
    const { id } = verifyOnce(ledger, world, 'one', 'match')
    const suspend = { kind: 'suspend_key', keyNumber, ground: 'abnormal_usage', note: 'too fast', noticeId: null } as const
    const suspension = { ground: 'abnormal_usage', note: 'too fast', by: 'staff-1', at: startOfTests }
    expect(take(act(ledger, accountId, suspend), 'key').key).toMatchObject({ standing: 'suspended', suspension })
    expect(act(ledger, accountId, suspend)).toMatchObject({ code: 'state_conflict', detail: 'already_suspended' })
    expect(ledger.submit(holdCommand(credentials, 'two'))).toMatchObject({ code: 'key_suspended' })
    expect(ledger.submit(holdCommand(other, 'two'))).toMatchObject({ kind: 'held' })
    expect(ledger.read({ kind: 'balance', reader: readerOf(credentials, 'account:read'), accountId })).toMatchObject({
      code: 'key_suspended',
    })
    const paidFor = readerOf(credentials, 'verifications:read', true)
    expect(take(ledger.read({ kind: 'verification', reader: paidFor, accountId, id }), 'read').value).toMatchObject({ id })
    take(act(ledger, accountId, { kind: 'resume_key', keyNumber, note: '' }), 'key')
    expect(act(ledger, accountId, { kind: 'resume_key', keyNumber, note: '' })).toMatchObject({ detail: 'not_suspended' })
    expect(ledger.submit(holdCommand(credentials, 'three'))).toMatchObject({ kind: 'held' })
  })

  test('the ground decides: some need a delivered notice, and what the agreement does not name is no ground', () => {
    const ledger = open()
    const { accountId, keyNumber } = seedWorld(ledger)
    const suspend = (ground: string, noticeId: number | null) =>
      act(ledger, accountId, { kind: 'suspend_key', keyNumber, ground, note: '', noticeId })
    expect(suspend('mood', null)).toEqual({ kind: 'refused', code: 'state_conflict', detail: 'ground_unknown' })
    expect(suspend('constructor', null)).toMatchObject({ detail: 'ground_unknown' })
    expect(suspend('breach', null)).toMatchObject({ detail: 'notice_required' })
    expect(suspend('breach', noticeOf(ledger, accountId, startOfTests + 1))).toMatchObject({ detail: 'notice_required' })
    expect(suspend('breach', noticeOf(ledger, accountId, null))).toMatchObject({ detail: 'notice_required' })
    take(suspend('breach', noticeOf(ledger, accountId, startOfTests)), 'key')
  })
})

describe('what a key may do', () => {
  test('each customer command needs its own scope', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    for (const scope of scopes) {
      const credentials = createKey(ledger, accountId, { scopes: [scope] })
      const refused = (result: object) => 'code' in result && result.code === 'key_scope'
      expect(refused(ledger.submit(holdCommand(credentials, scope)))).toBe(scope !== 'verifications:write')
      expect(refused(ledger.submit(recordCommand(credentials, consentInput(scope))))).toBe(scope !== 'consents:write')
      expect(refused(ledger.submit(withdrawCommand(credentials, { id: 1 })))).toBe(scope !== 'consents:write')
      for (const needed of scopes)
        expect(refused(ledger.read({ kind: 'balance', reader: readerOf(credentials, needed), accountId }))).toBe(scope !== needed)
    }
  })

  test.each<[string, string[], boolean]>([
    ['203.0.113.7', [], true],
    ['203.0.113.7', ['203.0.113.7'], true],
    ['203.0.113.8', ['203.0.113.7'], false],
    ['203.0.113.255', ['198.51.100.0/24', '203.0.113.0/24'], true],
    ['203.0.114.0', ['203.0.113.0/24'], false],
    ['::ffff:203.0.113.7', ['203.0.113.0/24'], true],
    ['2001:db8:0:1::7', ['2001:db8::/32'], true],
    ['2001:db9::7', ['2001:db8::/32'], false],
    ['2001:DB8::1', ['2001:db8::1'], true],
    ['203.0.113.7', ['2001:db8::/32'], false],
    ['not an address', ['0.0.0.0/0', '::/0'], false],
  ])('a call from %s with the list %j is allowed: %s', (address, addresses, allowed) => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    const credentials = { ...createKey(ledger, accountId, { addresses }), address }
    const result = ledger.submit(holdCommand(credentials, 'one'))
    expect(result).toMatchObject(allowed ? { kind: 'held' } : { kind: 'refused', code: 'address_not_allowed' })
  })

  test('only the exact key is known: another secret, mode, number or digest key is nobody', () => {
    const ledger = open()
    const { credentials } = seedWorld(ledger)
    const strangers = [
      { ...credentials, secret: madeUp('guess') },
      { ...credentials, secret: { ...credentials.secret, keyId: 'k2' } },
      { ...credentials, mode: 'test' as const },
      { ...credentials, keyNumber: credentials.keyNumber + 1 },
    ]
    const unknown = { kind: 'refused', code: 'key_unknown' }
    for (const stranger of strangers) expect(ledger.submit(holdCommand(stranger, 'one'))).toEqual(unknown)
    const elsewhere = holdCommand({ ...credentials, accountId: accountB }, 'one')
    expect(ledger.submit({ ...elsewhere, accountId: credentials.accountId })).toEqual(unknown)
  })

  test('a test key spends test credits only', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const sandbox = createKey(ledger, world.accountId, { mode: 'test' })
    expect(ledger.submit(holdCommand(sandbox, 'one'))).toMatchObject({ code: 'quota_exhausted' })
    buyCredits(ledger, world.accountId, 5, 'test')
    const held = take(ledger.submit(holdCommand(sandbox, 'one')), 'held')
    const { verification } = ledger.submit(settleCommand(world.accountId, held.verificationId, 'match'))
    expect(verification).toMatchObject({ mode: 'test', credits: 1, available: 4 })
    const balance = take(ledger.read({ kind: 'balance', reader: staffReader, accountId: world.accountId }), 'read').value
    expect(balance.totals).toEqual([
      { check: 'id2', mode: 'live', granted: 30_000, available: 30_000, held: 0, captured: 0 },
      { check: 'id2', mode: 'test', granted: 5, available: 4, held: 0, captured: 1 },
    ])
  })

  test('the text of a key is told once and stored nowhere', () => {
    const ledger = open()
    const { accountId } = seedWorld(ledger)
    const wanted = {
      kind: 'create_key',
      name: 'app',
      mode: 'live',
      scopes: ['account:read'],
      addresses: [],
      expiresAt: null,
    } as const
    const { secret } = take(act(ledger, accountId, { ...wanted, scopes: ['account:read'], addresses: [] }), 'key')
    const secretPart = secret?.split('_')[4] ?? ''
    expect(secretPart).toHaveLength(43)
    expect(ledger.connection.serialize().includes(secretPart)).toBe(false)
    expect(ledger.connection.serialize().includes(ledger.crypto.digest('api_key', secret ?? '').digest)).toBe(true)
  })
})
