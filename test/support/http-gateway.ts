import { type CryptoKey, importJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, expect } from 'vitest'
import { Contract, type OpenApiDocument } from '../../scripts/torture/contract.ts'
import type { App } from '../../src/http/app.ts'
import type { Config } from '../../src/runtimes/config.ts'
import { staffIssuer } from '../../src/runtimes/keyring.ts'
import type { Backend, JournalLine } from './backend.ts'
import { TestClock } from './clock.ts'
import { openBackend } from './http-backend.ts'

export type Role = 'admin' | 'ops' | 'finance' | 'auditor'

/** What came back. */
export class Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly bytes: Uint8Array

  constructor(status: number, headers: Headers, bytes: Uint8Array) {
    this.status = status
    this.headers = headers
    this.bytes = bytes
    // With its byte order mark, where there is one: what is kept is what was sent.
    this.text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  }

  get body(): unknown {
    return JSON.parse(this.text)
  }

  /** A member of the JSON body by its path, or undefined. */
  member(...path: (string | number)[]): unknown {
    return path.reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined),
      this.body,
    )
  }

  /** A member that must be text. */
  word(...path: (string | number)[]): string {
    const value = this.member(...path)
    if (typeof value !== 'string') throw new Error(`no text at /${path.join('/')} of ${this.status} ${this.text}`)
    return value
  }

  /** The code of a problem. */
  get code(): string {
    return this.word('code')
  }
}

export interface Call {
  /** An API key or a staff token. */
  bearer?: string
  headers?: Record<string, string> | Headers
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is, instead of `json`. */
  raw?: string | Uint8Array | ReadableStream
  /** The other end of the connection. */
  from?: string
}

let addresses = 0
/** An address that nobody has called from: what fails there is nobody else's failure. */
export const newAddress = (): string => {
  addresses += 1
  return `2001:db8::${addresses.toString(16)}`
}

interface Options {
  config?: Partial<Config>
  /** Listens on a free port and sends every call over it. */
  listening?: boolean
}

/** What stands in a staff token, and who signs it, when it is not an admin's good one. An undefined claim is left out. */
export interface TokenWishes {
  sub?: string
  roles?: readonly string[]
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  key?: CryptoKey | Uint8Array
}

const readJson = (raw: Call['raw']): unknown => {
  try {
    return typeof raw === 'string' ? JSON.parse(raw) : undefined
  } catch {
    return undefined
  }
}

/** Every text that a request states about a person. No answer may repeat one. */
export const personalTextsOf = (sent: unknown): string[] => {
  if (typeof sent !== 'object' || sent === null) return []
  return Object.entries(sent).flatMap(([name, value]: [string, unknown]) =>
    name === 'data_subject' && typeof value === 'object' && value !== null
      ? Object.values(value).filter((text) => typeof text === 'string' && text.length > 1)
      : personalTextsOf(value),
  )
}

/**
 * A whole gateway with a settable clock, on the runtime that `http-backend.ts` stands for. Every answer is held against the
 * OpenAPI document of the running app when it arrives, and kept; every log line is kept too.
 */
export class TestGateway {
  readonly clock = new TestClock()
  readonly logLines: string[] = []
  /** Every answer so far, with the request line before it. */
  readonly answers: { request: string; answer: Answer }[] = []
  baseUrl = 'http://gateway.test'
  private readonly backend: Backend
  private isOpen = true
  private contract: Contract | null = null

  constructor(config: Partial<Config>) {
    this.backend = openBackend(config, this.clock, (line) => this.logLines.push(line))
  }

  get app(): App {
    return this.backend.app
  }

  /** Where the data lie, for a test that reads the files themselves. */
  get dataDir(): string {
    return this.backend.dataDir
  }

  get document(): OpenApiDocument {
    if (!this.contract) throw new Error('the gateway is not open')
    return this.contract.document
  }

  async open(listening: boolean): Promise<this> {
    if (listening) this.baseUrl = await this.backend.listen()
    const answer = await this.send('GET', '/openapi.json', {})
    this.contract = new Contract(answer.body as OpenApiDocument)
    return this
  }

