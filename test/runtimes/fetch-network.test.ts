import { describe, expect, it } from 'vitest'
import type { NetworkRequest } from '../../src/core/ports.ts'
import { openFetchNetwork } from '../../src/runtimes/fetch-network.ts'

const request = (more: Partial<NetworkRequest> = {}): NetworkRequest => ({
  method: 'POST',
  url: 'http://vendor.test/check',
  headers: { accept: 'application/json' },
  body: 'a=b',
  deadlineAt: Date.now() + 200,
  maxResponseBytes: 10,
  ...more,
})

const open = (answer: (init: RequestInit) => Promise<Response>) => openFetchNetwork((_url, init) => answer(init), Date.now)

/** A fetch that ends only with its signal. */
const untilCut = (init: RequestInit): Promise<Response> =>
  new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted'))))

describe('the network over the platform’s fetch', () => {
  it('passes on a whole answer, and asks for no redirect to be followed', async () => {
    let seen: RequestInit = {}
    const network = open(async (init) => {
      seen = init
      return new Response('fine', { status: 302, headers: { location: 'http://elsewhere.test' } })
    })
    expect(await network(request())).toMatchObject({ kind: 'response', status: 302, body: 'fine' })
    expect(seen).toMatchObject({ redirect: 'manual', method: 'POST', body: 'a=b' })
  })

  it('sends nothing after the deadline', async () => {
    const network = open(async () => {
      throw new Error('must not be asked')
    })
    expect(await network(request({ deadlineAt: Date.now() }))).toEqual({ kind: 'not_sent', reason: 'deadline' })
  })

  it.each<[string, (init: RequestInit) => Promise<Response>, object]>([
    ['an error of any kind', () => Promise.reject(new Error('connection refused')), { kind: 'in_doubt', reason: 'network' }],
    ['no answer before the deadline', untilCut, { kind: 'in_doubt', reason: 'deadline' }],
    ['a body that is too large', async () => new Response('x'.repeat(11)), { kind: 'in_doubt', reason: 'too_large' }],
    [
      'a body that says it is too large',
      async () => new Response('x', { headers: { 'content-length': '11' } }),
      { kind: 'in_doubt', reason: 'too_large' },
    ],
    [
      'a body that ends early',
      async () => new Response('x', { headers: { 'content-length': '5' } }),
      { kind: 'in_doubt', reason: 'short_body' },
    ],
  ])('%s is in doubt', async (_what, answer, expected) => {
    expect(await open(answer)(request())).toEqual(expected)
  })
})
