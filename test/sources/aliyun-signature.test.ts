import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { parse } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildStringToSign, contentMd5, type SignableRequest, sign, signHeaders } from '../../src/sources/aliyun-signature.ts'

/** The vendor's own client, as far as it is the oracle here. It has no types. */
interface OfficialClient {
  getSignHeaderKeys(headers: Record<string, string>, more: Record<string, string>): string[]
  getSignedHeadersString(keys: string[], headers: Record<string, string>): string
  buildStringToSign(method: string, headers: Record<string, string>, signed: string, url: unknown, form: unknown): string
  sign(stringToSign: string): string
  md5(content: string): string
}
const { Client } = createRequire(import.meta.url)('aliyun-api-gateway') as {
  Client: new (key: string, secret: string) => OfficialClient
}

const key = { appKey: '203753385', appSecret: 'secret' }
const formType = 'application/x-www-form-urlencoded; charset=UTF-8'
const fixed = {
  'x-ca-key': key.appKey,
  'x-ca-nonce': 'c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44',
  'x-ca-stage': 'RELEASE',
  'x-ca-timestamp': '1525872629832',
}

describe('vectors of sources.md §1.2', () => {
  const post: SignableRequest = {
    method: 'POST',
    path: '/api-mall/api/id_card/check',
    query: {},
    form: { name: '张三', idcard: '11010519491231002X' },
    headers: { accept: 'application/json', 'content-type': formType, ...fixed },
  }
  const get: SignableRequest = {
    method: 'GET',
    path: '/idcard',
    query: { idCard: '11010519491231002X', name: '张三' },
    form: null,
    headers: { accept: 'application/json', ...fixed },
  }

  test('1, a form', () => {
    expect(buildStringToSign(post)).toBe(
      'POST\napplication/json\n\napplication/x-www-form-urlencoded; charset=UTF-8\n\nx-ca-key:203753385\n' +
        'x-ca-nonce:c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44\nx-ca-stage:RELEASE\nx-ca-timestamp:1525872629832\n' +
        '/api-mall/api/id_card/check?idcard=11010519491231002X&name=张三',
    )
    expect(sign(buildStringToSign(post), key.appSecret)).toBe('JbUjrYiNrmIsA6KJOLNGDgYFIfIn5KvxVHegttFZNlM=')
  })

  test('2, a query', () => {
    expect(buildStringToSign(get)).toBe(
      'GET\napplication/json\n\n\n\nx-ca-key:203753385\nx-ca-nonce:c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44\n' +
        'x-ca-stage:RELEASE\nx-ca-timestamp:1525872629832\n/idcard?idCard=11010519491231002X&name=张三',
    )
    expect(sign(buildStringToSign(get), key.appSecret)).toBe('yPKX5mh3YrOYNd7dunZyOEr4AfJO0fed44SS+m6EJTA=')
  })

  test('signHeaders builds vector 1 from its parts', () => {
    const headers = { accept: 'application/json', 'content-type': formType }
    expect(signHeaders({ ...post, headers }, key, 1525872629832, fixed['x-ca-nonce'])).toEqual({
      ...headers,
      ...fixed,
      'x-ca-signature-headers': 'x-ca-key,x-ca-nonce,x-ca-stage,x-ca-timestamp',
      'x-ca-signature': 'JbUjrYiNrmIsA6KJOLNGDgYFIfIn5KvxVHegttFZNlM=',
    })
  })
})

test('an empty value leaves the bare name, and no parameters leave no question mark', () => {
  const bare = { method: 'GET', path: '/p', form: null, headers: {} } as const
  expect(buildStringToSign({ ...bare, query: { b: '', a: '1' } })).toBe('GET\n\n\n\n\n/p?a=1&b')
  expect(buildStringToSign({ ...bare, query: {} })).toBe('GET\n\n\n\n\n/p')
})

test('a body that is no form is covered by its MD5, which is a line of its own', () => {
  const body = '{"name":"张三"}'
  const headers = { 'content-type': 'application/json', 'content-md5': contentMd5(body) }
  expect(contentMd5(body)).toBe(createHash('md5').update(body).digest('base64'))
  expect(buildStringToSign({ method: 'POST', path: '/p', query: {}, form: null, headers })).toBe(
    `POST\n\n${contentMd5(body)}\napplication/json\n\n/p`,
  )
})

describe('against the vendor’s own client', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abcXYZ019 &=%+#?/\n~', '张', '·', '𠮷', 'é'), maxLength: 12 })
  const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,10}$/)
  const parameters = fc.dictionary(name, text, { maxKeys: 5, noNullPrototype: true })
  const caHeaders = fc.dictionary(
    fc.stringMatching(/^x-ca-[a-z]{1,8}$/).filter((header) => !header.startsWith('x-ca-signature')),
    fc.stringMatching(/^[!-~]{0,20}$/),
    { maxKeys: 5, noNullPrototype: true },
  )
  const plainHeaders = fc.record(
    { accept: fc.constantFrom('application/json', '*/*', ''), date: fc.constant('Mon, 01 Jan 2026 00:00:00 GMT') },
    { requiredKeys: [], noNullPrototype: true },
  )

  const officialSignature = (request: SignableRequest, appSecret: string): { text: string; signature: string } => {
    const client = new Client('key', appSecret)
    const headers = { ...request.headers }
    const signed = client.getSignedHeadersString(client.getSignHeaderKeys(headers, {}), headers)
    const search = Object.entries(request.query).map((pair) => pair.map(encodeURIComponent).join('='))
    const url = parse(`http://host${request.path}${search.length === 0 ? '' : `?${search.join('&')}`}`, true)
    const stringToSign = client.buildStringToSign(request.method, headers, signed, url, request.form)
    return { text: stringToSign, signature: client.sign(stringToSign) }
  }

  test('forms and queries', () => {
    const arbitrary = fc.tuple(parameters, parameters, caHeaders, plainHeaders, fc.boolean(), fc.string({ minLength: 1 }))
    fc.assert(
      fc.property(arbitrary, ([query, form, ca, plain, isForm, appSecret]) => {
        const request: SignableRequest = {
          method: isForm ? 'POST' : 'GET',
          path: '/a/b',
          query,
          form: isForm ? form : null,
          headers: { ...plain, ...ca, ...(isForm ? { 'content-type': formType } : {}) },
        }
        const official = officialSignature(request, appSecret)
        expect(buildStringToSign(request)).toBe(official.text)
        expect(sign(buildStringToSign(request), appSecret)).toBe(official.signature)
      }),
      { numRuns: 500 },
    )
  })

  test('bodies', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        expect(contentMd5(body)).toBe(new Client('key', 's').md5(body))
      }),
    )
  })
})
