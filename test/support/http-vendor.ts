import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import type { SourcesConfig } from '../../src/sources/index.ts'
import { type TestGateway, useGateway } from './http-gateway.ts'

/** One question as the vendor got it. */
export interface VendorQuestion {
  reference: string
  name: string
  idNumber: string
}

/** What the vendor sends back: a body, with status 200 unless it says otherwise; or nothing at all and the connection cut. */
export type VendorAnswer = { body: unknown; status?: number; headers?: Record<string, string> } | 'cut'

export const vendorMatch = (order: string): VendorAnswer => ({
  body: { code: 200, success: true, msg: '成功', data: { result: 0, order_no: order, desc: '一致' } },
})

/**
 * The market's check as a vendor that counts what it is asked and answers when and what a test says. The simulator under
 * scripts/ is the vendor with a mind of its own; this one has none.
 */
export class Vendor {
  readonly questions: VendorQuestion[] = []
  answer: (question: VendorQuestion) => VendorAnswer = (question) => vendorMatch(`order-${question.reference}`)
  private server: Server | null = null
  private released: Promise<void> = Promise.resolve()
  private baseUrl = ''

  /** From now on every question waits, until the returned function is called. */
  hold(): () => void {
    let release = (): void => {}
    this.released = new Promise((resolve) => {
      release = resolve
    })
    return release
  }

  get source(): SourcesConfig['aliyunMarketId2'] {
    return { baseUrl: this.baseUrl, auth: { kind: 'appcode', appcode: 'a' }, queryPath: null, deadlineMs: 5_000, finalAfterMs: 0 }
  }

  open(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString())
        const reference = String(request.headers['x-request-reference'])
        const question = { reference, name: form.get('name') ?? '', idNumber: form.get('idcard') ?? '' }
        this.questions.push(question)
        this.released.then(() => {
          const answer = this.answer(question)
          if (answer === 'cut') response.socket?.destroy()
          else
            response
              .writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
              .end(JSON.stringify(answer.body))
        })
      })
    })
    this.server = server
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        this.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        resolve()
      })
    })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server?.close(() => resolve())
      this.server?.closeAllConnections()
    })
  }
}

/** A vendor, and a gateway whose live source is that vendor. */
export const useVendor = ({ listening = false } = {}): { vendor: Vendor; gateway: () => TestGateway } => {
  const vendor = new Vendor()
  beforeAll(() => vendor.open())
  afterAll(() => vendor.close())
  return { vendor, gateway: useGateway(() => ({ listening, config: { sources: { aliyunMarketId2: vendor.source } } })) }
}
