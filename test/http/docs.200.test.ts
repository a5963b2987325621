import { describe, expect, it, test } from 'vitest'
import { examples } from '../../src/http/docs/examples/index.ts'
import { words } from '../../src/http/docs/words.ts'
import { problems } from '../../src/http/problems.ts'
import { sandboxPersonViews } from '../../src/sources/sandbox.ts'
import type { Answer } from '../support/http-gateway.ts'
import { useGateway } from '../support/http-gateway.ts'
import { openCustomer } from '../support/http-world.ts'

const gateway = useGateway()

const guide = (accepted?: string): Promise<Answer> =>
  gateway().call('GET', '/docs', accepted === undefined ? {} : { headers: { 'Accept-Language': accepted } })

/** What a browser would show of HTML, so that a text can be looked for as a reader sees it. */
const shown = (page: string): string =>
  page
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

const plain = (text: string): string => text.replaceAll('`', '')

const digestOf = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
}

/** Everything in which a page breaks a policy that allows one style and nothing else. */
const breachesOf = async ({ headers, text }: { headers: Headers; text: string }): Promise<string[]> => {
  const policy = headers.get('content-security-policy') ?? ''
  const markup = text.replaceAll(/<(style)>[\s\S]*?<\/style>/g, '<$1></style>')
  const breaches = [
    ...markup.matchAll(/<(?:script|link|img|iframe|object|embed|form|base|svg|video|audio)\b|<[^>]*\s(?:style|src|on\w+)=/gi),
  ].map(([what]) => what)
  const addresses = [...markup.matchAll(/href="([^"]*)"/g)].map(([, address = '']) => address)
  breaches.push(...addresses.filter((address) => !/^(?:#[\w-]+|\/(?!\/)[\w/.#-]*)$/.test(address)))
  const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style = '']) => style)
  const allowed = /style-src 'sha256-([^']+)'/.exec(policy)?.[1]
  for (const style of styles) if ((await digestOf(style)) !== allowed) breaches.push('a style that is not the allowed one')
  for (const directive of ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"])
    if (!policy.split('; ').includes(directive)) breaches.push(`the policy lacks ${directive}`)
  if (/unsafe|https?:|\*/.test(policy)) breaches.push('the policy is wide')
  return breaches
}

describe.each(['/docs', '/docs/problems'])('%s', (path) => {
  it('allows nothing but its own style, obeys that, and says so in its headers', async () => {
    const page = await gateway().call('GET', path)
    expect(page.status).toBe(200)
    expect(await breachesOf(page)).toEqual([])
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=UTF-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      vary: 'Accept-Language',
    })
  })
})

test.each<[what: string, from: string, to: string]>([
  ['a script', '<h1>', '<script>1</script><h1>'],
  ['a handler', '<h1>', '<h1 onclick="1">'],
  ['a style on an element', '<h1>', '<h1 style="color:red">'],
  ['another style', '<style>', '<style>p{}'],
  ['an address elsewhere', 'href="#steps"', 'href="https://example.com/"'],
  ['an address of another host', 'href="#steps"', 'href="//example.com/"'],
])('the control of the policy finds %s', async (_what, from, to) => {
  const { headers, text } = await guide()
  expect(text).toContain(from)
  expect((await breachesOf({ headers, text: text.replace(from, to) })).length).toBeGreaterThan(0)
})

describe('the guide', () => {
  test.each([
    [undefined, 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['fr', 'en'],
  ] as const)('for %s explains in %s', async (accepted, language) => {
    const page = await guide(accepted)
    expect(page.headers.get('content-language')).toBe(language)
    expect(page.text).toContain(`<html lang="${language}">`)
    const text = shown(page.text)
    expect(words[language].about).toHaveLength(5)
    expect(words[language].steps).toHaveLength(5)
    for (const sentence of [...words[language].about, ...words[language].steps.flat()]) expect(text).toContain(plain(sentence))
    for (const [code, kind] of Object.entries(problems)) {
      expect(text).toContain(`${code}${kind.status}${kind.retry}${plain(kind[language].detail)}`)
      expect(page.text).toContain(`href="/docs/problems#${code}"`)
    }
    for (const { text: program, file } of examples) {
      expect(text).toContain(program)
      expect(text).toContain(file)
    }
  })

  it('shows every route with its caller, and every person of the sandbox', async () => {
    const page = await guide()
    const text = shown(page.text)
    for (const { method, path, summary } of gateway().app.routes)
      expect(text).toContain(`${method.toUpperCase()} ${path} ${summary}`)
    expect(gateway().app.routes.length).toBeGreaterThan(30)
    for (const { check, data_subject, outcome, note } of sandboxPersonViews)
      expect(text).toContain(`${check}${JSON.stringify(data_subject)}${outcome}${note}`)
    expect(text).toMatch(/idempotency-key \(header, required\)/)
    expect(text).toContain('Body: VerificationRequest')
  })

  it('has every anchor that it leads to', async () => {
    const { text } = await guide()
    const problemPage = (await gateway().call('GET', '/docs/problems')).text
    for (const [, address = ''] of text.matchAll(/href="([^"]*)"/g)) {
      const [path = '', anchor] = address.split('#')
      if (anchor !== undefined)
        expect([address, (path === '' ? text : problemPage).includes(` id="${anchor}"`)]).toEqual([address, true])
    }
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

it('gives each customer a copy of the description that says to whom it was issued', async () => {
  const customer = await openCustomer(gateway())
  const own = await customer.call('GET', '/v1/interface')
  const plain = (await gateway().call('GET', '/openapi.json')).body as { info: object }
  expect(own.body).toEqual({
    ...plain,
    info: { ...plain.info, 'x-issued-to': customer.accountId, 'x-issued-at': expect.stringMatching(/^2024-.*\+08:00$/) },
  })
})
