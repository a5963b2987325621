import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Behaviour, behaviours, mixedBehaviour, resultFor } from '../../scripts/simulator/behaviour.ts'
import { orderPath, type Simulator, type SimulatorOptions, startSimulator } from '../../scripts/simulator/simulator.ts'
import type { Network, SourceAnswer } from '../../src/core/ports.ts'
import { openNetwork } from '../../src/runtimes/network.ts'
import { type AliyunMarketId2Config, aliyunMarketId2 } from '../../src/sources/aliyun-market-id2.ts'
import { ask, find } from '../../src/sources/ask.ts'
import { callNamed, id2Query, specimen, testIo } from './source-io.ts'

const key = { appKey: '203753385', appSecret: 'simulated-secret' }
const appcode = 'simulated-appcode'

let network: Network
let closeNetwork: () => Promise<void>
let simulator: Simulator

beforeAll(() => {
  const opened = openNetwork({ clock: Date.now })
  network = opened.network
  closeNetwork = opened.close
})
afterAll(() => closeNetwork())

const start = async (options: SimulatorOptions = {}): Promise<Simulator> =>
  startSimulator({ appcode, signature: key, ...options })
beforeEach(async () => {
  simulator = await start({ lateMs: 100, dripMs: 50 })
})
afterEach(() => simulator.close())

const configFor = (more: Partial<AliyunMarketId2Config> = {}): AliyunMarketId2Config => ({
  baseUrl: simulator.url,
  auth: { kind: 'appcode', appcode },
  queryPath: orderPath,
  deadlineMs: 500,
  finalAfterMs: 1_000,
  ...more,
})
const lookup = (reference: string, fields = specimen, more: Partial<AliyunMarketId2Config> = {}): Promise<SourceAnswer> =>
  ask(aliyunMarketId2(configFor(more)), id2Query(fields), callNamed(reference), testIo(network))
const seek = (reference: string, more: Partial<AliyunMarketId2Config> = {}) =>
  find(aliyunMarketId2(configFor(more)), callNamed(reference), testIo(network))

const executedMatch = { kind: 'executed', answer: { outcome: 'match', reason: 'answered', sourceBilled: true } }
const notExecuted = { kind: 'not_executed' }

const endings: Record<Behaviour, [SourceAnswer['outcome'], string, object]> = {
  normal: ['match', 'answered', executedMatch],
  late: ['match', 'answered', executedMatch],
  refuse: ['unavailable', 'source_down', notExecuted],
  quota_exhausted: ['unavailable', 'source_quota_exhausted', notExecuted],
  throttled: ['unavailable', 'source_throttled', notExecuted],
  reset_before: ['unknown', 'reset', notExecuted],
  reset_after: ['unknown', 'reset', executedMatch],
  hang: ['unknown', 'deadline', executedMatch],
  drip: ['unknown', 'deadline', executedMatch],
  short: ['unknown', 'short_body', executedMatch],
  garbage: ['unknown', 'unparsable', executedMatch],
  wrong_echo: ['unknown', 'wrong_echo', executedMatch],
  error_after: ['unknown', 'http_status', executedMatch],
  unknown_code: ['unknown', 'unknown_code', { kind: 'unclear', reason: 'unknown_code' }],
}

describe.each([
  ['AppCode', { kind: 'appcode', appcode } as const],
  ['signature', { kind: 'signature', ...key } as const],
])('by %s', (_name, auth) => {
  test.each(behaviours)('%s', async (behaviour) => {
    const [outcome, reason, finding] = endings[behaviour]
    simulator.setBehaviour(behaviour, 'ver_1')
    const before = Date.now()
    const answer = await lookup('ver_1', specimen, { auth })
    expect(answer).toMatchObject({ outcome, reason })
    expect(Date.now() - before).toBeLessThan(900)
    expect(await seek('ver_1', { auth })).toMatchObject(finding)

    const booked = simulator.book()
    expect(booked.length).toBe(finding === notExecuted ? 0 : 1)
    if (outcome === 'match') expect(answer.sourceReference).toBe(booked[0]?.order_no)
  })
})

