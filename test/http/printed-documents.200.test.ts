import { createHash } from 'node:crypto'
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet } from 'jose'
import { describe, expect, it, test } from 'vitest'
import { renderCsv } from '../../src/documents/render-csv.ts'
import { renderHtml } from '../../src/documents/render-html.ts'
import { renderJson } from '../../src/documents/render-json.ts'
import { allTables } from '../../src/documents/summary-tables.ts'
import { workbook } from '../../src/documents/workbook.ts'
import { startOfTests } from '../support/clock.ts'
import { doorAccount, openDoor } from '../support/http-door.ts'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openUnder, sha256 } from '../support/http-world.ts'
import { fixture } from '../support/printed-fixture.ts'

const gateway = useGateway()
const reason = 'as agreed'

describe('the bytes of a document', () => {
  test('are the same on every runtime and for ever', async () => {
    const html = async (language: 'zh' | 'en') => sha256(await renderHtml(fixture, { language, dataSha256: 'd'.repeat(64) }))
    expect({
      json: sha256(renderJson(fixture)),
      csv: sha256(renderCsv(fixture, 'zh', null) ?? ''),
      csvEnglish: sha256(renderCsv(fixture, 'en', null) ?? ''),
      xlsx: createHash('sha256')
        .update(workbook(allTables(fixture, 'zh'), 'zh'))
        .digest('hex'),
      html: await html('zh'),
      htmlEnglish: await html('en'),
    }).toEqual({
      json: '5ae388db7180574f1ed31a55d64d996665bf363f7831b18906baecebede18975',
      csv: 'a978b47e2e4c7cf3294c6f7e5545b1a1cc1044594e7f8e70ac64ec9d71e7a101',
      csvEnglish: '74681201a67a59285ce0b7a0bce294694c0d4c2926cdd4158a01e3eecea6d8b8',
      xlsx: 'aa102f041af48ddc368bcc7dffe72588db152f9cf175c6824d6c44f6c85bd797',
      html: 'fb086707a64cf52cb857d5dc69f49d62861485a1382cba62da182ca5fc665007',
      htmlEnglish: '7d7b9a236f4db58145c52dedc5fefea61c97a72abde5e2477022c0fcc846938e',
    })
  })
})

const provider = { name: 'Provider Ltd', uscc: '91350100M000100Y43' }

/** A customer under S4 whose August bill has just been issued; where staff and the customer find it on paper. */
const withBill = async () => {
  gateway().clock.now = startOfTests
  const customer = await openUnder(gateway(), 'S4', { overrides: { provider } })
  const path = `/v1/accounts/${customer.accountId}`
  const id = (await gateway().asStaff('finance', 'GET', `${path}/bills`)).word('items', 0, 'id')
  const record = (legal_name: string, uscc: string) =>
    expectStatus(201, gateway().asStaff('ops', 'POST', `${path}/parties`, { legal_name, uscc, reason }))
  const issue = async () => {
    gateway().clock.set('2024-09-01T00:00:00+08:00')
    await gateway().sweep()
  }
  return { customer, path, id, record, issue, own: `/v1/bills/${id}/document`, staffs: `${path}/bills/${id}/document` }
}

