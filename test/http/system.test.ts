import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openTestGateway } from '../support/http-gateway.ts'
import { openCustomer, persons } from '../support/http-world.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

it('a gateway that runs is healthy and ready, and says which version it is', async () => {
  const gateway = await openTestGateway()
  const [health, ready] = [await gateway.call('GET', '/health'), await gateway.call('GET', '/ready')]
  expect([health.status, health.body]).toEqual([200, { status: 'ok', version }])
  expect([ready.status, ready.body]).toEqual([200, { ready: true, reasons: [] }])
  expect(gateway.document).toMatchObject({ openapi: '3.1.0', info: { title: 'Verimeter', version } })
  await gateway.close()
})

it('a gateway whose books are closed is healthy, not ready (503), and answers 500 without saying why', async () => {
  const gateway = await openTestGateway()
  const customer = await openCustomer(gateway)
  await gateway.closeBooks()
  expect((await gateway.call('GET', '/health')).status).toBe(200)
  const ready = await gateway.call('GET', '/ready')
  expect([ready.status, ready.code, ready.headers.get('retry-after'), ready.member('reason')]).toEqual([
    503,
    'overloaded',
    '5',
    'draining',
  ])
  for (const answer of [
    await customer.call('GET', '/v1/account'),
    await customer.record('c-1'),
    await customer.verify('k-1', 'c-1'),
  ]) {
    expect([answer.status, answer.code, answer.member('retry')]).toEqual([500, 'fault', 'same_key'])
    expect(answer.text).not.toMatch(/database|sqlite|open/i)
    const logged = gateway.logLines.filter((line) => line.includes(answer.word('request_id')))
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ event: 'fault', kind: 'TypeError' }])
  }
  await gateway.close()
})

it('an alarm that stands and a verification in doubt are seen in the metrics, and do not make a gateway unready', async () => {
  const gateway = await openTestGateway()
  const read = async (name: string): Promise<number> => {
    const { text } = await gateway.asStaff('ops', 'GET', '/metrics')
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length) ?? 0,
    )
  }
  const aged = 'verimeter_alarms_standing{kind="in_doubt_aged"}'
  expect([await read('verimeter_in_doubt'), await read(aged)]).toEqual([0, 0])
  const customer = await openCustomer(gateway)
  await customer.record('c-1', persons.unknownForEver)
  await customer.verify('k-1', 'c-1', persons.unknownForEver)
  gateway.clock.advance(700_000)
  await gateway.sweep()
  expect([await read('verimeter_in_doubt'), await read(aged)]).toEqual([1, 1])
  expect(await read('verimeter_commit_seconds_count')).toBeGreaterThan(5)
  expect(await read('verimeter_commit_pieces_sum')).toBeGreaterThanOrEqual(await read('verimeter_commit_pieces_count'))
  expect(await read('process_cpu_seconds_total')).toBeGreaterThan(0)
  expect((await gateway.call('GET', '/ready')).body).toEqual({ ready: true, reasons: [] })
  await gateway.close()
})
