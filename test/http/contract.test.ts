import { describe, expect, it, test } from 'vitest'
import { Contract, codesOf, type Exchange, type OpenApiDocument } from '../../scripts/torture/contract.ts'
import { problems } from '../../src/http/problems.ts'
import { problemsOf } from '../../src/http/route.ts'
import { useGateway } from '../support/http-gateway.ts'
import { openCustomer, persons } from '../support/http-world.ts'

const gateway = useGateway({
  config: { door: { securityContact: 'mailto:security@example.com', metricsToken: null, logRequests: false } },
})

const verbs = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options', 'trace']

/** `GET /v1/…` for every operation of the document. */
const operationsOf = (document: OpenApiDocument): string[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((verb) => verbs.includes(verb))
      .map((verb) => `${verb.toUpperCase()} ${path}`),
  )

describe('the OpenAPI document', () => {
  it('lists exactly the routes that are served', () => {
    const served = gateway().app.routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(operationsOf(gateway().document).sort()).toEqual(served.sort())
    expect(new Set(served).size).toBe(served.length)
    expect(served.length).toBeGreaterThan(30)
  })

  it('answers on every route that it lists', async () => {
    for (const { method, path } of gateway().app.routes) {
      const answer = await gateway().call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'nobody'))
      if (answer.status >= 300) expect(['not_found', 'method_not_allowed']).not.toContain(answer.code)
    }
  })

  it('says of every route what it is for, who may call it and what can go wrong', () => {
    for (const spec of gateway().app.routes) {
      const operation = gateway().document.paths[spec.path]?.[spec.method]
      expect(operation?.summary).toMatch(/^[A-Z].{5,}[^.]$/)
      expect(operation?.tags).toEqual([spec.tag])
      expect(operation?.security).toEqual({ key: [{ apiKey: [] }], staff: [{ staffToken: [] }], anyone: [] }[spec.caller])
      const listed = Object.entries(operation?.responses ?? {}).flatMap(([status, { description }]) =>
        Number(status) < 300 ? [] : codesOf(description).map((code) => `${status} ${code}`),
      )
      expect(listed.sort()).toEqual(
        problemsOf(spec)
          .map((code) => `${problems[code].status} ${code}`)
          .sort(),
      )
      expect(listed).toContain('500 fault')
    }
  })

  it('names every parameter of a path, and every operation once', () => {
    const operations = Object.entries(gateway().document.paths).flatMap(([path, item]) =>
      Object.values(item).map((operation) => ({ path, operation })),
    )
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
    for (const { path, operation } of operations) {
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      expect(declared.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort())
    }
  })

  it('refers to nothing that it lacks', () => {
    const { document } = gateway()
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(20)
    expect(names.filter((name) => !document.components.schemas[name])).toEqual([])
    const schemes = Object.keys(document.components.securitySchemes)
    expect(schemes.sort()).toEqual(['apiKey', 'staffToken'])
  })
})

describe('the table of problems', () => {
  it('has no code that neither a route nor the server itself gives', () => {
    const ofServer = ['request_malformed', 'headers_too_large', 'method_not_allowed']
    const given = new Set([...ofServer, ...gateway().app.routes.flatMap(problemsOf)])
    expect(Object.keys(problems).filter((code) => !given.has(code))).toEqual([])
  })

  it('has an anchor for every code on the page that problems lead to', async () => {
    const page = await gateway().call('GET', '/docs/problems')
    expect(page.headers.get('content-type')).toBe('text/html; charset=UTF-8')
    const anchors = [...page.text.matchAll(/ id="(\w+)"/g)].map(([, id]) => id)
    expect(anchors.sort()).toEqual(Object.keys(problems).sort())
  })
})

