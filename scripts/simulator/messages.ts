import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type MessageVendorOptions, type MessageVendors, openMessageVendors } from './message-vendors.ts'

export interface MessageServer extends Omit<MessageVendors, 'answer'> {
  url: string
  close(): Promise<void>
}

const readBody = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Starts the vendors behind notices on a port of 127.0.0.1; 0, the default, takes a free one. */
export const startMessageVendors = async ({
  port = 0,
  ...options
}: MessageVendorOptions & { port?: number } = {}): Promise<MessageServer> => {
  const { answer, ...vendors } = openMessageVendors(options)
  const server = createServer((incoming, response) => {
    readBody(incoming)
      .then((body) => {
        const reply = answer({ headers: incoming.headers, url: new URL(incoming.url ?? '/', 'http://simulator'), body })
        if (reply === 'hang') return
        if (reply === 'cut') response.socket?.destroy()
        else if (reply === 'garbage') response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>')
        else
          response
            .writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
            .end(JSON.stringify(reply.body))
      })
      .catch(() => response.socket?.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    ...vendors,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
