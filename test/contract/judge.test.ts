import { expect, it } from 'vitest'
import { judge, judged, takeFaults } from '../support/http-judge.ts'
import { HttpClient } from '../support/process-client.ts'
import { Processes } from '../support/process-gateway.ts'

const processes = new Processes()

it('the answers of a process are judged, one by one', async () => {
  const { baseUrl, apiKey } = await processes.gateway({ VERIMETER_DATA_DIR: processes.folder() })
  const caller = new HttpClient(baseUrl, apiKey ?? '')
  const before = judged.count
  await caller.ask('GET', '/v1/balance')
  expect((await caller.call('GET', '/v1/nowhere')).status).toBe(404)
  expect(judged.count).toBe(before + 2)
  expect(takeFaults()).toEqual([])
})

it('the control: an answer of another shape is found, and would fail the file', async () => {
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
  await judge({ method: 'GET', path: '/v1/balance', sent: undefined, status: 200, headers, text: '{"balance":1}' })
  expect(takeFaults().join('\n')).toMatch(/nosniff[\s\S]*\/totals/)
})