describe('what the vendor knows', () => {
  test.each([
    ['张三', '11010519491231002X', 'match'],
    ['李四', '11010519491231002X', 'mismatch'],
    ['张三', '110101199001011234', 'rejected'],
  ])('%s, %s: %s', async (name, idNumber, outcome) => {
    expect((await lookup('ver_1', { name, id_number: idNumber })).outcome).toBe(outcome)
  })

  test('others are drawn from the seed, and every outcome occurs', async () => {
    const words: Record<string, string> = { '0': 'match', '1': 'mismatch', '2': 'no_record' }
    const seen = new Set<string>()
    for (let number = 0; number < 24; number += 1) {
      const name = `张三${'一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯'[number]}`
      const { outcome } = await lookup(`ver_${number}`, { name, id_number: '440524188001010014' })
      expect(outcome).toBe(words[resultFor('1', name, '440524188001010014')])
      seen.add(outcome)
    }
    expect([...seen].sort()).toEqual(['match', 'mismatch', 'no_record'])
  })
})

describe('a gateway that lets nobody else in', () => {
  test.each<[string, AliyunMarketId2Config['auth']]>([
    ['AppCode', { kind: 'appcode', appcode: 'wrong' }],
    ['key', { kind: 'signature', appKey: 'wrong', appSecret: key.appSecret }],
    ['secret', { kind: 'signature', appKey: key.appKey, appSecret: 'wrong' }],
  ])('wrong %s', async (_name, auth) => {
    expect(await lookup('ver_1', specimen, { auth })).toMatchObject({ outcome: 'unavailable', reason: 'source_credentials' })
    expect(await seek('ver_1', { auth })).toEqual({ kind: 'unclear', reason: 'source_credentials' })
    expect(simulator.book()).toEqual([])
  })

  /** Sends what the adapter would send, changed on the way. */
  const tamper = async (change: (request: Parameters<Network>[0]) => Parameters<Network>[0], clock = Date.now) => {
    const source = aliyunMarketId2(configFor({ auth: { kind: 'signature', ...key } }))
    const io = { ...testIo((request) => network(change(request))), clock }
    return source.lookup(id2Query(), callNamed('ver_1'), io)
  }

  test('one changed character of the body', async () => {
    const answer = await tamper((request) => ({ ...request, body: (request.body ?? '').replace('002X', '0011') }))
    expect(answer).toMatchObject({ outcome: 'unavailable', reason: 'source_credentials' })
  })

  test('a changed Accept, a header left out of the signed ones', async () => {
    const accepting = await tamper((request) => ({ ...request, headers: { ...request.headers, accept: '*/*' } }))
    expect(accepting).toMatchObject({ reason: 'source_credentials' })
    const names = { 'x-ca-signature-headers': 'x-ca-key,x-ca-stage,x-ca-timestamp' }
    expect(await tamper((request) => ({ ...request, headers: { ...request.headers, ...names } }))).toMatchObject({
      reason: 'source_credentials',
    })
  })

  test.each([-16, 16])('a clock that is %d minutes off', async (minutes) => {
    const answer = await tamper(
      (request) => request,
      () => Date.now() + minutes * 60_000,
    )
    expect(answer).toMatchObject({ outcome: 'unavailable', reason: 'source_credentials' })
  })

  test('14 minutes off is let in', async () => {
    expect(
      await tamper(
        (request) => request,
        () => Date.now() - 14 * 60_000,
      ),
    ).toMatchObject({ outcome: 'match' })
  })

  test('a nonce that was used', async () => {
    const headers: Record<string, string>[] = []
    await tamper((request) => {
      headers.push(request.headers)
      return request
    })
    const [first] = headers
    if (first === undefined) throw new Error('nothing was sent')
    expect(await tamper((request) => ({ ...request, headers: first }))).toMatchObject({ reason: 'source_request_refused' })
    expect(simulator.book().length).toBe(1)
  })

  test('another order of the parameters is still the same request', async () => {
    const answer = await tamper((request) => ({ ...request, body: (request.body ?? '').split('&').reverse().join('&') }))
    expect(answer).toMatchObject({ outcome: 'match' })
  })

  test('the vendor’s own client is let in', async () => {
    const { Client } = createRequire(import.meta.url)('aliyun-api-gateway') as {
      Client: new (key: string, secret: string) => { post(url: string, options: object): Promise<{ data: { result: number } }> }
    }
    const client = new Client(key.appKey, key.appSecret)
    const answer = await client.post(`${simulator.url}/api-mall/api/id_card/check`, {
      data: { name: specimen.name, idcard: specimen.id_number },
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    })
    expect(answer.data.result).toBe(0)
  })
})

