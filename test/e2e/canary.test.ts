import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPlain } from '../support/http-canary.ts'
import { type Answer, openTestGateway, type TestGateway } from '../support/http-gateway.ts'
import { Vendor, type VendorQuestion, vendorMatch } from '../support/http-vendor.ts'
import {
  approveRequest,
  type Customer,
  consentBody,
  openCustomer,
  type Person,
  persons,
  verificationBody,
} from '../support/http-world.ts'
import type { VendorAnswer } from '../support/vendor-socket.ts'

/* One long run in which every request speaks of somebody, and a search for all of them in everything that is left of it. */

/** Published specimens under made-up names, full of what breaks logs, headers, markup and queries. */
const people: Person[] = [
  { id_number: persons.match.id_number, name: '张三示例' },
  { id_number: persons.noRecord.id_number, name: `欧阳"示例'` },
  { id_number: persons.rejected.id_number, name: '李\\r\\n示例\\x' },
  { id_number: persons.unavailable.id_number, name: '<script>alert(王)</script>' },
  { id_number: persons.unknownThenMatch.id_number, name: 'Set-Cookie: a=b\r\nX-Name: 赵示例' },
  { id_number: persons.unknownThenNotExecuted.id_number, name: "𠮷野'; DROP TABLE accounts; --" },
  { id_number: persons.unknownForEver.id_number, name: '阿依·示例·{"event":"started"}' },
]

/** Names that no source is asked about. */
const refusedNames = ['孙示例\u001b[31m红\u001b[0m', '周\u0000示例', '吴\u202e示例', '郑\u200b示例', '冯示例2024', '陈示例\ud800']

/** What a hostile vendor can do with a question: say it back wherever it may write. */
const echoes: ((question: VendorQuestion) => VendorAnswer)[] = [
  ({ name, idNumber }) => ({
    headers: { 'x-echo': encodeURIComponent(name), 'set-cookie': `id=${idNumber}` },
    body: {
      code: 200,
      success: true,
      msg: `${name} ${idNumber}`,
      data: { result: 0, order_no: `${idNumber}-1`, desc: name, name, idcard: idNumber, photo: name },
    },
  }),
  ({ name, idNumber }) => ({ body: { code: idNumber, success: false, msg: name, data: { result: name, order_no: name } } }),
  ({ name, idNumber }) => ({ body: `<html>${name} ${idNumber}</html>` }),
  ({ name, idNumber }) => ({ status: 500, body: { error: name, stack: idNumber } }),
  ({ idNumber }) => ({ status: 302, headers: { location: `http://127.0.0.1:1/${idNumber}` }, body: {} }),
  ({ name, idNumber }) => ({
    status: 403,
    headers: { 'x-ca-error-code': idNumber, 'x-ca-error-message': encodeURIComponent(name) },
    body: {},
  }),
  ({ idNumber }) => ({ headers: { 'x-request-reference': idNumber }, body: {} }),
  () => 'cut',
  ({ idNumber }) => vendorMatch(idNumber.toLowerCase()),
]

const reason = 'as agreed with the customer'
const vendor = new Vendor()
const keys: string[] = []
let gateway: TestGateway

/** What must not be found: numbers and names as they were sent, and as they are sent on. */
const personal = [
  ...people.flatMap(({ id_number, name }) => [id_number, id_number.toLowerCase(), name, name.replaceAll(/\s+/g, ' ')]),
  ...refusedNames.map((name) => name.replaceAll('\ud800', '')),
  '４４０５２４１８８００１０１００１４',
]

/** Requests that are wrong, each with somebody's name or number in a place where it does not belong. */
const misplaced = async (customer: Customer, { id_number: number, name }: Person): Promise<Answer[]> => {
  const good = verificationBody('c-1', { id_number: number, name })
  const text = encodeURIComponent(`${name}${number}`)
  return Promise.all([
    customer.call('POST', '/v1/verifications', {
      raw: `{"name":"${name}","id":${number}`,
      headers: { 'Idempotency-Key': 'broken' },
    }),
    customer.ask(number, good),
    customer.ask('k', { ...good, [number]: name, [name]: number }),
    customer.ask('k', { ...good, reference: number, check: name, purpose: number }),
    customer.ask('k', { ...good, data_subject: { [name]: number, id_number: name, name: number } }),
    customer.ask('k', { ...good, consent_reference: number }),
    customer.ask('k', { ...good, consent_reference: undefined, consent_id: name }),
    customer.call('POST', '/v1/consents', { json: { ...consentBody(number, { id_number: number, name }), channel: name } }),
    customer.call('POST', '/v1/consents/batch', { json: { consents: [name, { reference: name, number }, consentBody(name)] } }),
    customer.call('POST', `/v1/consents/${text}/withdrawal`, { json: { source: name } }),
    customer.call('GET', `/v1/consents/${number}`),
    customer.call('GET', `/v1/verifications/${text}`),
    customer.call('GET', `/v1/verifications?cursor=${text}&${text}=1`),
    customer.call('GET', `/v1/usage?from=${text}&to=${number}`),
    customer.call('GET', `/v1/${text}`),
    customer.call('PATCH', '/v1/account', { json: { name } }),
    gateway.call('GET', '/v1/account', { bearer: number }),
    gateway.call('GET', '/v1/account', {
      headers: {
        Authorization: `Basic ${number}`,
        'User-Agent': text,
        'Accept-Language': number,
        'X-Forwarded-For': number,
        traceparent: number,
      },
    }),
    gateway.asStaff('admin', 'GET', `/v1/accounts/${number}`),
    gateway.asStaff('admin', 'GET', `/v1/accounts?name=${text}`),
    gateway.asStaff('admin', 'PUT', `/v1/accounts/${customer.accountId}/suspension`, { ground: name, note: reason }),
    gateway.asStaff('admin', 'PUT', `/v1/accounts/${customer.accountId}/agreement`, {
      preset: name,
      overrides: { [number]: name },
      reason,
    }),
  ])
}

