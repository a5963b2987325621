import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import type { App } from '../http/app.ts'
import { bareProblem } from '../http/problem.ts'
import type { Admission } from './admission.ts'

const requestId = (): string => `req_${randomBytes(12).toString('hex')}`

/** How long a server waits for whom, milliseconds. */
export interface ServerLimits {
  /** For the whole request, from its first byte to the last of its body. */
  requestTimeout: number
  /** For its headers. */
  headersTimeout: number
  /** For the next request of a connection. */
  keepAliveTimeout: number
  /** For one byte in either direction, also from a caller who does not read its answer. More than the slowest verification takes. */
  timeout: number
  /** How late the first two limits may strike. */
  connectionsCheckingInterval: number
}

/** Tighter than the platform's, which wait for minutes, look for the slow every half of one, and let a reader take for ever. */
const usualLimits: ServerLimits = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 65_000,
  timeout: 90_000,
  connectionsCheckingInterval: 1_000,
}
const maxHeaderSize = 16_384

/**
 * Headers that the parser lets pass and that two readers on the way can read differently: a second Host, which has to be
 * refused (RFC 9112 §3.2), and a transfer coding that nobody here undoes (§6.1).
 */
const isAmbiguous = ({ rawHeaders, headers }: IncomingMessage): boolean =>
  rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host').length !== 1 ||
  !/^(?:chunked)?$/i.test(headers['transfer-encoding'] ?? '')

/** What is turned away first when there is too much: a call that can be sent again under its key and is charged nothing. */
const isVerification = ({ method, url = '' }: IncomingMessage): boolean =>
  method === 'POST' && /^\/v1\/verifications\/?(?:\?|$)/.test(url)

/**
 * The app behind a socket of its own. Whatever arrives gets a problem document, also what is no request: the parser's own
 * short answers would be the only ones without a code.
 */
export const openHttpServer = (
  app: Pick<App, 'fetch'>,
  hostname: string,
  limits = usualLimits,
  admission: Pick<Admission, 'enter'> | null = null,
): Server => {
  const listener = getRequestListener(app.fetch, {
    hostname,
    // A target or a Host that makes no address: the adapter cannot build a request of it.
    errorHandler: () => {
      const { status, headers, body } = bareProblem('request_malformed', requestId())
      return new Response(body, { status, headers })
    },
  })
  const answerBare = (response: ServerResponse, code: 'request_malformed' | 'overloaded'): void => {
    const { status, headers, body } = bareProblem(code, requestId())
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
  }
  const refuse = (_request: IncomingMessage, response: ServerResponse): void => answerBare(response, 'request_malformed')
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (admission !== null && isVerification(request)) {
      const entered = admission.enter()
      if (entered === null) {
        answerBare(response, 'overloaded')
        return
      }
      response.once('close', entered.leave)
    }
    listener(request, response)
  }
  // A request without Host is refused (RFC 9112 §3.2), but by us: the platform's own answer has no body.
  const server = createServer({ ...limits, maxHeaderSize, requireHostHeader: false }, (request, response) =>
    isAmbiguous(request) ? refuse(request, response) : serve(request, response),
  )
  server.timeout = limits.timeout
  const owed = countOwed(server)
  server.on('checkExpectation', refuse)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Whoever waits for an answer on this connection would take ours for it: the wrong one, for a request that may be charged.
    if (!socket.writable || owed(socket)) {
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

/** Tells of a connection whether a whole request of it has no whole answer yet, or an answer has begun. */
const countOwed = (server: Server): ((socket: Duplex) => boolean) => {
  const open = new WeakMap<Duplex, Set<ServerResponse>>()
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const responses = open.get(request.socket) ?? new Set()
    open.set(request.socket, responses.add(response))
    response.once('close', () => responses.delete(response))
  })
  return (socket) => [...(open.get(socket) ?? [])].some(({ req, headersSent }) => req.complete || headersSent)
}
