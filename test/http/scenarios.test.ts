import { beforeEach, describe, expect, test } from 'vitest'
import { startOfTests } from '../support/clock.ts'
import type { Answer, Role } from '../support/http-gateway.ts'
import { useVendor } from '../support/http-vendor.ts'
import { type Customer, expectStatus, openCustomer, openUnder, sha256 } from '../support/http-world.ts'

/*
 * The five agreements as stories over the routes, with days counted by hand from the holiday notice of 2024: 15 to 17 September
 * and 1 to 7 October are off; 14 and 29 September and 12 October are worked.
 */

const { gateway } = useVendor()
const reason = 'as agreed'

beforeEach(() => {
  gateway().clock.now = Math.max(gateway().clock.now, startOfTests)
})

/** The clock goes on, and what has become due is done. */
const pass = async (to: string): Promise<void> => {
  gateway().clock.set(to)
  await gateway().sweep()
}

const staff = (customer: Customer, role: Role, method: string, path: string, body?: object): Promise<Answer> =>
  gateway().asStaff(role, method, `/v1/accounts/${customer.accountId}${path}`, body && { ...body, reason })

const done = async (answer: Promise<Answer>): Promise<Answer> => {
  const { status, text } = await answer
  if (status >= 300) throw new Error(`refused: ${status} ${text}`)
  return answer
}

const list = async (customer: Customer, noun: string): Promise<Record<string, unknown>[]> =>
  ((await done(customer.call('GET', `/v1/${noun}`))).member('items') as Record<string, unknown>[]).toReversed()

describe('S1, a prepaid pack', () => {
  test('a source changes its price, the customer refuses, and what was used is settled', async () => {
    const customer = await openCustomer(gateway(), { mode: 'live', credits: 30_000 })
    await expectStatus(201, customer.record('c-1'))
    for (const key of ['one', 'two', 'three']) await expectStatus(200, customer.verify(key, 'c-1'))
    await pass('2024-09-30T17:00:00+08:00')
    const change = await done(
      staff(customer, 'ops', 'POST', '/source-changes', {
        source: 'aliyun_market_id2',
        change: 'price',
        arrived_at: '2024-09-30T17:00:00+08:00',
        effective_on: '2024-11-01',
        checks: ['id2'],
        new_price: '0.05',
      }),
    )
    expect(change.word('clocks', 0, 'due_at')).toBe('2024-10-09T00:00:00.000+08:00')
    const answer = await done(
      customer.call('PUT', `/v1/source-changes/${change.word('id')}/answer`, { json: { answer: 'refuse' } }),
    )
    expect(answer.member('standing')).toBe('close_by_agreement')
    const settled = await expectStatus(
      201,
      staff(customer, 'finance', 'POST', '/settlement-figures', { cause: 'upstream_change_rejected' }),
    )
    // 800.00 for 30,000: three calls are 8 fen.
    expect(settled.body).toMatchObject({ charge_fen: 8, refund_fen: 79_992, packs: [{ used: 3, unit_price_fen: '8/3' }] })
    expect((await list(customer, 'settlement-figures')).map(({ id }) => id)).toEqual([settled.word('id')])
  })
})

