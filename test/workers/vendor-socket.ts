import type { Network } from '../../src/core/ports.ts'
import type { ReceiverHandler, VendorHandler, VendorSocket } from '../support/vendor-socket.ts'

const receivers = new Map<string, ReceiverHandler>()
let opened = 0

/** A receiver without a socket: inside workerd a test cannot listen, so the network under test leads straight to it. */
export const openReceiver = async (handle: ReceiverHandler): Promise<VendorSocket> => {
  opened += 1
  const baseUrl = `https://receiver-${opened}.example.com`
  receivers.set(baseUrl, handle)
  return {
    baseUrl,
    close: async () => {
      receivers.delete(baseUrl)
    },
  }
}

/** A vendor without a socket. */
export const openVendorSocket = (handle: VendorHandler): Promise<VendorSocket> =>
  openReceiver(({ headers, body }) => handle(headers['x-request-reference'] ?? '', new URLSearchParams(body)))

/** The network of the Worker under test: its vendors, and nobody else. */
export const vendorNetwork: Network = async ({ url, headers, body }) => {
  const { origin, host, pathname, search } = new URL(url)
  const handle = receivers.get(origin)
  if (!handle) return { kind: 'not_sent', reason: 'connection_refused' }
  // As a real network does: the host goes along.
  const answer = await handle({ path: pathname + search, headers: { ...headers, host }, body: body ?? '' })
  if (answer === 'cut') return { kind: 'in_doubt', reason: 'reset' }
  return { kind: 'response', status: answer.status ?? 200, headers: answer.headers ?? {}, body: JSON.stringify(answer.body) }
}