const runLive = async (customer: Customer): Promise<void> => {
  for (const [at, person] of people.entries()) {
    await customer.record(`c-${at}`, person)
    for (const [way, answer] of echoes.entries()) {
      vendor.answer = answer
      await customer.verify(`k-${at}-${way}`, `c-${at}`, person)
    }
    await misplaced(customer, person)
  }
  for (const name of refusedNames) {
    const person = { id_number: persons.noRecord.id_number, name }
    await customer.record('refused', person)
    await customer.verify('refused', 'c-1', person)
  }
  await customer.verify('wide', 'c-1', { id_number: '４４０５２４１８８００１０１００１４', name: '张三示例' })
}

const runSandbox = async (customer: Customer): Promise<void> => {
  for (const [at, person] of people.entries()) {
    await customer.record(`c-${at}`, person)
    for (const key of ['a', 'a', 'b']) await customer.verify(`k-${at}-${key}`, `c-${at}`, person)
  }
}

const runStaff = async (customer: Customer): Promise<void> => {
  const path = `/v1/accounts/${customer.accountId}`
  const staff = (method: string, more: string, json?: unknown, sub?: string) =>
    gateway.asStaff('admin', method, `${path}${more}`, json, sub)
  const consent = (await customer.call('GET', '/v1/consents/c-1')).word('id')
  await staff('PUT', `/consents/${consent}/subject-hold`, { ground: 'subject_objection', note: reason })
  await customer.verify('held', 'c-1', people[1])
  await staff('DELETE', `/consents/${consent}/subject-hold`, { reason, agreed_by: ['data_subject', 'customer', 'provider'] })
  const { items } = (await customer.call('GET', '/v1/verifications?limit=100')).body as { items: { id: string; state: string }[] }
  for (const { id } of items.filter(({ state }) => state === 'unknown')) {
    const proposal = await staff('POST', `/verifications/${id}/settlement-proposals`, { outcome: 'match', reason })
    await gateway.asStaff('finance', 'POST', `/v1/approvals/${proposal.word('id')}/approval`, { reason }, 'staff-2')
  }
  if (customer.key.startsWith('vm_live_')) await approveRequest(gateway, customer.accountId)
  const rotated = await staff('POST', `/api-keys/${customer.keyId}/rotation`, { reason })
  keys.push(rotated.word('secret'))
  await staff('PUT', '/suspension', { ground: 'fraud', note: reason })
  await customer.verify('suspended', 'c-1', people[1])
  await staff('POST', '/closing', { reason })
  const lists = [
    '/grants',
    '/alarms',
    '/api-keys',
    '/approvals',
    '/orders',
    '/payments',
    '/verifications',
    '/consents',
    '/agreement',
  ]
  for (const more of ['', ...lists]) await staff('GET', more)
}

beforeAll(async () => {
  await vendor.open()
  gateway = await openTestGateway({
    listening: true,
    config: {
      sources: { aliyunMarketId2: vendor.source },
      door: { securityContact: null, metricsToken: null, logRequests: true },
    },
  })
  const live = await openCustomer(gateway, { mode: 'live', credits: 1_000 })
  const sandboxed = await openCustomer(gateway)
  keys.push(live.key, sandboxed.key)
  await runLive(live)
  await runSandbox(sandboxed)
  for (const waitMs of [0, 700_000, 86_400_000]) {
    gateway.clock.advance(waitMs)
    await gateway.sweep()
  }
  for (const customer of [live, sandboxed]) {
    for (const path of ['/v1/consents?limit=100', '/v1/verifications?limit=100', '/v1/account', '/v1/balance'])
      await customer.call('GET', path)
    await runStaff(customer)
  }
  await gateway.asStaff('finance', 'GET', '/v1/reports/usage?from=2024-08-01&to=2024-08-31&format=csv')
  for (const path of ['/v1/accounts?name=Example', '/v1/alarms', '/v1/sources', '/v1/staff-log'])
    await gateway.asStaff('auditor', 'GET', path)
}, 60_000)

