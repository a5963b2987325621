import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { consentBody, persons, verificationBody } from '../support/http-world.ts'
import { HttpClient, jsonOf } from '../support/process-client.ts'
import { Processes, pause } from '../support/process-gateway.ts'

const processes = new Processes()
const slow = verificationBody('slow', persons.slow)
const fast = verificationBody('fast', persons.match)

const open = async (environment: Record<string, string> = {}) => {
  const dataDir = processes.folder()
  const { child, baseUrl, apiKey } = await processes.gateway({ VERIMETER_DATA_DIR: dataDir, ...environment })
  const caller = new HttpClient(baseUrl, apiKey ?? '')
  for (const [reference, person] of [
    ['slow', persons.slow],
    ['fast', persons.match],
  ] as const)
    await caller.ask('POST', '/v1/consents', consentBody(reference, person, { sources: ['sandbox'] }))
  return { dataDir, child, baseUrl, apiKey: apiKey ?? '', caller }
}

/** Why a request came to nothing, as the system says it. */
const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    return cause instanceof Error && 'code' in cause ? String(cause.code) : String(error)
  }
  return 'answered'
}

/** What a new connection meets. */
const knock = (baseUrl: string): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(baseUrl)
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => {
      socket.destroy()
      resolve('accepted')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
  })

const countOf = (dataDir: string, sql: string): unknown => {
  const database = new Database(join(dataDir, 'verimeter.db'))
  try {
    return database.prepare(sql).pluck().get()
  } finally {
    database.close()
  }
}
const held = 'SELECT count(*) FROM verifications'
const ended = 'SELECT count(*) FROM outcomes'

describe('SIGTERM under load', () => {
  test('answers everything in flight, takes no new connection, and exits 0 with nothing half done', async () => {
    const { dataDir, child, baseUrl, apiKey, caller } = await open()
    expect(await knock(baseUrl)).toBe('accepted')
    const waiting = Array.from({ length: 8 }, (_, at) => caller.verify(`slow-${at}`, slow))

    let answered = 0
    const statuses = new Set<number>()
    const workers = Array.from({ length: 8 }, async (_, worker) => {
      const ask = async (at: number) => {
        statuses.add((await caller.verify(`fast-${worker}-${at}`, fast)).status)
        answered += 1
      }
      for (let at = 0; (await failureOf(ask(at))) === 'answered'; at += 1);
    })

    await child.waitUntil(() => answered > 20)
    // One caller goes away before its answer. Its question came last, so nobody else's is left to wait for; it gets its
    // ending all the same.
    const leaving = new AbortController()
    const left = failureOf(
      fetch(`${baseUrl}/v1/verifications`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'left' },
        body: JSON.stringify(slow),
        signal: leaving.signal,
      }),
    )
    await pause(300)
    leaving.abort()
    child.signal('SIGTERM')
    await child.waitUntil(() => child.stderr.includes('"event":"draining"'))
    expect(await knock(baseUrl)).toBe('ECONNREFUSED')
    expect(child.isRunning).toBe(true)

    const answers = await Promise.all(waiting)
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    for (const answer of answers) expect(jsonOf(answer)).toMatchObject({ outcome: 'match', charged: true })
    expect(await child.ended).toMatchObject({ code: 0, signal: null, stderr: expect.stringContaining('"event":"stopped"') })
    await Promise.all(workers)
    expect([...statuses]).toEqual([200])
    expect(await left).not.toBe('answered')

    expect(countOf(dataDir, held)).toBe(answered + 9)
    expect(countOf(dataDir, ended)).toBe(answered + 9)
  })
})

test('a request on a connection that was open before is still answered, and told that the connection closes', async () => {
  const { child, baseUrl, apiKey } = await open()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (): Promise<{ status: number | undefined; connection: string | undefined; port: number | undefined }> =>
    new Promise((resolve, reject) => {
      const request = get(`${baseUrl}/v1/balance`, { agent, headers: { authorization: `Bearer ${apiKey}` } }, (response) => {
        const port = response.socket.localPort
        response
          .resume()
          .once('end', () => resolve({ status: response.statusCode, connection: response.headers.connection, port }))
      })
      request.once('error', reject)
    })
  const before = await ask()
  expect(before).toMatchObject({ status: 200, connection: 'keep-alive' })
  child.signal('SIGTERM')
  await child.waitUntil(() => child.stderr.includes('"event":"draining"'))
  expect(await ask()).toEqual({ status: 200, connection: 'close', port: before.port })
  expect(await child.ended).toMatchObject({ code: 0 })
})

test('/ready says that it drains from the signal on, while /health and everybody else are still answered', async () => {
  const { child, baseUrl, caller } = await open()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (path: string): Promise<{ status: number | undefined; retryAfter: string | undefined; text: string }> =>
    new Promise((resolve, reject) => {
      const request = get(`${baseUrl}${path}`, { agent }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.once('end', () => resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'], text }))
      })
      request.once('error', reject)
    })
  expect(await ask('/ready')).toMatchObject({ status: 200 })
  const waiting = caller.verify('slow', slow)
  await pause(300)
  child.signal('SIGTERM')
  await child.waitUntil(() => child.stderr.includes('"event":"draining"'))
  const ready = await ask('/ready')
  expect(ready).toMatchObject({ status: 503, retryAfter: '5' })
  expect(JSON.parse(ready.text)).toMatchObject({ code: 'overloaded', reason: 'draining' })
  expect((await waiting).status).toBe(200)
  expect(await child.ended).toMatchObject({ code: 0 })
})

describe.concurrent('a drain', () => {
  test('that a second SIGTERM cuts short ends at once, and what was asked stands as held', async () => {
    const { dataDir, child, caller } = await open()
    const failure = failureOf(caller.verify('slow', slow))
    await pause(300)
    child.signal('SIGTERM')
    await child.waitUntil(() => child.stderr.includes('"event":"draining"'))
    const before = Date.now()
    expect(await child.end('SIGTERM')).toMatchObject({ code: 1 })
    expect(Date.now() - before).toBeLessThan(2_000)
    expect(await failure).not.toBe('answered')
    expect([countOf(dataDir, held), countOf(dataDir, ended)]).toEqual([1, 0])
  })

  test('that its deadline cuts short exits 1', async () => {
    const { child, caller } = await open({ VERIMETER_DRAIN_DEADLINE_MS: '200' })
    const failure = failureOf(caller.verify('slow', slow))
    await pause(300)
    const before = Date.now()
    expect(await child.end('SIGTERM')).toMatchObject({ code: 1 })
    expect(Date.now() - before).toBeLessThan(2_500)
    expect(await failure).not.toBe('answered')
  })

  test('with nothing in flight, on SIGINT too, exits 0 and waits for no idle connection', async () => {
    const { child } = await open()
    const before = Date.now()
    expect(await child.end('SIGINT')).toMatchObject({ code: 0 })
    expect(Date.now() - before).toBeLessThan(5_000)
  })
})
