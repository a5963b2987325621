import { describe, expect, it, test } from 'vitest'
import { closingTermsOf } from '../../src/agreement/closing-terms.ts'
import { rulesOf } from '../../src/agreement/preset-rules.ts'
import { type Answer, type TestGateway, useGateway } from '../support/http-gateway.ts'
import { evidenceOf } from '../support/http-matters.ts'
import { type Customer, expectStatus, openCustomer, sha256 } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as agreed'
const term = { start: '2024-07-28', end: '2027-07-29' }

/** A customer that pays as in S1 and whose agreement ends as in another preset, with one consent and one call. */
const openUnder = async (preset: 'S0' | 'S1' | 'S3', now: string): Promise<Customer> => {
  gateway().clock.set(now)
  const { ending, delivery } = rulesOf[preset]
  const customer = await openCustomer(gateway(), { overrides: { term, ending, delivery, closing: closingTermsOf[preset] } })
  await expectStatus(201, customer.record('c-1'))
  await expectStatus(200, customer.verify('k-1', 'c-1'))
  return customer
}

const staff = (customer: Customer, method: string, path: string, body: object = {}): Promise<Answer> =>
  gateway().asStaff(
    'admin',
    method,
    `/v1/accounts/${customer.accountId}${path}`,
    method === 'GET' ? undefined : { reason, ...body },
  )

const steps = async (customer: Customer, id: string, ...names: string[]): Promise<void> => {
  for (const step of names) await expectStatus(200, staff(customer, 'POST', `/closings/${id}/steps`, { step }))
}

const rowsOf = async (name: string): Promise<unknown> => (await gateway().asStaff('auditor', 'GET', '/v1/integrity')).member(name)

describe('the stop of SCN-S0', () => {
  test('an application by EMS: calls until 2024-10-16, closed by the sweep, denied afterwards', async () => {
    const customer = await openUnder('S0', '2024-09-20T09:00:00+08:00')
    const notice = { channel: 'ems', posted_at: '2024-09-19T10:00:00+08:00' }
    const early = await staff(customer, 'POST', '/closings', { notice, stop_on: '2024-10-10' })
    expect([early.status, early.code, early.member('reason')]).toEqual([409, 'state_conflict', 'notice_too_short'])
    const applied = await expectStatus(201, staff(customer, 'POST', '/closings', { notice }))
    expect([applied.word('deemed_at'), applied.word('ends_at'), applied.word('state')]).toEqual([
      '2024-09-21T12:00:00.000+08:00',
      '2024-10-16T00:00:00.000+08:00',
      'announced',
    ])
    const deadlines = await expectStatus(200, customer.call('GET', '/v1/deadlines'))
    expect(deadlines.member('items', 0, 'matter', 'kind')).toBe('closing')
    gateway().clock.set('2024-10-15T23:59:59+08:00')
    await gateway().sweep()
    await expectStatus(200, customer.verify('k-2', 'c-1'))
    gateway().clock.set('2024-10-16T00:00:00+08:00')
    await gateway().sweep()
    const denied = await customer.verify('k-3', 'c-1')
    expect([denied.status, denied.code]).toEqual([403, 'account_closed'])
    const shown = await expectStatus(200, customer.call('GET', `/v1/closings/${applied.word('id')}`))
    expect(shown.word('state')).toBe('ended')
  })
})

