import { describe, expect, test } from 'vitest'
import { makeId } from '../../src/core/ids.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { answerOf, holdCommand, settleCommand, staffReader, take } from '../support/ledger-commands.ts'
import { changeAgreement, grantOf, hold, type SeededAccount, s1Term, seedWorld, settle } from '../support/ledger-world.ts'

const open = useTestLedgers()

const dayMs = 86_400_000
const graceMs = 5_000

const stateOf = (ledger: TestLedger, { accountId }: SeededAccount, id: number) =>
  take(ledger.read({ kind: 'verification', reader: staffReader, accountId, id }), 'read').value.state

describe('a hold past its deadline', () => {
  test('falls in doubt after the grace, not before, and is never released by a timer', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId, deadlineAt } = hold(ledger, world, 'one')
    ledger.clock.now = deadlineAt + graceMs - 1
    expect(ledger.core.due()).toEqual([])
    expect(ledger.submit({ kind: 'doubt', accountId: world.accountId, verificationId })).toEqual({ kind: 'done', changed: false })
    ledger.clock.advance(1)
    expect(ledger.runDue()).toEqual([{ kind: 'doubt', accountId: world.accountId, verificationId }])
    expect(stateOf(ledger, world, verificationId)).toBe('unknown')
    expect(ledger.core.due()).toEqual([])
    ledger.clock.advance(2 * dayMs)
    expect(ledger.runDue()).toEqual([])
    expect(grantOf(ledger, world)).toMatchObject({ held: 1, captured: 0 })
  })

  test('is told to the sweep with every source that may have been asked', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId, heldAt } = hold(ledger, world, 'one', { candidates: ['source_b', 'source_a'] })
    ledger.clock.advance(25_000 + graceMs)
    expect(ledger.core.doubts()).toEqual([])
    ledger.runDue()
    const doubt = {
      accountId: world.accountId,
      verificationId,
      check: 'id2',
      sources: ['source_b', 'source_a'],
      sourceReference: null,
      heldAt,
      doubtAt: ledger.clock.now,
    }
    expect(ledger.core.doubts()).toEqual([doubt])
  })

  test('a doubt that one source caused names that source alone', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one', { candidates: ['source_a', 'source_b'] })
    settle(ledger, world, verificationId, 'unknown', { sourceId: 'source_b' })
    expect(ledger.core.doubts()).toMatchObject([{ verificationId, sources: ['source_b'] }])
  })

  test('an answer that comes in the same commit as the timer, before or after it, is charged once', () => {
    for (const order of [0, 1]) {
      const ledger = open()
      const world = seedWorld(ledger)
      const { verificationId, deadlineAt } = hold(ledger, world, 'one')
      ledger.clock.now = deadlineAt + graceMs
      const pieces = [
        { kind: 'doubt', accountId: world.accountId, verificationId } as const,
        settleCommand(world.accountId, verificationId, 'match'),
      ]
      ledger.group(order === 0 ? pieces : pieces.toReversed())
      expect(stateOf(ledger, world, verificationId)).toBe('captured')
      expect(grantOf(ledger, world)).toMatchObject({ held: 0, captured: 1 })
      expect(ledger.core.doubts()).toEqual([])
    }
  })

  test('a timer for what has ended, is in doubt already or never was does nothing', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const ended = hold(ledger, world, 'ended').verificationId
    settle(ledger, world, ended, 'match')
    const doubted = hold(ledger, world, 'doubted').verificationId
    settle(ledger, world, doubted, 'unknown')
    ledger.clock.advance(dayMs)
    const before = ledger.connection.serialize()
    for (const verificationId of [ended, doubted, 1])
      for (const kind of ['doubt', 'release_doubt'] as const)
        expect(ledger.submit({ kind, accountId: world.accountId, verificationId })).toEqual({ kind: 'done', changed: false })
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })
})