describe('the book', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('survives a restart and a last line that was cut', async () => {
    const path = join(folder, 'book.jsonl')
    await simulator.close()
    simulator = await start({ book: path })
    await lookup('ver_1')
    await simulator.close()
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"at":1,"refer`)
    simulator = await start({ book: path })
    expect(simulator.book()).toMatchObject([{ reference: 'ver_1', executed: true, billed: true, result: '0' }])
    expect(await seek('ver_1')).toMatchObject(executedMatch)
    expect(await seek('ver_2')).toEqual(notExecuted)
    await lookup('ver_3')
    await simulator.close()
    simulator = await start({ book: path })
    expect(simulator.book().map(({ reference }) => reference)).toEqual(['ver_1', 'ver_3'])
  })

  test('names nobody', async () => {
    const path = join(folder, 'book.jsonl')
    await simulator.close()
    simulator = await start({ book: path })
    await lookup('ver_1')
    await lookup('ver_2')
    const text = readFileSync(path, 'utf8')
    expect(text).not.toMatch(/张三|11010519491231002X|19491231/)
    expect(text).not.toContain(key.appSecret)
    const [first, second] = simulator.book()
    expect(first?.subject).toMatch(/^[0-9a-f]{64}$/)
    expect(first?.subject).toBe(second?.subject)
    expect(first?.order_no).not.toBe(second?.order_no)
  })

  test('shows a call that came twice as billed twice', async () => {
    await lookup('ver_1')
    await lookup('ver_1')
    expect(simulator.book().length).toBe(2)
  })
})

describe('steering', () => {
  const control = async (body: string): Promise<number> =>
    (await fetch(`${simulator.url}/control`, { method: 'POST', body })).status

  test('the control endpoint forces behaviours and takes them back', async () => {
    expect(await control('{"behaviours":{"*":"garbage","ver_2":"normal"}}')).toBe(200)
    expect((await lookup('ver_1')).reason).toBe('unparsable')
    expect((await lookup('ver_2')).outcome).toBe('match')
    expect(await control('{"behaviours":{"*":null}}')).toBe(200)
    expect((await lookup('ver_3')).outcome).toBe('match')
    expect(await control('{"behaviours":{"*":"explode"}}')).toBe(400)
    expect(await control('{')).toBe(400)
  })

  test('a mixed run is a pure function of seed and reference', async () => {
    await simulator.close()
    simulator = await start({ seed: 'mixed', mix: true, lateMs: 10, dripMs: 50 })
    const references = Array.from({ length: 40 }, (_, index) => `ver_${index}`)
    const drawn = new Set(references.map((reference) => mixedBehaviour('mixed', reference)))
    expect(drawn.size).toBeGreaterThan(4)
    const answers = await Promise.all(references.map((reference) => lookup(reference)))
    for (const [index, reference] of references.entries()) {
      const [outcome, reason] = endings[mixedBehaviour('mixed', reference)]
      expect([reference, answers[index]?.outcome, answers[index]?.reason]).toEqual([reference, outcome, reason])
    }
  })

  test('a vendor that is gone is a definite no', async () => {
    await simulator.close()
    expect(await lookup('ver_1')).toMatchObject({ outcome: 'unavailable', reason: 'connection_refused' })
  })
})
