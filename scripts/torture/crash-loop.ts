import { readConfig } from '../../src/runtimes/config.ts'
import { mintToken } from '../operator/transport.ts'
import { orderPath, type Simulator, startSimulator } from '../simulator/simulator.ts'
import { ClientBook, type ClientCall, checkImage, compareBooks } from './books.ts'
import { HttpClient, staffClient } from './client.ts'
import { makeKey, openProcessCustomer, type ProcessCustomer } from './customer.ts'
import { type Host, nodeHost } from './hosts.ts'
import { type GatewayChild, type Processes, pause } from './processes.ts'
import { type SpecimenName, verificationBody } from './questions.ts'
import { seededRandom } from './random.ts'
import { StaffBook } from './staff.ts'

/*
 * Three books are kept: the client's, the vendor's and the gateway's. The gateway is killed with SIGKILL at random moments
 * under load; each time the disk is compared with the other two books before anything is repaired, because repair hides the
 * worst fault (an answer before its commit). At the end the three books must agree.
 */

export interface CrashOptions {
  kills: number
  seed: number
  /** Fewer answered keys than this at the last crash prove nothing. */
  fewestAnswers: number
  workers?: number
  /** Where the gateway runs; on Node when left out. */
  host?: Host
  onKill?(done: number, answered: number): void
}

/** What a crash left, and what was wrong with it. */
export interface Crash {
  image: string
  violations: string[]
}

const longestLifeMs = 300
/** A life that has not answered its share by then is killed all the same; the run counts what was checked. */
const patienceForShareMs = 60_000
/** Acts of staff that each life of the gateway must at least have answered. */
const fewestActs = 2
const testSpecimens: SpecimenName[] = ['match', 'match', 'mismatch', 'noRecord', 'unavailable', 'unknownThenMatch']

export class CrashLoop {
  readonly client = new ClientBook()
  readonly crashes: Crash[] = []
  /** A gateway that ended by itself. */
  readonly deaths: string[] = []
  readonly dataDir: string
  private readonly options: Required<Omit<CrashOptions, 'onKill' | 'host'>> & Pick<CrashOptions, 'onKill'>
  private readonly host: Host
  private readonly processes: Processes
  private readonly random: () => number
  private opened: {
    simulator: Simulator
    customer: ProcessCustomer
    suspendableKey: string
    staff: StaffBook
  } | null = null
  private running: GatewayChild | null = null

  constructor(processes: Processes, options: CrashOptions) {
    this.processes = processes
    this.options = { workers: 32, ...options }
    this.random = seededRandom(options.seed)
    this.host = options.host ?? nodeHost(processes)
    this.dataDir = this.host.dataDir
  }

  private get world() {
    if (!this.opened) throw new Error('the crash loop has not begun')
    return this.opened
  }
  private get gateway(): GatewayChild {
    if (!this.running) throw new Error('no gateway runs')
    return this.running
  }
  get simulator(): Simulator {
    return this.world.simulator
  }
  get customer(): ProcessCustomer {
    return this.world.customer
  }
  get staff(): StaffBook {
    return this.world.staff
  }

  /** Answered keys that the last crash image was checked for; every earlier image was checked for those before it. */
  answeredChecked = 0

  vendorReferences(): string[] {
    return this.simulator.book().flatMap(({ reference }) => reference ?? [])
  }

  private start(simulator: Simulator): Promise<GatewayChild> {
    return this.host.start({
      VERIMETER_ALIYUN_URL: simulator.url,
      VERIMETER_ALIYUN_APPCODE: 'simulator',
      VERIMETER_ALIYUN_QUERY_PATH: orderPath,
      VERIMETER_ALIYUN_DEADLINE_MS: '400',
      // Longer than the simulator ever lags behind on a busy machine: an early "not found" can still become "done".
      VERIMETER_ALIYUN_FINAL_AFTER_MS: '4000',
      VERIMETER_ASK_DEADLINE_MS: '500',
      VERIMETER_SWEEP_INTERVAL_MS: '100',
    })
  }

  private async open(): Promise<void> {
    const book = `${this.processes.folder()}/vendor.jsonl`
    const simulator = await startSimulator({ mix: true, seed: String(this.options.seed), lateMs: 150, book })
    this.running = await this.start(simulator)
    const customer = await openProcessCustomer(this.gateway.baseUrl, this.dataDir)
    const admin = await staffClient(this.gateway.baseUrl, this.dataDir)
    const key = await makeKey((method, path, json) => admin.ask(method, path, json), customer.accountId, 'live', 'suspendable')
    this.opened = { simulator, customer, suspendableKey: key.secret, staff: new StaffBook(customer.accountId, key.id) }
  }

  clientFor({ live, suspendable }: Pick<ClientCall, 'live' | 'suspendable'>): HttpClient {
    const { customer, suspendableKey } = this.world
    return new HttpClient(this.gateway.baseUrl, suspendable ? suspendableKey : live ? customer.liveKey : customer.testKey)
  }

  /** A new call, or an older one of this worker that has no ending yet. */
  private nextCall(own: ClientCall[], worker: number): ClientCall {
    const isOpen = (call: ClientCall): boolean => call.delivered === null && !call.unavailable
    const waiting = own.filter(isOpen)
    if (waiting.length > 0 && this.random() < 0.3) return waiting[Math.floor(this.random() * waiting.length)] as ClientCall
    const live = worker % 2 === 0
    const name = live ? 'match' : (testSpecimens[Math.floor(this.random() * testSpecimens.length)] ?? 'match')
    const call = this.client.add(live, verificationBody(name), worker % 8 === 0)
    own.push(call)
    return call
  }

