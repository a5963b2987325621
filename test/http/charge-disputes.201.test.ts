import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checkEvidence } from '../../src/documents/verify-evidence.ts'
import { type Answer, type Role, useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway()

const reason = 'ticket 7'
const crypto = { sha256: (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex') }

const asStaff = (customer: Customer, role: Role, path: string, json: object, sub = 'alice'): Promise<Answer> =>
  gateway().asStaff(role, 'POST', `/v1/accounts/${customer.accountId}${path}`, { ...json, reason }, sub)

const approve = (id: string, sub = 'bob'): Promise<Answer> =>
  gateway().asStaff('finance', 'POST', `/v1/approvals/${id}/approval`, { reason }, sub)

/** A customer with one charged call. */
const charged = async (wishes: Parameters<typeof openCustomer>[1] = {}): Promise<{ customer: Customer; id: string }> => {
  const customer = await openCustomer(gateway(), wishes)
  await expectStatus(201, customer.record('c-1'))
  const call = await expectStatus(200, customer.verify('k-1', 'c-1'))
  return { customer, id: call.word('id') }
}

const dispute = ({ customer, id }: { customer: Customer; id: string }): Promise<Answer> =>
  customer.call('POST', '/v1/charge-disputes', { json: { verification_id: id, ground: 'duplicate', text: 'asked twice' } })

const evidenceOf = (customer: Customer, disputeId: string): Promise<Answer> =>
  expectStatus(200, customer.call('GET', `/v1/charge-disputes/${disputeId}/evidence`))

const evidenceForStaff = async (customer: Customer, disputeId: string, why: string | null = reason): Promise<Answer> =>
  gateway().call('GET', `/v1/accounts/${customer.accountId}/charge-disputes/${disputeId}/evidence`, {
    bearer: await gateway().staffToken({ roles: ['auditor'] }),
    headers: why === null ? {} : { 'Verimeter-Reason': encodeURIComponent(why) },
  })

describe('a dispute of a charge', () => {
  it('is opened once, answered by two persons, and gives the credit back', async () => {
    const from = await charged()
    const { customer } = from
    const opened = await expectStatus(201, dispute(from))
    expect(opened.body).toMatchObject({
      state: 'open',
      verification_id: from.id,
      ground: 'duplicate',
      credits: 1,
      remedy: null,
      clocks: [{ name: 'answer', clause: 'choice', last_day: '2024-08-07' }],
    })
    expect((await dispute(from)).status).toBe(200)
    const disputeId = opened.word('id')
    const path = `/charge-disputes/${disputeId}/win-proposals`
    const proposed = await expectStatus(201, asStaff(customer, 'ops', path, { text: 'you are right' }))
    expect(proposed.body).toMatchObject({ act: 'win_charge_dispute', proposed_by: 'alice', decided_by: null })
    // The second person sees exactly what is to happen, and the digest is of that.
    expect(JSON.parse(proposed.word('change'))).toMatchObject({ remedy: 'credits', credits: 1, text: 'you are right' })
    expect(crypto.sha256(proposed.word('change'))).toBe(proposed.word('digest'))
    expect((await approve(proposed.word('id'), 'alice')).code).toBe('approval_required')
    expect(await customer.credits()).toEqual({ available: 99, held: 0, captured: 1 })
    const decided = await expectStatus(200, approve(proposed.word('id')))
    expect(decided.body).toMatchObject({ id: proposed.word('id'), decided_by: 'bob' })
    expect(await customer.credits()).toEqual({ available: 100, held: 0, captured: 1 })
    const won = await expectStatus(200, customer.call('GET', `/v1/charge-disputes/${disputeId}`))
    expect(won.body).toMatchObject({ state: 'won', answer: 'you are right', remedy: 'credits', credit_note_id: null })
    expect(won.word('grant_id')).toMatch(/^gra_/)
  })

  it('that is won for money is a credit note, which the customer sees', async () => {
    const from = await charged({ overrides: { vatRate: '0.06' } })
    const disputeId = (await expectStatus(201, dispute(from))).word('id')
    const path = `/charge-disputes/${disputeId}/win-proposals`
    const proposed = await expectStatus(201, asStaff(from.customer, 'finance', path, { remedy: 'money', text: 'yes' }))
    await expectStatus(200, approve(proposed.word('id')))
    const { items } = (await from.customer.call('GET', '/v1/credit-notes')).body as { items: Record<string, unknown>[] }
    expect(items).toMatchObject([
      {
        state: 'issued',
        cause: 'charge_dispute',
        verification_id: from.id,
        statement_id: expect.stringMatching(/^sta_/),
        applied_to: null,
      },
    ])
    const note = await expectStatus(200, from.customer.call('GET', `/v1/credit-notes/${String(items[0]?.id)}`))
    const tax = note.member('tax') as { net_fen: number; tax_fen: number }
    expect(tax.net_fen + tax.tax_fen).toBe(note.member('amount_fen'))
    expect(note.word('id')).toMatch(/^crn_/)
  })

  it('that is lost or taken back says so, and of what was not charged there is none', async () => {
    const from = await charged()
    const disputeId = (await expectStatus(201, dispute(from))).word('id')
    const lost = await expectStatus(
      200,
      asStaff(from.customer, 'ops', `/charge-disputes/${disputeId}/loss`, { text: 'your key asked' }),
    )
    expect(lost.body).toMatchObject({ state: 'lost', answer: 'your key asked' })
    const again = { verification_id: from.id, ground: 'other', text: 'look again' }
    const refused = await from.customer.call('POST', '/v1/charge-disputes', { json: again })
    expect([refused.status, refused.code, refused.member('reason')]).toEqual([409, 'state_conflict', 'already_disputed'])
    const reopened = await expectStatus(201, asStaff(from.customer, 'ops', '/charge-disputes', again))
    expect(reopened.body).toMatchObject({ state: 'open', previous_id: disputeId })
    const taken = from.customer.call('POST', `/v1/charge-disputes/${reopened.word('id')}/withdrawal`, { json: {} })
    expect((await expectStatus(200, taken)).member('state')).toBe('withdrawn')

    await from.customer.record('c-2', persons.unavailable)
    const failed = await from.customer.verify('k-2', 'c-2', persons.unavailable)
    const none = await dispute({ ...from, id: failed.word('verification', 'id') })
    expect([none.status, none.member('reason')]).toEqual([409, 'not_charged'])
  })

  it.each([
    {},
    { ground: 'duplicate', text: 'x' },
    { verification_id: 'ver_1', ground: 'too_dear', text: 'x' },
    { verification_id: 'ver_1', ground: 'other' },
    { verification_id: 'ver_1', ground: 'other', text: 'of 11010519491231002X' },
  ])('of %j is 422', async (json) => {
    const customer = await openCustomer(gateway())
    const answer = await customer.call('POST', '/v1/charge-disputes', { json })
    expect([answer.status, answer.code]).toEqual([422, 'input_invalid'])
  })
})

describe('a correction by credit note', () => {
  it('takes two persons of finance, and no more than was charged', async () => {
    const { customer, id } = await charged()
    const note = { verification_id: id, amount_fen: 100, text: 'counted wrongly' }
    const proposed = await expectStatus(201, asStaff(customer, 'finance', '/credit-notes', note))
    await expectStatus(200, approve(proposed.word('id')))
    const { items } = (await customer.call('GET', '/v1/credit-notes')).body as { items: object[] }
    expect(items).toMatchObject([{ amount_fen: 100, cause: 'correction', verification_id: id, text: 'counted wrongly' }])
    const more = await asStaff(customer, 'finance', '/credit-notes', { ...note, amount_fen: 10_000_000 })
    expect([more.status, more.member('reason')]).toEqual([409, 'more_than_charged'])
    const nothing = await asStaff(customer, 'finance', '/credit-notes', { amount_fen: 100, text: 'x' })
    expect([nothing.status, nothing.member('reason')]).toEqual([409, 'credit_about_nothing'])
  })

  it.each([{ amount_fen: 0, text: 'x' }, { amount_fen: 1.5, text: 'x' }, { amount_fen: 1 }])('of %j is 422', async (json) => {
    const customer = await openCustomer(gateway())
    expect((await asStaff(customer, 'finance', '/credit-notes', json)).status).toBe(422)
  })
})

describe('the evidence of a disputed charge', () => {
  it('is one sound file that proves the charge, the same for the same log, and holds no number and no name', async () => {
    const from = await charged()
    const { customer } = from
    await customer.call('PUT', '/v1/consents/c-1/evidence', { raw: 'evidence c-1', headers: { 'Content-Type': 'text/plain' } })
    const disputeId = (await expectStatus(201, dispute(from))).word('id')
    const file = await evidenceOf(customer, disputeId)
    expect(checkEvidence(crypto, file.text).filter(({ holds }) => !holds)).toEqual([])
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="evidence-${disputeId}.json"`)
    expect(file.body).toMatchObject({
      format: 'verimeter-charge-evidence/1',
      dispute: { id: disputeId, state: 'open' },
      call: { id: from.id, charged: true, audit: { index: expect.any(Number) } },
      consent: { reference: 'c-1', evidence_file: { state: 'stored' } },
      agreement: { version: 1, preset: 'S1' },
      entries: [
        { kind: 'hold', leaf: null },
        { kind: 'capture', credits: 1 },
      ],
    })
    expect((await evidenceOf(customer, disputeId)).text).toBe(file.text)
    const forStaff = await evidenceForStaff(customer, disputeId)
    expect(forStaff.status).toBe(200)
    expect(checkEvidence(crypto, forStaff.text).every(({ holds }) => holds)).toBe(true)
    for (const text of [file.text, forStaff.text])
      for (const secret of Object.values(persons.match)) expect(text).not.toContain(secret)
    // The masked forms are what the party sees everywhere.
    expect(file.member('consent', 'data_subject', 'number_masked')).toMatch(/\*{4}/)
  })

  it('is read by staff with a reason, and the reading is in the journal', async () => {
    const from = await charged()
    const disputeId = (await expectStatus(201, dispute(from))).word('id')
    const without = await evidenceForStaff(from.customer, disputeId, null)
    expect([without.status, without.code]).toEqual([400, 'reason_missing'])
    const before = (await gateway().journal(from.customer.accountId)).length
    expect((await evidenceForStaff(from.customer, disputeId)).status).toBe(200)
    const journal = await gateway().journal(from.customer.accountId)
    expect(journal).toHaveLength(before + 1)
    expect(journal.at(-1)).toMatchObject({ kind: 'note_read', body: expect.stringContaining(reason) })
  })

  it('of a call that was in doubt tells of the doubt and of who ended it, without a name of staff', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1', persons.unknownForEver)
    const doubt = await customer.verify('k-1', 'c-1', persons.unknownForEver)
    const id = doubt.word('verification', 'id')
    const ended = { outcome: 'match', source_id: 'sandbox', source_reference: 'T-1' }
    const proposed = await expectStatus(201, asStaff(customer, 'ops', `/verifications/${id}/settlement-proposals`, ended))
    await expectStatus(200, approve(proposed.word('id'), 'bob-of-finance'))
    const disputeId = (await expectStatus(201, dispute({ customer, id }))).word('id')
    const file = await evidenceOf(customer, disputeId)
    expect(checkEvidence(crypto, file.text).filter(({ holds }) => !holds)).toEqual([])
    expect(file.member('entries')).toMatchObject([{ kind: 'hold' }, { kind: 'doubt' }, { kind: 'capture', actor: 'staff' }])
    expect(file.text).not.toContain('bob-of-finance')
  })
})
