import { describe, expect, it, test } from 'vitest'
import { type Answer, useGateway } from '../support/http-gateway.ts'
import { everyKind, paymentSplit } from '../support/http-matters.ts'
import { buyCredits, type Customer, expectStatus, openCustomer, sha256 } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as agreed'
const yesterday = '2024-08-01'
const today = '2024-08-02'

const finance = ({ accountId }: Customer, method: string, path: string, body?: object): Promise<Answer> =>
  gateway().asStaff('finance', method, `/v1/accounts/${accountId}${path}`, body && { ...body, reason })

const about = { kind: 'other', code: 'module_1' }

const order = (customer: Customer, number: string, amount_fen: number, more: object = {}): Promise<Answer> =>
  finance(customer, 'POST', '/payment-orders', { number, amount_fen, about, shares: [{ payee: 'tax', amount_fen }], ...more })

/** An order that was paid on this day; its id. */
const paidOrder = async (customer: Customer, number: string, amount_fen: number, on = yesterday, more: object = {}) => {
  const made = await expectStatus(201, order(customer, number, amount_fen, more))
  const path = `/payment-orders/${made.word('id')}`
  const { shares = [{ payee: 'tax', amount_fen }] } = more as { shares?: object[] }
  await expectStatus(200, finance(customer, 'POST', `${path}/verification`, { amount_fen, shares }))
  await expectStatus(200, finance(customer, 'POST', `${path}/payment`, { on, bank_reference: `bank-${number}` }))
  return made.word('id')
}

const line = (no: string, amount_fen: number, payee?: string) => ({ no, amount_fen, bank_reference: `bank-${no}`, payee })

const statement = (customer: Customer, lines: object[], more: object = {}) =>
  finance(customer, 'POST', '/bank-statements', { day: yesterday, lines, ...more })

const alarmsOf = async ({ accountId }: Customer): Promise<unknown[]> => {
  // The list across accounts is fed after the commits.
  await gateway().sweep()
  const { body } = await gateway().asStaff('ops', 'GET', '/v1/alarms')
  const { items } = body as { items: { account_id: string; kind: string; cleared_at: string | null }[] }
  return items.filter((each) => each.account_id === accountId && each.kind === 'payment_difference' && each.cleared_at === null)
}

