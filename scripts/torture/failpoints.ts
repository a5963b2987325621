import Database from 'better-sqlite3'
import { makeId } from '../../src/core/ids.ts'
import { type Behaviour, behaviours } from '../simulator/behaviour.ts'
import { orderPath, type Simulator, startSimulator } from '../simulator/simulator.ts'
import { ClientBook, type ClientCall, checkImage, copyImage } from './books.ts'
import { HttpClient } from './client.ts'
import { openProcessCustomer, type ProcessCustomer } from './customer.ts'
import { type Expected, expectedAt, kindOf, type Point, points, type State } from './failpoint-table.ts'
import { type GatewayChild, type Processes, pause } from './processes.ts'
import { verificationBody } from './questions.ts'

/*
 * Kills at named points instead of random ones: at each point all behaviours of the vendor wait side by side, the process
 * kills itself, and what stands on the disk and in the vendor's book is compared with the table. In the end everything is
 * retried and settled, and compared again.
 */

/** One cell: this point, this behaviour, and what was found there. */
export interface Cell {
  point: Point
  behaviour: Behaviour
  found: Expected
}

export interface FailpointReport {
  cells: Cell[]
  violations: string[]
}

/** Where the cells and the table differ. */
export const compareCells = (cells: readonly Cell[], expected: typeof expectedAt = expectedAt): string[] =>
  cells.flatMap(({ point, behaviour, found }) => {
    const must = expected(point, kindOf(behaviour))
    const differing = (Object.keys(must) as (keyof Expected)[]).filter((name) => must[name] !== found[name])
    return differing.map((name) => `${point} x ${behaviour}: ${name} is ${found[name]} and must be ${must[name]}`)
  })

interface Stand {
  state: State
  reference: string
}

/** Where each call stands, by the caller's reference. */
const readStates = (image: string): Map<string, Stand> => {
  const database = new Database(image)
  try {
    const rows = database
      .prepare<[], { id: number; account_id: string; reference: string; disposition: State | null; doubt: number | null }>(
        `SELECT v.id, v.account_id, v.reference, o.disposition, d.verification_id AS doubt FROM verifications v
         LEFT JOIN outcomes o ON o.verification_id = v.id LEFT JOIN doubts d ON d.verification_id = v.id`,
      )
      .all()
    return new Map(
      rows.map((row) => {
        const state: State = row.disposition ?? (row.doubt === null ? 'held' : 'unknown')
        return [row.reference, { state, reference: makeId('ver', row.account_id, row.id) }]
      }),
    )
  } finally {
    database.close()
  }
}

const entry = 'scripts/torture/failpoint-gateway.ts'

export class Failpoints {
  readonly client = new ClientBook()
  private readonly processes: Processes
  private readonly dataDir: string
  private readonly calls = new Map<string, ClientCall>()
  private readonly crashStates = new Map<string, Stand | undefined>()
  private readonly crashExecuted = new Map<string, boolean>()
  private readonly violations: string[] = []

  constructor(processes: Processes) {
    this.processes = processes
    this.dataDir = processes.folder()
  }

  private start(simulator: Simulator): Promise<GatewayChild> {
    const environment = {
      VERIMETER_DATA_DIR: this.dataDir,
      VERIMETER_ALIYUN_URL: simulator.url,
      VERIMETER_ALIYUN_APPCODE: 'simulator',
      VERIMETER_ALIYUN_QUERY_PATH: orderPath,
      // Long enough for a busy machine to hear a normal answer in.
      VERIMETER_ALIYUN_DEADLINE_MS: '2500',
      VERIMETER_ASK_DEADLINE_MS: '3000',
      VERIMETER_ALIYUN_FINAL_AFTER_MS: '6000',
      VERIMETER_SWEEP_INTERVAL_MS: '200',
    }
    return this.processes.gateway(environment, undefined, entry)
  }

