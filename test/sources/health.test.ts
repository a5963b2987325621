import { beforeEach, describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/core/outcome.ts'
import { Health } from '../../src/sources/health.ts'
import type { Source } from '../../src/sources/source.ts'

const minuteMs = 60_000
const start = Date.parse('2024-08-02T10:00:00+08:00')

let now: number
let health: Health

const source = (id: string): Source => ({
  id,
  mode: 'live',
  checks: ['id2'],
  deadlineMs: 1_000,
  finalAfterMs: null,
  lookup: async () => {
    throw new Error('health asks nobody')
  },
})

beforeEach(() => {
  now = start
  health = new Health([source('a'), source('b')], () => now)
})

const note = (outcome: Outcome, times: number, tookMs = 100): void => {
  for (let time = 0; time < times; time += 1) health.note('a', outcome, tookMs)
}
const ofA = () => health.read()[0]

describe('the health of a source', () => {
  test('is said of every registered source, also of one that was never asked', () => {
    note('match', 1)
    expect(health.read().map(({ id, asked }) => [id, asked])).toEqual([
      ['a', 1],
      ['b', 0],
    ])
    expect(health.read()[1]).toMatchObject({ state: 'ok', averageMs: null, longestMs: null, lastSuccessAt: null, since: start })
  })

  test('counts outcomes and times, and a refusal of the input is an answer', () => {
    note('match', 2, 100)
    note('rejected', 1, 400)
    expect(ofA()).toMatchObject({ state: 'ok', asked: 3, outcomes: { match: 2, rejected: 1 }, averageMs: 200, longestMs: 400 })
    expect(ofA()).toMatchObject({ lastSuccessAt: start, lastFailureAt: null })
  })

  test.each([
    [91, 9, 'ok'],
    [90, 10, 'degraded'],
    [0, 1, 'degraded'],
    [1, 0, 'ok'],
  ])('after %i answers and %i failures is %3$s', (answers, failures, state) => {
    note('match', answers)
    for (const outcome of ['unknown', 'unavailable'] as const) {
      health = new Health([source('a')], () => now)
      note('match', answers)
      note(outcome, failures)
      expect([outcome, ofA()?.state]).toEqual([outcome, state])
    }
  })

  test('forgets after a quarter of an hour, but not when the last failure was', () => {
    note('unknown', 1)
    now += 14 * minuteMs
    note('match', 1)
    expect(ofA()).toMatchObject({ state: 'degraded', asked: 2, since: start })
    now += minuteMs
    expect(ofA()).toMatchObject({ state: 'ok', asked: 1, outcomes: { match: 1 }, lastFailureAt: start })
    now += 20 * minuteMs
    expect(ofA()).toMatchObject({ asked: 0, since: now - 15 * minuteMs, lastSuccessAt: start + 14 * minuteMs })
  })
})
