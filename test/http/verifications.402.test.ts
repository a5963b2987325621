import { expect, it } from 'vitest'
import { useVendor } from '../support/http-vendor.ts'
import { buyCredits, expectStatus, openCustomer, persons } from '../support/http-world.ts'

const { vendor, gateway } = useVendor()

it('no credits left is 402: nobody is asked, nothing is charged, the consent is not used', async () => {
  const customer = await openCustomer(gateway(), { mode: 'live', credits: 2 })
  await customer.record('c-1', persons.match, { max_uses: 3 })
  for (const key of ['k-1', 'k-2']) await expectStatus(200, customer.verify(key, 'c-1'))
  const asked = vendor.questions.length
  const answer = await customer.verify('k-3', 'c-1')
  expect([answer.status, answer.code, answer.member('retry')]).toEqual([402, 'quota_exhausted', 'same_key'])
  expect(answer.member('verification')).toBeUndefined()
  expect(vendor.questions.length).toBe(asked)
  expect(await customer.credits()).toEqual({ available: 0, held: 0, captured: 2 })
  expect((await customer.call('GET', '/v1/consents/c-1')).member('uses')).toBe(2)
})

it('credits of test keys do not pay for live calls', async () => {
  const customer = await openCustomer(gateway(), { mode: 'live', credits: 1 })
  await customer.record('c-1')
  await expectStatus(200, customer.verify('k-1', 'c-1'))
  await buyCredits(gateway(), customer.accountId, 50, 'test', 'order-2')
  expect((await customer.verify('k-2', 'c-1')).code).toBe('quota_exhausted')
  const ofTest = await customer.withKey()
  expect((await ofTest.verify('k-3', 'c-1')).status).toBe(200)
})

it('credits of one account do not pay for another', async () => {
  const poor = await openCustomer(gateway(), { mode: 'live', credits: 1 })
  const rich = await openCustomer(gateway(), { mode: 'live', credits: 1_000 })
  for (const customer of [poor, rich]) await customer.record('c-1')
  await expectStatus(200, poor.verify('k-1', 'c-1'))
  expect((await poor.verify('k-2', 'c-1')).status).toBe(402)
  expect((await rich.verify('k-2', 'c-1')).status).toBe(200)
})

it('a credit that comes back can be used again', async () => {
  const customer = await openCustomer(gateway(), { mode: 'test', credits: 1 })
  await customer.record('c-1', persons.unavailable)
  await customer.record('c-2')
  expect((await customer.verify('k-1', 'c-1', persons.unavailable)).status).toBe(502)
  expect((await customer.verify('k-2', 'c-2')).status).toBe(200)
  expect((await customer.verify('k-3', 'c-2')).status).toBe(402)
})
