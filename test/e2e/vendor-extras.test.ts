import { expect, it } from 'vitest'
import { findPlain } from '../support/http-canary.ts'
import { useVendor } from '../support/http-vendor.ts'
import { expectStatus, openCustomer, persons } from '../support/http-world.ts'

const { vendor, gateway } = useVendor()

/** What a vendor might send along with its answer, and what nobody asked for. */
const extras = {
  photo: 'AAECAwQFBgcICQ-photo-of-the-person',
  address: 'Example Road 12, Exampleville',
  nation: 'example-nation',
  issued_by: 'Example Bureau',
  phone: '+86-10-5550-0199',
}
const secrets = Object.values(extras)

it('members of a vendor’s answer that nobody asked for reach no answer, no log line and no file', async () => {
  const customer = await openCustomer(gateway(), { mode: 'live' })
  await customer.record('c-1')
  const places = [
    { ...extras },
    { data: { result: 0, order_no: 'order-1', ...extras } },
    { data: { result: 0, order_no: 'order-2', person: extras, list: [extras] }, extra: extras },
  ]
  for (const [at, more] of places.entries()) {
    vendor.answer = () => ({
      headers: { 'x-photo': extras.photo },
      body: { code: 200, success: true, msg: extras.address, data: { result: 0, order_no: 'order-0' }, ...more },
    })
    const answer = await expectStatus(200, customer.verify(`k-${at}`, 'c-1', persons.match))
    expect(answer.member('outcome')).toBe('match')
    await customer.call('GET', `/v1/verifications/${answer.word('id')}`)
  }
  expect(vendor.questions).toHaveLength(3)
  await gateway().sweep()
  expect(findPlain(gateway(), secrets)).toEqual([])
  // The vendor's order number, which is asked for, is there: the search looks where the answers went.
  expect(findPlain(gateway(), ['order-2']).length).toBeGreaterThan(1)
})
