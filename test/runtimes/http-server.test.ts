import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { openHttpServer } from '../../src/runtimes/http-server.ts'

/* The socket of the gateway with a door behind it that answers when a test says so. */

const limits = {
  requestTimeout: 600,
  headersTimeout: 300,
  keepAliveTimeout: 5_000,
  timeout: 1_500,
  connectionsCheckingInterval: 50,
}

let server: Server
let port = 0
let release = (): void => {}
let asked = 0
const large = 'a'.repeat(64 * 1024 * 1024)

const answerTo = async (request: Request): Promise<Response> => {
  asked += 1
  const { pathname } = new URL(request.url)
  if (pathname === '/slow')
    await new Promise<void>((resolve) => {
      release = resolve
    })
  if (pathname === '/large') return new Response(large)
  return Response.json({ path: pathname, body: await request.text() })
}

beforeAll(async () => {
  server = openHttpServer({ fetch: answerTo }, '127.0.0.1', limits)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

interface Caller {
  socket: Socket
  text(): string
  closed: Promise<string>
}

const open = (bytes: string): Caller => {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(text)))
  socket.write(bytes)
  return { socket, text: () => text, closed }
}

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
const post = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n'

describe('a request that waits for its answer', () => {
  it('never gets the refusal of the garbage behind it', async () => {
    const caller = open(`${get('/slow')}GARBAGE\r\n\r\n`)
    expect(await caller.closed).toBe('')
    release()
  })

  it('is answered before the garbage behind it is refused, when that comes later', async () => {
    const caller = open(get('/slow'))
    const before = asked
    await until(() => asked > before || caller.socket.destroyed)
    release()
    await until(() => caller.text().endsWith('}'))
    caller.socket.write('GARBAGE\r\n\r\n')
    const text = await caller.closed
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
  })

  it('is answered in its turn', async () => {
    const caller = open(`${get('/slow')}${get('/second')}`)
    const before = asked
    await until(() => asked > before)
    release()
    await until(() => caller.text().includes('/second'))
    expect([...caller.text().matchAll(/"path":"(.*?)"/g)].map(([, path]) => path)).toEqual(['/slow', '/second'])
    caller.socket.destroy()
  })
})

test.each([
  ['headers without an end', 'GET / HTTP/1.1\r\nHost: a\r\nX'],
  ['bodies without a rest', `${post}abc`],
  ['chunks without an end', 'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
])('%s are cut', async (_what, bytes) => {
  const text = await open(bytes).closed
  expect(text === '' || text.startsWith('HTTP/1.1 400')).toBe(true)
})

test.each([
  ['headers', 'GET / HTTP/1.1\r\nHost: a\r\n', 'X: a\r\n'],
  ['bytes of a body', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n', 'a'],
])('%s that drip are cut: the limit is for the whole, not for the next byte', async (_what, head, drop) => {
  const caller = open(head)
  const drip = setInterval(() => caller.socket.write(drop), 20)
  const text = await caller.closed
  clearInterval(drip)
  expect(text === '' || text.startsWith('HTTP/1.1 400')).toBe(true)
})

it('a caller who does not read the answer is cut', async () => {
  const connection = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const caller = connect(port, '127.0.0.1')
  caller.on('error', () => {})
  caller.pause()
  caller.write(get('/large'))
  const socket = await connection
  await new Promise((resolve) => socket.once('close', resolve))
  expect(caller.bytesRead).toBeLessThan(large.length)
  caller.destroy()
})

test.each([
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['the same Host twice', 'GET / HTTP/1.1\r\nHost: a\r\nHOST: a\r\n\r\n'],
  [
    'a coding that nobody undoes',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
  ],
])('%s never reach the door', async (_what, bytes) => {
  const before = asked
  const caller = open(bytes)
  await until(() => caller.text().endsWith('}'))
  expect(caller.text()).toContain('"code":"request_malformed"')
  expect(asked).toBe(before)
  caller.socket.destroy()
})