describe('the end of a doubt', () => {
  test.each([
    ['executed, with its result', answerOf('match'), 'captured', 1],
    ['executed, and the result is free', answerOf('no_record'), 'released', 0],
    ['not executed', answerOf('unavailable', { reason: 'not_executed', sourceBilled: false }), 'released', 0],
  ])('by the source: %s', (_finding, answer, state, credits) => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    settle(ledger, world, verificationId, 'unknown')
    const settled = settle(ledger, world, verificationId, answer.outcome, { answer, by: 'query' })
    expect(settled).toMatchObject({ late: false, verification: { state, credits } })
    expect(ledger.row('SELECT settled_by FROM outcomes')).toEqual({ settled_by: 'query' })
    expect(ledger.row("SELECT actor FROM entries WHERE kind IN ('capture', 'release')")).toEqual({ actor: 'clock' })
    expect(ledger.core.doubts()).toEqual([])
  })

  test('a second doubt is no second entry', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    const first = settle(ledger, world, verificationId, 'unknown')
    const second = settle(ledger, world, verificationId, 'unknown', { sourceId: 'source_b' })
    expect(second).toEqual({ ...first, late: true })
    expect(ledger.rows("SELECT id FROM entries WHERE kind = 'doubt'")).toHaveLength(1)
  })

  test('by time: after settleWithinDays from the hold it is given back without a result, at no charge', () => {
    const ledger = open()
    const world = seedWorld(ledger, { overrides: { settleWithinDays: 2 } })
    const { verificationId, heldAt } = hold(ledger, world, 'one')
    settle(ledger, world, verificationId, 'unknown')
    // The agreement of the hold counts, not the one of today.
    changeAgreement(ledger, world.accountId, { term: s1Term })
    ledger.clock.now = heldAt + 2 * dayMs - 1
    expect(ledger.core.due()).toEqual([])
    expect(ledger.submit({ kind: 'release_doubt', accountId: world.accountId, verificationId })).toEqual({
      kind: 'done',
      changed: false,
    })
    ledger.clock.advance(1)
    expect(ledger.runDue()).toEqual([{ kind: 'release_doubt', accountId: world.accountId, verificationId }])
    expect(stateOf(ledger, world, verificationId)).toBe('released')
    expect(ledger.row('SELECT outcome, disposition, credits, settled_by FROM outcomes')).toEqual({
      outcome: 'unknown',
      disposition: 'released',
      credits: 0,
      settled_by: 'time',
    })
    expect(grantOf(ledger, world)).toMatchObject({ available: 30_000, held: 0, captured: 0 })
    expect(ledger.row<{ uses: number }>('SELECT uses FROM consents')).toEqual({ uses: 0 })
    expect(ledger.submit(holdCommand(world.credentials, 'one'))).toEqual({
      kind: 'refused',
      code: 'source_unavailable',
      verificationId: makeId('ver', world.accountId, verificationId),
    })
  })

  test('an answer after the release changes nothing and raises an alarm', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    settle(ledger, world, verificationId, 'unknown')
    ledger.clock.advance(3 * dayMs)
    ledger.runDue()
    expect(settle(ledger, world, verificationId, 'match', { by: 'query' })).toMatchObject({
      late: true,
      verification: { state: 'released', credits: 0 },
    })
    const alarms = take(ledger.read({ kind: 'alarms', reader: staffReader, accountId: world.accountId }), 'read').value
    expect(alarms).toMatchObject([{ kind: 'late_answer', subject: String(verificationId) }])
  })

  test.each(['query', 'time'] as const)('by %s clears the alarm of an aged doubt', (by) => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    settle(ledger, world, verificationId, 'unknown')
    const raise = {
      kind: 'alarm',
      accountId: world.accountId,
      alarm: 'in_doubt_aged',
      subject: String(verificationId),
      raised: true,
    } as const
    const alarms = () => take(ledger.read({ kind: 'alarms', reader: staffReader, accountId: world.accountId }), 'read').value
    expect(ledger.group([raise, raise])).toEqual([
      { kind: 'done', changed: true },
      { kind: 'done', changed: false },
    ])
    expect(alarms()).toMatchObject([{ kind: 'in_doubt_aged', count: 1, clearedAt: null }])
    ledger.clock.advance(3 * dayMs)
    if (by === 'query') settle(ledger, world, verificationId, 'match', { by })
    else ledger.runDue()
    expect(alarms()).toMatchObject([{ kind: 'in_doubt_aged', count: 1, clearedAt: ledger.clock.now }])
    expect(ledger.submit({ ...raise, raised: false })).toEqual({ kind: 'done', changed: false })
  })

  test('a settlement of what was never held is a fault, not an ending', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    expect(ledger.core.commit([settleCommand(world.accountId, 1, 'match')])).toMatchObject([{ kind: 'fault' }])
  })
})
