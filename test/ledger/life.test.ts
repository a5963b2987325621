import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Read } from '../../src/core/reads.ts'
import { usageColumns } from '../../src/core/usage.ts'
import { expectSound, useTestLedgers } from '../support/ledger.ts'
import { answerOf, holdCommand, settleCommand, staffReader, take } from '../support/ledger-commands.ts'
import { changeAgreement, grantOf, hold, recordConsent, s1Term, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

describe('the life of one verification', () => {
  test('a hold takes one credit out of what is available and gives it to nobody yet', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const held = hold(ledger, world, 'one', { candidates: ['source_b', 'source_c', 'source_a'], deadlineMs: 20_000 })
    expect(held).toMatchObject({
      sources: ['source_b', 'source_a'],
      heldAt: ledger.clock.now,
      deadlineAt: ledger.clock.now + 20_000,
    })
    expect(grantOf(ledger, world)).toMatchObject({ granted: 30_000, available: 29_999, held: 1, captured: 0 })
    const read = take(
      ledger.read({ kind: 'verification', reader: staffReader, accountId: world.accountId, id: held.verificationId }),
      'read',
    )
    expect(read.value).toMatchObject({
      state: 'held',
      outcome: null,
      credits: 0,
      available: null,
      source: null,
      audit: null,
      completedAt: null,
    })
  })

  test.each<[Outcome, string, number, number]>([
    ['match', 'captured', 1, 1],
    ['mismatch', 'captured', 1, 1],
    ['no_record', 'released', 0, 1],
    ['rejected', 'released', 0, 0],
    ['unavailable', 'released', 0, 0],
  ])('%s ends %s and charges %i; the consent then counts %i uses', (outcome, state, credits, uses) => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    ledger.clock.advance(321)
    const settled = settle(ledger, world, verificationId, outcome)
    expect(settled).toMatchObject({ kind: 'settled', late: false })
    expect(settled.verification).toMatchObject({
      state,
      outcome,
      credits,
      available: 30_000 - credits,
      completedAt: ledger.clock.now,
    })
    expect(settled.verification.source).toEqual({ id: 'source_a', reference: 'order-1', saidAt: null })
    expect(grantOf(ledger, world)).toMatchObject({ available: 30_000 - credits, held: 0, captured: credits })
    expect(ledger.row<{ uses: number }>('SELECT uses FROM consents')).toEqual({ uses })
    expect(ledger.row('SELECT kind, credits FROM entries ORDER BY id DESC LIMIT 1')).toEqual({
      kind: state === 'captured' ? 'capture' : 'release',
      credits: 1,
    })
  })

  test('an answer in doubt keeps the hold, and the verification waits in the state unknown', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    const settled = settle(ledger, world, verificationId, 'unknown')
    expect(settled.verification).toMatchObject({
      state: 'unknown',
      outcome: 'unknown',
      credits: 0,
      audit: null,
      completedAt: null,
    })
    expect(grantOf(ledger, world)).toMatchObject({ available: 29_999, held: 1, captured: 0 })
  })

  test.each([
    [true, 1],
    [false, 0],
    [null, null],
  ])('whether the source says that it billed is kept as it was said: %s', (sourceBilled, stored) => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    settle(ledger, world, verificationId, 'match', { answer: answerOf('match', { sourceBilled }) })
    expect(ledger.row('SELECT source_billed AS billed FROM outcomes')).toEqual({ billed: stored })
  })

  test('an agreement that charges no_record charges it, and only verifications that were held under it', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const before = hold(ledger, world, 'before')
    const overrides = { term: s1Term, checks: { id2: { chargedOutcomes: ['match', 'mismatch', 'no_record'] } } }
    changeAgreement(ledger, world.accountId, overrides)
    expect(verifyOnce(ledger, world, 'after', 'no_record')).toMatchObject({ state: 'captured', credits: 1 })
    expect(settle(ledger, world, before.verificationId, 'no_record').verification).toMatchObject({
      state: 'released',
      credits: 0,
    })
  })

  test('a free agreement meters without a grant: captured, counted, at no credit', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 1, overrides: { charging: { model: 'free' } } })
    expect(verifyOnce(ledger, world, 'one', 'match')).toMatchObject({ state: 'captured', credits: 0 })
    expect(verifyOnce(ledger, world, 'two', 'unavailable')).toMatchObject({ state: 'released', credits: 0 })
    expect(grantOf(ledger, world)).toMatchObject({ available: 1, held: 0, captured: 0 })
    expect(ledger.rows('SELECT outcome, count, credits FROM rollups ORDER BY outcome')).toEqual([
      { outcome: 'match', count: 1, credits: 0 },
      { outcome: 'unavailable', count: 1, credits: 0 },
    ])
  })

  test('use that is billed afterwards spends a bought pack first, and is counted without one', () => {
    const ledger = open()
    const bill = { prices: { query_fee: '0.04' }, payWithin: { n: 10, unit: 'workday' } }
    const world = seedWorld(ledger, { credits: 1, overrides: { charging: { model: 'postpaid' }, ...bill } })
    expect(verifyOnce(ledger, world, 'one', 'match')).toMatchObject({ state: 'captured', credits: 1, available: 0 })
    expect(verifyOnce(ledger, world, 'two', 'match')).toMatchObject({ state: 'captured', credits: 0, available: null })
    ledger.restart()
    expect(verifyOnce(ledger, world, 'three', 'unavailable')).toMatchObject({ state: 'released', credits: 0, available: null })
    expect(ledger.rows('SELECT outcome, count, credits FROM rollups ORDER BY outcome')).toEqual([
      { outcome: 'match', count: 2, credits: 1 },
      { outcome: 'unavailable', count: 1, credits: 0 },
    ])
    expectSound(ledger)
  })

  test('a check that costs three credits holds and captures three', () => {
    const ledger = open()
    const world = seedWorld(ledger, { credits: 7, overrides: { checks: { id2: { credits: 3 } } } })
    expect(verifyOnce(ledger, world, 'one', 'match')).toMatchObject({ credits: 3, available: 4 })
    hold(ledger, world, 'two')
    expect(grantOf(ledger, world)).toMatchObject({ available: 1, held: 3, captured: 3 })
    expect(ledger.submit(holdCommand(world.credentials, 'three'))).toMatchObject({ kind: 'refused', code: 'quota_exhausted' })
  })

  test('the rollup of the day counts by key, source and outcome, with the day of service and the day of the ending', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    ledger.clock.set('2024-08-02T23:59:59.900+08:00')
    const late = hold(ledger, world, 'late')
    verifyOnce(ledger, world, 'same day', 'match')
    ledger.clock.set('2024-08-03T00:00:00.100+08:00')
    settle(ledger, world, late.verificationId, 'match')
    const row = {
      keyNumber: world.keyNumber,
      mode: 'live',
      check: 'id2',
      source: 'source_a',
      outcome: 'match',
      channel: null,
      costMicroYuan: 0,
      accountId: world.accountId,
    }
    const usage = (dayOf: 'service' | 'settlement') =>
      take(
        ledger.read<Extract<Read, { kind: 'usage' }>>({
          kind: 'usage',
          reader: staffReader,
          accountId: world.accountId,
          fromDay: '2024-08-02',
          toDay: '2024-08-03',
          dayOf,
          columns: usageColumns,
        }),
        'read',
      ).value
    expect(usage('settlement')).toEqual([
      { ...row, day: '2024-08-02', count: 1, credits: 1 },
      { ...row, day: '2024-08-03', count: 1, credits: 1 },
    ])
    expect(usage('service')).toEqual([{ ...row, day: '2024-08-02', count: 2, credits: 2 }])
  })
})