describe('a bill as a document', () => {
  it('is a draft while its month runs, and issued to the second in which it is over', async () => {
    const { customer, own, issue, id } = await withBill()
    const running = await expectStatus(200, customer.call('GET', own))
    expect(running.body).toMatchObject({ kind: 'bill', number: id, draft: true, issued_at: null, tables: { lines: [] } })
    await issue()
    const issued = await expectStatus(200, customer.call('GET', own))
    expect(issued.body).toMatchObject({
      draft: false,
      issued_at: '2024-09-01T00:00:00.000+08:00',
      parties: [
        { role: 'provider', printed_as: '甲方', ...provider },
        { role: 'customer', printed_as: '乙方', name: 'Example Ltd', uscc: null },
      ],
      facts: { period: '2024-08', from: '2024-08-01', to: '2024-08-31' },
      totals: { total: { amount_yuan: '500.00', capitals: '伍佰元整' } },
    })
  })

  it('does not change by a byte when it is paid, when a side has another name, or by who reads it', async () => {
    const { customer, path, own, staffs, issue, record, id } = await withBill()
    await record('Old Name Ltd', '91350100M000100Y43')
    await issue()
    const query = '?format=html&language=en'
    const before = await expectStatus(200, customer.call('GET', `${own}${query}`))
    expect(before.text).toContain('Old Name Ltd')
    gateway().clock.set('2024-09-03T10:00:00+08:00')
    await record('New Name Ltd', '91350100M000100Y43')
    const bill = `${path}/bills/${id}`
    await expectStatus(200, gateway().asStaff('finance', 'PUT', `${bill}/invoice-receipt`, { on: '2024-09-03', reason }))
    const payment = { on: '2024-09-03', amount_fen: 50_000, bank_reference: 'B-1', reason }
    expect((await gateway().asStaff('finance', 'POST', `${bill}/payments`, payment)).word('state')).toBe('paid')
    for (const answer of [
      await customer.call('GET', `${own}${query}`),
      await gateway().asStaff('auditor', 'GET', `${staffs}${query}`),
    ])
      expect(answer.text).toBe(before.text)
  })

  it('says of every format what it is, under which name it is kept, and its digest', async () => {
    const { customer, own, issue, id } = await withBill()
    await issue()
    const types = {
      json: 'application/json',
      csv: 'text/csv; charset=utf-8',
      html: 'text/html; charset=UTF-8',
      jws: 'application/jose',
    }
    for (const [format, type] of Object.entries(types)) {
      const { headers, text } = await expectStatus(200, customer.call('GET', `${own}?format=${format}&language=en`))
      expect(headers.get('content-type')).toBe(type)
      expect(headers.get('content-disposition')).toBe(
        `${format === 'html' ? 'inline' : 'attachment'}; filename="${id}.${format}"`,
      )
      expect(headers.get('etag')).toBe(`"${sha256(text)}"`)
      expect(headers.get('repr-digest')).toBe(`sha-256=:${Buffer.from(sha256(text), 'hex').toString('base64')}:`)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy') ?? '').toMatch(
        format === 'html' ? /^default-src 'none'; style-src 'unsafe-inline'/ : /^$/,
      )
    }
  })

  it('as a page names the digest of its JSON, so that paper and data are told to be the same', async () => {
    const { customer, own, issue } = await withBill()
    await issue()
    const data = await expectStatus(200, customer.call('GET', own))
    expect((await customer.call('GET', `${own}?format=html`)).text).toContain(sha256(data.text))
  })

  it('is one table by its key, and a key of none is refused', async () => {
    const { customer, own, issue } = await withBill()
    await issue()
    const lines = await expectStatus(200, customer.call('GET', `${own}?format=csv&table=lines`))
    expect(lines.text.split('\r\n')[1]).toBe('1,platform_fee,平台服务费,1,500.00,500.00')
    const none = await customer.call('GET', `${own}?format=csv&table=nothing`)
    expect([none.code, none.member('errors')]).toEqual(['query_invalid', [{ pointer: '/table', rule: 'unknown' }]])
    expect((await customer.call('GET', `${own}?format=docx`)).code).toBe('query_invalid')
  })

  it('that staff take is an entry in the journal with their reason, as an export', async () => {
    const { customer, staffs } = await withBill()
    const before = (await gateway().journal(customer.accountId)).length
    await expectStatus(200, gateway().asStaff('finance', 'GET', `${staffs}?format=csv`))
    const entries = (await gateway().journal(customer.accountId)).slice(before)
    expect(entries.map(({ kind }) => kind)).toEqual(['note_read'])
    expect(entries[0]?.body).toContain(reason)
  })
})

/** Nothing but what anybody can fetch. */
const discover = async (): Promise<JSONWebKeySet> =>
  (await expectStatus(200, gateway().call('GET', '/.well-known/jwks.json'))).body as JSONWebKeySet

