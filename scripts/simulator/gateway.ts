import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What callers may present. With both null nobody is let in. */
export interface Credentials {
  appcode: string | null
  signature: { appKey: string; appSecret: string } | null
}

/** A refusal of the gateway: an empty body, everything is in status and headers (sources.md §1.4). */
export interface GatewayRefusal {
  status: number
  code: string
  message: string
  retryAfterSeconds?: number
}

/** A request as it came in. */
export interface RawRequest {
  method: string
  url: URL
  headers: IncomingHttpHeaders
  body: string
}

/** Decides about one request; null lets it in. */
export type Gate = (request: RawRequest) => GatewayRefusal | null

const windowMs = 15 * 60 * 1000

const header = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}

const equal = (a: string, b: string): boolean => {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}

/**
 * The string to sign, recomputed from the raw request by the gateway's rule: it follows `X-Ca-Signature-Headers`, where
 * the client's side picks the headers itself. Kept apart from src/sources on purpose, so that one mistake is not in both.
 */
const stringToSign = ({ method, url, headers, body }: RawRequest): string => {
  const type = header(headers, 'content-type')
  const parameters = new Map(url.searchParams)
  if (type.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of new URLSearchParams(body)) parameters.set(name, value)
  }
  let text = `${method}\n${header(headers, 'accept')}\n${header(headers, 'content-md5')}\n${type}\n${header(headers, 'date')}\n`
  for (const name of header(headers, 'x-ca-signature-headers').split(',').sort()) {
    if (name !== '') text += `${name}:${header(headers, name.toLowerCase())}\n`
  }
  const written = [...parameters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return text + url.pathname + (written.length === 0 ? '' : `?${written.join('&')}`)
}

const refusal = (status: number, code: string, message: string): GatewayRefusal => ({ status, code, message })

/** Signed names that the caller cannot leave out: without them the timestamp or the nonce could be swapped. */
const mustBeSigned = ['x-ca-key', 'x-ca-nonce', 'x-ca-timestamp']

/**
 * The gateway in front of the vendor: AppCode or signature, a timestamp within 15 minutes, a nonce once in that time, and
 * for a body that is no form its `Content-MD5`. Messages never repeat what the caller sent.
 */
export const openGate = (credentials: Credentials, clock: () => number): Gate => {
  const nonces = new Map<string, number>()

  const checkSignature = (request: RawRequest, key: { appKey: string; appSecret: string }): GatewayRefusal | null => {
    const { headers, body } = request
    if (!equal(header(headers, 'x-ca-key'), key.appKey)) return refusal(400, 'A400IK', 'Invalid AppKey')
    const names = header(headers, 'x-ca-signature-headers').toLowerCase().split(',')
    if (mustBeSigned.some((name) => !names.includes(name))) return refusal(403, 'A403IS', 'Invalid Signature')
    const md5 = header(headers, 'content-md5')
    if (md5 !== '' && md5 !== createHash('md5').update(body).digest('base64'))
      return refusal(400, 'I400BD', 'Invalid Content-MD5')
    const expected = createHmac('sha256', key.appSecret).update(stringToSign(request)).digest('base64')
    if (!equal(header(headers, 'x-ca-signature'), expected)) return refusal(403, 'A403IS', 'Invalid Signature')
    const timestampMs = Number(header(headers, 'x-ca-timestamp'))
    // The two below are classic refusals: a message without a code.
    if (!(Math.abs(clock() - timestampMs) <= windowMs)) return refusal(400, '', 'Timestamp Expired')
    const nonce = header(headers, 'x-ca-nonce')
    for (const [old, at] of nonces) {
      if (clock() - at <= 2 * windowMs) break
      nonces.delete(old)
    }
    if (nonce === '' || nonces.has(nonce)) return refusal(400, '', 'Nonce Used')
    nonces.set(nonce, clock())
    return null
  }

  return (request) => {
    const authorization = header(request.headers, 'authorization')
    if (authorization.startsWith('APPCODE ')) {
      const known = credentials.appcode !== null && equal(authorization.slice('APPCODE '.length), credentials.appcode)
      return known ? null : refusal(400, 'A400AC', 'Invalid AppCode')
    }
    if (request.headers['x-ca-signature'] === undefined) return refusal(401, '', 'Empty Signature')
    if (credentials.signature === null) return refusal(400, 'A400IK', 'Invalid AppKey')
    return checkSignature(request, credentials.signature)
  }
}
