import type { Mode } from '../core/mode.ts'
import type { Clock, Log, Network, SourceAnswer, SourceCall, SourceFinding } from '../core/ports.ts'
import type { Query } from '../core/query.ts'

/** What a source may use of the world. Everything is handed in, so that a source runs on every runtime and in every test. */
export interface SourceIo {
  network: Network
  clock: Clock
  log: Log
  /** `count` random bytes, lower-case hex. */
  randomHex(count: number): string
  /** Keyed digest of a raw answer, as it is stored; the text itself is kept nowhere. */
  digestAnswer(raw: string): string
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>
  /** Runs `act` after `ms` milliseconds, unless what it returns is called before. An AbortSignal would cost more than the rest of a call. */
  after(ms: number, act: () => void): () => void
}

/**
 * One data source: plain data and two functions. `lookup` and `find` may throw and may hang; `ask.ts` bounds them. They
 * answer in our words only and map vendors' codes by table: a code that is not in the table is never an answer.
 */
export interface Source {
  /** Stable id: consents name it and verifications keep it. */
  id: string
  mode: Mode
  /** Checks that it answers. */
  checks: string[]
  /** Longest time for one question, milliseconds. */
  deadlineMs: number
  /** Milliseconds after the hold from which on "not found" is final, or null without a query by reference. */
  finalAfterMs: number | null
  /** Its price by contract for a call that it billed, in millionths of a yuan, where it does not tell what each call costs. */
  costMicroYuan?: number
  /** One question. `call.deadlineAt` already is the smaller of the caller's deadline and this source's. */
  lookup(query: Query, call: SourceCall, io: SourceIo): Promise<SourceAnswer>
  /** Query by our reference, for a verification in doubt. */
  find?(call: SourceCall, io: SourceIo): Promise<SourceFinding>
}
