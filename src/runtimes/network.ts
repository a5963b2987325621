import type { LookupFunction } from 'node:net'
import { Agent, type Dispatcher } from 'undici'
import type { Clock, Network, NetworkRequest, NetworkResult } from '../core/ports.ts'

type NotSentReason = Extract<NetworkResult, { kind: 'not_sent' }>['reason']
type InDoubtReason = Extract<NetworkResult, { kind: 'in_doubt' }>['reason']

/** A vendor that does not take a connection within this time is down; waiting on only keeps the caller waiting. */
const connectTimeoutMs = 3_000
const connectionsPerOrigin = 128
const maxHeaderBytes = 16 * 1024
/** Code of the error by which a lookup refuses what it found (public-network.ts). */
export const notPublicCode = 'VERIMETER_ADDRESS_NOT_PUBLIC'
/** Longest delay of a JavaScript timer; a longer one would fire at once. */
const maxTimerMs = 2 ** 31 - 1

const notSentReasons: ReadonlyMap<string, NotSentReason> = new Map([
  ['ECONNREFUSED', 'connection_refused'],
  ['ENOTFOUND', 'name_not_resolved'],
  ['EAI_AGAIN', 'name_not_resolved'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect_timeout'],
  ['ETIMEDOUT', 'connect_timeout'],
  [notPublicCode, 'address_not_public'],
])

const tooLargeCodes: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_EXCEEDED_MAX_SIZE'])

/** Codes of a connection that ended early: a reset before the status line, a short body after it. */
const cutCodes: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'ECONNRESET', 'EPIPE'])

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

const notSentReason = (error: Error): NotSentReason => notSentReasons.get(codeOf(error)) ?? 'not_sent'

const inDoubtReason = (error: Error, answering: boolean): InDoubtReason => {
  const code = codeOf(error)
  if (tooLargeCodes.has(code)) return 'too_large'
  if (cutCodes.has(code)) return answering ? 'short_body' : 'reset'
  return 'network'
}

const flatHeaders = (headers: Record<string, string | string[] | undefined>): Record<string, string> => {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}

/** Drops a byte order mark, which JSON.parse would stumble over. */
const utf8 = new TextDecoder()

/** The address that was parsed last: nearly every call of a source goes to the same one. */
let lastUrl: { text: string; url: URL } | null = null

const parseUrl = (text: string): URL | null => {
  try {
    if (lastUrl?.text !== text) lastUrl = { text, url: new URL(text) }
    return lastUrl.url
  } catch {
    return null
  }
}

/**
 * One exchange. The line between `not_sent` and `in_doubt` is undici's `onRequestStart`: it is called once a connected
 * socket is at hand and right before the first byte is written. Before it nothing can have reached the other side.
 */
const exchange = (agent: Agent, request: NetworkRequest, clock: Clock): Promise<NetworkResult> =>
  new Promise((resolve) => {
    const url = parseUrl(request.url)
    if (url === null) return resolve({ kind: 'not_sent', reason: 'not_sent' })
    const remainingMs = request.deadlineAt - clock()
    if (!(remainingMs > 0)) return resolve({ kind: 'not_sent', reason: 'deadline' })

    let started: Dispatcher.DispatchController | null = null
    let ended = false
    let status = 0
    let headers: Record<string, string> = {}
    let receivedBytes = 0
    const chunks: Buffer[] = []

    const end = (result: NetworkResult): void => {
      if (ended) return
      ended = true
      clearTimeout(timer)
      resolve(result)
    }
    const fail = (error: Error): void =>
      end(
        started === null
          ? { kind: 'not_sent', reason: notSentReason(error) }
          : { kind: 'in_doubt', reason: inDoubtReason(error, status > 0) },
      )
    const cut = (reason: 'deadline' | 'too_large'): void => {
      if (reason === 'too_large' && request.statusOnly === true) end({ kind: 'response', status, headers, body: '' })
      end(started === null ? { kind: 'not_sent', reason: 'deadline' } : { kind: 'in_doubt', reason })
      started?.abort(new Error(reason))
    }
    const timer = setTimeout(() => cut('deadline'), Math.min(remainingMs, maxTimerMs))

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        // Throwing here makes undici drop the request before a byte is written and keeps the socket. It is needed twice:
        // undici cannot take back a queued request when its deadline passes, and it may put a request that it counts as
        // idempotent on a second socket, which would be a second billed call.
        if (ended || started !== null) throw new Error('not sent')
        started = controller
      },
      onResponseStart(_controller, statusCode, responseHeaders) {
        // Called once more for every interim response (RFC 9110 §15.2), which is not the answer.
        if (statusCode < 200) return
        status = statusCode
        headers = flatHeaders(responseHeaders)
        if (Number(headers['content-length'] ?? 0) > request.maxResponseBytes) cut('too_large')
      },
      onResponseData(_controller, chunk) {
        receivedBytes += chunk.length
        if (receivedBytes > request.maxResponseBytes) cut('too_large')
        else if (!ended) chunks.push(chunk)
      },
      onResponseEnd() {
        end({ kind: 'response', status, headers, body: utf8.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)) })
      },
      onResponseError(_controller, error) {
        fail(error)
      },
    }
    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: request.headers,
          body: request.body,
        },
        handler,
      )
    } catch (error) {
      fail(error instanceof Error ? error : new Error('not sent'))
    }
  })

/**
 * The network port on undici `dispatch`: one pool for each origin, HTTP/1.1, one request at a time on each socket.
 * Promises what `Network` promises: one absolute deadline over waiting, connecting, sending and reading; no redirect, no
 * retry; never throws. `close` waits for the requests under way, which their deadlines bound; later ones are `not_sent`.
 */
export const openNetwork = ({
  clock,
  lookup,
}: {
  clock: Clock
  /** Finds the addresses of a name, in place of the system's. */
  lookup?: LookupFunction
}): { network: Network; close(): Promise<void> } => {
  const agent = new Agent({
    connections: connectionsPerOrigin,
    pipelining: 1,
    // HTTP/2 moves requests to another connection by itself (GOAWAY), which is a retry.
    allowH2: false,
    connect: { timeout: connectTimeoutMs, ...(lookup ? { lookup } : {}) },
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 30_000,
    // Both are idle timers, which a dripping vendor resets with each byte; the absolute deadline stands in for them.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    network: (request) => exchange(agent, request, clock),
    close: () => agent.close(),
  }
}