  /** Calls until the gateway is gone. */
  private async work(worker: number): Promise<void> {
    const own: ClientCall[] = []
    for (;;) {
      const call = this.nextCall(own, worker)
      if (!(await this.client.send(this.clientFor(call), call))) return
      // Refused: the caller waits a little before it asks again.
      if (call.pending?.status === 403) await pause(20)
    }
  }

  copyImage(): string {
    return this.host.copyImage(this.processes.folder(), this.customer.accountId)
  }

  private async crashOnce(): Promise<void> {
    const { client, options } = this
    const before = client.delivered.length
    const actsBefore = this.staff.answered
    const admin = await staffClient(this.gateway.baseUrl, this.dataDir)
    const working = [
      ...Array.from({ length: options.workers }, (_, worker) => this.work(worker)),
      this.staff.work(admin, () => pause(this.random() * 60)),
    ]
    const patienceEnd = Date.now() + patienceForShareMs
    const share = Math.ceil((1.2 * options.fewestAnswers) / options.kills)
    try {
      await this.gateway.child.waitUntil(
        () =>
          Date.now() > patienceEnd ||
          (client.delivered.length >= before + share && this.staff.answered >= actsBefore + fewestActs),
      )
      await pause(this.random() * longestLifeMs)
      if (!this.gateway.child.isRunning) throw new Error('the gateway ended while it was waited for')
    } catch (error) {
      this.deaths.push(`the gateway ended by itself: ${error instanceof Error ? error.message : 'unknown'}`)
    }
    await this.gateway.child.end('SIGKILL')
    await Promise.all(working)
    const image = this.copyImage()
    const delivered = client.delivered
    this.answeredChecked = delivered.length
    const violations = [...checkImage(image, delivered, this.vendorReferences()), ...this.staff.checkImage(image)]
    this.crashes.push({ image, violations })
    options.onKill?.(this.crashes.length, delivered.length)
  }

  /** Kills the gateway as often as asked for, checking what each kill leaves. */
  async run(): Promise<void> {
    await this.open()
    for (let kill = 0; kill < this.options.kills; kill += 1) {
      if (kill > 0) this.running = await this.start(this.simulator)
      await this.crashOnce()
      if (this.deaths.length > 0) return
    }
  }

  /** Retries every key of the list with what it was, many at once. */
  private async retry(calls: readonly ClientCall[]): Promise<void> {
    const waiting = [...calls]
    const worker = async (): Promise<void> => {
      for (let call = waiting.pop(); call; call = waiting.pop())
        if (!(await this.client.send(this.clientFor(call), call))) throw new Error('the gateway did not answer after the load')
    }
    await Promise.all(Array.from({ length: this.options.workers }, worker))
  }

  /** Only what nobody can ask about stays in doubt: the sandbox forgets at a crash, and the vendor's code 7 means nothing. */
  private staysInDoubt(call: ClientCall): boolean {
    if (call.pending?.status !== 504) return false
    const id = call.pending.verificationId
    return !call.live || this.simulator.book().find(({ reference }) => reference === id)?.result === '7'
  }

  /** Two persons give back what stays in doubt. */
  private async releaseByHand(calls: readonly ClientCall[]): Promise<void> {
    const tokenOf = (name: string) => mintToken(readConfig({ VERIMETER_DATA_DIR: this.dataDir }), name, ['ops'], 1)
    const [proposer, approver] = [await tokenOf('staff-1'), await tokenOf('staff-2')].map(
      (token) => new HttpClient(this.gateway.baseUrl, token),
    )
    for (const { pending } of calls) {
      const path = `/v1/accounts/${this.customer.accountId}/verifications/${pending?.verificationId}/settlement-proposals`
      const proposed = await proposer?.ask('POST', path, { outcome: 'released', reason: 'no result to be had' })
      await approver?.ask('POST', `/v1/approvals/${String(proposed?.id)}/approval`, { reason: 'agreed' })
    }
  }

  /** The load is over: everything gets its ending, and the three books are compared. Returns what does not agree. */
  async finish(patienceMs = 40_000): Promise<string[]> {
    const { client } = this
    this.running = await this.start(this.simulator)
    await this.staff.suspend(await staffClient(this.gateway.baseUrl, this.dataDir), false)
    const before = new Map(client.calls.map(({ key, delivered }) => [key, delivered?.text]))
    await this.retry(client.calls)
    const until = Date.now() + patienceMs
    while (client.open.some((call) => !this.staysInDoubt(call)) && Date.now() < until) {
      await pause(300)
      await this.retry(client.open)
    }
    const violations = client.open
      .filter((call) => !this.staysInDoubt(call))
      .map(({ key, pending }) => `never settled: ${key} ${JSON.stringify(pending)}`)
    const byHand = client.open
    await this.releaseByHand(byHand)
    await this.retry(byHand)
    violations.push(...client.open.map(({ key }) => `without an ending: ${key}`))
    for (const { key, delivered } of client.calls)
      if (before.get(key) !== undefined && before.get(key) !== delivered?.text) violations.push(`the answer changed: ${key}`)

    violations.push(...(await this.host.stop(this.gateway)))
    const image = this.copyImage()
    violations.push(...checkImage(image, client.delivered, this.vendorReferences()), ...this.staff.checkImage(image))
    violations.push(...compareBooks(image, client, this.simulator.book()))
    return violations
  }

  async close(): Promise<void> {
    await this.opened?.simulator.close()
  }
}