describe('S4, use that is billed afterwards', () => {
  test('a month is billed, its invoice falls overdue, service stops, and the payment with its interest opens it again', async () => {
    gateway().clock.now = startOfTests
    const customer = await openUnder(gateway(), 'S4', { mode: 'live', overrides: { onboarding: { testCalls: null } } })
    await expectStatus(201, customer.record('c-1'))
    for (const key of ['one', 'two', 'three']) await expectStatus(200, customer.verify(key, 'c-1'))
    const [running] = await list(customer, 'bills')
    const path = `/bills/${running?.id}`
    await done(staff(customer, 'ops', 'POST', `${path}/data-uses`, { reference: 'august', bytes: 1_536_750_000 }))
    await pass('2024-09-01T00:00:00+08:00')
    const [august, september] = await list(customer, 'bills')
    expect(august).toMatchObject({
      state: 'issued',
      period: '2024-08',
      owed_fen: 68_453,
      lines: [
        { code: 'platform_fee', quantity: '1', amount_fen: 50_000 },
        { code: 'query_fee', quantity: '3', unit_price: '0.04', amount_fen: 12 },
        { code: 'data_fee', quantity: '1536.75', amount_fen: 18_441 },
      ],
    })
    expect(september).toMatchObject({ state: 'running', period: '2024-09' })

    await pass('2024-09-03T10:00:00+08:00')
    const invoiced = await done(staff(customer, 'finance', 'PUT', `${path}/invoice-receipt`, { on: '2024-09-03' }))
    expect(invoiced.body).toMatchObject({
      figures: { due_on: '2024-09-18', days_late: 0 },
      suspension_allowed_from: '2024-09-19T00:00:00.000+08:00',
      clocks: [{ name: 'pay', clause: 'S4 §6.2.1' }],
    })
    await pass('2024-09-18T23:59:59+08:00')
    await expectStatus(200, customer.verify('four', 'c-1'))
    await pass('2024-09-19T00:00:00+08:00')
    expect(await customer.verify('five', 'c-1')).toMatchObject({ status: 403, code: 'account_suspended' })
    expect((await staff(customer, 'auditor', 'GET', '')).member('suspension')).toMatchObject({
      ground: 'overdue',
      note: 'S4 §6.3.2',
    })

    await pass('2024-09-28T10:00:00+08:00')
    const payment = { on: '2024-09-28', amount_fen: 68_453, bank_reference: 'B-1' }
    const paid = await done(staff(customer, 'finance', 'POST', `${path}/payments`, payment))
    // 684.53 for ten days at 0.05% a day.
    expect(paid.body).toMatchObject({ state: 'paid', figures: { days_late: 10, interest_fen: 342, total_fen: 68_795 } })
    expect((await done(staff(customer, 'finance', 'POST', `${path}/payments`, payment))).text).toBe(paid.text)
    await expectStatus(200, customer.verify('six', 'c-1'))
  })
})

describe('S3, something that is built and paid in parts', () => {
  test('silence accepts it, the first part is paid late, and the settlement adds the penalty', async () => {
    gateway().clock.now = startOfTests
    const customer = await openUnder(gateway(), 'S3')
    await expectStatus(201, customer.record('c-1'))
    expect((await expectStatus(200, customer.verify('module', 'c-1'))).member('credits')).toBe(0)
    const [build] = await list(customer, 'builds')
    expect(build).toMatchObject({ clocks: [{ clause: 'S3 第三条', last_day: '2024-09-10' }] })
    await pass('2024-09-02T10:00:00+08:00')
    await done(staff(customer, 'ops', 'PUT', `/builds/${build?.id}/completion`, { on: '2024-09-02' }))
    const applied = await expectStatus(201, staff(customer, 'ops', 'POST', '/acceptances', { on: '2024-09-02' }))
    await pass('2024-09-12T10:00:00+08:00')
    await done(staff(customer, 'ops', 'POST', `/acceptances/${applied.word('id')}/reminders`, { on: '2024-09-12' }))
    await pass('2024-09-19T00:00:00+08:00')
    expect((await done(customer.call('GET', `/v1/acceptances/${applied.word('id')}`))).body).toMatchObject({
      state: 'deemed_accepted',
      accepted_on: '2024-09-18',
      maintenance: { last_day: '2025-09-18' },
      clocks: [
        { name: 'organise', clause: 'S3 §4.2', last_day: '2024-09-11', ending: 'missed' },
        { name: 'after_reminder', last_day: '2024-09-18', ending: 'missed' },
      ],
    })

    const [first, second] = await list(customer, 'milestones')
    expect([first?.owed_fen, second?.owed_fen, second?.full_on]).toEqual([130_500_000, 43_500_000, '2025-09-18'])
    await pass('2024-11-05T00:00:00+08:00')
    expect((await list(customer, 'milestones'))[0]).toMatchObject({ state: 'overdue', figures: { due_on: '2024-11-04' } })
    await pass('2024-11-07T10:00:00+08:00')
    const payment = { on: '2024-11-07', amount_fen: 130_500_000, bank_reference: 'B-1' }
    const paid = await done(staff(customer, 'finance', 'POST', `/milestones/${first?.id}/payments`, payment))
    expect(paid.body).toMatchObject({
      figures: { days_late: 3, penalty: { billed_fen: 11_745_000, threshold_fen: 34_800_000, termination_right: false } },
    })
    const settled = await done(staff(customer, 'finance', 'POST', '/settlement-figures', { cause: 'mutual' }))
    expect(settled.body).toMatchObject({
      sum_fen: 185_745_000,
      fees: [{ code: 'milestone_1', customer_penalty_fen: 11_745_000 }, { code: 'milestone_2' }],
    })
  })

  test('a fee that the customer was told of stands when nobody objects, and stays open when it does', async () => {
    gateway().clock.now = startOfTests
    const customer = await openUnder(gateway(), 'S3')
    const fee = { amount_fen: 5_000, about: 'an interface more', on: '2024-08-02' }
    const silent = await expectStatus(201, staff(customer, 'finance', 'POST', '/fee-notices', fee))
    const disputed = await expectStatus(201, staff(customer, 'finance', 'POST', '/fee-notices', fee))
    const json = { text: 'this was not ordered' }
    await done(customer.call('POST', `/v1/fee-notices/${disputed.word('id')}/objection`, { json }))
    // The fifteenth day is Saturday 17 August, so the last one is Monday.
    expect(silent.member('clocks', 0)).toMatchObject({ clause: 'S3 §6.1.6', last_day: '2024-08-19' })
    await pass('2024-08-20T00:00:00+08:00')
    expect((await list(customer, 'fee-notices')).map(({ state, accepted_on }) => [state, accepted_on])).toEqual([
      ['accepted', '2024-08-20'],
      ['objected', null],
    ])
  })
})

