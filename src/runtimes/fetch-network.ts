import type { Clock, Network, NetworkRequest, NetworkResult } from '../core/ports.ts'

/** What this file needs of the platform's fetch. It is wrapped, because the platform refuses it as a method of something else. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * The network port on the platform's fetch, for runtimes without sockets of their own. It cannot tell a refused connection
 * from a reset, so every failure after the start is in doubt: the careful reading costs a query, the other one could cost
 * a second billed call. No redirect is followed, nothing is retried, and nothing is read beyond the limit.
 */
export const openFetchNetwork =
  (fetch: Fetch, clock: Clock): Network =>
  async (request) => {
    const remainingMs = request.deadlineAt - clock()
    if (!(remainingMs > 0)) return { kind: 'not_sent', reason: 'deadline' }
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort('deadline'), remainingMs)
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body,
        redirect: 'manual',
        signal: stop.signal,
      })
      return await readResponse(response, request)
    } catch {
      return { kind: 'in_doubt', reason: stop.signal.aborted ? 'deadline' : 'network' }
    } finally {
      clearTimeout(timer)
    }
  }

const readResponse = async (
  response: Response,
  { maxResponseBytes: maxBytes, statusOnly = false }: NetworkRequest,
): Promise<NetworkResult> => {
  const headers = Object.fromEntries(response.headers)
  const tooLarge: NetworkResult = statusOnly
    ? { kind: 'response', status: response.status, headers, body: '' }
    : { kind: 'in_doubt', reason: 'too_large' }
  const announced = Number(headers['content-length'] ?? Number.NaN)
  if (announced > maxBytes) {
    await response.body?.cancel()
    return tooLarge
  }
  const decoder = new TextDecoder()
  let body = ''
  let size = 0
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel()
      return tooLarge
    }
    body += decoder.decode(value, { stream: true })
  }
  // A body that ends before its announced length was cut, whatever the platform makes of it.
  if (announced > size && !('content-encoding' in headers)) return { kind: 'in_doubt', reason: 'short_body' }
  return { kind: 'response', status: response.status, headers, body: body + decoder.decode() }
}
