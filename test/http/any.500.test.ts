import { describe, expect, it, test } from 'vitest'
import { formatApiKey } from '../../src/core/api-key.ts'
import { accountIdFrom } from '../../src/core/ids.ts'
import { createApp } from '../../src/http/app.ts'
import { problemDocument } from '../../src/http/schemas/common.ts'
import { consentBody, persons, verificationBody } from '../support/http-world.ts'
import { seededCrypto } from '../support/ledger-crypto.ts'

/* A door whose ledger fails as no ledger should: what was in hand must not come out with the failure. */

const accountId = accountIdFrom('00a1b2c3d4e5f6')
const key = formatApiKey({ mode: 'test', accountId, keyNumber: 7, secretHex: 'ab'.repeat(32) })

const openDoor = (failure: Error) => {
  const lines: string[] = []
  const fail = async () => {
    throw failure
  }
  const app = createApp({
    ledgerOf: () => ({ submit: fail, read: fail }),
    sources: { candidates: () => ['sandbox'], ask: fail, find: fail, finalAfterMs: () => null },
    directory: { accounts: fail, usage: fail, push: fail },
    crypto: seededCrypto(),
    clock: () => Date.parse('2024-08-02T10:00:00+08:00'),
    log: (event, fields) => lines.push(JSON.stringify({ event, ...fields })),
    askDeadlineMs: 1_000,
    staff: { issuer: 'a', audience: 'b', keys: { keys: [] } },
    failedKeys: { take: fail },
    socketAddress: () => '203.0.113.7',
    trustedProxies: 0,
    version: '0',
    readiness: async () => ({ ready: true, reasons: [] }),
    integrity: fail,
    sandboxPersons: [],
  })
  const call = async (method: string, path: string, json?: unknown): Promise<Response> => {
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'k-1' }
    return app.fetch(
      new Request(`http://gateway.test${path}`, {
        method,
        headers,
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
    )
  }
  return { lines, call }
}

const calls: [method: string, path: string, json?: unknown][] = [
  ['POST', '/v1/verifications', verificationBody('c-1')],
  ['POST', '/v1/consents', consentBody('c-1')],
  ['POST', '/v1/consents/batch', { consents: [consentBody('c-1')] }],
  ['GET', '/v1/account'],
]

describe('a fault behind the door', () => {
  const { id_number: number, name } = persons.match
  test.each<[string, string]>([
    ['a message', `UNIQUE constraint failed: ${name} ${number} ${key}`],
    ['a message that looks like a stack', `failed\n    at ${number} (${name}:1:1)\n    at ${key}`],
    ['a message of lines that are all alike', `    at ${number}\n    at ${number}\n    at ${number}`],
    ['no message', ''],
  ])('with %s is 500 and tells nobody what it was about', async (_what, message) => {
    for (const [method, path, json] of calls) {
      const { lines, call } = openDoor(new RangeError(message))
      const answer = await call(method, path, json)
      const text = await answer.text()
      expect(problemDocument.parse(JSON.parse(text))).toMatchObject({ status: 500, code: 'fault', retry: 'same_key' })
      expect(answer.status).toBe(500)
      const logged = JSON.parse(lines.join('')) as Record<string, string>
      expect(logged).toMatchObject({ event: 'fault', method, kind: 'RangeError', request_id: expect.stringMatching(/^req_/) })
      expect(logged.place).toMatch(/any\.500\.test\.ts:\d+/)
      for (const secret of [number, name, key])
        expect([secret, text.includes(secret), lines.join('').includes(secret)]).toEqual([secret, false, false])
    }
  })

  it('that says it is overloaded is 503, with the time to come back', async () => {
    for (const [method, path, json] of calls) {
      const { call } = openDoor(Object.assign(new Error('the queue is full'), { overloaded: true }))
      const answer = await call(method, path, json)
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
      expect(problemDocument.parse(await answer.json())).toMatchObject({ status: 503, code: 'overloaded', retry: 'same_key' })
    }
  })
})
