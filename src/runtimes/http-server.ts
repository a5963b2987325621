import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { App } from '../http/app.ts'
import { bareProblem } from '../http/problem.ts'

const requestId = (): string => `req_${randomBytes(12).toString('hex')}`

/** The limits of the server are tighter than the platform's, which wait for minutes. */
const limits = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 }

/**
 * The app behind a socket of its own. Whatever arrives gets a problem document, also what is no request: the parser's own
 * short answers would be the only ones without a code.
 */
export const openHttpServer = (app: App, hostname: string): Server => {
  const listener = getRequestListener(app.fetch, {
    hostname,
    // A target or a Host that makes no address: the adapter cannot build a request of it.
    errorHandler: () => {
      const { status, headers, body } = bareProblem('request_malformed', requestId())
      return new Response(body, { status, headers })
    },
  })
  const refuse = (_request: IncomingMessage, response: ServerResponse): void => {
    const { status, headers, body } = bareProblem('request_malformed', requestId())
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
  }
  // A request without Host is refused (RFC 9112 §3.2), but by us: the platform's own answer has no body.
  const server = createServer({ ...limits, requireHostHeader: false }, (request, response) =>
    request.headers.host === undefined ? refuse(request, response) : listener(request, response),
  )
  server.on('checkExpectation', refuse)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) {
      socket.destroy()
      return
    }
    const problem = bareProblem(error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'request_malformed', requestId())
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      ...Object.entries(problem.headers).map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${Buffer.byteLength(problem.body)}`,
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${problem.body}`)
  })
  return server
}
