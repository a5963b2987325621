import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Network, NetworkRequest, NetworkResult } from '../../src/core/ports.ts'
import { openNetwork } from '../../src/runtimes/network.ts'

let network: Network
let close: () => Promise<void>
const servers: { server: Server; sockets: Set<Socket> }[] = []

beforeEach(() => {
  ;({ network, close } = openNetwork({ clock: Date.now }))
})
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  await close()
})

/** A raw server: `answer` is called for every request, with what came in and the how-many-eth it is on this server. */
const serve = async (
  answer: (socket: Socket, request: string, count: number) => void,
): Promise<{ origin: string; requests: string[]; connections: () => number }> => {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      requests.push(data.toString())
      answer(socket, data.toString(), requests.length)
    })
  }).listen(0, '127.0.0.1')
  servers.push({ server, sockets })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { origin: `http://127.0.0.1:${address.port}`, requests, connections: () => connections }
}

const send = (url: string, more: Partial<NetworkRequest> = {}, forMs = 2_000): Promise<NetworkResult> =>
  network({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=1',
    deadlineAt: Date.now() + forMs,
    maxResponseBytes: 1_000,
    ...more,
  })

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('a whole response', () => {
  test('comes with its status, lower-case headers and body', async () => {
    const { origin, requests } = await serve((socket) =>
      socket.write('HTTP/1.1 450 Business\r\nX-One: 1\r\nX-Two: a\r\nx-two: b\r\nContent-Length: 6\r\n\r\n张三'),
    )
    expect(await send(`${origin}/path?reference=ver_1`)).toEqual({
      kind: 'response',
      status: 450,
      headers: { 'x-one': '1', 'x-two': 'a, b', 'content-length': '6' },
      body: '张三',
    })
    expect(requests[0]).toMatch(/^POST \/path\?reference=ver_1 HTTP\/1\.1\r\n/)
    expect(requests[0]).toMatch(/content-length: 3\r\n/)
    expect(requests[0]).toMatch(/\r\n\r\na=1$/)
  })

  test('may come in pieces that cut a character, and with a byte order mark', async () => {
    const { origin } = await serve(async (socket) => {
      const bytes = Buffer.from('\ufeff{"name":"张三"}')
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${bytes.length}\r\n\r\n`)
      socket.write(bytes.subarray(0, 13))
      await pause(20)
      socket.write(bytes.subarray(13))
    })
    expect(await send(origin)).toMatchObject({ kind: 'response', body: '{"name":"张三"}' })
  })

  test('interim responses are not the answer', async () => {
    const { origin } = await serve((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${ok}`))
    expect(await send(origin)).toEqual({ kind: 'response', status: 200, headers: { 'content-length': '2' }, body: 'ok' })
  })

  test('a redirect is an answer, not a way to go', async () => {
    const target = await serve((socket) => socket.write(ok))
    const { origin } = await serve((socket) =>
      socket.write(`HTTP/1.1 307 Temporary Redirect\r\nlocation: ${target.origin}/\r\ncontent-length: 0\r\n\r\n`),
    )
    expect(await send(origin)).toMatchObject({ kind: 'response', status: 307, body: '' })
    expect(target.requests).toEqual([])
  })

  test('a GET without body', async () => {
    const { origin, requests } = await serve((socket) => socket.write(ok))
    expect(await send(origin, { method: 'GET', body: null, headers: {} })).toMatchObject({ kind: 'response' })
    expect(requests[0]).not.toMatch(/content-length/)
  })
})