  private async killAt(point: Point, gateway: GatewayChild, customer: ProcessCustomer, simulator: Simulator): Promise<void> {
    gateway.child.tell(JSON.stringify({ point, calls: behaviours.length }))
    await gateway.child.waitUntil(() => gateway.child.stdout.includes(`armed ${point}`))
    const caller = new HttpClient(gateway.baseUrl, customer.liveKey)
    const sent = behaviours.map((behaviour) => {
      const name = `${point}:${behaviour}`
      const call = this.client.add(true, verificationBody('match', { reference: name }))
      this.calls.set(name, call)
      return this.client.send(caller, call)
    })
    const tooLate = pause(60_000).then(() => null)
    const ended = await Promise.race([gateway.child.ended, tooLate])
    if (ended?.signal !== 'SIGKILL') this.violations.push(`${point}: not every call came there, so nothing was killed`)
    await gateway.child.end('SIGKILL')
    if ((await Promise.all(sent)).some((whole) => whole)) this.violations.push(`${point}: a whole answer came out of it`)

    const image = copyImage(this.dataDir, this.processes.folder())
    const references = simulator.book().flatMap(({ reference }) => reference ?? [])
    this.violations.push(...checkImage(image, [], references).map((violation) => `${point}: ${violation}`))
    const states = readStates(image)
    for (const behaviour of behaviours) {
      const name = `${point}:${behaviour}`
      const stand = states.get(name)
      this.crashStates.set(name, stand)
      this.crashExecuted.set(name, references.includes(stand?.reference ?? ''))
    }
  }

  /** Retries until every call stands where the table says, or patience is over. */
  private async recover(gateway: GatewayChild, customer: ProcessCustomer): Promise<void> {
    const caller = new HttpClient(gateway.baseUrl, customer.liveKey)
    const until = Date.now() + 60_000
    const isOver = (name: string): boolean => {
      const [point, behaviour] = name.split(':') as [Point, Behaviour]
      const call = this.calls.get(name)
      if (expectedAt(point, kindOf(behaviour)).atLast === 'unknown') return call?.pending?.status === 504
      return call?.delivered !== null || call.unavailable
    }
    for (;;) {
      await Promise.all([...this.calls.values()].map((call) => this.client.send(caller, call)))
      if ([...this.calls.keys()].every(isOver) || Date.now() > until) return
      await pause(500)
    }
  }

  async run(onPoint?: (done: number) => void): Promise<FailpointReport> {
    const simulator = await startSimulator({ lateMs: 150 })
    try {
      let gateway = await this.start(simulator)
      const customer = await openProcessCustomer(gateway.baseUrl, this.dataDir)
      for (const [at, point] of points.entries()) {
        await this.killAt(point, gateway, customer, simulator)
        gateway = await this.start(simulator)
        onPoint?.(at + 1)
      }
      await this.recover(gateway, customer)
      await gateway.child.end('SIGTERM')
      return this.report(simulator)
    } finally {
      await simulator.close()
    }
  }

  private report(simulator: Simulator): FailpointReport {
    const image = copyImage(this.dataDir, this.processes.folder())
    const references = simulator.book().flatMap(({ reference }) => reference ?? [])
    if (new Set(references).size !== references.length) this.violations.push('the vendor executed a reference twice')
    const states = readStates(image)
    this.violations.push(...checkImage(image, this.client.delivered, references), ...this.client.surprises)
    const cells = points.flatMap((point) =>
      behaviours.map((behaviour): Cell => {
        const name = `${point}:${behaviour}`
        const stand = states.get(name)
        return {
          point,
          behaviour,
          found: {
            atCrash: this.crashStates.get(name)?.state ?? 'none',
            executedAtCrash: this.crashExecuted.get(name) ?? false,
            atLast: stand?.state ?? 'none',
            executedAtLast: references.includes(stand?.reference ?? ''),
          },
        }
      }),
    )
    return { cells, violations: [...this.violations, ...compareCells(cells)] }
  }
}
