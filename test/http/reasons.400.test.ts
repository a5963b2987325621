import { beforeAll, describe, expect, it, test } from 'vitest'
import { type Trace, takesReason } from '../../src/http/route.ts'
import { seedCustomer } from '../support/http-customer-routes.ts'
import { type Answer, useGateway } from '../support/http-gateway.ts'
import type { Customer } from '../support/http-world.ts'

/* What staff read that is somebody's, they read with a reason, and the reading is in the books before it is answered. */

const gateway = useGateway()

let customer: Customer
let ids: Record<string, string>

beforeAll(async () => {
  const seeded = await seedCustomer(gateway())
  customer = seeded.customer
  const first = async (path: string) =>
    (await gateway().asStaff('admin', 'GET', `/v1/accounts/${customer.accountId}${path}`)).word(
      ...(path === '/grants' ? ['grants', 0, 'id'] : ['items', 0, 'id']),
    )
  ids = {
    account_id: customer.accountId,
    key_id: customer.keyId,
    verification_id: seeded.verificationId,
    consent_id: seeded.consentId,
    order_id: await first('/orders'),
    grant_id: await first('/grants'),
    approval_id: 'none',
    ...Object.fromEntries(Object.entries(seeded.matters).map(([kind, id]) => [`${kind}_id`, id])),
  }
  await gateway().sweep()
})

const days = 'from=2024-08-01&to=2024-08-31'

/** A good query of each list that needs one, so that what it leaves behind can be told. */
const queries: Record<string, string[]> = {
  'GET /v1/accounts/{account_id}/clearing': [`?${days}`],
  'GET /v1/accounts': ['', '?name=Example'],
  'GET /v1/accounts/{account_id}/journal': [`?${days}`],
  'GET /v1/reports/month-end': ['?month=2024-07', '?month=2024-08&format=csv', '?month=2024-07&account_id=ACCOUNT'],
  'GET /v1/reports/usage': [
    `?${days}`,
    `?${days}&format=csv`,
    `?${days}&account_id=ACCOUNT`,
    `?${days}&account_id=ACCOUNT&format=csv`,
  ],
  'GET /v1/reports/margin': [`?${days}`, `?${days}&account_id=ACCOUNT&format=xlsx`],
}

/** What each kind of read leaves for a query: in the journal of the account, in the staff log. */
const leaves: Record<Trace, (query: string) => [entries: number, lines: number]> = {
  none: () => [0, 0],
  account: () => [1, 0],
  staff_log: () => [0, 1],
  search: (query) => (query.includes('name=') ? [0, 1] : [0, 0]),
  report: (query) => (query.includes('account_id=') ? [1, 0] : [0, 1]),
}

const staffRoutes = () => gateway().app.routes.filter(({ caller }) => caller === 'staff')

const counts = async (): Promise<[entries: number, lines: number]> => {
  const { items } = (await gateway().asStaff('auditor', 'GET', '/v1/staff-log?limit=100')).body as { items: object[] }
  return [(await gateway().journal(customer.accountId)).length, items.length]
}

const read = async (path: string, reason: string | null): Promise<Answer> =>
  gateway().call('GET', path, {
    bearer: await gateway().staffToken({ roles: ['admin'] }),
    headers: reason === null ? {} : { 'Verimeter-Reason': reason },
  })

describe('every staff route', () => {
  it('says what it leaves behind, and nobody else does', () => {
    for (const { method, path, caller, trace } of gateway().app.routes)
      expect([method, path, trace === undefined]).toEqual([method, path, caller !== 'staff'])
    for (const { method, path, trace } of staffRoutes())
      if (method !== 'get') expect([method, path, trace]).toEqual([method, path, 'account'])
  })

  it('that reads leaves behind what it says, and without a reason is 400 and shows nothing', async () => {
    const reads = staffRoutes().filter(({ method }) => method === 'get')
    let traced = 0
    for (const spec of reads) {
      const bare = spec.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? 'none')
      for (const query of queries[`GET ${spec.path}`] ?? ['']) {
        const path = `${bare}${query.replace('ACCOUNT', customer.accountId)}`
        const [entries, lines] = leaves[spec.trace ?? 'none'](query)
        // The one approval, file, case or flag that could be named is not there; what is not there leaves nothing.
        const there = !/\/(approvals|files|breach-cases|usage-flags)\//.test(path)
        traced += entries + lines
        const before = await counts()
        if (entries + lines > 0 && spec.trace !== 'report') {
          const without = await read(path, null)
          expect([path, without.status, without.code]).toEqual([path, 400, 'reason_missing'])
          expect(await counts()).toEqual(before)
        }
        const answer = await read(path, 'ticket%20481')
        expect([path, answer.status]).toEqual([path, there ? 200 : 404])
        expect([path, await counts()]).toEqual([path, there ? [before[0] + entries, before[1] + lines] : before])
        expect(takesReason(spec)).toBe(spec.trace !== 'none')
      }
    }
    expect(traced).toBeGreaterThanOrEqual(9)
  })
})

