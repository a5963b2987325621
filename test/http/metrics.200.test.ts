import { describe, expect, it } from 'vitest'
import { counters, gauges, histograms } from '../../src/core/metrics.ts'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer, persons } from '../support/http-world.ts'

const metricsToken = 'scraper-0123456789abcdef0123456789'
const gateway = useGateway({ config: { door: { securityContact: null, metricsToken, logRequests: false } } })

const read = async (): Promise<string> =>
  (await expectStatus(200, gateway().call('GET', '/metrics', { bearer: metricsToken }))).text

/** What a line says now; 0 where there is none yet. */
const valueIn = (text: string, line: string): number =>
  Number(
    text
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.slice(line.length) ?? 0,
  )

/** How much the lines grow while something is done. */
const growth = async (lines: string[], work: () => Promise<unknown>): Promise<number[]> => {
  const before = await read()
  await work()
  const after = await read()
  return lines.map((line) => valueIn(after, line) - valueIn(before, line))
}

describe('GET /metrics', () => {
  it('is opened by its own secret or by staff, and by nothing else', async () => {
    for (const role of ['admin', 'ops', 'auditor'] as const) await expectStatus(200, gateway().asStaff(role, 'GET', '/metrics'))
    expect((await gateway().asStaff('finance', 'GET', '/metrics')).code).toBe('role_required')
    const customer = await openCustomer(gateway())
    for (const bearer of [customer.key, `${metricsToken}x`, metricsToken.slice(1), metricsToken.toUpperCase()])
      expect((await gateway().call('GET', '/metrics', { bearer })).code).toBe('token_invalid')
    expect((await gateway().call('GET', '/metrics')).code).toBe('token_invalid')
    expect((await gateway().call('GET', '/v1/accounts', { bearer: metricsToken })).code).toBe('token_invalid')
    expect((await gateway().call('GET', '/v1/balance', { bearer: metricsToken })).status).toBe(401)
  })

  it('is text of the version that Prometheus reads', async () => {
    const answer = await expectStatus(200, gateway().call('GET', '/metrics', { bearer: metricsToken }))
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    for (const line of answer.text.split('\n').filter((each) => each !== ''))
      expect(line).toMatch(/^# (?:HELP|TYPE) \w+ |^\w+(?:\{(?:\w+="[^"\\]*",?)+\})? \S+$/)
  })

  it('counts answers by the pattern of their route, and addresses that no route has as one', async () => {
    const customer = await openCustomer(gateway())
    const lines = [
      'verimeter_http_requests_total{route="/v1/consents/{id}",status="404"}',
      'verimeter_http_requests_total{route="none",status="404"}',
      'verimeter_http_request_seconds_count{route="/v1/consents/{id}"}',
      'verimeter_refusals_total{code="not_found"}',
    ]
    const work = async () => {
      await customer.call('GET', '/v1/consents/c-1')
      await customer.call('GET', '/v1/consents/c-2')
      for (const path of ['/v1/a', '/v1/b', '/v1/c']) await customer.call('GET', path)
    }
    expect(await growth(lines, work)).toEqual([2, 3, 2, 5])
  })

  it('counts every ending of a verification once, charged or not, and no replay', async () => {
    const customer = await openCustomer(gateway())
    for (const [name, person] of Object.entries(persons)) await customer.record(name, person)
    const line = (outcome: string, charged: boolean) =>
      `verimeter_verifications_total{check="id2",outcome="${outcome}",charged="${charged}"}`
    const lines = [
      line('match', true),
      line('mismatch', true),
      line('no_record', false),
      line('unavailable', false),
      line('unknown', false),
      'verimeter_source_seconds_count{source="sandbox",outcome="match"}',
      'verimeter_source_seconds_count{source="sandbox",outcome="unknown"}',
      'verimeter_refusals_total{code="source_unknown"}',
    ]
    const work = async () => {
      for (const name of ['match', 'mismatch', 'noRecord', 'unavailable', 'unknownForEver'] as const)
        for (const _again of [1, 2]) await customer.verify(name, name, persons[name])
      await customer.verify('no consent', 'nothing')
    }
    expect(await growth(lines, work)).toEqual([1, 1, 1, 1, 1, 1, 1, 2])
    const [captured] = (await customer.call('GET', '/v1/balance')).member('grants') as { captured: number }[]
    expect(captured?.captured).toBe(2)
  })

  it('has no line that the table does not name, but for those of the process itself', async () => {
    const known = new Set([counters, histograms, gauges].flatMap((table) => Object.keys(table)))
    const named = [...(await read()).matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name)
    expect(named.filter((name) => !known.has(name) && !/^(?:process|nodejs)_/.test(name))).toEqual([])
    for (const name of [...Object.keys(counters), ...Object.keys(histograms)]) expect(named).toContain(name)
  })
})
