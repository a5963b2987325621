import { expect, it, test } from 'vitest'
import { seededRandom } from '../../scripts/torture/input-values.ts'
import type { Network } from '../../src/core/ports.ts'
import { aliyunMarketId2 } from '../../src/sources/aliyun-market-id2.ts'
import { ask } from '../../src/sources/ask.ts'
import type { Source } from '../../src/sources/source.ts'
import {
  drawMeaning,
  drawMutations,
  meansMatch,
  mutations,
  responseOf,
  type VendorResponse,
} from '../support/vendor-mutations.ts'
import { callNamed, id2Query, specimen, testIo } from './source-io.ts'

/* A vendor that answers anything: never a match that it did not mean for this very person, and nothing of it comes through. */

const genuine = aliyunMarketId2({
  baseUrl: 'http://vendor.test',
  auth: { kind: 'appcode', appcode: 'a' },
  queryPath: null,
  deadlineMs: 60_000,
  finalAfterMs: 0,
})

interface Run {
  falseMatches: string[]
  /** Answers that the contract of sources does not know. */
  strange: string[]
  matches: number
  byReason: Record<string, number>
  mutationsUsed: Set<string>
}

const outcomesOfReason = /^(?:[a-z][a-z0-9_]{0,63})$/

/** So many answers, each with none to two mutations, read by this source. */
const readAnswers = async (source: Source, seed: number, count: number): Promise<Run> => {
  const random = seededRandom(seed)
  const run: Run = { falseMatches: [], strange: [], matches: 0, byReason: {}, mutationsUsed: new Set() }
  for (let at = 0; at < count; at += 1) {
    const reference = `ver_0000000000_0000000${1000 + (at % 9000)}`
    const meaning = drawMeaning(random, reference)
    const names = drawMutations(random)
    let response: VendorResponse = responseOf(meaning)
    for (const name of names) response = mutations[name]?.(response, random) ?? response
    for (const name of names) run.mutationsUsed.add(name)
    const network: Network = async () => ({ kind: 'response', ...response })
    const answer = await ask(source, id2Query(), callNamed(reference, 60_000), testIo(network))
    const what = `${at}: ${names.join(', ')} ${response.status} ${JSON.stringify(response.headers)} ${response.body.slice(0, 300)}`
    run.byReason[answer.reason] = (run.byReason[answer.reason] ?? 0) + 1
    if (answer.outcome === 'match') {
      run.matches += 1
      if (response.status !== 200 || !meansMatch(meaning, reference)) run.falseMatches.push(what)
    }
    const members = Object.keys(answer).sort().join(' ')
    if (members !== 'outcome rawDigest reason sourceBilled sourceReference' || !outcomesOfReason.test(answer.reason))
      run.strange.push(what)
    if (answer.outcome === 'unknown' && answer.sourceBilled !== null) run.strange.push(what)
  }
  return run
}

it('reads 10,000 answers without one false match', async () => {
  const run = await readAnswers(genuine, 20_261_122, 10_000)
  expect(run.falseMatches).toEqual([])
  expect(run.strange).toEqual([])
  // Otherwise the vendor was never understood, or never misunderstood.
  expect(run.matches).toBeGreaterThan(300)
  expect(Object.keys(run.byReason)).toEqual(
    expect.arrayContaining(['answered', 'unknown_code', 'wrong_echo', 'unparsable', 'http_status', 'contradictory']),
  )
  expect(run.mutationsUsed.size).toBe(Object.keys(mutations).length)
})

test.each<[string, Source]>([
  [
    'takes every code for a match',
    {
      ...genuine,
      lookup: async (...asked) => {
        const answer = await genuine.lookup(...asked)
        return answer.reason === 'unknown_code' ? { ...answer, outcome: 'match', reason: 'answered' } : answer
      },
    },
  ],
  [
    'does not look at the echo',
    {
      ...genuine,
      lookup: (query, call, io) =>
        genuine.lookup(query, call, {
          ...io,
          network: async (request) => {
            const result = await io.network(request)
            return result.kind === 'response' ? { ...result, headers: { ...result.headers, 'x-request-reference': '' } } : result
          },
        }),
    },
  ],
  [
    'does not look at the status',
    {
      ...genuine,
      lookup: (query, call, io) =>
        genuine.lookup(query, call, {
          ...io,
          network: async (request) => {
            const result = await io.network(request)
            return result.kind === 'response' ? { ...result, status: 200 } : result
          },
        }),
    },
  ],
])('a source that %s is found (the control)', async (_what, source) => {
  expect((await readAnswers(source, 1, 2_000)).falseMatches.length).toBeGreaterThan(0)
})

test.each(Array.from({ length: 500 }, (_none, at) => 100 + at).filter((status) => status !== 200))(
  'a match beside status %i is none',
  async (status) => {
    const meaning = { code: 200, success: true, result: 0, birthday: '19491231', sex: '女', echo: '' }
    const network: Network = async () => ({ kind: 'response', ...responseOf(meaning), status })
    const { outcome } = await ask(genuine, id2Query(specimen), callNamed('ver_1'), testIo(network))
    expect(['unknown', 'unavailable']).toContain(outcome)
  },
)

test.each([
  ['results', '{"code":200,"data":{"result":1,"result":0,"order_no":"o-1"}}'],
  ['results, one of them escaped', '{"code":200,"data":{"result":1,"r\\u0065sult":0}}'],
  ['codes', '{"code":400,"code":200,"data":{"result":0}}'],
  ['data, the first about somebody else', '{"code":200,"data":{"result":0,"birthday":"19500101"},"data":{"result":0}}'],
])('two %s in one answer are a doubt, whichever stands last', async (_what, body) => {
  const network: Network = async () => ({ kind: 'response', status: 200, headers: {}, body })
  const answer = await ask(genuine, id2Query(specimen), callNamed('ver_1'), testIo(network))
  expect(answer).toMatchObject({ outcome: 'unknown', reason: 'unparsable', sourceBilled: null, sourceReference: null })
})

test.each([
  '{"code":200,"data":{"result":0,"desc":"\\"result\\": 1, \\\\"}}',
  '{"code" : 200 , "data" : { "result" :\n0, "list":["a",":"] } }',
])('what only looks like a second member is none: %s', async (body) => {
  const network: Network = async () => ({ kind: 'response', status: 200, headers: {}, body })
  expect((await ask(genuine, id2Query(specimen), callNamed('ver_1'), testIo(network))).outcome).toBe('match')
})
