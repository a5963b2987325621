import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the vendor sends back: a body, with status 200 unless it says otherwise; or nothing at all and the connection cut. */
export type VendorAnswer = { body: unknown; status?: number; headers?: Record<string, string> } | 'cut'

/** Answers one question: our reference, and the form as it came. */
export type VendorHandler = (reference: string, form: URLSearchParams) => Promise<VendorAnswer>

/** A request as it came, by lower-case header names. */
export interface ReceivedRequest {
  path: string
  headers: Record<string, string>
  body: string
}
export type ReceiverHandler = (request: ReceivedRequest) => Promise<VendorAnswer>

export interface VendorSocket {
  baseUrl: string
  close(): Promise<void>
}

/** Whoever is sent something, on a real socket of this machine. */
export const openReceiver = (handle: ReceiverHandler): Promise<VendorSocket> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      handle({ path: request.url ?? '', headers, body: Buffer.concat(chunks).toString() }).then((answer) => {
        if (answer === 'cut') response.socket?.destroy()
        else
          response
            .writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
            .end(JSON.stringify(answer.body))
      })
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      }),
    )
  })
}

/** A vendor on a real socket of this machine. */
export const openVendorSocket = (handle: VendorHandler): Promise<VendorSocket> =>
  openReceiver(({ headers, body }) => handle(String(headers['x-request-reference']), new URLSearchParams(body)))
