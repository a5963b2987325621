import { afterAll, beforeAll } from 'vitest'
import type { SourcesConfig } from '../../src/sources/index.ts'
import { type TestGateway, useGateway } from './http-gateway.ts'
import { openVendorSocket, type VendorAnswer, type VendorSocket } from './vendor-socket.ts'

/** One question as the vendor got it. */
export interface VendorQuestion {
  reference: string
  name: string
  idNumber: string
}

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
  private socket: VendorSocket | null = null
  private released: Promise<void> = Promise.resolve()

  /** From now on every question waits, until the returned function is called. */
  hold(): () => void {
    let release = (): void => {}
    this.released = new Promise((resolve) => {
      release = resolve
    })
    return release
  }

  get source(): SourcesConfig['aliyunMarketId2'] {
    return {
      baseUrl: this.socket?.baseUrl ?? '',
      auth: { kind: 'appcode', appcode: 'a' },
      queryPath: null,
      deadlineMs: 5_000,
      finalAfterMs: 0,
    }
  }

  async open(): Promise<void> {
    this.socket = await openVendorSocket(async (reference, form) => {
      const question = { reference, name: form.get('name') ?? '', idNumber: form.get('idcard') ?? '' }
      this.questions.push(question)
      await this.released
      return this.answer(question)
    })
  }

  async close(): Promise<void> {
    await this.socket?.close()
  }
}

/** A vendor, and a gateway whose live source is that vendor. */
export const useVendor = ({ listening = false } = {}): { vendor: Vendor; gateway: () => TestGateway } => {
  const vendor = new Vendor()
  beforeAll(() => vendor.open())
  afterAll(() => vendor.close())
  return { vendor, gateway: useGateway(() => ({ listening, config: { sources: { aliyunMarketId2: vendor.source } } })) }
}
