import { describe, expect, test } from 'vitest'
import { makeKeyFiles, publicKeyOf, readIssuerKey } from '../../src/runtimes/keyring.ts'
import { openStaffIssuers } from '../../src/runtimes/staff-issuers.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'
import { openDoor } from '../support/http-door.ts'

/* A read across accounts that cannot be kept is not answered. */

const issuer = readIssuerKey(makeKeyFiles()['staff-issuer.json'])
const now = Date.parse('2024-08-02T10:00:00+08:00')

const secret = 'acc_0123456789'
const row = { id: secret, name: 'Example Ltd', standing: 'open' as const, createdAt: now, inDoubt: {}, seq: 1 }

const unused = async (): Promise<never> => {
  throw new Error('the built-in issuer asks nobody')
}

const openStaffDoor = (record: () => Promise<void>) =>
  openDoor({
    staff: openStaffIssuers(publicKeyOf(issuer), null, { network: unused, clock: () => now, log: () => {} }),
    directory: {
      accounts: async () => ({ rows: [row], asOf: now }),
      usage: async () => ({ rows: [], asOf: now }),
      alarms: async () => ({ rows: { items: [], next: null }, asOf: now }),
      sources: async () => ({ rows: [], asOf: now }),
      staffLog: async () => ({ items: [], next: null }),
      claimOrganisation: unused,
      push: async () => {},
      record,
    },
  })

const days = 'from=2024-08-01&to=2024-08-31'

describe.each(['/v1/accounts?name=Example', `/v1/reports/usage?${days}`, `/v1/reports/usage?${days}&format=csv`])(
  '%s',
  (path) => {
    const ask = async (record: () => Promise<void>) => {
      const { app, lines } = openStaffDoor(record)
      const token = await signStaffToken(issuer, { sub: 'zhao', roles: ['finance'], hours: 1 }, now)
      const headers = { Authorization: `Bearer ${token}`, 'Verimeter-Reason': 'ticket' }
      const response = await app.fetch(new Request(`http://gateway.test${path}`, { headers }))
      return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text(), lines }
    }

    test('is 503 and shows nothing when its line cannot be written', async () => {
      const answer = await ask(() => Promise.reject(new Error('disk I/O error at Example Ltd')))
      expect([answer.status, answer.retryAfter]).toEqual([503, '5'])
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'overloaded', reason: 'staff_log_not_writable' })
      expect(answer.text).not.toContain(secret)
      expect(answer.lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['staff_log_failed'])
      expect(answer.lines.join()).not.toContain('Example')
    })

    test('is answered only after its line is written', async () => {
      let written = (): void => {}
      const order: string[] = []
      const answered = ask(() => new Promise((resolve) => (written = resolve))).then((answer) => {
        order.push('answered')
        return answer
      })
      for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setTimeout(resolve, 1))
      expect(order).toEqual([])
      order.push('written')
      written()
      expect((await answered).status).toBe(200)
      expect(order).toEqual(['written', 'answered'])
    })
  },
)
