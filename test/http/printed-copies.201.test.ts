import { expect, test } from 'vitest'
import { startOfTests } from '../support/clock.ts'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openUnder, sha256 } from '../support/http-world.ts'

const gateway = useGateway()

/** A customer with a running bill. */
const open = async () => {
  gateway().clock.now = startOfTests
  const customer = await openUnder(gateway(), 'S4')
  const path = `/v1/accounts/${customer.accountId}`
  const document = (await gateway().asStaff('finance', 'GET', `${path}/bills`)).word('items', 0, 'id')
  const copy = { document, language: 'zh', sha256: sha256('a PDF'), bytes: 31_415, reason: 'for the file' }
  const record = (more: Record<string, unknown> = {}) =>
    gateway().asStaff('finance', 'POST', `${path}/printed-copies`, { ...copy, ...more })
  return { customer, copy, record }
}

test('the digest of a printed copy is what its customer compares with, and says whether it was a draft', async () => {
  const { customer, copy, record } = await open()
  const draft = await expectStatus(201, record({ sha256: sha256('a draft') }))
  gateway().clock.set('2024-09-01T00:00:00+08:00')
  await gateway().sweep()
  const issued = await expectStatus(201, record())
  const { reason: _, ...shown } = copy
  const one = await expectStatus(200, customer.call('GET', `/v1/printed-copies/${issued.word('id')}`))
  expect(one.body).toMatchObject({ ...shown, draft: false, opened_by: 'staff' })
  const list = await expectStatus(200, customer.call('GET', '/v1/printed-copies'))
  expect(list.member('items', 0, 'id')).toBe(issued.word('id'))
  expect(list.member('items', 1)).toMatchObject({ id: draft.word('id'), draft: true })
})

test('a copy that was recorded is not recorded twice, nor as one of another document', async () => {
  const { customer, record } = await open()
  const first = await expectStatus(201, record())
  const before = (await gateway().journal(customer.accountId)).length
  expect((await record()).word('id')).toBe(first.word('id'))
  expect((await gateway().journal(customer.accountId)).length).toBe(before)
  expect(await record({ bytes: 1 })).toMatchObject({ status: 409, code: 'state_conflict' })
})

test('what cannot be printed has no copies', async () => {
  const { customer, record } = await open()
  for (const document of [`tic_${customer.accountId.slice(4)}_00000000001`, customer.keyId, 'nothing', ''])
    expect(await record({ document })).toMatchObject({ status: 404, code: 'not_found' })
})
