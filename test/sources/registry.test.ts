import { expect, test } from 'vitest'
import { registerChecks } from '../../src/core/register-checks.ts'
import { openSources, registeredSources } from '../../src/sources/index.ts'
import type { Source } from '../../src/sources/source.ts'
import { callNamed, id2Query, testIo } from './source-io.ts'

const live = (id: string, checks: string[]): Source => ({
  id,
  mode: 'live',
  checks,
  deadlineMs: 100,
  finalAfterMs: 5,
  lookup: async () => ({ outcome: 'no_record', sourceReference: id, sourceBilled: null, reason: 'answered', rawDigest: null }),
})

test('the sandbox is always there, the market only when configured', () => {
  const config = {
    baseUrl: 'https://kzidcardv1.market.alicloudapi.com',
    auth: { kind: 'appcode', appcode: 'a' },
    queryPath: null,
    deadlineMs: 5_000,
    finalAfterMs: 60_000,
  } as const
  expect(registeredSources({ aliyunMarketId2: null }).map(({ id }) => id)).toEqual([
    'sandbox',
    ...registerChecks.map(({ code }) => `sandbox_${code}`),
  ])
  const sources = openSources(registeredSources({ aliyunMarketId2: config }), testIo())
  expect(sources.candidates('id2', 'live')).toEqual(['aliyun_market_id2'])
  expect(sources.candidates('id2', 'test')).toEqual(['sandbox'])
  expect(sources.candidates('enterprise2', 'live')).toEqual([])
  expect(sources.finalAfterMs('aliyun_market_id2')).toBeNull()
  expect(sources.finalAfterMs('sandbox')).toBe(0)
})

test('candidates keep the order of registration', () => {
  const sources = openSources([live('b', ['id2']), live('c', ['mobile3']), live('a', ['id2', 'mobile3'])], testIo())
  expect(sources.candidates('id2', 'live')).toEqual(['b', 'a'])
  expect(sources.candidates('mobile3', 'live')).toEqual(['c', 'a'])
  expect(sources.candidates('id2', 'test')).toEqual([])
  expect(sources.finalAfterMs('a')).toBe(5)
})

test('asks the source that is named', async () => {
  const sources = openSources([live('b', ['id2']), live('a', ['id2'])], testIo())
  expect(await sources.ask('a', id2Query(), callNamed('ver_1'))).toMatchObject({ outcome: 'no_record', sourceReference: 'a' })
})

test('an id that is not registered was asked nothing', async () => {
  const sources = openSources([], testIo())
  expect(await sources.ask('gone', id2Query(), callNamed('ver_1'))).toMatchObject({
    outcome: 'unavailable',
    reason: 'source_not_registered',
  })
  expect(await sources.find('gone', callNamed('ver_1'))).toEqual({ kind: 'unclear', reason: 'source_not_registered' })
  expect(sources.finalAfterMs('gone')).toBeNull()
})

test('two sources of one id stop the start', () => {
  expect(() => openSources([live('a', ['id2']), live('a', ['id2'])], testIo())).toThrow('same id')
})