describe('a signed document', () => {
  it('is verified with the discovered keys alone, and is the JSON of the document byte for byte', async () => {
    const { customer, own, issue } = await withBill()
    await issue()
    const signed = await expectStatus(200, customer.call('GET', `${own}?format=jws`))
    const keys = await discover()
    const { payload, protectedHeader } = await compactVerify(signed.text, createLocalJWKSet(keys), { algorithms: ['EdDSA'] })
    expect(new TextDecoder().decode(payload)).toBe((await customer.call('GET', own)).text)
    expect(protectedHeader).toEqual({
      alg: 'EdDSA',
      typ: 'verimeter-document+jws',
      cty: 'application/json',
      kid: keys.keys[0]?.kid,
      iss: 'verimeter',
      iat: Date.parse('2024-09-01T00:00:00+08:00') / 1000,
    })
    for (const key of keys.keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    expect((await customer.call('GET', `${own}?format=jws`)).text).toBe(signed.text)
  })

  it('of which one byte was changed is not one, wherever it stands', async () => {
    const { customer, own, issue } = await withBill()
    await issue()
    const { text } = await expectStatus(200, customer.call('GET', `${own}?format=jws`))
    const keys = createLocalJWKSet(await discover())
    const parts = text.split('.')
    expect(parts).toHaveLength(3)
    for (const at of [0, 1, 2]) {
      const changed = parts.map((part, index) => (index === at ? `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}` : part))
      await expect(compactVerify(changed.join('.'), keys)).rejects.toThrow(errors.JOSEError)
    }
  })

  it('is never made of a draft', async () => {
    const { customer, own } = await withBill()
    const answer = await customer.call('GET', `${own}?format=jws`)
    expect([answer.status, answer.code, answer.word('reason')]).toEqual([409, 'state_conflict', 'not_issued'])
  })

  it('has a key of its own: the one of staff tokens is not among them', async () => {
    const { keys } = await discover()
    expect(keys.map(({ x }) => x)).not.toContain(gateway().staffKey.x)
    const { customer, own, issue } = await withBill()
    await issue()
    const { text } = await expectStatus(200, customer.call('GET', `${own}?format=jws`))
    expect(decodeProtectedHeader(text).kid).not.toBe(gateway().staffKey.kid)
    // And a signed document opens nothing.
    expect((await gateway().call('GET', '/v1/accounts', { bearer: text })).code).toBe('token_invalid')
  })
})

describe('a gateway without keys for documents', () => {
  it('says so instead of a signature, and has every other format', async () => {
    const view = {
      ...{ accountId: doorAccount, id: 1, kind: 'bill', state: 'issued', reference: '2024-08', clocks: [], openedBy: 'clock' },
      ...{ openedAt: 0, changedAt: 0, closedAt: null },
      data: { period: '2024-08', from: '2024-08-01', to: '2024-08-31', lines: [], tax: null, owedFen: 0, issuedAt: startOfTests },
    }
    const parties = { customer: { name: 'Example Ltd', uscc: null }, provider: null, printedAs: { customer: 'A', provider: 'B' } }
    const read = async ({ kind }: { kind: string }) => ({ kind: 'read', value: kind === 'matter' ? view : parties, rate: null })
    const ledger = { submit: () => Promise.reject(new Error('nothing is written')), read: read as never }
    const { call } = openDoor({ ledgerOf: () => ledger })
    const path = `/v1/bills/bil_${doorAccount.slice(4)}_00000000001/document`
    const refused = await call('GET', `${path}?format=jws`)
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      { code: 'state_conflict', reason: 'documents_not_signed' },
    ])
    for (const format of ['json', 'csv', 'html', 'xlsx']) expect((await call('GET', `${path}?format=${format}`)).status).toBe(200)
    expect(await (await call('GET', '/.well-known/jwks.json')).json()).toEqual({ keys: [] })
  })
})
