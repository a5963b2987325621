import { describe, expect, it } from 'vitest'
import { newAddress, useGateway } from '../support/http-gateway.ts'
import { openCustomer } from '../support/http-world.ts'

const gateway = useGateway()
const report = (json: object, from = newAddress()) => gateway().call('POST', '/v1/abuse-reports', { json, from })
const lines = async () =>
  ((await gateway().asStaff('auditor', 'GET', '/v1/staff-log')).body as { items: Record<string, unknown>[] }).items

describe('a report of abuse', () => {
  it('is taken from anybody, has an id, and stands in the staff log', async () => {
    const answer = await report({ text: 'numbers are sold in a chat' })
    expect(answer.status).toBe(201)
    expect((await lines())[0]).toMatchObject({
      sub: '(anyone)',
      roles: [],
      act: 'abuse_reported',
      target: answer.word('id'),
      reason: 'numbers are sold in a chat',
    })
  })

  it('about an account is answered alike whether the account is there or not', async () => {
    const { accountId } = await openCustomer(gateway())
    const about = (account: string) => report({ about_account: account, text: 'sells numbers' })
    for (const account of [accountId, 'acc_0000000000']) {
      const answer = await about(account)
      expect([answer.status, Object.keys(answer.body as object)]).toEqual([201, ['id']])
      expect((await lines())[0]?.target).toBe(`${answer.word('id')} ${account}`)
    }
    expect((await about('acc_1')).code).toBe('input_invalid')
  })

  it('that holds a number of a person is refused, and so is the sixth of one address in an hour', async () => {
    const from = newAddress()
    expect((await report({ text: 'it was 11010519491231002X' }, from)).code).toBe('input_invalid')
    for (let sent = 0; sent < 5; sent += 1) expect((await report({ text: 'again' }, from)).status).toBe(201)
    const sixth = await report({ text: 'again' }, from)
    expect([sixth.status, sixth.code]).toEqual([429, 'rate_limited'])
    expect((await report({ text: 'another address' })).status).toBe(201)
  })
})