describe('S0, a platform that is free', () => {
  test('a letter stops it fourteen working days after the noon on which it counts as delivered', async () => {
    gateway().clock.now = startOfTests
    const customer = await openUnder(gateway(), 'S0')
    await expectStatus(201, customer.record('c-1'))
    await expectStatus(200, customer.verify('one', 'c-1'))
    await pass('2024-09-19T10:00:00+08:00')
    const notice = { channel: 'ems', posted_at: '2024-09-19T10:00:00+08:00' }
    const closing = await expectStatus(201, staff(customer, 'ops', 'POST', '/closings', { notice }))
    expect([closing.member('deemed_at'), closing.member('ends_at')]).toEqual([
      '2024-09-21T12:00:00.000+08:00',
      '2024-10-16T00:00:00.000+08:00',
    ])
    await pass('2024-10-15T23:59:59+08:00')
    await expectStatus(200, customer.verify('two', 'c-1'))
    await pass('2024-10-16T00:00:00+08:00')
    expect(await customer.verify('three', 'c-1')).toMatchObject({ status: 403, code: 'account_closed' })
    expect(await list(customer, 'bills')).toEqual([])
  })
})

describe('S2, users that are registered', () => {
  test('a change counts from its first use, and the end at once leaves nothing personal', async () => {
    gateway().clock.now = startOfTests
    const customer = await openUnder(gateway(), 'S2')
    await expectStatus(201, customer.record('c-1'))
    const change = { preset: 'S2', overrides: { settleWithinDays: 4 }, document_sha256: sha256('the second text') }
    await done(staff(customer, 'ops', 'POST', '/amendments', change))
    await pass('2024-08-05T09:00:00+08:00')
    await expectStatus(200, customer.verify('one', 'c-1'))
    expect((await list(customer, 'amendments'))[0]).toMatchObject({ version: 2, accepted_at: '2024-08-05T09:00:00.000+08:00' })
    await pass('2024-08-10T10:00:00+08:00')
    const closing = await expectStatus(201, customer.call('POST', '/v1/closings', { json: {} }))
    expect(closing.member('ends_at')).toBe('2024-08-10T10:00:00.000+08:00')
    expect(await customer.verify('two', 'c-1')).toMatchObject({ code: 'account_closed' })
  })

  test('who ends the agreement has not accepted the change that it was shown', async () => {
    gateway().clock.now = startOfTests
    const customer = await openUnder(gateway(), 'S2')
    const change = { preset: 'S2', overrides: { settleWithinDays: 4 }, document_sha256: sha256('the second text') }
    await done(staff(customer, 'ops', 'POST', '/amendments', change))
    await expectStatus(201, customer.call('POST', '/v1/closings', { json: {} }))
    expect((await list(customer, 'amendments'))[0]).toMatchObject({ accepted_at: null })
  })
})