  /** One request, held against the contract. */
  async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const answer = await this.send(method, path, call)
    this.answers.push({ request: `${method} ${path}`, answer })
    const { status, headers, text } = answer
    const sent = call.json ?? readJson(call.raw)
    const faults = this.contract?.faultsOf({
      method,
      path: new URL(path, this.baseUrl).pathname,
      sent,
      status,
      headers,
      text,
    })
    if (faults?.length !== 0) throw new Error(`the answer is not what the document says:\n${faults?.join('\n')}\n${text}`)
    const repeated = personalTextsOf(sent).filter((personal) => text.includes(personal))
    if (repeated.length > 0) throw new Error(`the answer repeats ${repeated.join(', ')}: ${text}`)
    return answer
  }

  /** One request that nobody judges here, for a test that judges for itself. */
  async send(method: string, path: string, { bearer, headers, json, raw, from = '203.0.113.7' }: Call): Promise<Answer> {
    const all = new Headers(headers)
    if (bearer !== undefined) all.set('Authorization', `Bearer ${bearer}`)
    const body = raw ?? (json === undefined ? undefined : JSON.stringify(json))
    if (body !== undefined && !all.has('content-type')) all.set('Content-Type', 'application/json')
    const init = { method, headers: all, ...(body === undefined ? {} : { body, duplex: 'half' as const }) }
    const url = `${this.baseUrl}${path}`
    const response = await this.backend.fetch(url, init, from)
    return new Answer(response.status, response.headers, new Uint8Array(await response.arrayBuffer()))
  }

  /** The public half of the key that signs staff tokens. */
  get staffKey(): { kty: string; crv: string; x: string; kid: string } {
    const { kty, crv, x, kid } = this.backend.staffIssuerKey
    return { kty, crv, x, kid }
  }

  /** A token as the built-in issuer makes it, but for what is wished otherwise. */
  async staffToken({ sub = 'staff-1', roles = ['admin'], claims = {}, header = {}, key }: TokenWishes = {}): Promise<string> {
    const now = Math.floor(this.clock.now / 1000)
    const payload = { iss: staffIssuer.issuer, aud: staffIssuer.audience, sub, roles, iat: now, exp: now + 3_600, ...claims }
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: this.staffKey.kid, ...header })
      .sign(key ?? (await importJWK(this.backend.staffIssuerKey, 'EdDSA')))
  }

  /** A call of a member of staff with one role, who says why. */
  async asStaff(role: Role, method: string, path: string, json?: unknown, sub?: string): Promise<Answer> {
    const bearer = await this.staffToken({ roles: [role], ...(sub === undefined ? {} : { sub }) })
    const headers = { 'Verimeter-Reason': 'as%20agreed' }
    return this.call(method, path, { bearer, headers, ...(json === undefined ? {} : { json }) })
  }

  journal(accountId: string): Promise<JournalLine[]> {
    return this.backend.journal(accountId)
  }

  sweep(): Promise<void> {
    return this.backend.sweep()
  }

  /** Ends the listening and closes the books. Whatever the tests did, no invariant may be broken. */
  async closeBooks(): Promise<void> {
    this.isOpen = false
    expect(await this.backend.closeBooks()).toEqual([])
  }

  async close(): Promise<void> {
    if (this.isOpen) await this.closeBooks()
    await this.backend.forget()
  }
}

export const openTestGateway = ({ config = {}, listening = false }: Options = {}): Promise<TestGateway> =>
  new TestGateway(config).open(listening)

/** One gateway for all tests of a file; after them its books must be sound. */
export const useGateway = (options: Options | (() => Options) = {}): (() => TestGateway) => {
  let gateway: TestGateway | null = null
  beforeAll(async () => {
    gateway = await openTestGateway(typeof options === 'function' ? options() : options)
  })
  afterAll(() => gateway?.close())
  return () => {
    if (!gateway) throw new Error('the gateway is not open yet')
    return gateway
  }
}
