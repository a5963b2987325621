import { describe, expect, it, test } from 'vitest'
import { problemDocument } from '../../src/http/schemas/common.ts'
import { doorKey as key, openDoor } from '../support/http-door.ts'
import { consentBody, persons, verificationBody } from '../support/http-world.ts'

/* A door whose ledger fails as no ledger should: what was in hand must not come out with the failure. */

const openFailing = (failure: Error) => {
  const fail = async () => {
    throw failure
  }
  return openDoor({ ledgerOf: () => ({ submit: fail, read: fail }) })
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
      const { lines, call } = openFailing(new RangeError(message))
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
      const { call } = openFailing(Object.assign(new Error('the queue is full'), { overloaded: true }))
      const answer = await call(method, path, json)
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
      expect(problemDocument.parse(await answer.json())).toMatchObject({ status: 503, code: 'overloaded', retry: 'same_key' })
    }
  })
})