describe('the control of the contract', () => {
  const faultsOf = async (change: Partial<Exchange>): Promise<string[]> => {
    const customer = await openCustomer(gateway())
    const answer = await customer.record('c-1', persons.match)
    const sent = { source: 'customer' }
    const withdrawn = await customer.call('POST', '/v1/consents/c-1/withdrawal', { json: sent })
    expect([answer.status, withdrawn.status]).toEqual([201, 200])
    const { status, headers, text } = withdrawn
    return new Contract(gateway().document).faultsOf({
      method: 'POST',
      path: '/v1/consents/c-1/withdrawal',
      sent,
      status,
      headers,
      text,
      ...change,
    })
  }
  const general = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  const json = new Headers({ 'content-type': 'application/json', ...general })
  const asProblem = new Headers({ 'content-type': 'application/problem+json; charset=utf-8', ...general })
  const document = {
    type: '/docs/problems#not_found',
    title: 'Not found',
    status: 404,
    detail: 'Check the address.',
    instance: 'urn:verimeter:request:req_0123456789abcdef01234567',
    code: 'not_found',
    request_id: 'req_0123456789abcdef01234567',
    retry: 'no',
  }
  const problem = (more: Record<string, unknown>, status = 404): Partial<Exchange> => ({
    status,
    headers: asProblem,
    text: JSON.stringify({ ...document, ...more }),
  })

  it('finds nothing in an answer as documented', async () => {
    expect(await faultsOf({})).toEqual([])
    expect(await faultsOf(problem({}))).toEqual([])
  })

  test.each<[string, Partial<Exchange>, RegExp]>([
    ['a status that is not documented', { status: 201 }, /not documented/],
    ['a media type that is not documented', { headers: new Headers({ 'content-type': 'text/csv' }) }, /text\/csv/],
    ['a header that is not documented', { headers: new Headers([...json, ['x-extra', '1']]) }, /the header x-extra/],
    [
      'an answer that a browser may guess about',
      { headers: new Headers({ ...general, 'x-content-type-options': '' }) },
      /nosniff/,
    ],
    ['an answer that anybody may keep', { headers: new Headers({ ...general, 'cache-control': 'public' }) }, /who may keep it/],
    [
      'a page without a policy',
      {
        method: 'GET',
        path: '/docs',
        sent: undefined,
        headers: new Headers({ ...general, 'content-type': 'text/html' }),
        text: '',
      },
      /a page without content-security-policy/,
    ],
    ['a body that lacks a member', { headers: json, text: '{}' }, /\/id /],
    ['a request that the document refuses', { sent: { source: 'nobody' } }, /\/source /],
    [
      'a route that is not documented',
      { path: '/v1/nowhere', ...problem({ code: 'key_missing' }) },
      /key_missing is not documented/,
    ],
    ['a method that is not documented', { method: 'PUT', ...problem({}) }, /not_found is not documented/],
    [
      'a code that is not documented',
      problem({ code: 'key_suspended', type: '/docs/problems#key_suspended' }),
      /key_suspended is not documented/,
    ],
    ['a problem with a member too many', problem({ extra: 1 }), /extra/],
    ['a problem that says another status', problem({ status: 400 }), /says 400/],
    ['a problem that leads elsewhere', problem({ type: 'about:blank' }), /about:blank/],
    ['a problem that is not one', { status: 404, headers: json, text: '{}' }, /instead of a problem/],
    [
      'a refusal without WWW-Authenticate',
      problem({ status: 401, code: 'key_missing', type: '/docs/problems#key_missing' }, 401),
      /WWW-Authenticate/,
    ],
    [
      'a limit without Retry-After',
      problem({ status: 429, code: 'rate_limited', type: '/docs/problems#rate_limited' }, 429),
      /Retry-After/,
    ],
  ])('finds %s', async (_what, change, fault) => {
    expect((await faultsOf(change)).join('\n')).toMatch(fault)
  })

  it('finds what the server says of itself to what is no request', () => {
    const malformed = { ...document, type: '/docs/problems#request_malformed', status: 400, code: 'request_malformed' }
    const answer = { status: 400, headers: asProblem, text: JSON.stringify(malformed) }
    const unreadFaultsOf = (change: Partial<Exchange>): string[] =>
      new Contract(gateway().document).unreadFaultsOf({ ...answer, ...change })
    expect(unreadFaultsOf({})).toEqual([])
    expect(unreadFaultsOf({ text: JSON.stringify(document) }).join('\n')).toMatch(/says 404/)
    expect(unreadFaultsOf({ text: '', headers: new Headers() }).join('\n')).toMatch(/instead of a problem/)
  })
})
