import { expect, it } from 'vitest'
import { bodyRoutesOf } from '../support/http-bodies.ts'
import { useGateway } from '../support/http-gateway.ts'

const gateway = useGateway()

const batches = ['POST /v1/consents/batch', 'POST /v1/accounts/{account_id}/bank-statements']
const largestOf = (name: string): number => (batches.includes(name) ? 1_048_576 : 65_536)

/** JSON of exactly so many bytes that no schema takes. */
const bodyOf = (bytes: number): string => `"${'a'.repeat(bytes - 2)}"`

it('refuses a body of one byte too many on every route, whether its length is announced or not', async () => {
  const routes = await bodyRoutesOf(gateway())
  expect(routes.length).toBeGreaterThan(15)
  for (const { name, method, path, call } of routes) {
    const largest = largestOf(name)
    for (const [bytes, status] of [
      [largest, 422],
      [largest + 1, 413],
    ] as const) {
      for (const length of [{}, { 'Content-Length': String(bytes) }]) {
        const answer = await gateway().call(method, path, {
          ...call,
          raw: bodyOf(bytes),
          headers: { ...call.headers, ...length },
        })
        expect([name, bytes, answer.status]).toEqual([name, bytes, status])
        if (status === 413) expect(answer.code).toBe('body_too_large')
      }
    }
  }
})

it('stops reading a body that has no end', async () => {
  for (const { name, method, path, call } of await bodyRoutesOf(gateway())) {
    let sent = 0
    let cancelled = false
    const endless = new ReadableStream({
      pull(controller) {
        sent += 16_384
        controller.enqueue(new Uint8Array(16_384).fill(0x20))
      },
      cancel() {
        cancelled = true
      },
    })
    const answer = await gateway().call(method, path, { ...call, raw: endless })
    expect([name, answer.status, cancelled]).toEqual([name, 413, true])
    expect(sent).toBeLessThan(largestOf(name) + 10 * 16_384)
  }
})
