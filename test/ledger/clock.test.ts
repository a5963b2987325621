import { describe, expect, test } from 'vitest'
import { startOfTests } from '../support/clock.ts'
import { useTestLedgers } from '../support/ledger.ts'
import { accountB, holdCommand, readerOf, staffReader, take } from '../support/ledger-commands.ts'
import {
  act,
  createKey,
  credentialsOf,
  fileRotationRequest,
  hold,
  seedWorld,
  settle,
  verifyOnce,
} from '../support/ledger-world.ts'

const open = useTestLedgers()

const hourMs = 3_600_000

describe('a clock that goes back', () => {
  test('does not take the account back with it: instants, ids and numbers only grow', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    for (const step of [0, 5, -hourMs, 1, -24 * hourMs, 2 * hourMs, 48 * hourMs, -1]) {
      ledger.clock.advance(step)
      verifyOnce(ledger, world, `at ${ledger.clock.now}`, 'match')
    }
    const entries = ledger.rows<{ id: number; at: number; seq: number }>('SELECT id, at, seq FROM entries ORDER BY seq')
    const isSorted = (values: number[]) => values.every((value, at) => at === 0 || value >= (values[at - 1] ?? 0))
    expect(isSorted(entries.map(({ at }) => at))).toBe(true)
    expect(isSorted(entries.map(({ id }) => id))).toBe(true)
    expect(new Set(entries.map(({ at }) => at)).size).toBe(3)
  })

  test('does not hold another account up: each has its own newest instant', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    ledger.clock.advance(-hourMs)
    const other = seedWorld(ledger, { accountId: accountB })
    expect(hold(ledger, other, 'one').heldAt).toBe(startOfTests - hourMs)
    expect(hold(ledger, world, 'one').heldAt).toBe(startOfTests)
  })

  test('brings no expired key, consent or term back to life', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const short = createKey(ledger, world.accountId, { expiresAt: startOfTests + hourMs })
    ledger.clock.advance(hourMs)
    verifyOnce(ledger, world, 'later', 'match')
    ledger.clock.advance(-hourMs)
    const expired = { kind: 'refused', code: 'key_expired' }
    expect(ledger.submit(holdCommand(short, 'one'))).toEqual(expired)
    expect(ledger.read({ kind: 'balance', reader: readerOf(short, 'account:read'), accountId: world.accountId })).toEqual(expired)
    const keys = take(ledger.read({ kind: 'keys', reader: staffReader, accountId: world.accountId }), 'read').value
    expect(keys.find(({ keyNumber }) => keyNumber === short.keyNumber)).toMatchObject({ standing: 'expired' })
  })

  test('releases no doubt and lapses no grant early, however it jumps', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    settle(ledger, world, verificationId, 'unknown')
    ledger.clock.advance(-30 * 24 * hourMs)
    expect(ledger.runDue()).toEqual([])
    ledger.clock.set('2025-07-30T00:00:00+08:00')
    // The watch over the end of the pack, and the statement of the month.
    expect(ledger.runDue().map(({ kind }) => kind)).toEqual(['release_doubt', 'expire_grant', 'matter_due', 'matter_due'])
    ledger.clock.set('2024-08-02T10:00:00+08:00')
    expect(ledger.runDue()).toEqual([])
    expect(ledger.rows("SELECT id FROM entries WHERE kind = 'release'")).toHaveLength(1)
    expect(ledger.rows("SELECT credits FROM entries WHERE kind = 'expire'")).toHaveLength(2)
  })

  test('is read once for a commit', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    let reads = 0
    Object.defineProperty(ledger.clock, 'now', {
      get: () => {
        reads += 1
        return startOfTests + reads
      },
    })
    const results = ledger.group(['one', 'two', 'three'].map((name) => holdCommand(world.credentials, name)))
    expect(reads).toBe(1)
    expect(results.map((result) => take(result, 'held').heldAt)).toEqual([startOfTests + 1, startOfTests + 1, startOfTests + 1])
  })

  test('before the year 2024 fails the piece and stores nothing', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const before = ledger.connection.serialize()
    ledger.clock.set('1970-01-01T00:00:00Z')
    expect(ledger.core.commit([holdCommand(world.credentials, 'one')])).toMatchObject([{ kind: 'fault' }])
    expect(ledger.connection.serialize().equals(before)).toBe(true)
    ledger.clock.now = startOfTests
    fileRotationRequest(ledger, world.accountId)
    const rotated = take(act(ledger, world.accountId, { kind: 'rotate_key', keyNumber: world.keyNumber, graceSeconds: 0 }), 'key')
    expect(ledger.submit(holdCommand(credentialsOf(ledger, rotated.secret), 'one'))).toMatchObject({ kind: 'held' })
  })
})