describe('a hand-over', () => {
  it('holds every part with counts and digests, is fetched and confirmed, and only then is anything erased', async () => {
    const customer = await openUnder('S3', '2025-03-03T10:00:00+08:00')
    await expectStatus(200, customer.call('PUT', '/v1/consents/c-1/evidence', evidenceOf('c-1')))
    const ended = await expectStatus(201, staff(customer, 'POST', '/closings/terminations', { ground: 'authority_order' }))
    const id = ended.word('id')
    await steps(customer, id, 'open_calls_ended', 'statement')
    const tooEarly = await staff(customer, 'POST', `/closings/${id}/erasure`)
    expect([tooEarly.status, tooEarly.member('reason')]).toEqual([409, 'step_out_of_turn'])

    const papers = ['manual', 'ops_plan', 'package_or_source'].map((part) => ({ part, sha256: sha256(part) }))
    const lacking = await staff(customer, 'POST', `/closings/${id}/hand-over`, { papers: papers.slice(1) })
    expect(lacking.member('reason')).toBe('part_missing')
    const made = await expectStatus(200, staff(customer, 'POST', `/closings/${id}/hand-over`, { papers }))
    const files = made.member('hand_over', 'files') as { part: string; name: string; lines: number; sha256: string }[]
    const journal = await gateway().journal(customer.accountId)
    const uptoSeq = Number(made.member('hand_over', 'upto_seq'))
    // Made, then recorded: the one line that came after it is the recording itself.
    expect(journal).toHaveLength(uptoSeq + 1)
    expect(Object.fromEntries(files.map(({ part, lines }) => [part, lines]))).toEqual({
      all_collected_data: 1,
      ledger: uptoSeq,
      audit_log: uptoSeq - 1,
      consent_records: 1,
      data_catalogue: 1,
    })
    for (const file of files) {
      const text = (await expectStatus(200, customer.call('GET', `/v1/closings/${id}/files/${file.name}`))).text
      expect([file.part, sha256(text), text.trimEnd().split('\n').length]).toEqual([file.part, file.sha256, file.lines])
      expect(text).not.toContain('11010519491231002X')
      expect(text).not.toContain('张三')
    }
    const first = files[0]?.name ?? ''
    await expectStatus(200, staff(customer, 'GET', `/closings/${id}/files/${first}`))

    const confirm = (manifest_digest: string) =>
      customer.call('POST', `/v1/closings/${id}/hand-over-confirmation`, { json: { manifest_digest } })
    expect((await confirm('ab'.repeat(32))).member('reason')).toBe('manifest_differs')
    await expectStatus(200, confirm(made.word('hand_over', 'digest')))
    expect((await staff(customer, 'POST', `/closings/${id}/erasure`)).member('reason')).toBe('retention_running')

    gateway().clock.set('2025-09-03T00:00:00+08:00')
    await gateway().sweep()
    const erased = await expectStatus(200, staff(customer, 'POST', `/closings/${id}/erasure`))
    expect(erased.member('certificate')).toMatchObject({
      data_subjects: 1,
      evidence_files: 1,
      kept_frozen: 0,
      method: 'overwritten',
    })
    // The files are gone, the books stay, also for the customer, and nothing in them names anybody.
    expect((await customer.call('GET', `/v1/closings/${id}/files/${first}`)).status).toBe(404)
    const consent = await expectStatus(200, customer.call('GET', '/v1/consents/c-1'))
    expect([consent.member('data_subject', 'number_masked'), consent.member('data_subject', 'name_masked')]).toEqual(['', ''])
    await expectStatus(200, customer.call('GET', '/v1/balance'))
    expect(await rowsOf('violations')).toEqual([])
    await steps(customer, id, 'keys_ended')
    expect((await customer.call('GET', '/v1/balance')).code).toBe('key_revoked')
    await expectStatus(200, staff(customer, 'GET', '/verifications'))
  })
})

