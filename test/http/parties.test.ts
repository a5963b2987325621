import { describe, expect, it, test } from 'vitest'
import { madeUpUscc } from '../../scripts/harness/onboarding.ts'
import { useGateway } from '../support/http-gateway.ts'
import { buyCredits, createKey, expectStatus, openAccount, openCustomer, putAgreement } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as agreed'

const record = (accountId: string, uscc: string) =>
  gateway().asStaff('ops', 'POST', `/v1/accounts/${accountId}/parties`, { legal_name: 'Example Ltd', uscc, reason })

describe('the code of an organisation', () => {
  it('with a wrong check character is 422 and named by its pointer', async () => {
    const accountId = await openAccount(gateway())
    const answer = await record(accountId, '91350100M000100Y44')
    expect([answer.status, answer.code]).toEqual([422, 'input_invalid'])
    expect(answer.member('errors')).toEqual([{ pointer: '/uscc', rule: 'uscc_checksum' }])
  })

  it('of another account is refused, until that account is closed', async () => {
    const [first, second] = [await openAccount(gateway()), await openAccount(gateway())]
    const uscc = madeUpUscc(first)
    await expectStatus(201, record(first, uscc))
    await expectStatus(201, record(first, uscc))
    const refused = await record(second, uscc)
    expect([refused.status, refused.member('reason')]).toEqual([409, 'uscc_taken'])
    await expectStatus(200, gateway().asStaff('admin', 'POST', `/v1/accounts/${first}/closing`, { reason }))
    expect((await record(second, uscc)).member('reason')).toBe('uscc_taken')
    gateway().clock.advance(61_000)
    await expectStatus(201, record(second, uscc))
  })
})

test('an account name that looks like an authority is refused', async () => {
  const answer = await gateway().asStaff('ops', 'POST', '/v1/accounts', { name: '某市人民政府', reason })
  expect(answer.member('errors')).toEqual([{ pointer: '/name', rule: 'account_name_refused' }])
})

test('nothing gives an account to another holder', () => {
  expect(gateway().app.routes.filter(({ path }) => /transfer|holder$/.test(path))).toEqual([])
})

test('usage is told by the channel of the keys', async () => {
  const customer = await openCustomer(gateway(), { key: { channel: 'mini_program', project: 'pilot', holder: 'user-7' } })
  await expectStatus(201, customer.record('c-1'))
  await expectStatus(200, customer.verify('k-1', 'c-1'))
  const own = await customer.call('GET', '/v1/usage?from=2024-08-01&to=2024-08-31&group_by=channel')
  expect(own.member('rows')).toEqual([{ channel: 'mini_program', verifications: 1, credits: 1 }])
  await gateway().sweep()
  const path = `/v1/reports/usage?from=2024-08-01&to=2024-08-31&group_by=channel&account_id=${customer.accountId}`
  expect((await gateway().asStaff('ops', 'GET', path)).member('rows')).toEqual(own.member('rows'))
})

test('a live key is refused over HTTP until the papers are approved', async () => {
  const accountId = await openAccount(gateway())
  await putAgreement(gateway(), accountId)
  await buyCredits(gateway(), accountId, 10, 'live')
  await createKey(gateway(), accountId)
  const wanted = { name: 'app', mode: 'live', reason }
  const answer = await gateway().asStaff('ops', 'POST', `/v1/accounts/${accountId}/api-keys`, wanted)
  expect([answer.status, answer.member('reason')]).toEqual([409, 'kyb_incomplete'])
})
