import { OpenAPIHono, z } from '@hono/zod-openapi'
import { parseItem } from 'structured-headers'
import { describe, expect, it } from 'vitest'
import { type Deprecation, deprecationHeaders } from '../../src/http/deprecation.ts'
import type { AppEnv } from '../../src/http/env.ts'
import { Routes } from '../../src/http/route.ts'
import { useGateway } from '../support/http-gateway.ts'

const gateway = useGateway()

const deprecation: Deprecation = {
  since: Date.parse('2026-01-01T00:00:00+08:00'),
  sunset: Date.parse('2027-01-01T00:00:00+08:00'),
  page: 'https://gateway.example/docs/old',
  successor: '/v2/new',
}

/** Two routes of this test, one of them on its way out. */
const openRoutes = () => {
  const app = new OpenAPIHono<AppEnv>()
  const statuses: number[] = []
  const routes = new Routes(app, (_c, status) => statuses.push(status))
  const answers = { 200: { schema: z.strictObject({}), description: 'Nothing.' } }
  const common = { method: 'get', caller: 'anyone', tag: 'Test', summary: 'A route of the test', answers } as const
  routes.add({ ...common, path: '/v1/old', deprecated: deprecation }, (c) => c.json({}, 200))
  routes.add({ ...common, path: '/v2/new' }, (c) => c.json({}, 200))
  return { app, statuses }
}

describe('a route on its way out', () => {
  it('says since when, until when, and what to read and use instead (RFC 9745, RFC 8594)', async () => {
    const { app, statuses } = openRoutes()
    const { status, headers } = await app.request('/v1/old')
    expect([status, statuses]).toEqual([200, [200]])
    const [since] = parseItem(headers.get('deprecation') ?? '')
    expect(since).toEqual(new Date(deprecation.since))
    const sunset = headers.get('sunset') ?? ''
    expect(sunset).toBe('Thu, 31 Dec 2026 16:00:00 GMT')
    expect(Date.parse(sunset)).toBe(deprecation.sunset)
    expect(headers.get('link')?.split(', ')).toEqual([
      '<https://gateway.example/docs/old>; rel="deprecation"; type="text/html"',
      '<https://gateway.example/docs/old>; rel="sunset"; type="text/html"',
      '</v2/new>; rel="successor-version"',
    ])
  })

  it('is marked in the document, and no other is', async () => {
    const { app } = openRoutes()
    const { paths } = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Test', version: '0' } })
    expect([paths?.['/v1/old']?.get?.deprecated, paths?.['/v2/new']?.get?.deprecated]).toEqual([true, undefined])
    const { headers } = await app.request('/v2/new')
    expect(['deprecation', 'sunset', 'link'].map((name) => headers.get(name))).toEqual([null, null, null])
  })

  it('cannot stop answering before it is deprecated', () => {
    expect(() => deprecationHeaders({ ...deprecation, sunset: deprecation.since - 1 })).toThrow('before it is deprecated')
    expect(deprecationHeaders({ ...deprecation, sunset: deprecation.since }).Deprecation).toBe('@1767196800')
  })
})

it('the gateway has both headers on its deprecated routes and on no other', async () => {
  for (const { method, path, deprecated } of gateway().app.routes) {
    const answer = await gateway().call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'nobody'))
    const expected = deprecated ? Object.values(deprecationHeaders(deprecated)) : [null, null, null]
    expect([path, ...['deprecation', 'sunset', 'link'].map((name) => answer.headers.get(name))]).toEqual([path, ...expected])
  }
})
