import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import * as directorySchema from '../directory/schema.ts'
import type { Db, Driver, Stored } from '../ledger/db.ts'
import * as ledgerSchema from '../ledger/schema.ts'
import { makeFolder } from './durable-files.ts'
import { findLostHead } from './journal-head.ts'
import { breakSeal, findBrokenSeal, sealLedger } from './ledger-seal.ts'

/** The data folder cannot be used. The message is for the operator, one sentence. */
export class DatabaseError extends Error {}

/** Older builds can corrupt a WAL that two connections reset at once. */
const oldestSqlite = [3, 51, 3] as const

/** One folder of migrations per set of tables, with drizzle's own list of them. */
export const migrationsDir = new URL('../../drizzle', import.meta.url).pathname

/** The ledger and the directory of this machine, in the data folder. */
export const databaseName = 'verimeter.db'

export interface NodeDatabase {
  ledger: Db
  driver: Driver
  directory: ReturnType<typeof openDirectoryDb>
  connection: Database.Database
  close(): void
}

const openDirectoryDb = (connection: Database.Database) => drizzle(connection, { schema: directorySchema })

/** Asserted after the first write: a fresh file answers FULL to the pragma and turns to NORMAL at its first write, unless FULL was set. */
export const assertDurable = (connection: Database.Database): void => {
  const facts: [string, unknown, unknown][] = [
    ['synchronous', connection.pragma('synchronous', { simple: true }), 2],
    ['journal_mode', connection.pragma('journal_mode', { simple: true }), 'wal'],
    ['foreign_keys', connection.pragma('foreign_keys', { simple: true }), 1],
  ]
  for (const [name, is, must] of facts)
    if (is !== must)
      throw new DatabaseError(
        `the database has ${name} = ${String(is)} and must have ${String(must)}; an answer would not survive a power cut`,
      )
  const version = String(connection.prepare('SELECT sqlite_version()').pluck().get())
  const parts = version.split('.').map(Number)
  for (const [at, least] of oldestSqlite.entries()) {
    if ((parts[at] ?? 0) > least) return
    if ((parts[at] ?? 0) < least)
      throw new DatabaseError(`SQLite ${version} is too old; ${oldestSqlite.join('.')} is the oldest without the WAL-reset fault`)
  }
}

/** Opens one connection, durable: WAL, FULL, no waiting for other writers, because there must be none. */
export const openConnection = (path: string): Database.Database => {
  const connection = new Database(path, { timeout: 0 })
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  connection.pragma('wal_autocheckpoint = 4000')
  // What lets a statement of many rows be undone: it is of no use after a crash, and as a file it would be written each time.
  connection.pragma('temp_store = MEMORY')
  return connection
}

/** What the ledger asks of its connection past Drizzle. */
export const driverOf = (connection: Database.Database): Driver => {
  const inTransaction = connection.transaction((work: () => unknown) => work())
  return {
    prepareWrite(text) {
      const statement = connection.prepare(text)
      return (values) => void statement.run(values)
    },
    prepareRead(text) {
      const statement = connection.prepare<Stored[], Stored[]>(text).raw()
      return (values) => statement.all(...values)
    },
    transaction: <T>(work: () => T) => inTransaction(work) as T,
  }
}

/** One write that changes nothing. Throws what SQLite says when the file cannot be written. */
export const tryToWrite = (connection: Database.Database): void => {
  connection.exec("UPDATE watermarks SET value = value WHERE name = 'starts'")
}

/**
 * Opens the data folder of this process: takes its lock, compares the file with the seal of its last clean stop, migrates,
 * asserts that no history is missing, and durability after a write. Throws DatabaseError. Closing it seals it again.
 */
export const openDatabase = (dataDir: string): NodeDatabase => {
  const opened: (() => void)[] = []
  const close = (): void => {
    for (const closeOne of opened.splice(0).reverse()) closeOne()
  }
  try {
    makeFolder(dataDir)
    opened.push(lockFolder(dataDir))
    const broken = findBrokenSeal(dataDir, databaseName)
    if (broken !== null) throw new DatabaseError(broken)
    breakSeal(dataDir)
    const connection = openConnection(join(dataDir, databaseName))
    let isSound = false
    opened.push(() => {
      connection.close()
      if (isSound) sealLedger(dataDir, databaseName)
    })
    const ledger = drizzle(connection, { schema: ledgerSchema })
    const directory = openDirectoryDb(connection)
    migrate(ledger, { migrationsFolder: join(migrationsDir, 'ledger'), migrationsTable: 'ledger_migrations' })
    migrate(directory, { migrationsFolder: join(migrationsDir, 'directory'), migrationsTable: 'directory_migrations' })
    const lost = findLostHead(connection, dataDir)
    if (lost !== null) throw new DatabaseError(lost)
    connection.exec(
      "INSERT INTO watermarks (name, value) VALUES ('starts', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
    )
    assertDurable(connection)
    isSound = true
    return { ledger, driver: driverOf(connection), directory, connection, close }
  } catch (error) {
    close()
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(
      `the data folder ${dataDir} cannot be used (${causeOf(error)}); restore it, or set VERIMETER_DATA_DIR to another folder`,
    )
  }
}

/** The code of the innermost error: what SQLite or the file system said. */
export const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  if (error.cause !== undefined) return causeOf(error.cause)
  return 'code' in error ? String(error.code) : error.name
}

/** Locks that this process holds. Whatever becomes of their owners, the garbage collector must not let go of one. */
const heldLocks = new Set<Database.Database>()

/**
 * One process per data folder. The lock is a transaction that stays open on a database of its own, so the operating
 * system ends it with the process, `kill -9` included; the file beside it only says who holds it. Returns what lets go of it;
 * throws DatabaseError when another process holds it.
 */
export const lockFolder = (dataDir: string): (() => void) => {
  const holder = join(dataDir, 'gateway.pid')
  const lock = new Database(join(dataDir, 'gateway.lock'), { timeout: 0 })
  try {
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (causeOf(error) !== 'SQLITE_BUSY') throw error
    throw new DatabaseError(
      `the data folder ${dataDir} is in use by process ${readHolder(holder)}; stop it first, or set VERIMETER_DATA_DIR to another folder`,
    )
  }
  heldLocks.add(lock)
  writeFileSync(holder, `${process.pid} since ${new Date().toISOString()}\n`)
  return () => {
    rmSync(holder, { force: true })
    lock.close()
    heldLocks.delete(lock)
  }
}

const readHolder = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return '(unknown)'
  }
}
