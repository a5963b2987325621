import { expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

it('locks the key by itself: the call a second later is refused and free, those before stay charged', async () => {
  const customer = await openCustomer(gateway())
  await expectStatus(201, customer.record('c-1'))
  const leaked = await customer.withKey({ scopes: ['verifications:write'] })
  await expectStatus(200, leaked.verify('k-1', 'c-1'))
  const report = await expectStatus(201, leaked.call('POST', `/v1/api-keys/${leaked.keyId}/leak-report`, { json: {} }))
  expect(report.body).toMatchObject({ target: 'key', key_id: leaked.keyId, ground: 'key_leaked', state: 'in_force' })
  gateway().clock.advance(1_000)
  const after = await leaked.verify('k-2', 'c-1')
  expect([after.status, after.code]).toEqual([403, 'key_suspended'])
  expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
  // What was paid for is still answered, and the other keys go on.
  expect((await leaked.verify('k-1', 'c-1')).headers.get('idempotency-replayed')).toBe('true')
  await expectStatus(200, customer.verify('k-3', 'c-1'))
})

it('of another key of the account needs `account:write`, and is answered the same when it is repeated', async () => {
  const customer = await openCustomer(gateway())
  const [leaked, poor] = [await customer.withKey(), await customer.withKey({ scopes: ['account:read'] })]
  const path = `/v1/api-keys/${leaked.keyId}/leak-report`
  expect((await poor.call('POST', path, { json: {} })).code).toBe('key_scope')
  const first = await expectStatus(201, customer.call('POST', path, { json: { text: 'a lost laptop' } }))
  const again = await expectStatus(200, customer.call('POST', path, { json: { text: 'a lost laptop' } }))
  expect(again.text).toBe(first.text)
})
