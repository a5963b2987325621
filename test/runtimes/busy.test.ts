import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestGateway, type TestGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer } from '../support/http-world.ts'

/*
 * Another program writes to the ledger's file, which nobody may do. The gateway does not wait for it, because waiting would
 * stop everybody: writes are refused at once as overload, what only reads goes on.
 */

let gateway: TestGateway
let customer: Customer
let intruder: Database.Database

beforeAll(async () => {
  // The timer that fills the derived tables does not run, so that a list has something to take in.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  gateway = await openTestGateway()
  customer = await openCustomer(gateway, { credits: 100 })
  await expectStatus(201, customer.record('c-1'))
  await expectStatus(200, customer.verify('before', 'c-1'))
  intruder = new Database(join(gateway.dataDir, 'verimeter.db'))
})
afterAll(async () => {
  vi.useRealTimers()
  intruder.close()
  await gateway.close()
})

describe('while another program holds the write lock', () => {
  beforeAll(() => {
    intruder.exec('BEGIN IMMEDIATE')
  })
  afterAll(() => {
    intruder.exec('ROLLBACK')
  })

  test('new calls are refused as overload, all of them, with the lock still held', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => customer.verify(`busy-${at}`, 'c-1')))
    for (const answer of answers) {
      expect(answer.status).toBe(503)
      expect(answer.body).toMatchObject({ code: 'overloaded', retry: 'same_key' })
      expect(answer.headers.get('retry-after')).toBe('5')
    }
  })

  test('a replay and the balance are served, and a list that must write first is refused as overload', async () => {
    expect((await expectStatus(200, customer.verify('before', 'c-1'))).headers.get('idempotency-replayed')).toBe('true')
    expect((await expectStatus(200, customer.call('GET', '/v1/balance'))).body).toHaveProperty('grants')
    expect((await expectStatus(503, customer.call('GET', '/v1/verifications'))).body).toMatchObject({ code: 'overloaded' })
  })

  test('it is not ready', async () => {
    expect((await expectStatus(503, gateway.call('GET', '/ready'))).body).toMatchObject({ reason: 'ledger_not_writable' })
  })
})

test('afterwards it is ready, and the same keys get their one answer', async () => {
  await expectStatus(200, gateway.call('GET', '/ready'))
  for (let at = 0; at < 20; at += 1) await expectStatus(200, customer.verify(`busy-${at}`, 'c-1'))
  await expectStatus(200, customer.call('GET', '/v1/verifications'))
  const { available, captured } = await customer.credits()
  expect({ available, captured }).toEqual({ available: 79, captured: 21 })
})
