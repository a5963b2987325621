import { describe, expect, test } from 'vitest'
import type { SourceAnswer } from '../../src/core/ports.ts'
import { ask, find } from '../../src/sources/ask.ts'
import { registeredSources } from '../../src/sources/index.ts'
import type { Source } from '../../src/sources/source.ts'
import { callNamed, id2Query, testIo } from './source-io.ts'

const good: SourceAnswer = { outcome: 'match', sourceReference: 'o1', sourceBilled: true, reason: 'answered', rawDigest: 'd' }

/** Asks a source that answers so, and lists what it wrote to the log. */
const costOf = async (answer: SourceAnswer, fixed?: number) => {
  const lines: unknown[] = []
  const io = { ...testIo(), log: (...line: unknown[]) => void lines.push(line) }
  const source: Source = {
    id: 'a',
    mode: 'live',
    checks: ['id2'],
    deadlineMs: 200,
    finalAfterMs: 0,
    lookup: async () => answer,
    find: async () => ({ kind: 'executed', answer }),
    ...(fixed === undefined ? {} : { costMicroYuan: fixed }),
  }
  const asked = await ask(source, id2Query(), callNamed('ver_1'), io)
  const found = await find(source, callNamed('ver_1'), io)
  return { asked: asked.costMicroYuan, found: found.kind === 'executed' ? found.answer.costMicroYuan : found.kind, lines }
}

describe('what a call costs', () => {
  test.each([0, 1, 15_000, 1_000_000_000])('is what the source says: %d', async (costMicroYuan) => {
    const { asked, found } = await costOf({ ...good, costMicroYuan }, 20_000)
    expect([asked, found]).toEqual([costMicroYuan, costMicroYuan])
  })

  test('is its price by contract where it does not say, for a call that it billed', async () => {
    expect(await costOf(good, 15_000)).toEqual({ asked: 15_000, found: 15_000, lines: [] })
    expect(await costOf(good)).toEqual({ asked: undefined, found: undefined, lines: [] })
  })

  test.each<[Partial<SourceAnswer>, number | undefined]>([
    [{ outcome: 'no_record', sourceBilled: true }, 15_000],
    [{ outcome: 'rejected', sourceBilled: true }, 15_000],
    [{ outcome: 'match', sourceBilled: false }, undefined],
    [{ outcome: 'mismatch', sourceBilled: null }, 15_000],
    [{ outcome: 'rejected', sourceBilled: null }, undefined],
  ])('of %j by contract is %s', async (more, cost) => {
    const { asked, found } = await costOf({ ...good, ...more }, 15_000)
    expect([asked, found]).toEqual([cost, cost])
  })

  test('of a call that was not done, or is in doubt, is nothing', async () => {
    for (const outcome of ['unavailable', 'unknown'] as const)
      expect((await costOf({ ...good, outcome, sourceBilled: null }, 15_000)).asked).toBeUndefined()
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1_000_000_001, '15', null])(
    'that cannot be money (%s) is not kept, and the log says so without the value',
    async (said) => {
      const answer = { ...good, costMicroYuan: said as number }
      const { asked, found, lines } = await costOf(answer)
      expect([asked, found]).toEqual([undefined, undefined])
      expect(lines).toEqual([
        ['source_cost_refused', { source: 'a' }],
        ['source_cost_refused', { source: 'a' }],
      ])
      expect((await costOf(answer, 15_000)).asked).toBe(15_000)
    },
  )
})

test('a price by contract goes to the source that it names', () => {
  const sources = registeredSources({ aliyunMarketId2: null, costsMicroYuan: { sandbox: 7 } })
  expect(sources.filter(({ costMicroYuan }) => costMicroYuan !== undefined)).toMatchObject([{ id: 'sandbox', costMicroYuan: 7 }])
})
