import { describe, expect, it, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway()

const reason = 'the source told us by telephone'

/** A customer with one verification in doubt that no source will ever tell of. */
const inDoubt = async (): Promise<{ customer: Customer; id: string }> => {
  const customer = await openCustomer(gateway())
  await customer.record('c-1', persons.unknownForEver)
  const answer = await customer.verify('k-1', 'c-1', persons.unknownForEver)
  return { customer, id: answer.word('verification', 'id') }
}

const propose = ({ customer, id }: { customer: Customer; id: string }, more: object, sub = 'alice') =>
  gateway().asStaff(
    'ops',
    'POST',
    `/v1/accounts/${customer.accountId}/verifications/${id}/settlement-proposals`,
    { reason, ...more },
    sub,
  )

const approve = (approvalId: string, sub = 'bob') =>
  gateway().asStaff('finance', 'POST', `/v1/approvals/${approvalId}/approval`, { reason }, sub)

describe('a verification in doubt, settled by two persons', () => {
  test.each([
    ['match', true],
    ['mismatch', true],
    ['no_record', false],
  ] as const)('as %s is 200 afterwards under the same key, charged: %s', async (outcome, charged) => {
    const doubt = await inDoubt()
    const proposal = await expectStatus(201, propose(doubt, { outcome, source_id: 'sandbox', source_reference: 'T-1' }))
    expect(proposal.body).toMatchObject({
      act: 'settle',
      proposed_by: 'alice',
      decided_by: null,
      decided_at: null,
      expires_at: '2024-08-03T10:00:00.000+08:00',
    })
    expect(await doubt.customer.credits()).toEqual({ available: 99, held: 1, captured: 0 })

    const settled = await expectStatus(200, approve(proposal.word('id')))
    expect(settled.body).toMatchObject({ id: doubt.id, outcome, charged, source: { id: 'sandbox', reference: 'T-1' } })
    expect(await doubt.customer.credits()).toEqual(
      charged ? { available: 99, held: 0, captured: 1 } : { available: 100, held: 0, captured: 0 },
    )
    const replayed = await doubt.customer.verify('k-1', 'c-1', persons.unknownForEver)
    expect([replayed.status, replayed.text]).toEqual([200, settled.text])
    const listed = await gateway().asStaff('auditor', 'GET', `/v1/accounts/${doubt.customer.accountId}/approvals`)
    expect(listed.member('items')).toMatchObject([{ id: proposal.word('id'), proposed_by: 'alice', decided_by: 'bob' }])
  })

  it('as released gives the credit back, and the key answers 502', async () => {
    const doubt = await inDoubt()
    const proposal = await expectStatus(201, propose(doubt, { outcome: 'released' }))
    await expectStatus(200, approve(proposal.word('id')))
    expect(await doubt.customer.credits()).toEqual({ available: 100, held: 0, captured: 0 })
    expect((await doubt.customer.verify('k-1', 'c-1', persons.unknownForEver)).code).toBe('source_unavailable')
  })
})

describe('an approval', () => {
  it('by the person who proposed is 403, and the doubt stays', async () => {
    const doubt = await inDoubt()
    const proposal = await expectStatus(201, propose(doubt, { outcome: 'match' }))
    const answer = await approve(proposal.word('id'), 'alice')
    expect([answer.status, answer.code, answer.member('reason')]).toEqual([403, 'approval_required', 'same_person'])
    expect(await doubt.customer.credits()).toEqual({ available: 99, held: 1, captured: 0 })
    await expectStatus(200, approve(proposal.word('id')))
  })

  it('of what was decided, of what has lapsed, and of what is no longer in doubt is 409', async () => {
    const doubt = await inDoubt()
    const [first, second] = [await propose(doubt, { outcome: 'match' }), await propose(doubt, { outcome: 'mismatch' })]
    await expectStatus(200, approve(first.word('id')))
    const again = await approve(first.word('id'))
    expect([again.status, again.member('reason')]).toEqual([409, 'already_decided'])
    const other = await approve(second.word('id'))
    expect([other.status, other.member('reason')]).toEqual([409, 'not_in_doubt'])

    const old = await inDoubt()
    const proposal = await propose(old, { outcome: 'match' })
    gateway().clock.advance(86_400_000)
    const late = await approve(proposal.word('id'))
    expect([late.status, late.member('reason')]).toEqual([409, 'proposal_expired'])
    expect(await old.customer.credits()).toEqual({ available: 99, held: 1, captured: 0 })
  })
})

describe('a proposal', () => {
  it('about a verification that has its ending is 409, about none is 404', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1')
    const answered = await expectStatus(200, customer.verify('k-1', 'c-1'))
    const answer = await propose({ customer, id: answered.word('id') }, { outcome: 'released' })
    expect([answer.status, answer.member('reason')]).toEqual([409, 'not_in_doubt'])
    const account = customer.accountId.slice(4)
    for (const id of ['ver_1', `ver_${account}_00000000001`])
      expect((await propose({ customer, id }, { outcome: 'released' })).status).toBe(404)
  })

  test.each([
    { outcome: 'unknown' },
    { outcome: 'rejected' },
    {},
    { outcome: 'match', source_reference: 'a b' },
    { outcome: 'match', credits: 0 },
  ])('of %j is 422', async (more) => {
    const answer = await propose(await inDoubt(), more)
    expect([answer.status, answer.code]).toEqual([422, 'input_invalid'])
  })

  it('can be made and approved for an account that was closed or suspended meanwhile', async () => {
    const doubt = await inDoubt()
    await expectStatus(200, gateway().asStaff('admin', 'POST', `/v1/accounts/${doubt.customer.accountId}/closing`, { reason }))
    const proposal = await expectStatus(201, propose(doubt, { outcome: 'match' }))
    await expectStatus(200, approve(proposal.word('id')))
    expect(await doubt.customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
  })
})
