import { hmac } from '@noble/hashes/hmac.js'
import { md5 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** A request as the signature of Alibaba Cloud's API gateway sees it. */
export interface SignableRequest {
  method: 'GET' | 'POST'
  /** Path without the query. */
  path: string
  /** Query parameters, decoded. */
  query: Readonly<Record<string, string>>
  /** Form parameters, decoded; null when the body is not a form. */
  form: Readonly<Record<string, string>> | null
  /** All headers by lower-case name. Every `x-ca-` header is signed. */
  headers: Readonly<Record<string, string>>
}

export interface SigningKey {
  appKey: string
  appSecret: string
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

const signedNames = (headers: Readonly<Record<string, string>>): string[] =>
  Object.keys(headers)
    .filter((name) => name.startsWith('x-ca-') && name !== 'x-ca-signature' && name !== 'x-ca-signature-headers')
    .sort()

/** Path and the sorted union of query and form parameters, values as they are; an empty value leaves the bare name. */
const pathAndParameters = ({ path, query, form }: SignableRequest): string => {
  const parameters = new Map([...Object.entries(query), ...Object.entries(form ?? {})])
  const written = [...parameters.keys()].sort().map((name) => (parameters.get(name) ? `${name}=${parameters.get(name)}` : name))
  return written.length === 0 ? path : `${path}?${written.join('&')}`
}

/** Base64 of the MD5 of a body that is not a form: the `Content-MD5` header. A form has none (help.aliyun.com/document_detail/29475.html). */
export const contentMd5 = (body: string): string => base64(md5(utf8ToBytes(body)))

/**
 * The string that is signed (help.aliyun.com/document_detail/29475.html and /143207.html). It holds the parameters in
 * plain text, so it is never logged.
 */
export const buildStringToSign = (request: SignableRequest): string => {
  const { method, headers } = request
  return [
    method,
    headers.accept ?? '',
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    headers.date ?? '',
    ...signedNames(headers).map((name) => `${name}:${headers[name] ?? ''}`),
    pathAndParameters(request),
  ].join('\n')
}

/** `X-Ca-Signature`: Base64 of HMAC-SHA-256 over the UTF-8 text. */
export const sign = (stringToSign: string, appSecret: string): string =>
  base64(hmac(sha256, utf8ToBytes(appSecret), utf8ToBytes(stringToSign)))

/**
 * The request's headers and the five of the signature, all lower-case. The gateway takes a timestamp for 15 minutes and a
 * nonce once in that time, so both belong to one sending.
 */
export const signHeaders = (
  request: SignableRequest,
  key: SigningKey,
  timestampMs: number,
  nonce: string,
): Record<string, string> => {
  const headers: Record<string, string> = {
    ...request.headers,
    'x-ca-key': key.appKey,
    'x-ca-nonce': nonce,
    'x-ca-stage': 'RELEASE',
    'x-ca-timestamp': String(timestampMs),
  }
  const signature = sign(buildStringToSign({ ...request, headers }), key.appSecret)
  return { ...headers, 'x-ca-signature-headers': signedNames(headers).join(','), 'x-ca-signature': signature }
}
