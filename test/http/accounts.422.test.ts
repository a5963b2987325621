import { describe, expect, it, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

const reason = 'as agreed'
const order = { external_id: 'order-2', check: 'id2', mode: 'test', credits: 1, list_fen: 1, paid_fen: 1, reason }

type Fault = [pointer: string, rule: string]

const wrong: [method: string, path: string, body: Record<string, unknown>, faults: Fault[]][] = [
  ['POST', '/orders', { ...order, credits: 0 }, [['/credits', 'too_small']]],
  ['POST', '/orders', { ...order, credits: 1.5 }, [['/credits', 'type_int']]],
  ['POST', '/orders', { ...order, credits: '100' }, [['/credits', 'type_number']]],
  ['POST', '/orders', { ...order, paid_fen: -1 }, [['/paid_fen', 'too_small']]],
  ['POST', '/orders', { ...order, paid_fen: 0.1 }, [['/paid_fen', 'type_int']]],
  ['POST', '/orders', { ...order, granted: 5 }, [['/granted', 'member_unknown']]],
  ['POST', '/orders', { ...order, account_id: 'acc_0000000000' }, [['/account_id', 'member_unknown']]],
  ['POST', '/orders', { ...order, mode: 'free' }, [['/mode', 'value_not_listed']]],
  ['POST', '/orders', { ...order, offer_sha256: 'x' }, [['/offer_sha256', 'format']]],
  ['POST', '/orders', { ...order, reason: '' }, [['/reason', 'too_small']]],
  ['POST', '/orders', { ...order, reason: undefined }, [['/reason', 'member_missing']]],
  ['POST', '/orders', { ...order, reason: 'asked about 11010519491231002X' }, [['/reason', 'personal_number']]],
  ['POST', '/api-keys', { name: 'app of 11010519491231002X', reason }, [['/name', 'personal_number']]],
  ['POST', '/api-keys', { name: '\ud800', reason }, [['/name', 'not_well_formed']]],
  ['POST', '/api-keys', { name: '', reason }, [['/name', 'too_small']]],
  ['POST', '/api-keys', { name: 'a', reason, scopes: [] }, [['/scopes', 'too_small']]],
  ['POST', '/api-keys', { name: 'a', reason, scopes: ['admin'] }, [['/scopes/0', 'value_not_listed']]],
  [
    'POST',
    '/api-keys',
    { name: 'a', reason, addresses: ['198.51.100.7', '198.51.100.0/33'] },
    [['/addresses/1', 'address_range']],
  ],
  ['POST', '/api-keys', { name: 'a', reason, addresses: ['example.com'] }, [['/addresses/0', 'address_range']]],
  ['POST', '/api-keys', { name: 'a', reason, expires_at: 'tomorrow' }, [['/expires_at', 'time_rfc3339']]],
  ['PUT', '/suspension', { ground: 'fraud' }, [['/note', 'member_missing']]],
  ['PUT', '/suspension', { ground: 'Fraud!', note: reason }, [['/ground', 'format']]],
  ['PUT', '/suspension', { ground: 'fraud', note: 'x'.repeat(501) }, [['/note', 'too_large']]],
  ['DELETE', '/suspension', {}, [['/reason', 'member_missing']]],
  ['POST', '/payments', { order_id: 'ord_1', reason }, [['/bank_reference', 'member_missing']]],
  ['PUT', '/agreement', { preset: 'S1', overrides: [], reason }, [['/overrides', 'type_object']]],
]

describe('a body of the staff that is wrong', () => {
  test.each(wrong)('%s %s with %j is 422', async (method, path, json, faults) => {
    const customer = await openCustomer(gateway())
    const answer = await gateway().asStaff('admin', method, `/v1/accounts/${customer.accountId}${path}`, json)
    expect([answer.status, answer.code]).toEqual([422, 'input_invalid'])
    expect(answer.member('errors')).toEqual(faults.map(([pointer, rule]) => ({ pointer, rule })))
    expect(await customer.credits()).toEqual({ available: 100, held: 0, captured: 0 })
  })
})

describe('an agreement that is not complete', () => {
  test.each<[string, unknown, RegExp]>([
    ['no term', { preset: 'S1', reason }, /term/],
    ['an unknown preset', { preset: 'S9', reason }, /preset/],
    [
      'a term that ends before it begins',
      { preset: 'S1', overrides: { term: { start: '2025-01-01', end: '2024-01-01' } }, reason },
      /term/,
    ],
    [
      'an unknown override',
      { preset: 'S1', overrides: { term: { start: '2024-07-28', end: '2025-07-29' }, price: 0 }, reason },
      /./,
    ],
    [
      'prices and hours that are still blank',
      { preset: 'S4', overrides: { term: { start: '2025-01-01', end: '2025-12-31' } }, reason },
      /^serviceLevel\.hours\.reply: blank; .*prices\.query_fee: blank; /,
    ],
    [
      'a rule with a misspelt member',
      { preset: 'S1', overrides: { term: { start: '2024-07-28', end: '2025-07-29' }, ending: { grund: 1 } }, reason },
      /^ending\.grund: unknown$/,
    ],
    ['a preset named like a member of every object', { preset: 'constructor', reason }, /preset/],
  ])('with %s is 422 and says what is missing, and the one in force stays', async (_what, json, why) => {
    const customer = await openCustomer(gateway())
    const answer = await gateway().asStaff('ops', 'PUT', `/v1/accounts/${customer.accountId}/agreement`, json)
    expect([answer.status, answer.code]).toEqual([422, 'agreement_incomplete'])
    expect(answer.word('reason')).toMatch(why)
    expect((await customer.call('GET', '/v1/account')).member('agreement', 'version')).toBe(1)
  })
})

it('an order of a check that the agreement lacks is 403', async () => {
  const { accountId } = await openCustomer(gateway())
  const answer = await gateway().asStaff('ops', 'POST', `/v1/accounts/${accountId}/orders`, { ...order, check: 'mobile3' })
  expect([answer.status, answer.code]).toEqual([403, 'check_not_granted'])
})
