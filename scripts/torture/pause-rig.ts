import { join } from 'node:path'
import { orderPath, type Simulator, startSimulator } from '../simulator/simulator.ts'
import { ClientBook, type ClientCall, checkImage, compareBooks, copyImage } from './books.ts'
import { HttpClient } from './client.ts'
import { openProcessCustomer, type ProcessCustomer } from './customer.ts'
import { type Environment, type GatewayChild, type Processes, pause } from './processes.ts'
import { consentOf, type SpecimenName, verificationBody } from './questions.ts'
import { seededRandom } from './random.ts'

/** What a harness found, and how much it looked at. */
export interface Finding {
  violations: string[]
  answered: number
  /** Why the run proves nothing, or null. */
  isVoid: string | null
  /** More to say of the run. */
  note?: string
}

const signature = { appKey: 'torture', appSecret: 'torture-secret' }

/** The error's code as the system says it: undici wraps it. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? error.message : codeOf(error.cause)
}

/** A gateway in a process of its own between a customer and a simulated vendor, and the books of both. */
export class Rig {
  readonly book = new ClientBook()
  readonly random: () => number
  readonly dataDir: string
  /** Why requests came to nothing, by the system's code. */
  readonly failures: string[] = []
  gateway: GatewayChild
  private readonly processes: Processes
  private readonly simulator: Simulator
  readonly customer: ProcessCustomer
  private readonly settings: Environment

  private constructor(
    parts: { processes: Processes; simulator: Simulator; gateway: GatewayChild; customer: ProcessCustomer; dataDir: string },
    settings: Environment,
    random: () => number,
  ) {
    this.processes = parts.processes
    this.simulator = parts.simulator
    this.gateway = parts.gateway
    this.customer = parts.customer
    this.dataDir = parts.dataDir
    this.settings = settings
    this.random = random
  }

  /** `through` stands between the gateway and the vendor; it gets the vendor's address and returns its own. */
  static async open(
    processes: Processes,
    options: { seed: number; mix: boolean; through?: (url: string) => Promise<string>; settings?: Environment },
  ): Promise<Rig> {
    const simulator = await startSimulator({
      mix: options.mix,
      seed: String(options.seed),
      lateMs: 150,
      signature,
      book: join(processes.folder(), 'vendor.jsonl'),
    })
    const dataDir = processes.folder()
    const settings = {
      VERIMETER_DATA_DIR: dataDir,
      VERIMETER_ALIYUN_URL: (await options.through?.(simulator.url)) ?? simulator.url,
      VERIMETER_ALIYUN_APP_KEY: signature.appKey,
      VERIMETER_ALIYUN_APP_SECRET: signature.appSecret,
      VERIMETER_ALIYUN_QUERY_PATH: orderPath,
      VERIMETER_ALIYUN_DEADLINE_MS: '400',
      // Longer than the simulator ever lags behind on a busy machine: an early "not found" can still become "done".
      VERIMETER_ALIYUN_FINAL_AFTER_MS: '4000',
      VERIMETER_ASK_DEADLINE_MS: '500',
      VERIMETER_SWEEP_INTERVAL_MS: '100',
      ...options.settings,
    }
    const gateway = await processes.gateway(settings)
    const customer = await openProcessCustomer(gateway.baseUrl, dataDir)
    return new Rig({ processes, simulator, gateway, customer, dataDir }, settings, seededRandom(options.seed))
  }

  async restart(): Promise<void> {
    this.gateway = await this.processes.gateway(this.settings)
  }

  /** One question of a new key, or `call` once more. False when no whole answer came. */
  async ask(call?: ClientCall): Promise<boolean> {
    const person: SpecimenName = this.random() < 0.7 ? 'match' : 'mismatch'
    const asked = call ?? this.book.add(true, verificationBody(person, { consent_reference: consentOf(person) }))
    const client = new HttpClient(this.gateway.baseUrl, this.customer.liveKey)
    const verify: HttpClient['verify'] = async (key, json) => {
      try {
        return await client.verify(key, json)
      } catch (error) {
        this.failures.push(codeOf(error))
        throw error
      }
    }
    return this.book.send({ verify }, asked)
  }

  /** So many workers ask one question after the other until `isOver`, or until a question gets no answer. */
  async load(workers: number, isOver: () => boolean): Promise<void> {
    await Promise.all(
      Array.from({ length: workers }, async () => {
        while (!isOver() && (await this.ask()));
      }),
    )
  }

  private vendorBook() {
    return this.simulator.book()
  }

  /** What the vendor's code 7 means nobody knows, so that only time or two persons end it. */
  private isForEver({ pending }: ClientCall): boolean {
    return this.vendorBook().some(({ reference, result }) => reference === pending?.verificationId && result === '7')
  }

  /** Retries everything with its own key until it has an ending. Returns the keys that got none. */
  async settle(withinMs: number): Promise<string[]> {
    const until = performance.now() + withinMs
    const open = () => this.book.open.filter((call) => !this.isForEver(call))
    while (open().length > 0 && performance.now() < until) {
      for (const call of open()) await this.ask(call)
      await pause(200)
    }
    return open().map(({ key }) => `without an ending: ${key}`)
  }

  /** What stands on the disk and not in order. The gateway may run. */
  image(): string[] {
    const image = copyImage(this.dataDir, this.processes.folder())
    return checkImage(
      image,
      this.book.delivered,
      this.vendorBook().flatMap(({ reference }) => reference ?? []),
    )
  }

  /** Stops the gateway and compares the three books. A comparison that does not see a forged book is void. */
  async compare(): Promise<{ violations: string[]; isBlind: boolean }> {
    const { code } = await this.gateway.child.end('SIGTERM')
    const image = copyImage(this.dataDir, this.processes.folder())
    const vendor = this.vendorBook()
    const forEver = new Set(this.book.open.flatMap((call) => (this.isForEver(call) ? (call.pending?.verificationId ?? []) : [])))
    const faultsOf = (book: ClientBook): string[] =>
      compareBooks(image, book, vendor).filter((fault) => ![...forEver].some((id) => fault.includes(id)))
    const violations = [
      ...(code === 0 ? [] : [`the gateway stopped with ${code}`]),
      ...this.book.surprises,
      ...checkImage(
        image,
        this.book.delivered,
        vendor.flatMap(({ reference }) => reference ?? []),
      ),
      ...faultsOf(this.book),
    ]
    const forged = new ClientBook()
    forged.calls.push(...this.book.calls.map((call) => ({ ...call, delivered: call.delivered && { ...call.delivered } })))
    const [victim] = forged.delivered
    if (victim) victim.outcome = victim.outcome === 'match' ? 'mismatch' : 'match'
    return { violations, isBlind: victim === undefined || faultsOf(forged).length <= faultsOf(this.book).length }
  }

  close(): Promise<void> {
    return this.simulator.close()
  }
}
