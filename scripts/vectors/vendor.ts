import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SourcesConfig } from '../../src/sources/index.ts'

/** What the vendor does with every question: it answers with this verdict, refuses the input, is down, or never answers. */
export type Behaviour = { result: string; desc: string } | 'rejected' | 'unavailable' | 'timeout'

/** The words of the vectors for it; the digits are those of the product kzidcardv1 (`src/sources/aliyun-market-id2.ts`). */
export const behaviours = {
  match: { result: '0', desc: '一致' },
  mismatch: { result: '1', desc: '不一致' },
  no_record: { result: '2', desc: '无记录' },
  rejected: 'rejected',
  unavailable: 'unavailable',
  timeout: 'timeout',
} as const satisfies Record<string, Behaviour>

export type Upstream = keyof typeof behaviours
export const upstreams = Object.keys(behaviours) as [Upstream, ...Upstream[]]

/** A vendor of the Aliyun Market on a socket of this machine, that counts what it is asked and does what it is told. */
export interface Vendor {
  /** Questions so far. */
  asked(): number
  /** The bodies that it sent, byte for byte, oldest first. */
  readonly sent: string[]
  behave(behaviour: Behaviour): void
  /** From now on every question waits until the returned function is called; `isAsked` resolves when the first one is there. */
  hold(): { isAsked: Promise<void>; release(): void }
  /** The settings of the gateway's source that point at this vendor. */
  source(deadlineMs: number): NonNullable<SourcesConfig['aliyunMarketId2']>
  close(): Promise<void>
}

export const openVendor = async (): Promise<Vendor> => {
  let asked = 0
  let behaviour: Behaviour = behaviours.match
  let wait: { asked(): void; released: Promise<void> } = { asked: () => {}, released: Promise.resolve() }
  const sent: string[] = []

  const answer = async (response: ServerResponse): Promise<void> => {
    asked += 1
    const order = `order-${asked}`
    wait.asked()
    await wait.released
    if (behaviour === 'timeout') return
    if (behaviour === 'unavailable') {
      response.writeHead(503, { 'x-ca-error-code': 'D503CB', 'x-ca-error-message': 'Backend circuit breaker is open' }).end()
      return
    }
    const body =
      behaviour === 'rejected'
        ? { msg: '参数错误', success: false, code: 400, data: null }
        : { msg: '成功', success: true, code: 200, data: { ...behaviour, order_no: order } }
    const text = JSON.stringify(body)
    sent.push(text)
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(text)
  }

  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => void answer(response))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    asked: () => asked,
    sent,
    behave: (wanted) => {
      behaviour = wanted
    },
    hold: () => {
      const first = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      wait = { asked: first.resolve, released: released.promise }
      return { isAsked: first.promise, release: released.resolve }
    },
    source: (deadlineMs) => ({
      baseUrl: `http://127.0.0.1:${port}`,
      auth: { kind: 'appcode', appcode: 'vectors' },
      queryPath: null,
      deadlineMs,
      finalAfterMs: 0,
    }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
