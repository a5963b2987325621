import { openReceiver, type ReceivedRequest, type VendorAnswer, type VendorSocket } from './vendor-socket.ts'

export type { ReceivedRequest, VendorAnswer } from './vendor-socket.ts'

/** Somebody to whom the gateway sends: what came, and what is said back. */
export class Receiver {
  received: ReceivedRequest[] = []
  reply: VendorAnswer | ((request: ReceivedRequest) => VendorAnswer) = { body: null }
  private socket: VendorSocket | null = null

  async open(): Promise<this> {
    this.socket = await openReceiver(async (request) => {
      this.received.push(request)
      return typeof this.reply === 'function' ? this.reply(request) : this.reply
    })
    return this
  }

  get url(): string {
    if (!this.socket) throw new Error('the receiver is not open')
    return this.socket.baseUrl
  }

  /** Nothing was received, and everything is taken again. */
  reset(): void {
    this.received = []
    this.reply = { body: null }
  }

  async close(): Promise<void> {
    await this.socket?.close()
  }
}
