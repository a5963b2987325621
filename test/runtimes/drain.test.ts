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

    // One caller goes away before its answer: what was asked for it gets its ending all the same.
    const leaving = new AbortController()
    const left = failureOf(
      fetch(`${baseUrl}/v1/verifications`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'left' },
        body: JSON.stringify(slow),
        signal: leaving.signal,
      }),
    )
    let answered = 0
    const failures: string[] = []
    const workers = Array.from({ length: 8 }, async (_, worker) => {
      for (let at = 0; ; at += 1) {
        const failure = await failureOf(
          caller.verify(`fast-${worker}-${at}`, fast).then((answer) => {
            expect(answer.status).toBe(200)
            answered += 1
          }),
        )
        if (failure === 'answered') continue
        failures.push(failure)
        return
      }
    })

    await pause(700)
    leaving.abort()
    expect(answered).toBeGreaterThan(20)
    child.signal('SIGTERM')
    await child.waitUntil(() => child.stderr.includes('"event":"draining"'))
    expect(await knock(baseUrl)).toBe('ECONNREFUSED')
    expect(child.isRunning).toBe(true)

    const answers = await Promise.all(waiting)
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    for (const answer of answers) expect(jsonOf(answer)).toMatchObject({ outcome: 'match', charged: true })
    expect(await child.ended).toMatchObject({ code: 0, signal: null, stderr: expect.stringContaining('"event":"stopped"') })
    await Promise.all(workers)
    // A request that was sent into a connection on its way out would be a reset; there is none.
    expect(failures).toEqual(Array.from({ length: 8 }, () => 'ECONNREFUSED'))
    expect(await left).not.toBe('answered')

    expect(countOf(dataDir, held)).toBe(answered + 9)
    expect(countOf(dataDir, ended)).toBe(answered + 9)
  })
})

describe('a drain that is cut short', () => {
  test('by a second SIGTERM ends at once, and what was asked stands as held', async () => {
    const { dataDir, child, caller } = await open()
    const failure = failureOf(caller.verify('slow', slow))
    await pause(300)
    child.signal('SIGTERM')
    await child.waitUntil(() => child.stderr.includes('"event":"draining"'))
    const before = Date.now()
    expect(await child.end('SIGTERM')).toMatchObject({ code: 1 })
    expect(Date.now() - before).toBeLessThan(1_000)
    expect(await failure).not.toBe('answered')
    expect([countOf(dataDir, held), countOf(dataDir, ended)]).toEqual([1, 0])
  })

  test('by its deadline exits 1', async () => {
    const { child, caller } = await open({ VERIMETER_DRAIN_DEADLINE_MS: '200' })
    const failure = failureOf(caller.verify('slow', slow))
    await pause(300)
    const before = Date.now()
    expect(await child.end('SIGTERM')).toMatchObject({ code: 1 })
    expect(Date.now() - before).toBeLessThan(1_500)
    expect(await failure).not.toBe('answered')
  })

  test('with nothing in flight, SIGINT too, exits 0 at once', async () => {
    const { child } = await open()
    const before = Date.now()
    expect(await child.end('SIGINT')).toMatchObject({ code: 0 })
    expect(Date.now() - before).toBeLessThan(1_500)
  })
})
