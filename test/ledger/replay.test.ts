import { describe, expect, test } from 'vitest'
import { makeId } from '../../src/core/ids.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountB, holdCommand, madeUp, take } from '../support/ledger-commands.ts'
import {
  act,
  buyCredits,
  createKey,
  grantOf,
  hold,
  type SeededAccount,
  seedWorld,
  settle,
  verifyOnce,
} from '../support/ledger-world.ts'

const open = useTestLedgers()

const again = (ledger: TestLedger, world: SeededAccount, name = 'one') => ledger.submit(holdCommand(world.credentials, name))

describe('a repeated Idempotency-Key', () => {
  test.each<Outcome>(['match', 'mismatch', 'no_record', 'rejected'])(
    'gives the stored answer %s again, at no charge',
    (outcome) => {
      const ledger = open()
      const world = seedWorld(ledger)
      const first = verifyOnce(ledger, world, 'one', outcome)
      verifyOnce(ledger, world, 'two', 'match')
      ledger.clock.advance(86_400_000)
      const before = ledger.connection.serialize()
      const result = again(ledger, world)
      // I16: the same values, so the same bytes; what became of the balance since does not show.
      expect(JSON.stringify(take(result, 'replayed').verification)).toBe(JSON.stringify(first))
      expect(ledger.connection.serialize().equals(before)).toBe(true)
    },
  )

  test('with another body is refused, whatever the state, and says nothing of the first call', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const held = hold(ledger, world, 'one')
    const other = holdCommand(world.credentials, 'one', { fingerprint: madeUp('another body') })
    const refusal = { kind: 'refused', code: 'idempotency_key_reused' }
    expect(ledger.submit(other)).toEqual(refusal)
    settle(ledger, world, held.verificationId, 'match')
    expect(ledger.submit(other)).toEqual(refusal)
  })

  test('in flight, in doubt and without a result is refused with the address of the verification', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const held = hold(ledger, world, 'one')
    const verificationId = makeId('ver', world.accountId, held.verificationId)
    expect(again(ledger, world)).toEqual({ kind: 'refused', code: 'verification_in_progress', verificationId })
    settle(ledger, world, held.verificationId, 'unknown')
    expect(again(ledger, world)).toEqual({ kind: 'refused', code: 'source_unknown', verificationId })
    settle(ledger, world, held.verificationId, 'unavailable', { by: 'query' })
    expect(again(ledger, world)).toEqual({ kind: 'refused', code: 'source_unavailable', verificationId })
  })

  test('after a doubt that was captured gives the answer', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const held = hold(ledger, world, 'one')
    settle(ledger, world, held.verificationId, 'unknown')
    const { verification } = settle(ledger, world, held.verificationId, 'match', { by: 'query' })
    expect(take(again(ledger, world), 'replayed').verification).toEqual(verification)
  })

  test('is answered for a suspended account, a suspended key, a lapsed term and a closed account, because it was paid for', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const verification = verifyOnce(ledger, world, 'one', 'match')
    const { accountId, keyNumber } = world
    const stillAnswered = () => expect(take(again(ledger, world), 'replayed').verification).toEqual(verification)
    take(act(ledger, accountId, { kind: 'suspend_key', keyNumber, ground: 'key_leaked', note: '', noticeId: null }), 'key')
    stillAnswered()
    take(act(ledger, accountId, { kind: 'suspend_account', ground: 'fraud', note: '', noticeId: null }), 'account')
    stillAnswered()
    expect(again(ledger, world, 'two')).toMatchObject({ code: 'account_suspended' })
    ledger.clock.set('2025-08-01T00:00:00+08:00')
    stillAnswered()
    take(act(ledger, accountId, { kind: 'close_account', note: '' }), 'account')
    stillAnswered()
    // What was suspended is let go, and stays closed.
    take(act(ledger, accountId, { kind: 'resume_account', note: '' }), 'account')
    expect(again(ledger, world, 'two')).toMatchObject({ code: 'account_closed' })
    stillAnswered()
  })

  test('is not answered for a revoked key, but for another key of the account', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const verification = verifyOnce(ledger, world, 'one', 'match')
    const second = createKey(ledger, world.accountId)
    take(act(ledger, world.accountId, { kind: 'revoke_key', keyNumber: world.keyNumber }), 'key')
    expect(again(ledger, world)).toEqual({ kind: 'refused', code: 'key_revoked' })
    expect(take(ledger.submit(holdCommand(second, 'one')), 'replayed').verification).toEqual(verification)
  })

  test('of a test call never answers a live call, nor the other way round', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    buyCredits(ledger, world.accountId, 10, 'test')
    const sandbox = createKey(ledger, world.accountId, { mode: 'test' })
    take(ledger.submit(holdCommand(sandbox, 'tried first')), 'held')
    expect(again(ledger, world, 'tried first')).toEqual({ kind: 'refused', code: 'idempotency_key_reused' })
    verifyOnce(ledger, world, 'live first', 'match')
    expect(ledger.submit(holdCommand(sandbox, 'live first'))).toEqual({ kind: 'refused', code: 'idempotency_key_reused' })
  })

  test('belongs to one account: the same key of another account is another verification', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const other = seedWorld(ledger, { accountId: accountB })
    verifyOnce(ledger, world, 'one', 'match')
    expect(again(ledger, other)).toMatchObject({ kind: 'held' })
  })

  test('is recognised in the same commit, after the derived index took it in, and after a restart', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const results = ledger.group([holdCommand(world.credentials, 'one'), holdCommand(world.credentials, 'one')])
    const inProgress = { kind: 'refused', code: 'verification_in_progress' }
    expect(results).toMatchObject([{ kind: 'held' }, inProgress])
    expect(again(ledger, world)).toMatchObject(inProgress)
    ledger.restart()
    expect(again(ledger, world)).toMatchObject(inProgress)
    expect(ledger.core.flushDerived(100)).toBe(0)
    expect(again(ledger, world)).toMatchObject(inProgress)
    ledger.restart()
    expect(again(ledger, world)).toMatchObject(inProgress)
    expect(grantOf(ledger, world)).toMatchObject({ held: 1 })
  })

  test('that was refused before the hold is free: nothing is stored under it', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 1 })
    const blocker = hold(ledger, world, 'blocker')
    expect(again(ledger, world)).toMatchObject({ code: 'quota_exhausted' })
    settle(ledger, world, blocker.verificationId, 'unavailable')
    expect(ledger.submit(holdCommand(world.credentials, 'one', { fingerprint: madeUp('another body') }))).toMatchObject({
      kind: 'held',
    })
  })
})
