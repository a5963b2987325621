import type { Network } from '../../src/core/ports.ts'
import type { VendorHandler, VendorSocket } from '../support/vendor-socket.ts'

const vendors = new Map<string, VendorHandler>()
let opened = 0

/** A vendor without a socket: inside workerd a test cannot listen, so the network under test leads straight to it. */
export const openVendorSocket = async (handle: VendorHandler): Promise<VendorSocket> => {
  opened += 1
  const baseUrl = `http://vendor-${opened}.test`
  vendors.set(baseUrl, handle)
  return {
    baseUrl,
    close: async () => {
      vendors.delete(baseUrl)
    },
  }
}

/** The network of the Worker under test: its vendors, and nobody else. */
export const vendorNetwork: Network = async ({ url, headers, body }) => {
  const handle = vendors.get(new URL(url).origin)
  if (!handle) return { kind: 'not_sent', reason: 'connection_refused' }
  const answer = await handle(headers['x-request-reference'] ?? '', new URLSearchParams(body ?? ''))
  if (answer === 'cut') return { kind: 'in_doubt', reason: 'reset' }
  return { kind: 'response', status: answer.status ?? 200, headers: answer.headers ?? {}, body: JSON.stringify(answer.body) }
}
