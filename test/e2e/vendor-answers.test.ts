import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { seededRandom } from '../../scripts/torture/input-values.ts'
import { useGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer, persons } from '../support/http-world.ts'
import { drawMeaning, drawMutations, meansMatch, mutations, responseOf } from '../support/vendor-mutations.ts'

/* A vendor on a socket that answers anything, behind a whole gateway: nobody is told a match that was none, or pays for a doubt. */

vi.setConfig({ testTimeout: 200_000 })

const random = seededRandom(20_261_122)
/** What the vendor meant, by our reference: whether it was a match. */
const meant = new Map<string, boolean>()
let vendor: Server
let baseUrl = ''

beforeAll(async () => {
  vendor = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const reference = String(request.headers['x-request-reference'])
      const meaning = drawMeaning(random, reference)
      let sent = responseOf(meaning)
      for (const name of drawMutations(random)) sent = mutations[name]?.(sent, random) ?? sent
      meant.set(reference, sent.status === 200 && meansMatch(meaning, reference))
      // A socket has no final answer below 200, so that such a one is cut off instead.
      if (sent.status < 200) response.destroy()
      else response.writeHead(sent.status, sent.headers).end(sent.body)
    })
  })
  await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`
})
afterAll(() => {
  vendor.close()
  vendor.closeAllConnections()
})

const auth = { kind: 'appcode', appcode: 'a' } as const
const gateway = useGateway(() => ({
  config: { sources: { aliyunMarketId2: { baseUrl, auth, queryPath: null, deadlineMs: 5_000, finalAfterMs: 0 } } },
}))

it('400 answers of any kind: a match only where it was meant, a charge only for a result', async () => {
  const customer = await openCustomer(gateway(), { mode: 'live', credits: 1_000 })
  await expectStatus(201, customer.record('c-1'))
  const byStatus = new Map<number, number>()
  let charged = 0
  let matches = 0
  for (let at = 0; at < 400; at += 1) {
    const answer = await customer.verify(`k-${at}`, 'c-1', persons.match)
    byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1)
    if (answer.status !== 200) continue
    const outcome = answer.word('outcome')
    if (outcome === 'match') expect([answer.word('id'), meant.get(answer.word('id'))]).toEqual([answer.word('id'), true])
    if (outcome === 'match') matches += 1
    if (answer.member('charged') === true) charged += 1
    expect([outcome, answer.member('charged')]).toEqual([outcome, outcome === 'match' || outcome === 'mismatch'])
  }
  const credits = await customer.credits()
  expect(credits.captured).toBe(charged)
  // In doubt it stays held; it is neither charged nor given back.
  expect(credits.held).toBe(byStatus.get(504))
  expect(matches).toBeGreaterThan(20)
  expect(byStatus.get(504) ?? 0).toBeGreaterThan(100)
  expect(meant.size).toBe(400)
})
