import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sources } from '../../src/core/ports.ts'
import { readConfig } from '../../src/runtimes/config.ts'
import { type Gateway, openGateway } from '../../src/runtimes/gateway.ts'
import { createKeyring, readKeyring } from '../../src/runtimes/key-files.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'
import { orderPath, type Simulator, startSimulator } from '../simulator/simulator.ts'
import { ClientBook, type ClientCall, checkImage, compareBooks, copyImage } from './books.ts'
import { type HttpAnswer, jsonOf } from './client.ts'
import { buyCredits, makeKey, openAccount, type StaffAsk } from './customer.ts'
import { consentBody, specimenNames } from './questions.ts'
import { Witness } from './witness.ts'

/** A customer of the life, with a book of its own: two of them use the same Idempotency-Keys. */
export interface LifeCustomer {
  accountId: string
  keyId: string
  secret: string
  book: ClientBook
}

/**
 * A whole gateway in this process (door, ledger on a file, sources over real HTTP to the vendor simulator) with a clock that
 * can be moved, a client's book for each customer, and a witness at each answer and each question. The scenes play on it.
 */
export class Life {
  readonly violations: string[] = []
  readonly customers: LifeCustomer[] = []
  readonly gateway: Gateway
  readonly simulator: Simulator
  readonly witness: Witness
  readonly dataDir: string
  /** While true, the vendor is asked and its answer never comes back to the gateway: as if the process had stood still. */
  losingAnswers = false
  private offsetMs = 0

  private constructor(dataDir: string, simulator: Simulator) {
    this.dataDir = dataDir
    this.simulator = simulator
    this.gateway = openGateway(Life.config(dataDir, simulator.url), {
      clock: () => this.now(),
      log: (event) => {
        if (event === 'fault' || event.endsWith('_failed')) this.violations.push(`the gateway logged ${event}`)
      },
      onInDoubt: () => this.violations.push('the state of the disk is unknown'),
      around: { sources: (sources) => this.around(sources) },
    })
    this.witness = new Witness(dataDir)
  }

  private static config(dataDir: string, vendorUrl: string) {
    return readConfig({
      VERIMETER_DATA_DIR: dataDir,
      VERIMETER_ALIYUN_URL: vendorUrl,
      VERIMETER_ALIYUN_APPCODE: 'simulator',
      VERIMETER_ALIYUN_QUERY_PATH: orderPath,
      VERIMETER_ALIYUN_DEADLINE_MS: '400',
      VERIMETER_ASK_DEADLINE_MS: '500',
      VERIMETER_ALIYUN_FINAL_AFTER_MS: '4000',
      // The scenes sweep by hand.
      VERIMETER_SWEEP_INTERVAL_MS: '600000',
    })
  }

  static async open(seed: number): Promise<Life> {
    const dataDir = mkdtempSync(join(tmpdir(), 'verimeter-life-'))
    createKeyring(join(dataDir, 'keys'))
    let asked = (_reference: string): void => undefined
    const simulator = await startSimulator({ seed: String(seed), lateMs: 50, onQuestion: (reference) => asked(reference) })
    const life = new Life(dataDir, simulator)
    asked = (reference) => life.witness.asked(reference)
    return life
  }

  private around(sources: Sources): Sources {
    return {
      ...sources,
      ask: async (sourceId, query, call) => {
        const answer = await sources.ask(sourceId, query, call)
        return this.losingAnswers ? new Promise<never>(() => undefined) : answer
      },
    }
  }

  private now(): number {
    return Date.now() + this.offsetMs
  }

  /** Moves the clock of the gateway forward and does what has become due. */
  async advance(ms: number): Promise<void> {
    this.offsetMs += ms
    await this.gateway.sweep()
  }

  check(holds: boolean, what: string): void {
    if (!holds) this.violations.push(what)
  }

  async call(bearer: string, method: string, path: string, json?: unknown, key?: string): Promise<HttpAnswer> {
    const response = await this.gateway.app.fetch(
      new Request(`http://life${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${bearer}`,
          'Content-Type': 'application/json',
          ...(key === undefined ? {} : { 'Idempotency-Key': key }),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
    )
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  readonly staff: StaffAsk = async (method, path, json, sub = 'staff-1') => {
    const { staffIssuer } = readKeyring(join(this.dataDir, 'keys'))
    const token = await signStaffToken(staffIssuer, { sub, roles: ['admin'], hours: 1 }, this.now())
    const answer = await this.call(token, method, path, json)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return jsonOf(answer)
  }

  async openCustomer(orders: number[]): Promise<LifeCustomer> {
    const accountId = await openAccount(this.staff)
    for (const [at, credits] of orders.entries())
      await buyCredits(this.staff, accountId, { externalId: `order-${at}`, mode: 'live', credits })
    const key = await makeKey(this.staff, accountId, 'live', 'app')
    const customer = { accountId, keyId: key.id, secret: key.secret, book: new ClientBook() }
    for (const name of specimenNames) await this.record(customer, consentBody(name))
    this.customers.push(customer)
    return customer
  }

  async record(customer: LifeCustomer, consent: object): Promise<void> {
    const { status, text } = await this.call(customer.secret, 'POST', '/v1/consents', consent)
    if (status !== 201) throw new Error(`consent: ${status} ${text}`)
  }

  /** Sends a call, writes the answer down, and lets the witness look at that very moment. */
  async send(customer: LifeCustomer, call: ClientCall): Promise<HttpAnswer> {
    const answer = await this.call(customer.secret, 'POST', '/v1/verifications', call.body, call.key)
    if (answer.status >= 500 && jsonOf(answer).code === 'fault') this.violations.push(`fault: ${call.key}`)
    if (answer.status === 200) this.witness.answered({ verificationId: String(jsonOf(answer).id), text: answer.text })
    return answer
  }

  /** As `send`, and notes the answer in the customer's book. */
  async ask(customer: LifeCustomer, call: ClientCall): Promise<void> {
    customer.book.note(call, await this.send(customer, call))
  }

  /** As `send`, for a call that must be refused with this code. */
  async expectRefusal(customer: LifeCustomer, body: object, code: string): Promise<void> {
    const call = customer.book.add(true, body)
    const answer = await this.send(customer, call)
    const came = answer.status === 200 ? '200' : String(jsonOf(answer).code)
    this.check(came === code, `expected ${code} and got ${came}`)
    if (answer.status === 200) customer.book.note(call, answer)
    else customer.book.calls.splice(customer.book.calls.indexOf(call), 1)
  }

  /** The books against each other, now that everything should have its ending. */
  finish(): void {
    const all = new ClientBook()
    for (const { book } of this.customers) {
      all.calls.push(...book.calls)
      this.violations.push(...book.surprises)
    }
    this.violations.push(...this.witness.violations)
    const folder = join(this.dataDir, 'image')
    mkdirSync(folder)
    const image = copyImage(this.dataDir, folder)
    const references = this.simulator.book().flatMap(({ reference }) => reference ?? [])
    this.violations.push(...checkImage(image, all.delivered, references))
    this.violations.push(...compareBooks(image, all, this.simulator.book()))
  }
}
