import { expect, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { buyCredits, type Customer, expectStatus, openAccount, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

const reason = 'as agreed'
const suspension = { ground: 'fraud', note: reason }
const order = { external_id: 'order-1', check: 'id2', mode: 'test', credits: 1, list_fen: 1, paid_fen: 1, reason }

type Act = [method: string, path: string, body: unknown]

const keyPath = ({ keyId }: Customer): string => `/api-keys/${keyId}`

const staff = (customer: Pick<Customer, 'accountId'>, [method, path, body]: Act) =>
  gateway().asStaff('admin', method, `/v1/accounts/${customer.accountId}${path}`, body)

/** Acts that are done first and have to succeed, then one that the state forbids, and the word that says why. */
const conflicts: [string, (customer: Customer) => Act[], string][] = [
  [
    'suspending a suspended account',
    () => [
      ['PUT', '/suspension', suspension],
      ['PUT', '/suspension', suspension],
    ],
    'already_suspended',
  ],
  ['resuming an account that is open', () => [['DELETE', '/suspension', { reason }]], 'not_suspended'],
  [
    'a ground that the agreement does not know',
    () => [['PUT', '/suspension', { ground: 'mood', note: reason }]],
    'ground_unknown',
  ],
  [
    'a ground named like a member of every object',
    () => [['PUT', '/suspension', { ground: 'constructor', note: reason }]],
    'ground_unknown',
  ],
  [
    'suspending a suspended key',
    (c) => [
      ['PUT', `${keyPath(c)}/suspension`, suspension],
      ['PUT', `${keyPath(c)}/suspension`, suspension],
    ],
    'already_suspended',
  ],
  ['resuming a key that is active', (c) => [['DELETE', `${keyPath(c)}/suspension`, { reason }]], 'not_suspended'],
  [
    'revoking a revoked key',
    (c) => [
      ['POST', `${keyPath(c)}/revocation`, { reason }],
      ['POST', `${keyPath(c)}/revocation`, { reason }],
    ],
    'key_revoked',
  ],
  [
    'suspending a revoked key',
    (c) => [
      ['POST', `${keyPath(c)}/revocation`, { reason }],
      ['PUT', `${keyPath(c)}/suspension`, suspension],
    ],
    'key_revoked',
  ],
  [
    'rotating a revoked key',
    (c) => [
      ['POST', `${keyPath(c)}/revocation`, { reason }],
      ['POST', `${keyPath(c)}/rotation`, { reason }],
    ],
    'key_revoked',
  ],
  [
    'rotating a suspended key',
    (c) => [
      ['PUT', `${keyPath(c)}/suspension`, suspension],
      ['POST', `${keyPath(c)}/rotation`, { reason }],
    ],
    'key_suspended',
  ],
  [
    'rotating a replaced key',
    (c) => [
      ['POST', `${keyPath(c)}/rotation`, { reason }],
      ['POST', `${keyPath(c)}/rotation`, { reason }],
    ],
    'key_replaced',
  ],
  ['an order that is there already', () => [['POST', '/orders', order]], 'order_exists'],
]

test.each(conflicts)('%s is 409 and changes nothing', async (_what, acts, why) => {
  const customer = await openCustomer(gateway())
  const all = acts(customer)
  for (const act of all.slice(0, -1)) expect((await staff(customer, act)).status).toBeLessThan(300)
  const entries = async () => (await gateway().asStaff('auditor', 'GET', '/v1/integrity')).member('entries')
  const before = await entries()
  const [last] = all.slice(-1)
  if (!last) throw new Error('no act')
  const answer = await staff(customer, last)
  expect([answer.status, answer.code, answer.member('reason'), answer.member('retry')]).toEqual([
    409,
    'state_conflict',
    why,
    'no',
  ])
  expect(await entries()).toBe(before)
})

test('paying an order twice is 409 and grants nothing more', async () => {
  const customer = await openCustomer(gateway())
  const paid = await buyCredits(gateway(), customer.accountId, 5, 'test', 'order-2')
  const again = await staff(customer, ['POST', '/payments', { order_id: paid.word('order', 'id'), bank_reference: 'B', reason }])
  expect([again.status, again.member('reason')]).toEqual([409, 'order_already_active'])
  expect(await customer.credits()).toMatchObject({ available: 105 })
})

test('an order before there is an agreement is 409', async () => {
  const accountId = await openAccount(gateway())
  const answer = await staff({ accountId }, ['POST', '/orders', order])
  expect([answer.status, answer.member('reason')]).toEqual([409, 'agreement_missing'])
})

test('holding a person twice, or resuming one that is not on hold, is 409', async () => {
  const customer = await openCustomer(gateway())
  const consent = await expectStatus(201, customer.record('c-1'))
  const path = `/consents/${consent.word('id')}/subject-hold`
  const hold: Act = ['PUT', path, { ground: 'subject_objection', note: reason }]
  expect((await staff(customer, ['DELETE', path, { reason }])).member('reason')).toBe('not_on_hold')
  await expectStatus(200, staff(customer, hold))
  const again = await staff(customer, hold)
  expect([again.status, again.member('reason')]).toEqual([409, 'already_on_hold'])
})

test('every act on a closed account is 403, and the account can still be read', async () => {
  const customer = await openCustomer(gateway())
  const consent = await expectStatus(201, customer.record('c-1'))
  const closed = await expectStatus(200, staff(customer, ['POST', '/closing', { reason }]))
  expect(closed.body).toMatchObject({ standing: 'closed', closed_at: '2024-08-02T10:00:00.000+08:00' })
  const acts: Act[] = [
    ['POST', '/closing', { reason }],
    ['PUT', '/agreement', { preset: 'S1', reason }],
    ['POST', '/orders', { ...order, external_id: 'order-2' }],
    ['PUT', '/suspension', suspension],
    ['DELETE', '/suspension', { reason }],
    ['POST', '/api-keys', { name: 'app', reason }],
    ['POST', `${keyPath(customer)}/rotation`, { reason }],
    ['POST', `${keyPath(customer)}/revocation`, { reason }],
    ['PUT', `${keyPath(customer)}/suspension`, suspension],
    ['PUT', `/consents/${consent.word('id')}/subject-hold`, { ground: 'subject_objection', note: reason }],
  ]
  for (const act of acts) {
    const answer = await staff(customer, act)
    expect([act[1], answer.status, answer.code]).toEqual([act[1], 403, 'account_closed'])
  }
  for (const path of ['', '/grants', '/alarms', '/api-keys', '/approvals'])
    expect((await staff(customer, ['GET', path, undefined])).status).toBe(200)
})
