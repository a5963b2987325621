import { describe, expect, test } from 'vitest'
import { useGateway } from '../support/http-gateway.ts'
import { documentText, fileDocument } from '../support/http-matters.ts'
import { expectStatus, openAccount, openCustomer, openUnder, sha256 } from '../support/http-world.ts'

const gateway = useGateway()
const reason = 'as agreed'

const record = (accountId: string, more: Record<string, unknown>) => {
  const document = { kind: 'contract', version: '1', sha256: sha256(documentText), sealed: true, form: 'paper', reason, ...more }
  return gateway().asStaff('ops', 'POST', `/v1/accounts/${accountId}/documents`, document)
}

describe('a document of an agreement', () => {
  test('is fetched by the customer as it was filed, each time with an entry of who and when', async () => {
    const customer = await openCustomer(gateway())
    const id = await fileDocument(customer)
    const before = (await gateway().journal(customer.accountId)).length
    for (const _time of [1, 2]) {
      const answer = await expectStatus(200, customer.call('GET', `/v1/documents/${id}/file`))
      expect(sha256(answer.text)).toBe(sha256(documentText))
    }
    const read = await expectStatus(200, customer.call('GET', `/v1/documents/${id}`))
    const download = { at: '2024-08-02T10:00:00.000+08:00', by: expect.stringMatching(/^key:/) }
    expect(read.body).toMatchObject({
      state: 'filed',
      sealed: true,
      authoritative: true,
      agreement_version: 1,
      bytes: documentText.length,
      downloads: [download, download],
    })
    const entries = (await gateway().journal(customer.accountId)).slice(before)
    expect(entries.map(({ kind }) => kind)).toEqual(['download_document', 'download_document'])
  })

  test('is fetched by staff with a reason, and another one is not filed under its digest', async () => {
    const customer = await openCustomer(gateway())
    const id = await fileDocument(customer)
    const path = `/v1/accounts/${customer.accountId}/documents/${id}/file`
    expect((await gateway().asStaff('auditor', 'GET', path)).text).toBe(documentText)
    const bearer = await gateway().staffToken({ roles: ['ops'] })
    expect((await gateway().call('GET', path, { bearer })).code).toBe('reason_missing')
    const headers = { 'Content-Type': 'application/pdf' }
    const other = await gateway().call('PUT', path, { bearer, raw: 'another text', headers })
    expect([other.status, other.word('reason')]).toEqual([409, 'document_differs'])
    expect((await gateway().call('PUT', path, { bearer, raw: '', headers })).code).toBe('body_malformed')
    expect((await gateway().asStaff('auditor', 'GET', path)).text).toBe(documentText)
  })

  test('is not there to be fetched before it is filed, and not recorded before there is an agreement', async () => {
    const customer = await openCustomer(gateway())
    const recorded = await expectStatus(201, record(customer.accountId, {}))
    expect((await customer.call('GET', `/v1/documents/${recorded.word('id')}/file`)).code).toBe('not_found')
    expect((await record(await openAccount(gateway()), {})).word('reason')).toBe('agreement_missing')
  })

  test('of S0 is made in two copies, of S3 in four', async () => {
    for (const [preset, copies] of [
      ['S0', 2],
      ['S3', 4],
    ] as const) {
      const { accountId } = await openUnder(gateway(), preset)
      expect((await record(accountId, { copies: 3 })).word('reason')).toBe('copies_differ')
      expect((await expectStatus(201, record(accountId, {}))).body).toMatchObject({ copies, authoritative: true })
    }
  })

  test('of S2 is the privacy policy, which is accepted with the agreement', async () => {
    const accountId = await openAccount(gateway())
    const path = `/v1/accounts/${accountId}`
    const made = await expectStatus(200, gateway().asStaff('ops', 'PUT', `${path}/agreement`, { preset: 'S2', reason }))
    const policy = { kind: 'privacy_policy', sha256: sha256('the policy'), form: 'online_text', sealed: false }
    await expectStatus(201, record(accountId, policy))
    const tick = { version: 1, digest: made.word('digest'), accepted_at: '2024-08-01T09:00:00+08:00', reason }
    const without = await gateway().asStaff('ops', 'POST', `${path}/signings/acceptances`, tick)
    expect(without.word('reason')).toBe('privacy_policy_differs')
    const both = { ...tick, privacy_policy_sha256: policy.sha256 }
    const ticked = await expectStatus(201, gateway().asStaff('ops', 'POST', `${path}/signings/acceptances`, both))
    expect(ticked.body).toMatchObject({ state: 'accepted', document_sha256: policy.sha256 })
  })
})
