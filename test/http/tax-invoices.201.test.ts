import { describe, expect, it, test } from 'vitest'
import { type Answer, useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as issued'

const finance = ({ accountId }: Customer, method: string, path: string, body?: object): Promise<Answer> =>
  gateway().asStaff('finance', method, `/v1/accounts/${accountId}${path}`, body && { ...body, reason })

const open = async () => {
  const customer = await openCustomer(gateway(), { overrides: { vatRate: '0.06' } })
  const id = (await finance(customer, 'GET', '/orders')).word('items', 0, 'id')
  const record = (more: object = {}) =>
    finance(customer, 'POST', '/tax-invoices', {
      number: '24312000000000000001',
      kind: 'ordinary',
      net_fen: 75_472,
      tax_fen: 4_528,
      gross_fen: 80_000,
      issued_on: '2024-08-02',
      about: { kind: 'order', id },
      ...more,
    })
  return { customer, record, about: { kind: 'order', id } }
}

describe('a tax invoice', () => {
  it('is recorded by its number and shown to the customer (VAT-09)', async () => {
    const { customer, record, about } = await open()
    const made = await expectStatus(201, record())
    const own = await expectStatus(200, customer.call('GET', `/v1/tax-invoices/${made.word('id')}`))
    expect(own.body).toMatchObject({ number: '24312000000000000001', code: null, rate: '0.06', about, direction: 'blue' })
    expect(own.word('opened_by')).toBe('staff')
    expect((await record({ kind: 'special' })).member('reason')).toBe('reference_reused')
  })

  it('of paper has a code beside its number of eight digits', async () => {
    const { record } = await open()
    const paper = await expectStatus(201, record({ number: '12345678', code: '3100241130' }))
    expect([paper.word('number'), paper.word('code')]).toEqual(['12345678', '3100241130'])
    await expectStatus(201, record({ number: '12345678', code: '3100241131' }))
  })

  it('that is red names what it takes back', async () => {
    const { customer, record } = await open()
    const blue = await expectStatus(201, record())
    const red = { number: '24312000000000000002', direction: 'red', takes_back: blue.word('id') }
    expect((await expectStatus(201, record(red))).member('takes_back')).toBe(blue.word('id'))
    expect((await customer.call('GET', `/v1/tax-invoices/${blue.word('id')}`)).body).toMatchObject({
      state: 'taken_back',
      taken_back_fen: 80_000,
    })
    const more = await record({ ...red, number: '24312000000000000003' })
    expect([more.status, more.member('reason')]).toEqual([409, 'more_than_invoiced'])
    const { record: other } = await open()
    expect((await other(red)).status).toBe(404)
  })

  test.each<[string, object, string, string]>([
    ['amounts that do not add up', { net_fen: 75_471 }, '/gross_fen', 'not_the_sum'],
    ['another rate than that of the agreement', { net_fen: 75_473, tax_fen: 4_527 }, '/net_fen', 'not_by_rate'],
    ['lines that are another sum', { lines_gross_fen: [1, 2] }, '/lines_gross_fen', 'not_the_sum'],
    ['a short number without a code', { number: '12345678' }, '/code', 'code_by_number'],
    ['a long number with a code', { code: '3100241130' }, '/code', 'code_by_number'],
    ['a number of nine digits', { number: '123456789' }, '/number', 'format'],
  ])('with %s is 422', async (_what, more, pointer, broken) => {
    const { record } = await open()
    const answer = await record(more)
    expect([answer.status, answer.member('errors')]).toEqual([422, [{ pointer, rule: broken }]])
  })
})
