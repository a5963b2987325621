import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Gateway, openGateway } from '../../src/runtimes/gateway.ts'
import { createKeyring, readKeyring } from '../../src/runtimes/key-files.ts'
import { noNotices } from '../../src/runtimes/notice-settings.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'
import { openVendor, type Vendor } from './vendor.ts'

export type Role = 'admin' | 'ops' | 'finance' | 'auditor'

/** What came back. Members are read by path, because every answer of these routes is JSON. */
export class Answer {
  readonly status: number
  readonly text: string

  constructor(status: number, text: string) {
    this.status = status
    this.text = text
  }

  /** A member of the body by its path, or undefined. */
  member(...path: (string | number)[]): unknown {
    return path.reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined),
      JSON.parse(this.text),
    )
  }

  /** A member that must be text. */
  word(...path: (string | number)[]): string {
    const value = this.member(...path)
    if (typeof value !== 'string') throw new Error(`there is no text at /${path.join('/')} of ${this.status} ${this.text}`)
    return value
  }
}

export interface Call {
  bearer: string
  headers?: Record<string, string>
  /** Sent as JSON; a stream is sent as it comes. */
  body?: object | ReadableStream<Uint8Array>
}

/**
 * Longest time for one question, milliseconds: the most that the gateway allows, and what a vector waits for a vendor that never
 * answers. The set-up asks the same source, so this has to be long enough for an answer on a busy machine.
 */
export const deadlines = { answering: 25_000, silent: 2_000 }

/** A gateway of its own for one vector: fresh data folder and keys, a clock that stands until it is set, a vendor that counts. */
export class World {
  readonly folder: string
  readonly vendor: Vendor
  private readonly gateway: Gateway
  private readonly clock: { now: number }

  private constructor(folder: string, vendor: Vendor, gateway: Gateway, clock: { now: number }) {
    this.folder = folder
    this.vendor = vendor
    this.gateway = gateway
    this.clock = clock
  }

  static async open(startAt: number, deadlineMs: number): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'verimeter-vectors-'))
    createKeyring(join(folder, 'keys'))
    const vendor = await openVendor()
    const clock = { now: startAt }
    const gateway = openGateway(
      {
        mode: 'production',
        host: '127.0.0.1',
        port: 0,
        dataDir: join(folder, 'data'),
        keysDir: join(folder, 'keys'),
        trustedProxies: 0,
        // Time stands still between the steps of a vector, so the sweep is run when the clock is set.
        sweepIntervalMs: 600_000,
        askDeadlineMs: deadlineMs,
        drainDeadlineMs: 1_000,
        publicUrl: null,
        oidc: null,
        sources: { aliyunMarketId2: vendor.source(deadlineMs) },
        door: { securityContact: null, metricsToken: null, logRequests: false },
        notices: noNotices,
      },
      {
        clock: () => clock.now,
        log: () => {},
        onInDoubt: (error) => {
          throw error
        },
      },
    )
    return new World(folder, vendor, gateway, clock)
  }

  get now(): number {
    return this.clock.now
  }

  /** Sets the clock, never back, and does what has become due by then. */
  async setClock(ms: number): Promise<void> {
    if (ms < this.clock.now) throw new Error('the clock of a vector never goes back')
    this.clock.now = ms
    await this.gateway.sweep()
  }

  async send(method: string, path: string, { bearer, headers = {}, body }: Call): Promise<Answer> {
    const sent = body === undefined || body instanceof ReadableStream ? body : JSON.stringify(body)
    const request = new Request(`http://gateway.vectors${path}`, {
      method,
      headers: { ...headers, Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      ...(sent === undefined ? {} : { body: sent, duplex: 'half' }),
    })
    const response = await this.gateway.app.fetch(request)
    return new Answer(response.status, await response.text())
  }

  /** A step that has to succeed. */
  async must(method: string, path: string, call: Call): Promise<Answer> {
    const answer = await this.send(method, path, call)
    if (answer.status >= 300) throw new Error(`${method} ${path} was refused: ${answer.status} ${answer.text}`)
    return answer
  }

  /** A step of a member of staff that has to succeed. */
  async asStaff(role: Role, method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.tryAsStaff(role, method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path} was refused: ${answer.status} ${answer.text}`)
    return answer
  }

  /** A step of a member of staff that may be refused. */
  async tryAsStaff(role: Role, method: string, path: string, body?: object): Promise<Answer> {
    const { staffIssuer } = readKeyring(join(this.folder, 'keys'))
    const bearer = await signStaffToken(staffIssuer, { sub: `vectors-${role}`, roles: [role], hours: 1 }, this.clock.now)
    return this.send(method, path, {
      bearer,
      headers: { 'Verimeter-Reason': 'vectors' },
      ...(body === undefined ? {} : { body }),
    })
  }

  /** Closes everything. Throws when an invariant of the books is broken, whatever the answers looked like. */
  async close(): Promise<void> {
    const { violations } = this.gateway.integrity()
    await this.vendor.close()
    await this.gateway.close()
    rmSync(this.folder, { recursive: true })
    if (violations.length > 0) throw new Error(`the books are broken: ${JSON.stringify(violations)}`)
  }
}

/** Works in a world of its own and closes it. */
export const inWorld = async <T>(startAt: number, deadlineMs: number, work: (world: World) => Promise<T>): Promise<T> => {
  const world = await World.open(startAt, deadlineMs)
  let result: T
  try {
    result = await work(world)
  } catch (error) {
    await world.close().catch(() => {})
    throw error
  }
  await world.close()
  return result
}
