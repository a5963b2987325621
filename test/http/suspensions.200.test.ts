import { expect, it } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway()

const reason = 'as agreed'

it('staff see who suspended what, why and when, and who lifted it; the customer sees what and on which ground', async () => {
  const customer = await openCustomer(gateway())
  const path = `/v1/accounts/${customer.accountId}`
  const suspension = `${path}/api-keys/${customer.keyId}/suspension`
  const suspend = { ground: 'fraud', note: 'reported by the bank' }
  const other = await customer.withKey()
  await expectStatus(200, gateway().asStaff('ops', 'PUT', suspension, suspend))
  const standing = await expectStatus(200, gateway().asStaff('auditor', 'GET', `${path}/standing`))
  expect(standing.body).toMatchObject({
    account: { standing: 'open' },
    term: 'ok',
    keys: [
      { id: customer.keyId, standing: 'suspended', throttle: null },
      { id: other.keyId, standing: 'active', throttle: null },
    ],
    suspensions: [{ target: 'key', key_id: customer.keyId, ground: 'fraud', note: 'reported by the bank', lifted: null }],
    records_kept: false,
  })
  await expectStatus(200, gateway().asStaff('ops', 'DELETE', suspension, { reason: 'explained' }))
  const history = await expectStatus(200, gateway().asStaff('auditor', 'GET', `${path}/suspensions`))
  expect(history.member('items')).toMatchObject([
    { state: 'lifted', ground: 'fraud', lifted: { note: 'explained', by: expect.stringMatching(/^staff:/) } },
  ])
  const own = await expectStatus(200, other.call('GET', '/v1/suspensions'))
  expect(own.member('items')).toMatchObject([{ state: 'lifted', ground: 'fraud', opened_by: 'staff' }])
  expect(own.text).not.toContain('reported by the bank')
})

it('a hold on a person who objects ends with the agreement of three sides alone', async () => {
  const customer = await openCustomer(gateway())
  const consent = await expectStatus(201, customer.record('c-1'))
  const path = `/v1/accounts/${customer.accountId}/consents/${consent.word('id')}/subject-hold`
  await expectStatus(200, gateway().asStaff('ops', 'PUT', path, { ground: 'subject_objection', note: 'objects' }))
  await expectStatus(201, customer.record('c-2', persons.noRecord))
  expect((await customer.verify('k-1', 'c-1')).code).toBe('subject_on_hold')
  expect((await customer.verify('k-2', 'c-2', persons.noRecord)).status).toBe(200)
  const two = await gateway().asStaff('ops', 'DELETE', path, { reason, agreed_by: ['customer', 'provider'] })
  expect([two.status, two.member('reason')]).toEqual([409, 'three_party_agreement_required'])
  const three = { reason, agreed_by: ['data_subject', 'customer', 'provider'] }
  await expectStatus(200, gateway().asStaff('ops', 'DELETE', path, three))
  expect((await customer.verify('k-1', 'c-1')).status).toBe(200)
})