describe('not sent', () => {
  test('a closed port', async () => {
    const { origin } = await serve(() => undefined)
    for (const { server } of servers.splice(0)) server.close()
    expect(await send(origin)).toEqual({ kind: 'not_sent', reason: 'connection_refused' })
    expect(await send(origin.replace('127.0.0.1', 'localhost'))).toEqual({ kind: 'not_sent', reason: 'connection_refused' })
  })

  test('a name that does not resolve', async () => {
    const result = await send('http://no-such-vendor.invalid/')
    expect(result.kind).toBe('not_sent')
    expect(['name_not_resolved', 'connect_timeout', 'deadline', 'not_sent']).toContain(
      result.kind === 'not_sent' && result.reason,
    )
  })

  test.each([
    ['a URL that is none', 'not a url', {}],
    ['a header that cannot be sent', 'http://127.0.0.1:1/', { headers: { 'x-a': 'b\r\nx-c: d' } }],
    ['another protocol', 'ftp://127.0.0.1/', {}],
  ])('%s', async (_name, url, more) => {
    expect(await send(url, more)).toMatchObject({ kind: 'not_sent' })
  })

  test('TLS that fails', async () => {
    const { origin } = await serve((socket) => socket.write('not TLS\r\n'))
    expect(await send(origin.replace('http:', 'https:'))).toMatchObject({ kind: 'not_sent' })
  })

  test.each([0, -5, Number.NaN])('a deadline of %d ms', async (forMs) => {
    const { origin, connections } = await serve((socket) => socket.write(ok))
    expect(await send(origin, {}, forMs)).toEqual({ kind: 'not_sent', reason: 'deadline' })
    expect(connections()).toBe(0)
  })

  test('a request that waits for a socket until its deadline, and is not sent later', async () => {
    const { origin, requests } = await serve((socket) => setTimeout(() => socket.write(ok), 300))
    const first = Array.from({ length: 128 }, () => send(origin))
    const waiting = await send(origin, { body: 'waiting=1' }, 100)
    expect(waiting).toEqual({ kind: 'not_sent', reason: 'deadline' })
    const answers = await Promise.all(first)
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['response']))
    expect(await send(origin)).toMatchObject({ kind: 'response' })
    expect(requests.length).toBe(129)
    expect(requests.filter((request) => request.includes('waiting'))).toEqual([])
  })

  test('a request that waits for the handshake until its deadline', async () => {
    // The socket is taken and never spoken on, so the TLS handshake never ends.
    const { origin, connections } = await serve(() => undefined)
    const result = await send(origin.replace('http:', 'https:'), {}, 200)
    expect(result).toEqual({ kind: 'not_sent', reason: 'deadline' })
    expect(connections()).toBe(1)
  })

  test('a handshake that takes longer than any connection may', async () => {
    const { origin } = await serve(() => undefined)
    const before = Date.now()
    expect(await send(origin.replace('http:', 'https:'), {}, 10_000)).toEqual({ kind: 'not_sent', reason: 'connect_timeout' })
    expect(Date.now() - before).toBeLessThan(4_500)
  })

  test('after close', async () => {
    const { origin, connections } = await serve((socket) => socket.write(ok))
    const other = openNetwork({ clock: Date.now })
    await other.close()
    const request = {
      method: 'GET',
      url: origin,
      headers: {},
      body: null,
      deadlineAt: Date.now() + 500,
      maxResponseBytes: 10,
    } as const
    expect(await other.network(request)).toMatchObject({ kind: 'not_sent' })
    expect(connections()).toBe(0)
  })
})