describe('a second answer', () => {
  test.each<[Outcome, Outcome]>([
    ['match', 'match'],
    ['match', 'unknown'],
    ['unavailable', 'unavailable'],
  ])('after %s another %s changes nothing at all', (first, second) => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    const { verification } = settle(ledger, world, verificationId, first)
    const before = ledger.connection.serialize()
    expect(settle(ledger, world, verificationId, second)).toEqual({ kind: 'settled', verification, late: true })
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })

  test.each<[Outcome, Outcome]>([
    ['match', 'mismatch'],
    ['mismatch', 'unavailable'],
    ['unavailable', 'match'],
    ['rejected', 'match'],
  ])('after %s the answer %s changes no ending and tells staff', (first, second) => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    const { verification } = settle(ledger, world, verificationId, first)
    const grant = grantOf(ledger, world)
    ledger.clock.advance(1_000)
    for (let times = 0; times < 2; times += 1)
      expect(settle(ledger, world, verificationId, second)).toEqual({ kind: 'settled', verification, late: true })
    expect(grantOf(ledger, world)).toEqual(grant)
    const alarms = take(ledger.read({ kind: 'alarms', reader: staffReader, accountId: world.accountId }), 'read').value
    expect(alarms).toMatchObject([{ kind: 'late_answer', subject: String(verificationId), count: 2, clearedAt: null }])
  })

  test.each([
    ['the same order number', 'order-1', 0],
    ['no order number', null, 0],
    ['another order number', 'order-2', 1],
  ])('the same answer once more, under %s, changes no ending; alarms: %s, %i', (_what, sourceReference, alarms) => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    const { verification } = settle(ledger, world, verificationId, 'match')
    const again = settle(ledger, world, verificationId, 'match', { answer: answerOf('match', { sourceReference }) })
    expect(again).toEqual({ kind: 'settled', verification, late: true })
    expect(grantOf(ledger, world)).toMatchObject({ held: 0, captured: 1 })
    expect(ledger.rows("SELECT kind FROM alarms WHERE kind = 'late_answer'")).toHaveLength(alarms)
  })

  test('both in one commit leave one ending', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    const [first, second] = ledger.group([
      settleCommand(world.accountId, verificationId, 'match'),
      settleCommand(world.accountId, verificationId, 'unavailable'),
    ])
    expect([first, second]).toMatchObject([
      { late: false, verification: { state: 'captured' } },
      { late: true, verification: { state: 'captured' } },
    ])
    expect(ledger.rows('SELECT outcome FROM outcomes')).toEqual([{ outcome: 'match' }])
    expectSound(ledger)
  })

  test('an unknown code of a source is in doubt and raises an alarm that names the source', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    recordConsent(ledger, world.credentials)
    const { verificationId } = hold(ledger, world, 'one')
    settle(ledger, world, verificationId, 'unknown', { answer: answerOf('unknown', { reason: 'unknown_code' }) })
    const alarms = take(ledger.read({ kind: 'alarms', reader: staffReader, accountId: world.accountId }), 'read').value
    expect(alarms).toMatchObject([{ kind: 'source_unknown_code', subject: 'source_a', count: 1 }])
    expect(grantOf(ledger, world)).toMatchObject({ held: 1, captured: 0 })
  })
})