describe('an order to pay', () => {
  it('is made by finance, verified by the customer, paid, cleared and proved (REC-02)', async () => {
    const customer = await openCustomer(gateway())
    const made = await expectStatus(201, finance(customer, 'POST', '/payment-orders', { number: 'O3', about, ...paymentSplit }))
    expect(made.body).toMatchObject({ state: 'created', number: 'O3', amount_fen: 1_200_000, about: { ...about, id: null } })
    const path = `/payment-orders/${made.word('id')}`
    const payment = { on: yesterday, bank_reference: 'bank-3' }
    expect((await finance(customer, 'POST', `${path}/payment`, payment)).member('reason')).toBe('not_verified')
    const verified = await expectStatus(200, customer.call('POST', `/v1${path}/verification`, { json: paymentSplit }))
    expect([verified.word('state'), verified.word('verified_by')]).toEqual(['verified', 'customer'])
    const paid = await expectStatus(200, finance(customer, 'POST', `${path}/payment`, payment))
    expect(paid.body).toMatchObject({ state: 'paid', paid_on: yesterday, bank_reference: 'bank-3', applied_fen: null })
    const share = { payee: 'tax', on: today, bank_reference: 'b' }
    const cleared = await expectStatus(200, finance(customer, 'POST', `${path}/clearings`, share))
    expect(cleared.member('shares')).toMatchObject([
      { payee: 'tax', cleared_on: today, cleared_by: 'staff' },
      { payee: 'registration_fee', cleared_on: null, cleared_by: null },
    ])
    expect((await finance(customer, 'POST', `${path}/clearings`, { on: today })).word('state')).toBe('cleared')
    const paper = { kind: 'tax_certificate', number: '324015', on: today, sha256: sha256('certificate') }
    await expectStatus(200, finance(customer, 'POST', `${path}/receipts`, paper))
    const own = await expectStatus(200, customer.call('GET', `/v1${path}`))
    expect(own.body).toMatchObject({ state: 'cleared', receipts: [paper], opened_by: 'staff' })
    const papers = await expectStatus(200, customer.call('GET', '/v1/receipts'))
    expect(papers.member('items')).toMatchObject([{ ...paper, payment_order_id: made.word('id') }])
  })

  it('whose shares do not add up is 409 and not there (REC-03)', async () => {
    const customer = await openCustomer(gateway())
    const shares = [
      { payee: 'tax', amount_fen: 1_192_000 },
      { payee: 'registration_fee', amount_fen: 8_001 },
    ]
    const before = (await gateway().journal(customer.accountId)).length
    const refused = await order(customer, 'O4', 1_200_000, { shares })
    expect([refused.status, refused.member('reason')]).toEqual([409, 'split_unbalanced'])
    expect((await customer.call('GET', '/v1/payment-orders')).member('items')).toEqual([])
    expect((await gateway().journal(customer.accountId)).length).toBe(before)
  })

  test.each<[string, object, string, string]>([
    ['what it is for without an id', { about: { kind: 'bill' } }, '/about', 'id_or_code'],
    ['a code without need', { about: { kind: 'bill', id: 'bil_1', code: 'x' } }, '/about', 'id_or_code'],
    ['a payee with a name', { shares: [{ payee: '张三', amount_fen: 1 }] }, '/shares/0/payee', 'format'],
    ['nobody to pay', { shares: [] }, '/shares', 'too_small'],
    ['a number of a person', { number: '11010519491231002X' }, '/number', 'personal_number'],
  ])('with %s is 422', async (_what, more, pointer, broken) => {
    const customer = await openCustomer(gateway())
    const answer = await order(customer, 'O1', 1, more)
    expect([answer.status, answer.member('errors')]).toEqual([422, [{ pointer, rule: broken }]])
  })

  it('on something of another account, or of nobody, is 404', async () => {
    const [customer, other] = [await openCustomer(gateway()), await openCustomer(gateway())]
    const id = (await finance(other, 'GET', '/orders')).word('items', 0, 'id')
    expect((await order(customer, 'order-1', 80_000, { about: { kind: 'order', id } })).status).toBe(404)
    const own = (await finance(customer, 'GET', '/orders')).word('items', 0, 'id')
    expect((await order(customer, 'order-1', 80_000, { about: { kind: 'bill', id: own } })).status).toBe(404)
    expect((await order(customer, 'order-1', 80_000, { about: { kind: 'order', id: own } })).status).toBe(201)
  })

  it('is found by its state and its day, and payees have their sums', async () => {
    const customer = await openCustomer(gateway())
    const split = {
      shares: [
        { payee: 'tax', amount_fen: 70 },
        { payee: 'fee', amount_fen: 30 },
      ],
    }
    await paidOrder(customer, 'O1', 100, yesterday, split)
    await paidOrder(customer, 'O2', 50, today)
    await expectStatus(201, order(customer, 'O3', 5))
    const numbers = async (query: string) => {
      const own = await expectStatus(200, customer.call('GET', `/v1/payment-orders?${query}`))
      const theirs = await expectStatus(200, finance(customer, 'GET', `/payment-orders?${query}`))
      expect(theirs.member('items')).toEqual(own.member('items'))
      return (own.body as { items: { number: string }[] }).items.map(({ number }) => number)
    }
    expect(await numbers('state=paid')).toEqual(['O2', 'O1'])
    expect(await numbers('state=created')).toEqual(['O3'])
    expect(await numbers(`paid_on=${yesterday}`)).toEqual(['O1'])
    expect(await numbers(`paid_on=${today}&state=cleared`)).toEqual([])
    expect(await numbers('')).toEqual(['O3', 'O2', 'O1'])
    expect((await customer.call('GET', '/v1/payment-orders?state=lost')).status).toBe(400)
    await expectStatus(201, statement(customer, [line('O1', 70, 'tax'), line('O1', 30, 'fee')]))
    const period = `from=${yesterday}&to=${today}`
    const sums = await expectStatus(200, customer.call('GET', `/v1/clearing?${period}`))
    expect(sums.body).toEqual({
      from: yesterday,
      to: today,
      lines: [
        { day: yesterday, payee: 'fee', orders: 1, amount_fen: 30, cleared_fen: 30, open_fen: 0 },
        { day: yesterday, payee: 'tax', orders: 1, amount_fen: 70, cleared_fen: 70, open_fen: 0 },
        { day: today, payee: 'tax', orders: 1, amount_fen: 50, cleared_fen: 0, open_fen: 50 },
      ],
      payees: [
        { payee: 'fee', orders: 1, amount_fen: 30, cleared_fen: 30, open_fen: 0 },
        { payee: 'tax', orders: 2, amount_fen: 120, cleared_fen: 70, open_fen: 50 },
      ],
      amount_fen: 150,
      cleared_fen: 100,
      open_fen: 50,
    })
    expect((await finance(customer, 'GET', `/clearing?${period}`)).body).toEqual(sums.body)
    const long = await finance(customer, 'GET', '/clearing?from=2024-01-01&to=2025-01-01')
    expect([long.status, long.member('errors')]).toEqual([400, [{ pointer: '/to', rule: 'too_long' }]])
  })

  test.each([
    ['1740000.00', '130500000', '43500000'],
    ['100.01', '7501', '2500'],
  ])('pays the parts of a price of %s (PAY-01, PAY-02), and its day ends up with them', async (contractAmount, first, second) => {
    const within = { n: 30, unit: 'workday' }
    const milestones = [
      { share: '0.75', from: 'acceptance', months: 0, payWithin: within },
      { share: '0.25', from: 'acceptance', months: 12, payWithin: within },
    ]
    const customer = await openCustomer(gateway(), { overrides: { ...everyKind, contractAmount, milestones } })
    const applied = await expectStatus(201, finance(customer, 'POST', '/acceptances', { on: today }))
    await expectStatus(200, customer.call('POST', `/v1/acceptances/${applied.word('id')}/result`, { json: { result: 'passed' } }))
    const { items } = (await customer.call('GET', '/v1/milestones')).body as { items: { id: string; owed_fen: number }[] }
    expect(items.map(({ owed_fen }) => String(owed_fen))).toEqual([second, first])
    for (const [at, { id, owed_fen }] of items.entries()) {
      const paidFor = { about: { kind: 'milestone', id } }
      const orderId = await paidOrder(customer, `M${at}`, owed_fen, today, paidFor)
      expect((await finance(customer, 'GET', `/payment-orders/${orderId}`)).member('applied_fen')).toBe(owed_fen)
      const part = await customer.call('GET', `/v1/milestones/${id}`)
      expect(part.body).toMatchObject({ state: 'paid', payments: [{ on: today, amount_fen: owed_fen }] })
    }
  })
})