describe('in doubt', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n'
  const cases: [string, (socket: Socket) => void, string][] = [
    ['a reset after the request', (socket) => socket.resetAndDestroy(), 'reset'],
    ['a close after the request', (socket) => socket.end(), 'reset'],
    ['a close within the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\ncont'), 'reset'],
    ['a close after an interim response', (socket) => socket.end('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'), 'reset'],
    ['a body that ends early', (socket) => socket.end(`${head}{"a`), 'short_body'],
    [
      'a body that is reset',
      (socket) => socket.write(`${head}{"a`, () => setTimeout(() => socket.resetAndDestroy(), 20)),
      'short_body',
    ],
    [
      'chunks that end early',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel'),
      'short_body',
    ],
    ['two lengths', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok'), 'reset'],
    ['no HTTP', (socket) => socket.write('SSH-2.0-OpenSSH\r\n'), 'network'],
    ['a chunk that is none', (socket) => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'), 'network'],
    ['headers without end', (socket) => socket.write(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(40_000)}\r\n\r\n`), 'too_large'],
    ['more bytes than wanted', (socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'a'.repeat(1_001)}`), 'too_large'],
    ['a length beyond what is wanted', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n'), 'too_large'],
  ]
  test.each(cases)('%s', async (_name, answer, reason) => {
    const { origin, requests } = await serve(answer)
    expect(await send(origin)).toEqual({ kind: 'in_doubt', reason })
    await pause(50)
    expect(requests.length).toBe(1)
  })

  test('as many bytes as wanted are not too many', async () => {
    const { origin } = await serve((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n${'a'.repeat(1_000)}`),
    )
    expect(await send(origin)).toMatchObject({ kind: 'response' })
  })

  test('silence until the deadline', async () => {
    const { origin } = await serve(() => undefined)
    const before = Date.now()
    expect(await send(origin, {}, 150)).toEqual({ kind: 'in_doubt', reason: 'deadline' })
    expect(Date.now() - before).toBeGreaterThanOrEqual(145)
    expect(Date.now() - before).toBeLessThan(500)
  })

  test('a drip goes on past no deadline', async () => {
    const { origin } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n')
      const timer = setInterval(() => socket.write('a'), 20)
      socket.on('close', () => clearInterval(timer))
    })
    const before = Date.now()
    expect(await send(origin, {}, 300)).toEqual({ kind: 'in_doubt', reason: 'deadline' })
    expect(Date.now() - before).toBeLessThan(600)
  })

  test('10 MB without a length are cut, and the sender notices', async () => {
    let taken = 0
    const { origin } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const piece = Buffer.alloc(64 * 1024, 'a')
      const more = (): void => {
        if (taken >= 10_000_000 || socket.destroyed) return
        taken += piece.length
        socket.write(piece, more)
      }
      more()
    })
    expect(await send(origin, { maxResponseBytes: 64 * 1024 }, 5_000)).toEqual({ kind: 'in_doubt', reason: 'too_large' })
    await pause(100)
    expect(taken).toBeLessThan(10_000_000)
  })

  test('a kept socket that dies under the second request is in doubt, and the request is not repeated', async () => {
    const { origin, requests, connections } = await serve((socket, _request, count) => {
      if (count === 1) socket.write(ok)
      else socket.resetAndDestroy()
    })
    expect(await send(origin)).toMatchObject({ kind: 'response' })
    await pause(10)
    // GET is what clients repeat by themselves, as the standards allow (RFC 9110 §9.2.2).
    expect(await send(origin, { method: 'GET', body: null })).toEqual({ kind: 'in_doubt', reason: 'reset' })
    await pause(50)
    expect(requests.length).toBe(2)
    expect(connections()).toBe(1)
  })

  test('racing a server that closes idle sockets, nothing is sent twice or called not sent wrongly', async () => {
    const { origin, requests } = await serve((socket) => {
      socket.write(ok)
      setTimeout(() => socket.destroy(), 3)
    })
    const results: NetworkResult[] = []
    for (let number = 0; number < 200; number += 1) {
      results.push(await send(origin, { body: `n=${number}-` }))
      await pause(number % 6)
    }
    for (const [number, result] of results.entries()) {
      const arrivals = requests.filter((request) => request.endsWith(`n=${number}-`)).length
      expect(arrivals).toBeLessThanOrEqual(1)
      if (result.kind === 'response') expect(arrivals).toBe(1)
      if (result.kind === 'not_sent') expect(arrivals).toBe(0)
    }
    expect(results.filter(({ kind }) => kind === 'response').length).toBeGreaterThan(100)
  })
})

test('sockets are kept and used again, one request at a time', async () => {
  const { origin, connections } = await serve((socket) => socket.write(ok))
  for (let number = 0; number < 5; number += 1) {
    expect(await send(origin)).toMatchObject({ kind: 'response' })
    await pause(5)
  }
  expect(connections()).toBe(1)
  await Promise.all([send(origin), send(origin), send(origin)])
  expect(connections()).toBe(3)
})

test('a deadline on a clock of its own counts from that clock', async () => {
  const { origin } = await serve((socket) => socket.write(ok))
  const past = openNetwork({ clock: () => 1_000 })
  const request = { method: 'GET', url: origin, headers: {}, body: null, maxResponseBytes: 10 } as const
  expect(await past.network({ ...request, deadlineAt: 3_000 })).toMatchObject({ kind: 'response' })
  expect(await past.network({ ...request, deadlineAt: 1_000 })).toEqual({ kind: 'not_sent', reason: 'deadline' })
  expect(await past.network({ ...request, deadlineAt: Number.MAX_SAFE_INTEGER })).toMatchObject({ kind: 'response' })
  await past.close()
})

test('close waits for what is under way', async () => {
  const { origin } = await serve((socket) => setTimeout(() => socket.write(ok), 100))
  const other = openNetwork({ clock: Date.now })
  const request = {
    method: 'GET',
    url: origin,
    headers: {},
    body: null,
    deadlineAt: Date.now() + 2_000,
    maxResponseBytes: 10,
  } as const
  const answer = other.network(request)
  await pause(20)
  await other.close()
  expect(await answer).toMatchObject({ kind: 'response' })
})
