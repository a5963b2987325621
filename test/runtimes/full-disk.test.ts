import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Answer, openTestGateway, type TestGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer } from '../support/http-world.ts'

/*
 * A full disk, made by SQLite's own limit: no page can be added to the file. Unlike an I/O error this is a definite no: the
 * transaction is rolled back, callers are told to come back, and the process lives.
 */

let gateway: TestGateway
let customer: Customer
let connection: Database.Database
const refused: { key: string; answer: Answer }[] = []

const letGrow = (pages: number): void => {
  connection.pragma(`max_page_count = ${pages}`)
}
/** The timer that fills the derived tables, at a moment of the test's choosing. */
const flush = (): void => {
  vi.advanceTimersByTime(1_000)
}
const events = (): string[] => gateway.logLines.map((line) => (JSON.parse(line) as { event: string }).event)

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const pragma = vi.spyOn(Database.prototype, 'pragma')
  gateway = await openTestGateway()
  const opened = pragma.mock.contexts.map((context) => context as Database.Database)
  pragma.mockRestore()
  const found = opened.find(({ name }) => name.endsWith('/verimeter.db'))
  if (!found) throw new Error('the gateway opened no database')
  connection = found

  customer = await openCustomer(gateway, { credits: 1_000 })
  await expectStatus(201, customer.record('c-1'))
  await Promise.all(Array.from({ length: 200 }, (_, at) => expectStatus(200, customer.verify(`before-${at}`, 'c-1'))))
  letGrow(Number(connection.pragma('page_count', { simple: true })))
})
afterAll(async () => {
  vi.useRealTimers()
  await gateway.close()
})

describe('while the disk is full', () => {
  test('the timer that fills the derived tables fails, and ends nothing', () => {
    expect(events()).not.toContain('flush_failed')
    flush()
    expect(events()).toContain('flush_failed')
  })

  test('a call is refused as overload, with the same key to come back with', async () => {
    for (let at = 0; at < 500 && refused.length < 3; at += 1) {
      const answer = await customer.verify(`full-${at}`, 'c-1')
      if (answer.status !== 200) refused.push({ key: `full-${at}`, answer })
    }
    expect(refused).toHaveLength(3)
    for (const { answer } of refused) {
      expect(answer.status).toBe(503)
      expect(answer.body).toMatchObject({ code: 'overloaded', retry: 'same_key' })
      expect(answer.headers.get('retry-after')).toBe('5')
    }
    expect(events()).toContain('commit_failed')
  })

  test('reads are served, and replays too', async () => {
    const replay = await expectStatus(200, customer.verify('before-0', 'c-1'))
    expect(replay.headers.get('idempotency-replayed')).toBe('true')
    expect((await expectStatus(200, customer.call('GET', '/v1/balance'))).body).toHaveProperty('grants')
  })

  test('the books are sound: what was refused is whole or not there', async () => {
    const integrity = await gateway.asStaff('auditor', 'GET', '/v1/integrity')
    expect(integrity.body).toMatchObject({ violations: [] })
  })
})

describe('once there is room again', () => {
  test('the same keys get their one answer, without a restart', async () => {
    letGrow(1_000_000)
    // One whose second commit was refused stands as held until its deadline, and is then asked about.
    for (const { key } of refused) expect([200, 409]).toContain((await customer.verify(key, 'c-1')).status)
    gateway.clock.advance(60_000)
    for (let turn = 0; turn < 2; turn += 1) await gateway.sweep()
    for (const { key } of refused) await expectStatus(200, customer.verify(key, 'c-1'))
    const { held, captured, available } = await customer.credits()
    expect({ held, sum: captured + available }).toEqual({ held: 0, sum: 1_000 })
  })

  test('the derived tables are filled by the next turn of the timer', async () => {
    const failedBefore = events().filter((event) => event === 'flush_failed').length
    flush()
    expect(events().filter((event) => event === 'flush_failed')).toHaveLength(failedBefore)
    const indexed = connection.prepare('SELECT count(*) FROM used_keys').pluck().get()
    expect(indexed).toBe(connection.prepare('SELECT count(*) FROM verifications').pluck().get())
  })
})

test('a ledger that cannot write is not ready, and is ready again by itself, without any work sent to it', async () => {
  const ready = () => gateway.call('GET', '/ready')
  await expectStatus(200, ready())
  connection.pragma('query_only = ON')
  expect((await customer.verify('read-only', 'c-1')).status).toBe(500)
  expect((await expectStatus(503, ready())).body).toMatchObject({ reason: 'ledger_not_writable' })
  await expectStatus(200, customer.verify('before-0', 'c-1'))
  await expectStatus(503, ready())
  connection.pragma('query_only = OFF')
  expect((await expectStatus(200, ready())).body).toMatchObject({ ready: true })
  await expectStatus(200, customer.verify('read-only', 'c-1'))
})
