import { connect } from 'node:net'
import { beforeAll, expect, it, vi } from 'vitest'
import { contractOf } from '../../scripts/torture/contract.ts'
import { consentOf, openProcessCustomer, type ProcessCustomer } from '../../scripts/torture/customer.ts'
import { type Random, seededRandom } from '../../scripts/torture/input-values.ts'
import { openDoor } from '../support/http-door.ts'
import { persons, verificationBody } from '../support/http-world.ts'
import { staffClient } from '../support/process-client.ts'
import { type GatewayChild, Processes } from '../support/process-gateway.ts'

/* Bytes that were a request before something happened to them, over a socket, to a gateway as `npm start` runs it. */

const processes = new Processes()
vi.setConfig({ testTimeout: 300_000 })
const contract = contractOf(openDoor({}).app)
const seed = 20_261_122
const connections = 6_000

let gateway: GatewayChild
let customer: ProcessCustomer
let dataDir = ''
let port = 0

beforeAll(async () => {
  dataDir = processes.folder()
  gateway = await processes.gateway({ VERIMETER_DATA_DIR: dataDir })
  customer = await openProcessCustomer(gateway.baseUrl, dataDir)
  port = Number(new URL(gateway.baseUrl).port)
})

/** Sends the bytes, says that no more will come, and gives back all that came. */
const exchange = (bytes: Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')))
    socket.end(bytes)
  })

const goodRequest = (random: Random, at: number): string => {
  const head = (line: string, more = ''): string =>
    `${line} HTTP/1.1\r\nHost: gateway.test\r\nAuthorization: Bearer ${customer.testKey}\r\nConnection: close\r\n${more}`
  const body = JSON.stringify(verificationBody(consentOf('match'), persons.match))
  const json = `Content-Type: application/json\r\nIdempotency-Key: raw-${at}\r\n`
  return random.pick([
    `${head('GET /v1/account')}\r\n`,
    `${head('GET /v1/verifications?limit=2')}\r\n`,
    `${head('POST /v1/verifications', json)}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    `${head('POST /v1/verifications', json)}Transfer-Encoding: chunked\r\n\r\n${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  ])
}

const shapes = [
  '\r',
  '\n',
  '\0',
  ' ',
  ':',
  '\t',
  '\r\n\r\n',
  '\r\nContent-Length: 3\r\n',
  '\r\nTransfer-Encoding: chunked\r\n',
  '\r\n X: y',
  '\x7f',
  '%',
  '\u0130',
]

/** None to two changes to the bytes: flipped, cut out, put in, doubled, cut off, glued to another one. */
const mutate = (good: Buffer, random: Random): Buffer => {
  let bytes = good
  for (let times = random.below(3); times > 0; times -= 1) {
    const at = random.below(bytes.length + 1)
    const end = Math.min(bytes.length, at + 1 + random.below(20))
    const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)]
    bytes = Buffer.concat(
      random.pick<Uint8Array[]>([
        [before, part.map((byte) => byte ^ (1 << random.below(8))), after],
        [before, Buffer.from([random.below(256)]), part, after],
        [before, Buffer.from(random.pick(shapes)), part, after],
        [before, after],
        [before, part, part, after],
        [before, part],
        [bytes, bytes],
      ]),
    )
  }
  return bytes
}

/** What is wrong with an answer, whatever was sent: it is whole, a status of ours, a problem where it is no success. */
const faultsOf = async (text: string): Promise<string[]> => {
  if (text === '') return []
  const final = text.replace(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)+/, '')
  const split = final.indexOf('\r\n\r\n')
  const [line = '', ...lines] = final.slice(0, split).split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1])
  const headers = new Headers(lines.map((header) => [header.split(':')[0] ?? '', header.slice(header.indexOf(':') + 1).trim()]))
  const length = Number(headers.get('content-length'))
  const body = Buffer.from(final.slice(split + 4))
    .subarray(0, length)
    .toString()
  if (!(status >= 200 && status < 500)) return [`status ${status}`]
  if (status < 300) return []
  if (headers.get('content-type') !== 'application/problem+json; charset=utf-8') return [`${status} is no problem document`]
  const code = (JSON.parse(body) as { code: string }).code
  return code === 'request_malformed' || code === 'headers_too_large'
    ? (await contract).unreadFaultsOf({ status, headers, text: body })
    : []
}

it(`answers ${connections} mutated requests with a problem or a closed connection, and goes on (seed ${seed})`, async () => {
  const random = seededRandom(seed)
  const statuses = new Map<string, number>()
  const faults: string[] = []
  const lanes = Array.from({ length: 8 }, async (_none, lane) => {
    for (let at = lane; at < connections; at += 8) {
      const bytes = mutate(Buffer.from(goodRequest(random, at)), random)
      const text = await exchange(bytes)
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 'closed'
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      for (const fault of await faultsOf(text)) faults.push(`${fault}: ${JSON.stringify(bytes.toString('latin1'))}`)
      if (text.includes('"code":"fault"')) faults.push(`a fault: ${JSON.stringify(bytes.toString('latin1'))}`)
    }
  })
  await Promise.all(lanes)
  expect(faults).toEqual([])
  expect(gateway.child.stderr).not.toContain('"event":"fault"')
  expect(gateway.child.stderr).not.toContain('unhandled')
  // Otherwise the mutations were too weak to be refused, or too strong to reach anything.
  expect(statuses.get('400') ?? 0).toBeGreaterThan(connections / 10)
  expect(statuses.get('200') ?? 0).toBeGreaterThan(connections / 10)
  const staff = await staffClient(gateway.baseUrl, dataDir)
  expect((await staff.ask('GET', '/v1/integrity')).violations).toEqual([])
})

it('a server error is seen (the control)', async () => {
  expect(await faultsOf('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}')).toEqual(['status 500'])
  expect(await faultsOf('HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\n\r\n')).toEqual(['400 is no problem document'])
})
