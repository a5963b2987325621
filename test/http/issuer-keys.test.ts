import { type CompactJWSHeaderParameters, type CryptoKey, errors } from 'jose'
import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import type { NetworkRequest, NetworkResult } from '../../src/core/ports.ts'
import { type IssuerKeys, KeysUnavailable, remoteKeys } from '../../src/http/issuer-keys.ts'
import { TestClock } from '../support/clock.ts'
import { makeSigningKey, type SigningKey } from '../support/staff-issuer.ts'

const url = 'https://login.example.com/keys'
const second = 1_000
const minute = 60 * second

let first: SigningKey
let next: SigningKey
beforeAll(async () => {
  first = await makeSigningKey('ES256', 'first')
  next = await makeSigningKey('ES256', 'next')
})

const response = (body: string, status = 200): NetworkResult => ({ kind: 'response', status, headers: {}, body })
const keySet = (...keys: SigningKey[]): NetworkResult => response(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
const down: NetworkResult = { kind: 'not_sent', reason: 'connection_refused' }

let clock: TestClock
let requests: NetworkRequest[]
let lines: string[]
let answer: NetworkResult | Promise<NetworkResult>
let keys: IssuerKeys
beforeEach(() => {
  clock = new TestClock()
  requests = []
  lines = []
  answer = keySet(first)
  keys = remoteKeys({
    name: 'corp',
    url,
    clock: clock.read,
    log: (event, fields) => lines.push(`${event} ${JSON.stringify(fields)}`),
    network: async (request) => {
      requests.push(request)
      return answer
    },
  })
})

const find = (kid: string): Promise<CryptoKey> => {
  const header: CompactJWSHeaderParameters = { alg: 'ES256', kid }
  return keys(header, { payload: '', signature: '' })
}
/** What comes of many tokens with this key id, as one word each. */
const outcomes = async (kid: string, times = 50): Promise<string[]> => {
  const said = new Set<string>()
  for (let time = 0; time < times; time += 1) {
    const outcome = await find(kid).then(
      () => 'found',
      (error: unknown) => (error instanceof KeysUnavailable ? `again in ${error.retryAfterSeconds}` : codeOf(error)),
    )
    said.add(outcome)
  }
  return [...said]
}
const codeOf = (error: unknown): string => (error instanceof errors.JOSEError ? error.code : 'fault')
const unknownKid = 'ERR_JWKS_NO_MATCHING_KEY'

describe('keys at an address', () => {
  it('are fetched once, at first need, by a bounded request without body', async () => {
    expect(requests).toEqual([])
    expect(await outcomes('first')).toEqual(['found'])
    expect(requests).toEqual([
      {
        method: 'GET',
        url,
        headers: { accept: 'application/jwk-set+json, application/json' },
        body: null,
        deadlineAt: clock.now + 3 * second,
        maxResponseBytes: 262_144,
      },
    ])
  })

  it('are fetched once for many callers at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => find('first')))
    expect(requests).toHaveLength(1)
  })

  it('are fetched again after ten minutes, and a withdrawn one is gone then', async () => {
    await find('first')
    answer = keySet(next)
    clock.advance(10 * minute - 1)
    expect(await outcomes('first')).toEqual(['found'])
    clock.advance(1)
    expect(await outcomes('first')).toEqual([unknownKid])
    expect(await outcomes('next')).toEqual(['found'])
    expect(requests).toHaveLength(2)
  })

  it('are fetched again for a new key id, at most every half minute', async () => {
    await find('first')
    answer = keySet(first, next)
    clock.advance(30 * second - 1)
    expect(await outcomes('next')).toEqual([unknownKid])
    expect(requests).toHaveLength(1)
    clock.advance(1)
    expect(await outcomes('next')).toEqual(['found'])
    expect(await outcomes('made-up')).toEqual([unknownKid])
    expect(requests).toHaveLength(2)
  })
})

describe('an issuer that is down', () => {
  it('for hours: the keys go on, unknown key ids do not hammer it, and its return is noticed', async () => {
    await find('first')
    answer = down
    let attempts = requests.length
    for (const waited of [11 * minute, 30 * second, 5 * 60 * minute]) {
      clock.advance(waited)
      expect(await outcomes('made-up')).toEqual([unknownKid])
      expect(await outcomes('first')).toEqual(['found'])
      attempts += 1
      expect(requests).toHaveLength(attempts)
    }
    answer = keySet(next)
    clock.advance(30 * second)
    expect(await outcomes('next')).toEqual(['found'])
  })

  it('for a day: its keys are trusted no longer', async () => {
    await find('first')
    answer = down
    clock.advance(24 * 60 * minute - 1)
    expect(await outcomes('first')).toEqual(['found'])
    clock.advance(1)
    expect(await outcomes('first')).toEqual(['again in 30'])
    clock.advance(30 * second)
    answer = keySet(first)
    expect(await outcomes('first')).toEqual(['found'])
  })

  it('from the start: nothing can be said, and it is asked every five seconds at most', async () => {
    answer = down
    expect(await outcomes('first')).toEqual(['again in 5'])
    clock.advance(4_999)
    expect(await outcomes('first')).toEqual(['again in 1'])
    expect(requests).toHaveLength(1)
    clock.advance(1)
    answer = keySet(first)
    expect(await outcomes('first')).toEqual(['found'])
    expect(requests).toHaveLength(2)
    expect(lines).toEqual(['issuer_keys_failed {"issuer":"corp","reason":"connection_refused"}'])
  })

  it('by never answering: one caller waits, and the others use the keys at hand', async () => {
    await find('first')
    clock.advance(10 * minute)
    const { promise, resolve } = Promise.withResolvers<NetworkResult>()
    answer = promise
    const waiting = find('first')
    expect(await outcomes('first')).toEqual(['found'])
    resolve(down)
    expect((await waiting).type).toBe('public')
    expect(requests).toHaveLength(2)
  })
})

describe('an answer that is no set of keys', () => {
  test.each<[string, NetworkResult, string]>([
    ['a redirect', { kind: 'response', status: 302, headers: { location: 'https://evil.example' }, body: '' }, 'status_302'],
    ['a fault', response('{"keys":[]}', 500), 'status_500'],
    ['a page', response('<html>'), 'no_key_set'],
    ['another document', response('{"issuer":"https://login.example.com"}'), 'no_key_set'],
    ['keys that are a text', response('{"keys":"all"}'), 'no_key_set'],
    ['null', response('null'), 'no_key_set'],
    ['one that is too large', { kind: 'in_doubt', reason: 'too_large' }, 'too_large'],
    ['none in time', { kind: 'in_doubt', reason: 'deadline' }, 'deadline'],
  ])('%s counts as none, is told to the operator, and leaves the keys as they are', async (_what, bad, reason) => {
    answer = bad
    expect(await outcomes('first')).toEqual(['again in 5'])
    answer = keySet(first)
    clock.advance(5 * second)
    await find('first')
    answer = bad
    clock.advance(10 * minute)
    expect(await outcomes('first')).toEqual(['found'])
    const line = `issuer_keys_failed {"issuer":"corp","reason":"${reason}"}`
    expect(lines).toEqual([line, line])
    expect(requests.every((request) => request.url === url)).toBe(true)
  })

  it('an empty one is one: the issuer has withdrawn its keys', async () => {
    await find('first')
    answer = keySet()
    clock.advance(10 * minute)
    expect(await outcomes('first')).toEqual([unknownKid])
  })
})
