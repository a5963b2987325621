import { describe, expect, it, test } from 'vitest'
import type { Command, ResultOf, SettleCommand } from '../../src/core/commands.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Ledger, SourceAnswer } from '../../src/core/ports.ts'
import type { VerificationView } from '../../src/core/views.ts'
import { doorAccount, openDoor } from '../support/http-door.ts'
import { verificationBody } from '../support/http-world.ts'

/* Which sources are asked, one after the other, between the two commits of one verification. */

const answerOf = (outcome: Outcome): SourceAnswer => ({
  outcome,
  sourceReference: null,
  sourceBilled: null,
  reason: 'answered',
  rawDigest: null,
})

const viewOf = (sourceId: string | null, outcome: Outcome): VerificationView => ({
  accountId: doorAccount,
  id: 9,
  keyNumber: 7,
  mode: 'test',
  check: 'id2',
  purpose: 'real_name_registration',
  reference: null,
  consentId: 5,
  state: outcome === 'unknown' ? 'unknown' : outcome === 'match' || outcome === 'mismatch' ? 'captured' : 'released',
  outcome,
  fault: null,
  credits: 0,
  available: null,
  source: sourceId === null ? null : { id: sourceId, reference: null, saidAt: null },
  audit: null,
  createdAt: 0,
  completedAt: null,
})

/** One verification whose ledger holds these sources; returns who was asked, what was settled and what was answered. */
const verifyWith = async (sources: string[], outcomes: Record<string, Outcome>) => {
  const asked: { sourceId: string; reference: string; deadlineAt: number }[] = []
  const settled: SettleCommand[] = []
  const deadlineAt = Date.parse('2024-08-02T10:00:25+08:00')
  const consent = { id: 5, evidenceSha256: 'ab'.repeat(32) }
  const ledger: Ledger = {
    submit: async <C extends Command>(command: C): Promise<ResultOf<C>> => {
      if (command.kind === 'hold')
        return { kind: 'held', verificationId: 9, sources, heldAt: 0, deadlineAt, consent, rate: null } as ResultOf<C>
      if (command.kind !== 'settle') throw new Error(`nobody sends ${command.kind} here`)
      settled.push(command)
      return { kind: 'settled', verification: viewOf(command.sourceId, command.answer.outcome), late: false } as ResultOf<C>
    },
    read: async () => {
      throw new Error('nothing is read here')
    },
  }
  const { call } = openDoor({
    ledgerOf: () => ledger,
    sources: {
      candidates: () => sources,
      ask: async (sourceId, _query, { reference, deadlineAt: until }) => {
        asked.push({ sourceId, reference, deadlineAt: until })
        return answerOf(outcomes[sourceId] ?? 'unavailable')
      },
      find: async () => ({ kind: 'unclear', reason: 'not_asked' }),
      finalAfterMs: () => null,
      health: () => [],
    },
  })
  const answer = await call('POST', '/v1/verifications', verificationBody('c-1'))
  return { asked, settled, status: answer.status, deadlineAt }
}

describe('the sources of a verification', () => {
  test.each<[Outcome, number]>([
    ['match', 200],
    ['mismatch', 200],
    ['no_record', 200],
    ['rejected', 200],
    ['unknown', 504],
  ])('are not asked further after %s: a call that may have been billed is never repeated elsewhere', async (outcome, status) => {
    const run = await verifyWith(['a', 'b'], { a: outcome, b: 'match' })
    expect(run.asked.map(({ sourceId }) => sourceId)).toEqual(['a'])
    expect(run.settled.map(({ sourceId, answer, by }) => [sourceId, answer.outcome, by])).toEqual([['a', outcome, 'source']])
    expect(run.status).toBe(status)
  })

  it('are asked one after the other while each is a definite no, under one reference and one deadline', async () => {
    const run = await verifyWith(['a', 'b', 'c'], { a: 'unavailable', b: 'unavailable', c: 'mismatch' })
    expect(run.asked.map(({ sourceId }) => sourceId)).toEqual(['a', 'b', 'c'])
    expect(new Set(run.asked.map(({ reference }) => reference)).size).toBe(1)
    expect(run.asked.every(({ deadlineAt }) => deadlineAt === run.deadlineAt)).toBe(true)
    expect(run.settled.map(({ sourceId, answer }) => [sourceId, answer.outcome])).toEqual([['c', 'mismatch']])
    expect(run.status).toBe(200)
  })

  it('that all are a definite no make one of them', async () => {
    const run = await verifyWith(['a', 'b'], {})
    expect(run.asked).toHaveLength(2)
    expect(run.settled.map(({ sourceId, answer }) => [sourceId, answer.outcome])).toEqual([['b', 'unavailable']])
    expect(run.status).toBe(502)
  })
})