describe('a bank statement', () => {
  it('says of every number of its day what it is, with an alarm until each is explained (REC-01)', async () => {
    const customer = await openCustomer(gateway())
    for (const [no, fen] of [
      ['O1', 8_000],
      ['O2', 55_000],
      ['O3', 1_200_000],
    ] as const)
      await paidOrder(customer, no, fen)
    const lines = [line('O1', 8_000), line('O2', 55_500), line('O9', 8_000)]
    const recorded = await expectStatus(201, statement(customer, lines))
    expect([recorded.word('state'), recorded.member('lines')]).toEqual(['differs', 3])
    expect(recorded.member('finding')).toMatchObject({
      orders: 3,
      matched: ['O1'],
      amount_mismatch: ['O2'],
      missing_in_statement: ['O3'],
      unknown_in_statement: ['O9'],
      order_total_fen: 1_263_000,
      statement_total_fen: 71_500,
      difference_fen: 1_191_500,
    })
    const path = `/bank-statements/${recorded.word('id')}`
    expect(await alarmsOf(customer)).toMatchObject([{ subject: recorded.word('id') }])
    expect((await finance(customer, 'GET', `${path}/lines`)).member('lines')).toMatchObject(
      lines.map(({ no, amount_fen }) => ({ no, amount_fen, payee: null })),
    )
    for (const no of ['O2', 'O3', 'O9'])
      await expectStatus(200, finance(customer, 'POST', `${path}/explanation`, { no, text: 'told by the bank' }))
    const explained = await expectStatus(200, finance(customer, 'GET', path))
    expect(explained.word('state')).toBe('explained')
    expect(explained.member('finding', 'differences', 0)).toMatchObject({ no: 'O2', explanation: 'told by the bank' })
    expect(await alarmsOf(customer)).toEqual([])
  })

  it('is of a day that is over, once, and a correction takes its place', async () => {
    const customer = await openCustomer(gateway())
    await buyCredits(gateway(), customer.accountId, 10, 'test', 'order-2')
    const running = await finance(customer, 'POST', '/bank-statements', { day: today, lines: [] })
    expect([running.status, running.member('reason')]).toEqual([409, 'day_not_over'])
    await paidOrder(customer, 'O1', 8_000)
    const first = await expectStatus(201, statement(customer, []))
    expect((await statement(customer, [])).word('id')).toBe(first.word('id'))
    const other = await statement(customer, [line('O1', 8_000)])
    expect([other.status, other.member('reason')]).toEqual([409, 'statement_recorded'])
    const second = await expectStatus(201, statement(customer, [line('O1', 8_000)], { correction: true }))
    expect([second.word('state'), second.member('version')]).toEqual(['matched', 2])
    const list = (await finance(customer, 'GET', '/bank-statements')).body as { items: { state: string }[] }
    expect(list.items.map(({ state }) => state)).toEqual(['matched', 'replaced'])
    expect(await alarmsOf(customer)).toEqual([])
  })

  it('takes ten thousand lines and not one more', async () => {
    const customer = await openCustomer(gateway())
    const lines = Array.from({ length: 10_000 }, (_, at) => line(`N${at}`, 1))
    const many = await statement(customer, [...lines, line('X', 1)])
    expect([many.status, many.member('errors')]).toEqual([422, [{ pointer: '/lines', rule: 'too_large' }]])
    const recorded = await expectStatus(201, statement(customer, lines))
    expect(recorded.member('finding', 'statement_total_fen')).toBe(10_000)
  })

  it('that does not come raises the alarm after the next working day, by the clock', async () => {
    const customer = await openCustomer(gateway())
    await paidOrder(customer, 'O1', 8_000, today)
    // 2 August 2024 is a Friday.
    gateway().clock.set('2024-08-05T23:59:59.999+08:00')
    expect(await alarmsOf(customer)).toEqual([])
    gateway().clock.set('2024-08-06T00:00:00.000+08:00')
    await gateway().sweep()
    expect(await alarmsOf(customer)).toHaveLength(1)
    // The pack of the account was bought on that day, too.
    const lines = [line('O1', 8_000), line('order-1', 80_000)]
    await expectStatus(201, finance(customer, 'POST', '/bank-statements', { day: today, lines }))
    expect(await alarmsOf(customer)).toEqual([])
  })
})
