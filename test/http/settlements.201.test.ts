import { describe, expect, it } from 'vitest'
import { useVendor } from '../support/http-vendor.ts'
import { type Customer, expectStatus, openCustomer, sha256 } from '../support/http-world.ts'

const { gateway } = useVendor()

const reason = 'as agreed with the customer'

/** An account that has used some of a live pack of 30,000 credits for 800.00, and whose end both sides agreed to. */
const used = async (credits = 12_345): Promise<Customer> => {
  const customer = await openCustomer(gateway(), { mode: 'live', credits: 30_000, overrides: { checks: { id2: { credits } } } })
  await expectStatus(201, customer.record('c-1'))
  await expectStatus(200, customer.verify('k-1', 'c-1'))
  return customer
}

const asFinance = (customer: Customer, method: string, path: string, body?: object, sub = 'alice') =>
  gateway().asStaff('finance', method, `/v1/accounts/${customer.accountId}${path}`, body && { ...body, reason }, sub)

const propose = (customer: Customer, more: object = {}) =>
  expectStatus(201, asFinance(customer, 'POST', '/settlements', { cause: 'mutual', ...more }))

const approve = (approvalId: string, sub = 'bob') =>
  gateway().asStaff('finance', 'POST', `/v1/approvals/${approvalId}/approval`, { reason }, sub)

const settled = async (customer: Customer, more: object = {}) =>
  expectStatus(200, approve((await propose(customer, more)).word('approval_id')))

const grantOf = async ({ accountId }: Customer) =>
  (await gateway().asStaff('auditor', 'GET', `/v1/accounts/${accountId}/grants`)).member('grants', 0)

describe('a settlement of two persons', () => {
  it('is computed when it is proposed, moves nothing until another person agrees, and then refunds what nobody used', async () => {
    const customer = await used()
    const proposed = await propose(customer)
    expect(proposed.body).toMatchObject({
      state: 'proposed',
      final: true,
      charge_fen: 32_920,
      refund_fen: 47_080,
      balance_fen: -47_080,
      in_favour_of: 'customer',
      credit_note_fen: 47_080,
      packs: [{ used: 12_345, unit_price_fen: '8/3', left: 17_655, move: 'refund', clause: 'S1 §4.6' }],
      approved_at: null,
      opened_by: 'staff',
    })
    const approvalId = proposed.word('approval_id')
    const listed = await expectStatus(200, asFinance(customer, 'GET', '/approvals'))
    expect(listed.member('items')).toMatchObject([
      { id: approvalId, act: 'settle_account', target_id: proposed.word('id'), proposed_by: 'alice', decided_by: null },
    ])
    expect((await customer.call('GET', '/v1/settlements')).member('items')).toEqual([])
    expect((await customer.call('GET', `/v1/settlements/${proposed.word('id')}`)).status).toBe(404)

    const own = await approve(approvalId, 'alice')
    expect([own.status, own.code, own.member('reason')]).toEqual([403, 'approval_required', 'same_person'])
    expect(await grantOf(customer)).toMatchObject({ available: 17_655, refunded: 0 })
    const approved = await expectStatus(200, approve(approvalId))
    expect(approved.body).toMatchObject({ id: proposed.word('id'), state: 'approved', digest: proposed.word('digest') })
    expect(await grantOf(customer)).toMatchObject({ available: 0, captured: 12_345, refunded: 17_655 })
    const denied = await customer.verify('k-2', 'c-1')
    expect([denied.status, denied.code]).toEqual([402, 'quota_exhausted'])
    const shown = await expectStatus(200, customer.call('GET', '/v1/settlements'))
    expect(shown.member('items')).toEqual([approved.body])
  })

  it('is signed by the customer as it was shown, paid as the bank shows it, and settled then', async () => {
    const customer = await used()
    const approved = await settled(customer)
    const path = `/v1/settlements/${approved.word('id')}/signature`
    const other = await customer.call('POST', path, { json: { digest: sha256('another one') } })
    expect([other.status, other.member('reason')]).toEqual([409, 'digest_differs'])
    const json = { digest: approved.word('digest'), document_sha256: sha256('the signed paper') }
    const signed = await expectStatus(200, customer.call('POST', path, { json }))
    expect(signed.member('signature')).toEqual({
      at: '2024-08-02T10:00:00.000+08:00',
      by: 'customer',
      document_sha256: json.document_sha256,
    })
    const payment = { on: '2024-08-02', amount_fen: 47_080, bank_reference: 'b-1', direction: 'to_customer' }
    const payments = `/settlements/${approved.word('id')}/payments`
    const paid = await expectStatus(200, asFinance(customer, 'POST', payments, payment))
    expect(paid.body).toMatchObject({ state: 'settled', open_fen: 0, payments: [payment] })
    const again = await expectStatus(200, asFinance(customer, 'POST', payments, payment))
    expect(again.text).toBe(paid.text)
  })

  it('keeps the credits after a breach until it is approved, also when the account is closed', async () => {
    const customer = await used()
    await expectStatus(200, gateway().asStaff('admin', 'POST', `/v1/accounts/${customer.accountId}/closing`, { reason }))
    const proposed = await propose(customer, { cause: 'customer_breach' })
    expect(proposed.body).toMatchObject({ refund_fen: 0, kept_fen: 47_080, packs: [{ remainder: 'hold', move: 'expire' }] })
    expect(await grantOf(customer)).toMatchObject({ available: 17_655, expired: 0 })
    await expectStatus(200, approve(proposed.word('approval_id')))
    expect(await grantOf(customer)).toMatchObject({ available: 0, expired: 17_655 })
    const objected = await expectStatus(
      200,
      customer.call('POST', `/v1/settlements/${proposed.word('id')}/objection`, { json: { text: 'we kept to it' } }),
    )
    expect(objected.body).toMatchObject({ state: 'objected', objections: [{ by: 'customer', text: 'we kept to it' }] })
    const kept = asFinance(customer, 'POST', `/settlements/${proposed.word('id')}/upholding`, { text: 'as the notice says' })
    expect((await expectStatus(200, kept)).word('state')).toBe('approved')
    const paper = { document_sha256: sha256('signed all the same') }
    const signed = asFinance(customer, 'POST', `/settlements/${proposed.word('id')}/signature`, paper)
    expect((await expectStatus(200, signed)).body).toMatchObject({ state: 'settled', signature: { by: 'staff' } })
  })
})

