import { describe, expect, it, test } from 'vitest'
import { registerChecks } from '../../src/core/register-checks.ts'
import { registerRowViews } from '../../src/sources/sandbox-registers.ts'
import { useGateway } from '../support/http-gateway.ts'
import { type Customer, consentBody, expectStatus, openUnder, verificationBody } from '../support/http-world.ts'

/* What the presets beside S1 do once they are in force. */

const gateway = useGateway()
const reason = 'as agreed'

const suspend = (customer: Customer, body: object) =>
  gateway().asStaff('ops', 'PUT', `/v1/accounts/${customer.accountId}/suspension`, { note: reason, ...body })

const resume = (customer: Customer) =>
  expectStatus(200, gateway().asStaff('ops', 'DELETE', `/v1/accounts/${customer.accountId}/suspension`, { reason }))

const scenesOf = async (customer: Customer): Promise<string[]> => {
  const list = await expectStatus(200, customer.call('GET', '/v1/notices?limit=100'))
  return (list.body as { items: { scene: string }[] }).items.map(({ scene }) => scene)
}

test('S0: the law is a ground, after a notice that is on record', async () => {
  const customer = await openUnder(gateway(), 'S0')
  const early = await suspend(customer, { ground: 'law' })
  expect([early.status, early.member('reason')]).toEqual([409, 'notice_required'])
  const address = { channel: 'post', address: 'Example Road 1, Luzhou' }
  const contact = await expectStatus(201, customer.call('POST', '/v1/contacts', { json: address }))
  const path = `/v1/accounts/${customer.accountId}/notices`
  const paper = { channel: 'personal', subject: 'breach', contact_id: contact.word('id'), reason }
  const notice_id = (await expectStatus(201, gateway().asStaff('ops', 'POST', path, paper))).word('id')
  const record = (fact: object) => gateway().asStaff('ops', 'POST', `${path}/${notice_id}/facts`, { ...fact, reason })
  await expectStatus(200, record({ fact: 'handed', at: '2024-08-02T09:30:00+08:00' }))
  // Handed over is not delivered: S0 asks for a signed receipt (S0 七(1)).
  const unsigned = await suspend(customer, { ground: 'law', notice_id })
  expect([unsigned.status, unsigned.member('reason')]).toEqual([409, 'notice_required'])
  await expectStatus(200, record({ fact: 'signed', on: '2024-08-02' }))
  await expectStatus(200, suspend(customer, { ground: 'law', notice_id }))
})

describe('S2', () => {
  it('stops at once on forbidden content and on false data, and tells the customer afterwards', async () => {
    const customer = await openUnder(gateway(), 'S2')
    for (const ground of ['content_rumour', 'content_forbidden_by_law', 'false_data']) {
      const stopped = await expectStatus(200, suspend(customer, { ground }))
      expect(stopped.member('suspension', 'ground')).toBe(ground)
      await resume(customer)
    }
    expect((await scenesOf(customer)).filter((scene) => scene === 'suspended')).toHaveLength(3)
    const unknown = await suspend(customer, { ground: 'content_of_no_code' })
    expect([unknown.status, unknown.member('reason')]).toEqual([409, 'ground_unknown'])
  })
})

describe('S3', () => {
  it('counts calls of every register at price zero, with the instant that the register tells', async () => {
    const customer = await openUnder(gateway(), 'S3')
    for (const { check, data_subject } of registerRowViews) {
      const consent = consentBody(`c-${check}`, data_subject as never, {
        type: 'e_signature',
        checks: [check],
        sources: [`sandbox_${check}`],
        data_subject: subjectOf(data_subject),
      })
      await expectStatus(201, customer.call('POST', '/v1/consents', { json: consent }))
      const body = verificationBody(`c-${check}`, data_subject as never, { check })
      const answer = await expectStatus(200, customer.ask(`k-${check}`, body))
      expect([check, answer.member('outcome'), answer.member('credits'), answer.member('available')]).toEqual([
        check,
        'match',
        0,
        null,
      ])
      expect(answer.member('source', 'said_at')).toMatch(/^2024-08-02T.*\+08:00$/)
    }
    const usage = await expectStatus(200, customer.call('GET', '/v1/usage?from=2024-08-01&to=2024-08-31'))
    expect([usage.member('totals', 'verifications'), usage.member('totals', 'credits')]).toEqual([registerChecks.length, 0])
  })

  it('pushes what happens to an endpoint of the customer, also for calls at price zero', async () => {
    const customer = await openUnder(gateway(), 'S3')
    const endpoint = { url: 'https://hooks.example.com/in' }
    await expectStatus(201, customer.call('POST', '/v1/webhook-endpoints', { json: endpoint }))
    await expectStatus(200, suspend(customer, { ground: 'network_attack' }))
    const list = await expectStatus(200, gateway().asStaff('auditor', 'GET', `/v1/accounts/${customer.accountId}/notices`))
    const sent = (list.body as { items: { scene: string; channel: string }[] }).items
    expect(sent).toEqual(expect.arrayContaining([expect.objectContaining({ scene: 'suspended', channel: 'webhook' })]))
  })
})

it('what is masked stays masked after the end: secrecy knows no last day', async () => {
  const customer = await openUnder(gateway(), 'S3')
  await expectStatus(201, customer.record('c-1', undefined, { type: 'e_signature' }))
  const closing = { reason, document_sha256: 'ab'.repeat(32) }
  await expectStatus(200, gateway().asStaff('admin', 'POST', `/v1/accounts/${customer.accountId}/closing`, closing))
  gateway().clock.set('2034-08-02T10:00:00+08:00')
  const own = await gateway().asStaff('auditor', 'GET', `/v1/accounts/${customer.accountId}/consents/c-1`)
  expect(own.text).toContain('110105********002X')
  expect(own.text).not.toContain('11010519491231002X')
})

/** Whom a consent is about: number and name alone. */
const subjectOf = (row: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => ['id_number', 'uscc', 'name'].includes(name)))