describe('a reason', () => {
  const path = () => `/v1/accounts/${customer.accountId}/consents`

  test.each([
    ['nothing', '', 'reason_missing', null],
    ['white space', '%20%20', 'reason_malformed', 'too_small'],
    ['a broken escape', 'ticket%2', 'reason_malformed', 'percent_encoded'],
    ['bytes that are not UTF-8', '%ff%fe', 'reason_malformed', 'percent_encoded'],
    ['half a character', '%E4%BD', 'reason_malformed', 'percent_encoded'],
    ['raw Latin-1', 'caf\u00e9', 'reason_malformed', 'percent_encoded'],
    ['more than 200 characters', 'a'.repeat(201), 'reason_malformed', 'too_large'],
    ['two lines', 'a%0Ab', 'reason_malformed', 'control_character'],
    ['the number of a person', '11010519491231002X', 'reason_malformed', 'personal_number'],
    [
      'the number of a person, dressed up',
      'for%2011010519491231%EF%BC%90%EF%BC%90%EF%BC%92x',
      'reason_malformed',
      'personal_number',
    ],
  ])('of %s is 400', async (_what, sent, code, rule) => {
    const before = await counts()
    const answer = await read(path(), sent)
    expect([answer.status, answer.code]).toEqual([400, code])
    if (rule !== null) expect(answer.member('errors')).toEqual([{ pointer: '', rule }])
    expect(answer.text).not.toContain('1101051949')
    expect(await counts()).toEqual(before)
  })

  test.each([
    ['one character', 'x', 'x'],
    ['200 Chinese characters', encodeURIComponent('查'.repeat(200)), '查'.repeat(200)],
    ['an emoji', encodeURIComponent('核对 ✅'), '核对 ✅'],
  ])('of %s is kept as it was meant, with who gave it', async (_what, sent, kept) => {
    expect((await read('/v1/accounts?name=x', sent)).status).toBe(200)
    const { body } = await gateway().asStaff('auditor', 'GET', '/v1/staff-log?limit=1')
    expect(body).toMatchObject({ items: [{ act: 'accounts_searched', target: null, reason: kept, roles: ['admin'] }] })
  })

  it('comes after the role, and is asked for in Chinese where that is preferred', async () => {
    const bearer = await gateway().staffToken({ roles: ['ops'] })
    const answer = await gateway().call('GET', path(), { bearer, headers: { 'Accept-Language': 'zh-CN' } })
    expect([answer.status, answer.code]).toEqual([400, 'reason_missing'])
    expect(answer.word('detail')).toContain('Verimeter-Reason')
    expect(answer.word('title')).toBe('缺少查阅理由')
  })
})

describe('a report', () => {
  it('may be asked for without a reason, and the staff log says so', async () => {
    expect((await read(`/v1/reports/usage?${days}&format=csv`, null)).status).toBe(200)
    const { body } = await gateway().asStaff('auditor', 'GET', '/v1/staff-log?limit=1')
    expect(body).toMatchObject({ items: [{ act: 'usage_exported', reason: 'not given', roles: ['admin'] }] })
  })

  it('with a reason that cannot be kept is 400', async () => {
    const answer = await read(`/v1/reports/usage?${days}`, '11010519491231002X')
    expect([answer.status, answer.code]).toEqual([400, 'reason_malformed'])
  })
})
