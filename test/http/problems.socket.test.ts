import { beforeAll, expect, test } from 'vitest'
import { contractOf } from '../../scripts/torture/contract.ts'
import { problemDocument } from '../../src/http/schemas/common.ts'
import { openDoor } from '../support/http-door.ts'
import { sendRaw } from '../support/http-socket.ts'
import { Processes } from '../support/process-gateway.ts'

/* What never becomes a request is answered by the server around the app, so these bytes go to a gateway as `npm start` runs it. */

const processes = new Processes()
const contract = contractOf(openDoor({}).app)
let port = 0

beforeAll(async () => {
  const { baseUrl } = await processes.gateway({ VERIMETER_DATA_DIR: processes.folder() })
  port = Number(new URL(baseUrl).port)
})

const host = 'Host: 127.0.0.1\r\n'
const post = `POST /v1/verifications HTTP/1.1\r\n${host}`

test.each<[string, number, string, string]>([
  ['what is not HTTP', 400, 'request_malformed', 'GARBAGE\r\n\r\n'],
  ['a TLS greeting', 400, 'request_malformed', '\x16\x03\x01\x00\xa5\x01\x00'],
  ['the preface of HTTP/2', 400, 'request_malformed', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a method that nobody knows', 400, 'request_malformed', `FOO /health HTTP/1.1\r\n${host}\r\n`],
  ['an address that is not ASCII', 400, 'request_malformed', `GET /健康 HTTP/1.1\r\n${host}\r\n`],
  ['a NUL in a header', 400, 'request_malformed', `GET /health HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`],
  ['a length that is no number', 400, 'request_malformed', `${post}Content-Length: abc\r\n\r\n`],
  ['two lengths', 400, 'request_malformed', `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde`],
  ['a length beside chunks', 400, 'request_malformed', `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  [
    'a chunk without a size',
    400,
    'request_malformed',
    `${post}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
  ],
  ['a request without Host', 400, 'request_malformed', 'GET /health HTTP/1.1\r\n\r\n'],
  ['a Host that is none', 400, 'request_malformed', 'GET /health HTTP/1.1\r\nHost: a b\r\n\r\n'],
  ['an address of another protocol', 400, 'request_malformed', `GET ftp://127.0.0.1/health HTTP/1.1\r\n${host}\r\n`],
  ['an expectation that nobody meets', 400, 'request_malformed', `GET /health HTTP/1.1\r\n${host}Expect: cake\r\n\r\n`],
  ['headers of more than 16 KiB', 431, 'headers_too_large', `GET /health HTTP/1.1\r\n${host}X: ${'a'.repeat(17_000)}\r\n\r\n`],
  ['an address of more than 16 KiB', 431, 'headers_too_large', `GET /${'a'.repeat(17_000)} HTTP/1.1\r\n${host}\r\n`],
  ['thousands of headers', 431, 'headers_too_large', `GET /health HTTP/1.1\r\n${host}${'a:b\r\n'.repeat(4_000)}\r\n`],
])('%s is answered with a problem, %i %s', async (_what, status, code, bytes) => {
  const answer = await sendRaw(port, bytes)
  expect(answer.status).toBe(status)
  expect((await contract).unreadFaultsOf(answer)).toEqual([])
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(answer.text)))
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('connection')).toBe('close')
  const problem = problemDocument.parse(JSON.parse(answer.text))
  expect(problem).toMatchObject({ type: `/docs/problems#${code}`, status, code, retry: 'same_key' })
  expect(problem.instance).toBe(`urn:verimeter:request:${problem.request_id}`)
})

test('a request after a broken one on another connection is served', async () => {
  await sendRaw(port, 'GARBAGE\r\n\r\n')
  const answer = await sendRaw(port, `GET /health HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
  expect(answer.status).toBe(200)
})
