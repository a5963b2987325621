import { describe, expect, it } from 'vitest'
import type { Answer } from '../support/http-gateway.ts'
import { useGateway } from '../support/http-gateway.ts'
import { type Customer, expectStatus, openCustomer, persons, verificationBody } from '../support/http-world.ts'

const gateway = useGateway({ config: { door: { securityContact: null, metricsToken: null, logRequests: true } } })

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`
const form = /^[0-9a-f]{32}$/

/** The trace ids in the journal entries of the account's holds, oldest first. */
const tracesOf = async ({ accountId }: Customer): Promise<unknown[]> => {
  const journal = await gateway().journal(accountId)
  return journal
    .filter(({ kind }) => kind === 'hold')
    .map(({ body }) => (JSON.parse(body ?? '{}') as { trace_id?: unknown }).trace_id)
}
const linesOf = (id: string): Record<string, unknown>[] =>
  gateway()
    .logLines.filter((line) => line.includes(id))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('the trace of a caller', () => {
  it('is the one of the journal entry, the log and the problem', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1')
    const ask = (key: string, reference: string): Promise<Answer> =>
      customer.ask(key, verificationBody(reference), { headers: { 'Idempotency-Key': key, traceparent } })
    await expectStatus(200, ask('k-1', 'c-1'))
    const refused = await expectStatus(403, ask('k-2', 'c-2'))
    expect(refused.member('trace_id')).toBe(traceId)
    expect(refused.member('instance')).toBe(`urn:verimeter:request:${refused.word('request_id')}`)
    expect(await tracesOf(customer)).toEqual([traceId])
    expect(linesOf(traceId)).toMatchObject([
      { event: 'request', method: 'POST', route: '/v1/verifications', status: 200, account: customer.accountId },
      { event: 'request', route: '/v1/verifications', status: 403, code: 'consent_missing', account: customer.accountId },
    ])
    expect(linesOf(traceId)[1]?.request_id).toBe(refused.word('request_id'))
  })

  it('goes with a verification in doubt', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1', persons.unknownForEver)
    const headers = { 'Idempotency-Key': 'k-1', traceparent: traceparent.replace('0af7', '0bf8') }
    const answer = await expectStatus(504, customer.ask('k-1', verificationBody('c-1', persons.unknownForEver), { headers }))
    const events = linesOf(answer.word('trace_id')).map(({ event }) => event)
    expect([answer.word('trace_id').slice(0, 4), events]).toEqual(['0bf8', ['verification_in_doubt', 'request']])
  })

  it('is begun here when it sends none or a broken one, a new one each time, and nothing of the broken one is kept', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1')
    const broken = [
      `ff-${traceId}-b7ad6b7169203331-01`,
      traceparent.toUpperCase(),
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      `${traceparent}, ${traceparent}`,
      '440524188001010014',
    ]
    const seen = new Set<unknown>()
    for (const [at, header] of [undefined, ...broken].entries()) {
      const headers = { 'Idempotency-Key': `k-${at}`, ...(header === undefined ? {} : { traceparent: header }) }
      await expectStatus(200, customer.ask(`k-${at}`, verificationBody('c-1'), { headers }))
      const problem = await customer.call('GET', '/v1/nothing', { headers })
      expect(problem.member('trace_id')).toMatch(form)
      seen.add(problem.member('trace_id'))
    }
    const traces = await tracesOf(customer)
    for (const trace of traces) expect(trace).toMatch(form)
    for (const trace of traces) seen.add(trace)
    expect([traces.length, seen.size, seen.has(traceId)]).toEqual([6, 12, false])
  })

  it('is no part of a stored answer: a replay under another trace is the same bytes', async () => {
    const customer = await openCustomer(gateway())
    await customer.record('c-1')
    const ask = (header: string): Promise<Answer> =>
      customer.ask('k-1', verificationBody('c-1'), { headers: { 'Idempotency-Key': 'k-1', traceparent: header } })
    const first = await expectStatus(200, ask(traceparent))
    const again = await expectStatus(200, ask(traceparent.replace('0af7', '0cf9')))
    expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([first.text, 'true'])
    expect(await tracesOf(customer)).toEqual([traceId])
  })
})

describe('the line of a request', () => {
  it('names the pattern of its route, never what stood in the address', async () => {
    const customer = await openCustomer(gateway())
    const before = gateway().logLines.length
    await customer.call('GET', '/v1/consents/440524188001010014')
    await customer.call('GET', '/v1/440524188001010014?name=440524188001010014')
    await gateway().asStaff('ops', 'GET', `/v1/accounts/${customer.accountId}/grants`)
    await gateway().call('GET', '/health', { headers: { 'User-Agent': '440524188001010014' } })
    const lines = gateway().logLines.slice(before)
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'request', route: '/v1/consents/{id}', status: 404, code: 'not_found', account: customer.accountId },
      { event: 'request', route: 'none', status: 404, code: 'not_found' },
      { event: 'request', route: '/v1/accounts/{account_id}/grants', status: 200, account: customer.accountId },
      { event: 'request', route: '/health', status: 200, account: null },
    ])
    expect(lines.join('')).not.toContain('440524188001010014')
    for (const line of lines) {
      const { duration_ms, request_id, trace_id } = JSON.parse(line) as Record<string, unknown>
      expect(typeof duration_ms).toBe('number')
      expect([request_id, trace_id]).toEqual([expect.stringMatching(/^req_[0-9a-f]{24}$/), expect.stringMatching(form)])
    }
  })
})
