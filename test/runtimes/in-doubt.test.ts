import { describe, expect, test } from 'vitest'
import type { SourceFinding, Sources } from '../../src/core/ports.ts'
import { type AskSchedule, sweep } from '../../src/sweep.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { answerOf, staffReader, take } from '../support/ledger-commands.ts'
import { act, grantOf, hold, type SeededAccount, seedWorld, settle } from '../support/ledger-world.ts'

/*
 * The sweep over a ledger, against a source that answers the query by reference in every way there is. The clock moves in
 * steps, and what must not happen early is looked for at each step.
 */

const open = useTestLedgers()

const minuteMs = 60_000
const dayMs = 86_400_000
const finalAfterMs = 10 * minuteMs

const executed: SourceFinding = { kind: 'executed', answer: answerOf('match') }
const notExecuted: SourceFinding = { kind: 'not_executed' }
/** What the source's gateway says with a 500, and what silence until the deadline becomes. */
const broken: SourceFinding = { kind: 'unclear', reason: 'http_status' }
const silent: SourceFinding = { kind: 'unclear', reason: 'deadline' }

/** What the source says when it is asked so long after the hold. */
type Story = (ageMs: number) => SourceFinding

const begin = (story: Story, settings: { finalAfterMs: number | null } = { finalAfterMs }) => {
  const ledger = open()
  const world = seedWorld(ledger)
  const { verificationId, heldAt } = hold(ledger, world, 'one')
  settle(ledger, world, verificationId, 'unknown')
  let asked = 0
  const unused = async (): Promise<never> => {
    throw new Error('a call in doubt is never asked again')
  }
  const sources: Sources = {
    candidates: () => [],
    ask: unused,
    find: async () => {
      asked += 1
      return story(ledger.clock.now - heldAt)
    },
    finalAfterMs: () => settings.finalAfterMs,
    health: () => [],
  }
  const schedule: AskSchedule = new Map()
  const deps = {
    due: { due: async () => ledger.core.due(), doubts: async () => ledger.core.doubts() },
    ledgerOf: () => ({
      submit: async <C extends Parameters<TestLedger['submit']>[0]>(command: C) => ledger.submit(command),
      read: async <R extends Parameters<TestLedger['read']>[0]>(read: R) => ledger.read(read),
    }),
    sources,
    clock: ledger.clock.read,
    log: () => {},
  }
  const state = () =>
    take(ledger.read({ kind: 'verification', reader: staffReader, accountId: world.accountId, id: verificationId }), 'read').value
      .state
  return {
    ledger,
    world,
    verificationId,
    asked: () => asked,
    state,
    /** Sweeps once a minute up to this age of the hold; returns what became of it, with the age at which it did. */
    async until(ageMs: number): Promise<{ state: string; ageMs: number }> {
      for (; ledger.clock.now - heldAt < ageMs; ledger.clock.advance(minuteMs)) {
        await sweep(deps, schedule)
        if (state() !== 'unknown') break
      }
      if (state() === 'unknown') await sweep(deps, schedule)
      return { state: state(), ageMs: ledger.clock.now - heldAt }
    },
  }
}

const alarmsOf = (ledger: TestLedger, { accountId }: SeededAccount) =>
  take(ledger.read({ kind: 'alarms', reader: staffReader, accountId }), 'read').value.map(({ kind, subject, clearedAt }) => ({
    kind,
    subject,
    stands: clearedAt === null,
  }))

const endings = (ledger: TestLedger): unknown[] =>
  ledger.rows("SELECT kind FROM entries WHERE kind IN ('capture', 'release')").map((row) => (row as { kind: string }).kind)