describe('authorisation texts', () => {
  const ask = async (customer: Customer, gate: TestGateway): Promise<{ request: string; call: string }> => {
    const call = (await expectStatus(200, customer.call('GET', '/v1/verifications?limit=1'))).word('items', 0, 'id')
    const asked = { verification_ids: [call], reason }
    const path = `/v1/accounts/${customer.accountId}/evidence-requests`
    return { request: (await expectStatus(201, gate.asStaff('auditor', 'POST', path, asked))).word('id'), call }
  }

  it('are compared with the digest of the recording: another one is a breach, the right one proves the call', async () => {
    const customer = await openUnder('S1', '2025-03-03T10:00:00+08:00')
    const { request, call } = await ask(customer, gateway())
    const upload = (raw: string) =>
      customer.call('PUT', `/v1/evidence-requests/${request}/files/${call}`, { raw, headers: { 'Content-Type': 'text/plain' } })
    const wrong = await expectStatus(200, upload('evidence c-2'))
    expect([wrong.word('state'), wrong.word('calls', 0, 'standing')]).toEqual(['breached', 'digest_mismatch'])
    const right = await expectStatus(200, upload('evidence c-1'))
    expect([right.word('state'), right.word('calls', 0, 'standing')]).toEqual(['proved', 'proved'])
  })

  it('too large, empty or without a media type are told so, and nothing is kept', async () => {
    const customer = await openUnder('S1', '2025-03-03T10:00:00+08:00')
    const put = (raw: Uint8Array | string, type: string) =>
      customer.call('PUT', '/v1/consents/c-1/evidence', { raw, headers: { 'Content-Type': type } })
    const before = (await gateway().journal(customer.accountId)).length
    expect((await put(new Uint8Array(10_485_761), 'application/pdf')).code).toBe('body_too_large')
    expect((await put('', 'application/pdf')).code).toBe('body_malformed')
    expect((await put('evidence c-1', 'pdf')).code).toBe('media_type_unsupported')
    expect((await put('evidence c-2', 'text/plain')).member('reason')).toBe('evidence_differs')
    expect(await gateway().journal(customer.accountId)).toHaveLength(before)
  })

  it('are read by staff with a reason alone, each reading is an entry, and no other route knows of the files', async () => {
    const customer = await openUnder('S1', '2025-03-03T10:00:00+08:00')
    const filed = await expectStatus(200, customer.call('PUT', '/v1/consents/c-1/evidence', evidenceOf('c-1')))
    const before = (await gateway().journal(customer.accountId)).length
    const read = await expectStatus(200, staff(customer, 'GET', `/evidence/${filed.word('id')}/file`))
    expect(read.text).toBe('evidence c-1')
    expect(await gateway().journal(customer.accountId)).toHaveLength(before + 1)
    const readers = gateway().app.routes.filter(({ answers }) => answers[200]?.contentType === 'application/octet-stream')
    expect(readers.map(({ path }) => path).filter((path) => path.includes('evidence'))).toEqual([
      '/v1/accounts/{account_id}/evidence/{evidence_id}/file',
    ])
  })
})

describe('the request of a person', () => {
  it('is answered with its own masked records, and the erasure takes its file along', async () => {
    const customer = await openUnder('S1', '2025-03-03T10:00:00+08:00')
    const filed = await expectStatus(200, customer.call('PUT', '/v1/consents/c-1/evidence', evidenceOf('c-1')))
    const consent_id = (await expectStatus(200, customer.call('GET', '/v1/consents/c-1'))).word('id')
    const ask = (body: object) =>
      staff(customer, 'POST', '/subject-requests', {
        ask: 'access',
        requester: 'data_subject',
        consent_id,
        proof_sha256: 'ab'.repeat(32),
        ...body,
      })
    const third = await expectStatus(201, ask({ requester: 'third_party' }))
    expect(third.word('state')).toBe('refused')
    expect((await staff(customer, 'GET', `/subject-requests/${third.word('id')}/records`)).status).toBe(409)

    const own = await expectStatus(201, ask({}))
    const records = await expectStatus(200, staff(customer, 'GET', `/subject-requests/${own.word('id')}/records`))
    expect(records.member('consents')).toHaveLength(1)
    expect(records.member('verifications')).toHaveLength(1)
    expect(records.text).not.toContain('11010519491231002X')
    await expectStatus(200, staff(customer, 'POST', `/subject-requests/${own.word('id')}/completion`))

    const erasure = (await expectStatus(201, ask({ ask: 'erasure' }))).word('id')
    const erase = () => staff(customer, 'POST', `/subject-requests/${erasure}/erasure`)
    expect((await erase()).member('reason')).toBe('consent_standing')
    await expectStatus(200, customer.call('POST', '/v1/consents/c-1/withdrawal', { json: { source: 'data_subject' } }))
    expect((await expectStatus(200, erase())).member('erased')).toMatchObject({ consents: 1, evidence_files: 1 })
    expect((await staff(customer, 'GET', `/evidence/${filed.word('id')}/file`)).status).toBe(404)
    expect(await rowsOf('violations')).toEqual([])
  })
})