afterAll(async () => {
  await gateway.close()
  await vendor.close()
})

describe('a run full of names and numbers', () => {
  it('was one: the vendor was asked about everybody, and every kind of ending and refusal occurred', () => {
    for (const { id_number } of people)
      expect(vendor.questions.filter(({ idNumber }) => idNumber === id_number).length).toBeGreaterThan(5)
    const statuses = new Set(gateway.answers.map(({ answer }) => answer.status))
    expect([...statuses].sort()).toEqual([200, 201, 400, 401, 403, 404, 405, 422, 502, 504])
    expect(gateway.answers.length).toBeGreaterThan(300)
    expect(gateway.logLines.length).toBeGreaterThan(10)
  })

  it('left masked forms, so the search looks where persons are', () => {
    expect(
      findPlain(gateway, ['440524********0014', '欧**']).filter((place) => !place.startsWith('answer')).length,
    ).toBeGreaterThan(0)
    expect(findPlain(gateway, ['440524********0014']).filter((place) => place.startsWith('answer')).length).toBeGreaterThan(0)
  })

  it('left no number and no name in files, log, answers and headers, in any spelling', () => {
    expect(findPlain(gateway, personal)).toEqual([])
  })

  it('left each key in the one answer that made it, and its secret part nowhere else', () => {
    expect(keys).toHaveLength(4)
    for (const key of keys) {
      expect(findPlain(gateway, [key])).toHaveLength(1)
      expect(findPlain(gateway, [key])[0]).toMatch(/^answer to POST \/v1\/accounts\/acc_\w+\/api-keys/)
      const secret = key.split('_').at(-2) ?? key
      expect([secret.length, findPlain(gateway, [secret]).length]).toEqual([43, 1])
    }
  })

  it('wrote log lines that are one JSON object each, whatever was in hand', () => {
    for (const line of gateway.logLines) {
      expect(line).toMatch(/^\{[^\n]*\}\n$/)
      expect(JSON.parse(line)).toMatchObject({ at: expect.any(String), event: expect.stringMatching(/^[a-z_]+$/) })
    }
  })
})

describe('a source that throws', () => {
  it('is in doubt, and its error, which names what it was asked, is told to nobody', async () => {
    const baseUrl = 'http://vendor.test'
    const auth = {
      kind: 'appcode',
      get appcode(): string {
        throw new Error(`asked for ${personal.join(' ')}`)
      },
    } as const
    const throwing = await openTestGateway({
      config: { sources: { aliyunMarketId2: { baseUrl, auth, queryPath: '/order', deadlineMs: 500, finalAfterMs: 0 } } },
    })
    const customer = await openCustomer(throwing, { mode: 'live' })
    for (const [at, person] of people.entries()) {
      await customer.record(`c-${at}`, person)
      expect((await customer.verify(`k-${at}`, `c-${at}`, person)).code).toBe('source_unknown')
    }
    await throwing.sweep()
    expect(throwing.logLines.filter((line) => line.includes('source_fault')).length).toBe(people.length)
    expect(findPlain(throwing, personal)).toEqual([])
    await throwing.close()
  })
})

describe('what an operator reads', () => {
  it('has a line in the log for every request, and no number, no name and no id in the labels of the metrics', async () => {
    const lines = gateway.logLines.filter((line) => line.includes('"event":"request"'))
    expect(lines.length).toBeGreaterThan(300)
    const { text } = await gateway.asStaff('auditor', 'GET', '/metrics')
    expect(text).toContain('verimeter_verifications_total{check="id2",outcome="match",charged="true"}')
    const labels = [...text.matchAll(/="([^"]*)"/g)].map(([, value = '']) => value)
    expect(labels.length).toBeGreaterThan(500)
    expect(labels.filter((value) => /(?:acc|key|con|ver|app)_(?=[a-z]*\d)[0-9a-z]{8}|\d{6}|[^ -~]/.test(value))).toEqual([])
    expect(findPlain(gateway, personal)).toEqual([])
  })
})

describe('the control', () => {
  it('finds a value that was planted, in the books before and after they are closed, in an answer and in a header', async () => {
    const planted = '示例 110105 19491231'
    await gateway.asStaff('admin', 'POST', '/v1/accounts', { name: planted, reason })
    const found = findPlain(gateway, [planted])
    expect(found.filter((place) => place.startsWith('verimeter.db')).length).toBeGreaterThan(0)
    expect(found.filter((place) => place.startsWith('answer to POST /v1/accounts'))).toHaveLength(1)
    const language = await gateway.call('GET', '/v1/nothing', { headers: { 'Accept-Language': 'zh' } })
    expect(language.headers.get('content-language')).toBe('zh')
    expect(findPlain(gateway, ['content-language: zh'])).toHaveLength(1)

    await gateway.closeBooks()
    expect(findPlain(gateway, [planted]).filter((place) => place.startsWith('verimeter.db'))).toHaveLength(1)
    expect(findPlain(gateway, personal)).toEqual([])
  })
})
