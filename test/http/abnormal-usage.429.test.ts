import { expect, it } from 'vitest'
import { useVendor } from '../support/http-vendor.ts'
import { expectStatus, openCustomer, persons } from '../support/http-world.ts'

const { vendor, gateway } = useVendor()

/** Names that are tried with one number, all of them well formed. */
const guess = (at: number) => ({ ...persons.match, name: `张${String.fromCodePoint(0x4e00 + at)}` })

const world = async (overrides: Record<string, unknown> = {}) => {
  const customer = await openCustomer(gateway(), { mode: 'live', credits: 100, overrides })
  await expectStatus(201, customer.record('c-1'))
  const staff = (role: 'ops' | 'auditor', method: string, path: string, body?: unknown) =>
    gateway().asStaff(role, method, `/v1/accounts/${customer.accountId}${path}`, body)
  return { customer, staff }
}

it('probing one number with names is warned, throttled and stopped; what is blocked is not asked, not charged, and tells nothing', async () => {
  const { customer, staff } = await world({ rate: { limit: 40, windowSeconds: 60 } })
  const asked = vendor.questions.length
  for (let at = 0; at < 11; at += 1) await expectStatus(200, customer.verify(`k-${at}`, 'c-1', guess(at)))
  const blocked = await customer.verify('k-11', 'c-1', guess(11))
  expect([blocked.status, blocked.code, blocked.headers.get('retry-after')]).toEqual([429, 'abnormal_usage', expect.any(String)])
  expect(blocked.text).not.toMatch(/many_names|match/)
  // A tenth of the rate is left: four calls in a window, and beyond them the answer says why.
  for (let at = 12; at < 16; at += 1) await expectStatus(200, customer.verify(`k-${at}`, 'c-1', guess(at)))
  expect((await customer.verify('k-16', 'c-1', guess(16))).code).toBe('abnormal_usage')
  expect(vendor.questions.length).toBe(asked + 15)
  expect(await customer.credits()).toEqual({ available: 85, held: 0, captured: 15 })
  const flags = await expectStatus(200, staff('auditor', 'GET', '/usage-flags'))
  const [flag] = flags.member('items') as { id: string; state: string; key_id: string; steps: object[] }[]
  expect(flag).toMatchObject({ state: 'throttled', key_id: customer.keyId, steps: [{ rung: 'warned' }, { rung: 'throttled' }] })
  await expectStatus(200, staff('ops', 'POST', `/usage-flags/${flag?.id}/clearance`, { reason: 'a test of the customer' }))
  await expectStatus(200, customer.verify('k-20', 'c-1'))
})

it('the same calls pass where the agreement switches the pattern off', async () => {
  const { customer } = await world({ abuse: { namesPerNumber: null } })
  for (let at = 0; at < 20; at += 1) await expectStatus(200, customer.verify(`k-${at}`, 'c-1', guess(at)))
})
