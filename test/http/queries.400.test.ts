import { describe, expect, it, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

type Fault = [pointer: string, rule: string]

const ofPages: [string, Fault[]][] = [
  ['limit=0', [['/limit', 'too_small']]],
  ['limit=101', [['/limit', 'too_large']]],
  ['limit=-1', [['/limit', 'format']]],
  ['limit=1e1', [['/limit', 'format']]],
  ['limit=', [['/limit', 'format']]],
  ['limit=5&limit=6', [['', 'repeated']]],
  ['cursor=', [['/cursor', 'format']]],
  ['cursor=x', [['/cursor', 'format']]],
  ['cursor=acc_0000000000', [['/cursor', 'format']]],
  [`cursor=${'a'.repeat(65)}`, [['/cursor', 'too_large']]],
  ['page=2', [['/page', 'member_unknown']]],
  ['11010519491231002X=1', [['', 'member_unknown']]],
  [
    'limit=0&cursor=x&page=2',
    [
      ['/limit', 'too_small'],
      ['/page', 'member_unknown'],
    ],
  ],
]
const august = 'from=2024-08-01&to=2024-08-31'
const ofUsage: [string, Fault[]][] = [
  [
    '',
    [
      ['/from', 'member_missing'],
      ['/to', 'member_missing'],
    ],
  ],
  ['from=2024-08-01', [['/to', 'member_missing']]],
  ['from=2024-8-1&to=2024-08-31', [['/from', 'format']]],
  ['from=2024-02-30&to=2024-08-31', [['/from', 'day_of_calendar']]],
  ['from=2024-08-01&to=2023-02-29', [['/to', 'day_of_calendar']]],
  ['from=2024-08-31&to=2024-08-01', [['/to', 'before_from']]],
  ['from=2024-01-01&to=2025-01-01', [['/to', 'too_many_days']]],
  ['from=2000-01-01&to=2024-08-01', [['/to', 'too_many_days']]],
  [`${august}&group_by=`, [['/group_by/0', 'value_not_listed']]],
  [`${august}&group_by=day,name`, [['/group_by/1', 'value_not_listed']]],
  [`${august}&group_by=day,day`, [['/group_by', 'repeated']]],
  [`${august}&format=pdf`, [['/format', 'value_not_listed']]],
  [`${august}&day_of=week`, [['/day_of', 'value_not_listed']]],
  [`${august}&tenant=1`, [['/tenant', 'member_unknown']]],
]

const asErrors = (faults: Fault[]) => faults.map(([pointer, rule]) => ({ pointer, rule }))

describe('a query that is wrong', () => {
  test.each(ofPages)('?%s is 400 on every list', async (query, faults) => {
    const customer = await openCustomer(gateway())
    for (const list of ['/v1/verifications', '/v1/consents']) {
      const answer = await customer.call('GET', `${list}?${query}`)
      expect([list, answer.status, answer.code]).toEqual([list, 400, 'query_invalid'])
      expect(answer.member('errors')).toEqual(asErrors(faults))
    }
  })

  test.each(ofUsage)('?%s is 400 for usage, and for the report across accounts', async (query, faults) => {
    const customer = await openCustomer(gateway())
    for (const answer of [
      await customer.call('GET', `/v1/usage?${query}`),
      await gateway().asStaff('finance', 'GET', `/v1/reports/usage?${query}`),
    ]) {
      expect([answer.status, answer.code]).toEqual([400, 'query_invalid'])
      expect(answer.member('errors')).toEqual(asErrors(faults))
    }
  })

  it('is 400 for the list of accounts and the report', async () => {
    for (const path of [
      '/v1/accounts?limit=1000',
      '/v1/accounts?cursor=x',
      `/v1/accounts?name=${'a'.repeat(101)}`,
      `/v1/reports/usage?${august}&account_id=acc_1`,
      `/v1/reports/usage?${august}&account_id=`,
      `/v1/reports/margin?${august}&account_id=acc_1`,
      `/v1/reports/margin?${august}&group_by=day`,
      '/v1/reports/margin?from=2024-08-31&to=2024-08-01',
      '/v1/reports/margin?from=2024-01-01&to=2025-01-01',
    ]) {
      const answer = await gateway().asStaff('finance', 'GET', path)
      expect([path, answer.status, answer.code]).toEqual([path, 400, 'query_invalid'])
    }
  })

  it('takes a cursor of its own list only', async () => {
    const customer = await openCustomer(gateway())
    const consent = await expectStatus(201, customer.record('c-1'))
    const verification = await expectStatus(200, customer.verify('k-1', 'c-1'))
    const asCursor = async (list: string, cursor: string) => (await customer.call('GET', `${list}?cursor=${cursor}`)).status
    expect(await asCursor('/v1/verifications', verification.word('id'))).toBe(200)
    expect(await asCursor('/v1/verifications', consent.word('id'))).toBe(400)
    expect(await asCursor('/v1/consents', consent.word('id'))).toBe(200)
    expect(await asCursor('/v1/consents', verification.word('id'))).toBe(400)
  })
})