describe('a doubt, when the source says', () => {
  test('executed: is charged at once', async () => {
    const doubt = begin(() => executed)
    expect(await doubt.until(dayMs)).toEqual({ state: 'captured', ageMs: 0 })
    expect(grantOf(doubt.ledger, doubt.world)).toMatchObject({ held: 0, captured: 1 })
  })

  test('not executed, from the first moment on: is given back, and not before that is final', async () => {
    const doubt = begin(() => notExecuted)
    expect(await doubt.until(finalAfterMs - 1)).toMatchObject({ state: 'unknown' })
    const { state, ageMs } = await doubt.until(dayMs)
    expect(state).toBe('released')
    expect(ageMs).toBeGreaterThanOrEqual(finalAfterMs)
    expect(doubt.asked()).toBeGreaterThan(1)
  })

  test('no at first, and yes a minute before that would be final: is charged', async () => {
    const doubt = begin((ageMs) => (ageMs < finalAfterMs - minuteMs ? notExecuted : executed))
    expect(await doubt.until(dayMs)).toMatchObject({ state: 'captured' })
    expect(doubt.asked()).toBeGreaterThan(1)
    expect(endings(doubt.ledger)).toEqual(['capture'])
  })

  test('control: a source that calls its first no final loses the late yes', async () => {
    const doubt = begin((ageMs) => (ageMs < finalAfterMs - minuteMs ? notExecuted : executed), { finalAfterMs: 0 })
    expect(await doubt.until(dayMs)).toEqual({ state: 'released', ageMs: 0 })
  })

  test.each([
    ['an error for an hour', broken],
    ['nothing for an hour', silent],
  ])('%s, and then yes: stays in doubt with an alarm, and is charged', async (_what, finding) => {
    const doubt = begin((ageMs) => (ageMs < 60 * minuteMs ? finding : executed))
    expect(await doubt.until(59 * minuteMs)).toMatchObject({ state: 'unknown' })
    const { ledger, world, verificationId } = doubt
    const alarm = { kind: 'in_doubt_aged', subject: String(verificationId) }
    expect(alarmsOf(ledger, world)).toEqual([{ ...alarm, stands: true }])
    expect(await doubt.until(dayMs)).toMatchObject({ state: 'captured' })
    expect(alarmsOf(ledger, world)).toEqual([{ ...alarm, stands: false }])
  })

  test.each([
    ['only errors', () => broken, finalAfterMs],
    ['nothing ever', () => silent, finalAfterMs],
    ['no, and never finally', () => notExecuted, null],
  ] satisfies [string, Story, number | null][])(
    '%s: is never given back early, and two persons can end it',
    async (_what, story, final) => {
      const doubt = begin(story, { finalAfterMs: final })
      const { ledger, world, verificationId } = doubt
      expect(await doubt.until(2 * dayMs)).toMatchObject({ state: 'unknown' })
      expect(grantOf(ledger, world)).toMatchObject({ held: 1, captured: 0 })
      expect(alarmsOf(ledger, world)).toMatchObject([{ kind: 'in_doubt_aged', stands: true }])
      const proposal = { kind: 'propose_settlement', verificationId, outcome: 'match' } as const
      const proposed = act(ledger, world.accountId, { ...proposal, sourceId: 'source_a', sourceReference: 'order-1' }, 'staff-1')
      const { approval } = take(proposed, 'approval')
      const approve = { kind: 'approve', approvalId: approval.id } as const
      expect(act(ledger, world.accountId, approve, 'staff-1')).toMatchObject({ kind: 'refused' })
      expect(doubt.state()).toBe('unknown')
      take(act(ledger, world.accountId, approve, 'staff-2'), 'settlement')
      expect(doubt.state()).toBe('captured')
      expect(alarmsOf(ledger, world)).toMatchObject([{ kind: 'in_doubt_aged', stands: false }])
    },
  )

  test('nothing, and nobody acts: is given back when the days of the agreement are over, at no charge', async () => {
    const doubt = begin(() => silent)
    const { state, ageMs } = await doubt.until(4 * dayMs)
    expect([state, ageMs]).toEqual(['released', 3 * dayMs])
    expect(grantOf(doubt.ledger, doubt.world)).toMatchObject({ held: 0, captured: 0 })
  })
})

describe('an answer that comes after the ending', () => {
  const late = 'late_answer'

  test.each([
    ['the source’s query', 'match', 'order-1', []],
    ['the source’s query', 'match', 'order-2', [late]],
    ['the source’s query', 'mismatch', 'order-1', [late]],
    ['two persons', 'match', 'order-1', []],
    ['two persons', 'match', 'order-2', [late]],
    ['two persons', 'unavailable', null, [late]],
  ] as const)('by %s: %s under %s is no second ending; alarms: %j', async (by, outcome, sourceReference, alarms) => {
    const doubt = begin(() => (by === 'two persons' ? silent : executed))
    const { ledger, world, verificationId } = doubt
    if (by === 'two persons') {
      const proposal = { kind: 'propose_settlement', verificationId, outcome: 'match' } as const
      const proposed = act(ledger, world.accountId, { ...proposal, sourceId: 'source_a', sourceReference: 'order-1' })
      const approvalId = take(proposed, 'approval').approval.id
      take(act(ledger, world.accountId, { kind: 'approve', approvalId }, 'staff-2'), 'settlement')
    } else await doubt.until(dayMs)
    const grant = grantOf(ledger, world)
    const again = settle(ledger, world, verificationId, outcome, { answer: answerOf(outcome, { sourceReference }) })
    expect(again).toMatchObject({ late: true, verification: { state: 'captured', outcome: 'match' } })
    expect(endings(ledger)).toEqual(['capture'])
    expect(grantOf(ledger, world)).toEqual(grant)
    expect(alarmsOf(ledger, world).map(({ kind }) => kind)).toEqual(alarms)
  })

  test('the source answers twice in one commit: one ending, and the second order number is told', () => {
    const ledger = open()
    const world = seedWorld(ledger)
    const { verificationId } = hold(ledger, world, 'one')
    for (const sourceReference of ['order-1', 'order-2'])
      settle(ledger, world, verificationId, 'match', { answer: answerOf('match', { sourceReference }) })
    expect(endings(ledger)).toEqual(['capture'])
    expect(ledger.row('SELECT source_reference FROM outcomes')).toEqual({ source_reference: 'order-1' })
    expect(alarmsOf(ledger, world)).toEqual([{ kind: late, subject: String(verificationId), stands: true }])
  })
})
