import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { afterEach, expect } from 'vitest'
import { type WorkingCalendar, workingCalendar } from '../../src/agreement/calendar.ts'
import type { Command, Read, ReadResult, ResultOf } from '../../src/core/commands.ts'
import type { Crypto } from '../../src/core/ports.ts'
import type { Db } from '../../src/ledger/db.ts'
import { type LedgerCore, openLedger, type Settled } from '../../src/ledger/index.ts'
import { reconcile } from '../../src/ledger/reconcile.ts'
import * as schema from '../../src/ledger/schema.ts'
import { driverOf } from '../../src/runtimes/database.ts'
import { TestClock } from './clock.ts'
import { seededCrypto } from './ledger-crypto.ts'

const migrationsFolder = fileURLToPath(new URL('../../drizzle/ledger', import.meta.url))

/** A ledger over a database of its own, with the reach of a test into both. */
export class TestLedger {
  readonly db: Db
  core: LedgerCore

  readonly connection: Database.Database
  readonly clock: TestClock
  readonly crypto: Crypto
  /** Replaced to load a year; counts from the next restart on. */
  calendar: WorkingCalendar = workingCalendar

  constructor(connection: Database.Database, clock: TestClock, crypto: Crypto) {
    this.connection = connection
    this.clock = clock
    this.crypto = crypto
    const db = drizzle(connection, { schema })
    migrate(db, { migrationsFolder, migrationsTable: 'ledger_migrations' })
    this.db = db
    this.core = this.open()
  }

  private open(): LedgerCore {
    return openLedger(this.db, driverOf(this.connection), {
      clock: this.clock.read,
      crypto: this.crypto,
      calendar: this.calendar,
      idStep: () => 1,
    })
  }

  /** Forgets what the ledger keeps in memory, as a crash does, and opens it again on the same rows. */
  restart(): void {
    this.core = this.open()
  }

  /** One piece in a commit of its own; a fault of the piece is thrown. */
  submit<C extends Command>(command: C): ResultOf<C> {
    const [result] = this.group([command])
    if (result === undefined) throw new Error('the piece was not decided')
    return result
  }

  /** Pieces of one commit; a fault of a piece is thrown. */
  group<C extends Command>(commands: readonly C[]): ResultOf<C>[] {
    return this.core.commit(commands).map((piece: Settled<C>) => {
      if (piece.kind === 'fault') throw piece.error
      return piece.result
    })
  }

  read<R extends Read>(read: R): ReadResult<R> {
    return this.core.read(read)
  }

  /** Everything that the clock makes due now, in one commit; returns what it was. */
  runDue(): ReturnType<LedgerCore['due']> {
    const due = this.core.due()
    this.group(due)
    return due
  }

  rows<T>(sql: string, ...values: unknown[]): T[] {
    return this.connection.prepare<unknown[], T>(sql).all(...values)
  }

  row<T>(sql: string, ...values: unknown[]): T {
    const [row] = this.rows<T>(sql, ...values)
    if (row === undefined) throw new Error(`no row for: ${sql}`)
    return row
  }

  /** Writes behind the ledger's back, also what the CHECKs would refuse: how a test makes what must not be. */
  corrupt(sql: string, ...values: unknown[]): void {
    this.connection.pragma('ignore_check_constraints = ON')
    const changed = this.connection.prepare(sql).run(...values)
    this.connection.pragma('ignore_check_constraints = OFF')
    if (changed.changes === 0) throw new Error(`nothing to corrupt: ${sql}`)
    // The one writer keeps copies of its rows; what came in behind its back is seen after a restart only.
    this.restart()
  }

  violations(): string[] {
    return reconcile(this.db, this.crypto).violations.map(({ invariant }) => invariant)
  }
}

export const expectSound = (ledger: TestLedger): void => {
  expect(reconcile(ledger.db, ledger.crypto).violations).toEqual([])
}

interface Options {
  clock?: TestClock
  /** A file instead of memory, or the bytes of an earlier database. */
  database?: string | Buffer
  /** False for a test that breaks the database on purpose. */
  sound?: boolean
}

/**
 * The opener of a test file. Every ledger that it opened is reconciled after the test and closed: whatever a test is about,
 * no history may break an invariant.
 */
export const useTestLedgers = (): ((options?: Options) => TestLedger) => {
  const opened: { ledger: TestLedger; sound: boolean }[] = []
  afterEach(() => {
    const all = opened.splice(0)
    for (const { ledger, sound } of all) if (sound) expectSound(ledger)
    for (const { ledger } of all) ledger.connection.close()
  })
  return ({ clock = new TestClock(), database = ':memory:', sound = true } = {}) => {
    const ledger = new TestLedger(new Database(database), clock, seededCrypto())
    opened.push({ ledger, sound })
    return ledger
  }
}
