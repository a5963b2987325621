import { describe, expect, it, test } from 'vitest'
import { problems } from '../../src/http/problems.ts'
import { useGateway } from '../support/http-gateway.ts'

const gateway = useGateway()

describe('an address that nobody serves', () => {
  test.each([
    '/',
    '/v1',
    '/v1/nothing',
    '/health/',
    '//health',
    '/v1/verifications/a/b',
    '/%zz',
    '/favicon.ico',
    '/admin/verify',
  ])('%s is 404', async (path) => {
    const answer = await gateway().call('GET', path)
    expect([answer.status, answer.code]).toEqual([404, 'not_found'])
    expect(answer.headers.get('allow')).toBeNull()
  })
})

describe('a method that an address does not have', () => {
  it('is 405 on every address, and Allow names those that it has', async () => {
    const methods = new Map<string, string[]>()
    for (const { path, method } of gateway().app.routes) methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()])
    for (const [path, allowed] of methods) {
      for (const method of ['PATCH', 'OPTIONS', 'PROPFIND', 'PUT', 'DELETE', 'POST'].filter((name) => !allowed.includes(name))) {
        const answer = await gateway().call(method, path.replaceAll(/\{\w+\}/g, 'nobody'))
        expect([path, answer.status, answer.code]).toEqual([path, 405, 'method_not_allowed'])
        expect(answer.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(allowed))
        expect(answer.headers.get('allow')?.split(', ')).not.toContain(method)
      }
    }
  })

  it('is told to a HEAD request too, without a body', async () => {
    const answer = await gateway().call('HEAD', '/v1/consents/batch/')
    expect([answer.status, answer.text]).toEqual([404, ''])
    const read = await gateway().call('HEAD', '/health')
    expect([read.status, read.text]).toEqual([200, ''])
  })
})

describe('the language of a problem', () => {
  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['en', 'en'],
    ['zh', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
    ['en;q=0.5, zh-Hans;q=0.9', 'zh'],
    ['ZH-tw', 'zh'],
    ['fr, de;q=0.5', 'en'],
    ['fr, zh;q=0.1', 'zh'],
    ['zh;q=0, en', 'en'],
    ['zh;q=0', 'en'],
    ['*', 'en'],
    [';;;,,q=1', 'en'],
  ] as const)('%s is answered in %s', async (accepted, language) => {
    const headers = accepted === undefined ? {} : { 'Accept-Language': accepted }
    const answer = await gateway().call('GET', '/v1/account', { headers })
    expect(answer.headers.get('content-language')).toBe(language)
    const { title, detail } = problems.key_missing[language]
    expect(answer.body).toMatchObject({ code: 'key_missing', status: 401, title, detail })
  })

  it('is Chinese or English in every text, and no text has two codes', () => {
    for (const kind of Object.values(problems)) {
      expect(`${kind.zh.title}${kind.zh.detail}`).toMatch(/[一-鿿]/)
      expect(kind.zh.detail).toMatch(/。$/)
      expect(`${kind.en.title}${kind.en.detail}`).toMatch(/^[ -~’]+$/)
      expect(kind.en.detail).toMatch(/\.$/)
    }
    for (const language of ['en', 'zh'] as const) {
      const titles = Object.values(problems).map((kind) => kind[language].title)
      expect(new Set(titles).size).toBe(titles.length)
    }
  })
})

it('gives every answer a request id of its own', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => gateway().call('GET', '/v1/nothing')))
  const ids = answers.map((answer) => answer.word('request_id'))
  expect(new Set(ids).size).toBe(50)
  for (const answer of answers) expect(answer.word('instance')).toBe(`urn:verimeter:request:${answer.word('request_id')}`)
})