describe('a settlement is refused', () => {
  it('when something has moved since it was proposed; proposed again it stands', async () => {
    const customer = await used(100)
    const proposed = await propose(customer)
    await expectStatus(200, customer.verify('k-2', 'c-1'))
    const moved = await approve(proposed.word('approval_id'))
    expect([moved.status, moved.code, moved.member('reason')]).toEqual([409, 'state_conflict', 'figures_changed'])
    expect(await grantOf(customer)).toMatchObject({ available: 29_800, refunded: 0 })
    const again = await expectStatus(200, asFinance(customer, 'POST', `/settlements/${proposed.word('id')}/proposal`, {}, 'bob'))
    expect((await approve(proposed.word('approval_id'))).member('reason')).toBe('proposal_replaced')
    const approved = await expectStatus(200, approve(again.word('approval_id'), 'alice'))
    expect(approved.body).toMatchObject({ packs: [{ used: 200 }] })
  })

  it('after a day; it is a draft then, and can be withdrawn', async () => {
    const customer = await used(100)
    const proposed = await propose(customer)
    gateway().clock.advance(86_400_000)
    expect((await approve(proposed.word('approval_id'))).member('reason')).toBe('proposal_expired')
    await gateway().sweep()
    const path = `/settlements/${proposed.word('id')}`
    expect((await expectStatus(200, asFinance(customer, 'GET', path))).body).toMatchObject({ state: 'draft', approval_id: null })
    expect((await asFinance(customer, 'POST', '/settlements', { cause: 'mutual' })).member('reason')).toBe('settlement_open')
    await expectStatus(200, asFinance(customer, 'POST', `${path}/withdrawal`, {}))
    await settled(customer)
  })

  it('for a pack whose term is not over as if it were', async () => {
    const customer = await used(100)
    const early = await asFinance(customer, 'POST', '/settlements', { cause: 'expiry' })
    expect([early.status, early.member('reason')]).toEqual([409, 'term_not_over'])
  })
})

describe('one in between', () => {
  it('moves nothing, and does not do for a closing', async () => {
    const customer = await used(100)
    const between = await settled(customer, { final: false })
    expect([between.word('state'), between.member('final')]).toEqual(['approved', false])
    expect(await grantOf(customer)).toMatchObject({ available: 29_900 })
    await expectStatus(200, customer.verify('k-2', 'c-1'))
    await expectStatus(200, gateway().asStaff('admin', 'POST', `/v1/accounts/${customer.accountId}/closing`, { reason }))
    const closings = await expectStatus(200, asFinance(customer, 'GET', '/closings'))
    const step = (name: string) =>
      gateway().asStaff('ops', 'POST', `/v1/accounts/${customer.accountId}/closings/${closings.word('items', 0, 'id')}/steps`, {
        step: name,
        reason,
      })
    await expectStatus(200, step('open_calls_ended'))
    expect((await step('statement')).member('reason')).toBe('settlement_missing')
    await settled(customer)
    await expectStatus(200, step('statement'))
  })
})
