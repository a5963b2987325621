import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { reconcile } from '../../src/ledger/reconcile.ts'
import * as schema from '../../src/ledger/schema.ts'
import { DatabaseError, openDatabase } from '../../src/runtimes/database.ts'
import { openTestGateway } from '../support/http-gateway.ts'
import { expectStatus, openCustomer, persons } from '../support/http-world.ts'
import { seededRandom } from '../support/ledger-history.ts'
import { Processes } from '../support/process-gateway.ts'

/*
 * The files of a data folder, damaged: one bit flipped, the WAL cut short or gone, an older file in place of the newer one.
 * SQLite opens nearly all of it without a word. What lost or changed a row must be refused at the start, or be found by
 * `verify`; what changed no row may go unnoticed.
 */

const seed = Number(process.env.DAMAGE_SEED ?? Date.now() % 1_000_000)
const flips = Number(process.env.DAMAGE_FLIPS ?? 80)
const random = seededRandom(seed)
const processes = new Processes()

const files = ['verimeter.db', 'verimeter.db-wal', 'journal.head', 'ledger.seal'] as const
type Image = Partial<Record<(typeof files)[number], Buffer>>

/** The files as they are now, as a kill leaves them. */
const take = (folder: string): Image =>
  Object.fromEntries(
    files.filter((name) => existsSync(join(folder, name))).map((name) => [name, readFileSync(join(folder, name))]),
  )

const scratch = processes.folder()
/** A folder with these files alone. */
const put = (image: Image): string => {
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch)
  for (const [name, bytes] of Object.entries(image)) if (bytes) writeFileSync(join(scratch, name), bytes)
  return scratch
}

const flipped = (bytes: Buffer | undefined): Buffer => {
  const copy = Buffer.from(bytes ?? '')
  const at = Math.floor(random() * copy.length)
  copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8))
  return copy
}

/** What a start says: nothing, or why not. */
const refusalOf = (image: Image): string | null => {
  try {
    openDatabase(put(image)).close()
    return null
  } catch (error) {
    if (error instanceof DatabaseError) return error.message
    throw error
  }
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** What `verify` and the check of SQLite find in these files, without what a start compares. */
const isFoundByVerify = (image: Image): boolean => {
  const connection = new Database(join(put(image), 'verimeter.db'))
  try {
    if (connection.pragma('integrity_check(1)', { simple: true }) !== 'ok') return true
    return reconcile(drizzle(connection, { schema }), { sha256 }).violations.length > 0
  } catch {
    return true
  } finally {
    connection.close()
  }
}

/** Lists that are made again from the other rows. */
const derived = [
  'watermarks',
  'idempotency_index',
  'used_keys',
  'verification_index',
  'grant_days',
  'account_days',
  'directory_accounts',
  'directory_usage',
]

/** Every row of every table that is not derived, as read from the tables themselves. */
const contentOf = (image: Image): Record<string, string[]> => {
  const connection = new Database(join(put(image), 'verimeter.db'))
  try {
    const names = connection
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all()
    const rowsOf = (name: string): string[] =>
      connection
        .prepare(`SELECT * FROM "${name}" NOT INDEXED`)
        .raw()
        .all()
        .map((row) => JSON.stringify(row))
    return Object.fromEntries(names.filter((name) => !derived.includes(name)).map((name) => [name, rowsOf(name)]))
  } finally {
    connection.close()
  }
}

let yesterday: Image
let killed: Image
let clean: Image
let whole: Record<string, string[]>

beforeAll(async () => {
  process.stdout.write(`damage: seed ${seed}, ${flips} flips of each file (DAMAGE_SEED, DAMAGE_FLIPS)\n`)
  // Timers run when the test says so: the head is then of the newest entry, as after a tenth of a second without work.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const gateway = await openTestGateway()
  const customer = await openCustomer(gateway, { credits: 1_000 })
  for (const name of ['match', 'mismatch'] as const) await expectStatus(201, customer.record(`c-${name}`, persons[name]))
  for (let at = 0; at < 20; at += 1) await expectStatus(200, customer.verify(`one-${at}`, 'c-match'))
  vi.advanceTimersByTime(100)
  yesterday = take(gateway.dataDir)
  for (let at = 0; at < 20; at += 1) await expectStatus(200, customer.verify(`two-${at}`, 'c-mismatch', persons.mismatch))
  vi.advanceTimersByTime(100)
  killed = take(gateway.dataDir)
  await gateway.closeBooks()
  clean = take(gateway.dataDir)
  await gateway.close()
  vi.useRealTimers()
  whole = contentOf(clean)
})
afterAll(() => vi.useRealTimers())

const lacksEntry = /lacks journal entry \d+, which it had when the gateway last ran/
const isChanged = /is not as the gateway left it when it last stopped/

describe('the controls', () => {
  test('undamaged files start, after a kill and after a clean stop, and hold the same rows', () => {
    expect(Object.keys(killed).sort()).toEqual(['journal.head', 'verimeter.db', 'verimeter.db-wal'])
    expect(Object.keys(clean).sort()).toEqual(['journal.head', 'ledger.seal', 'verimeter.db'])
    expect([refusalOf(killed), refusalOf(clean)]).toEqual([null, null])
    expect(contentOf(killed)).toEqual(whole)
    expect(isFoundByVerify(clean)).toBe(false)
  })

  test('without the files beside the ledger the same damage starts without a word', () => {
    const { 'verimeter.db': database = Buffer.alloc(0) } = yesterday
    expect(
      refusalOf({ 'verimeter.db': database, 'verimeter.db-wal': yesterday['verimeter.db-wal'] ?? Buffer.alloc(0) }),
    ).toBeNull()
  })
})

describe('history that is missing is refused at the start', () => {
  test('when the WAL is gone', () => {
    const { 'verimeter.db-wal': _gone, ...rest } = killed
    expect(refusalOf(rest)).toMatch(lacksEntry)
  })

  test("when yesterday's files stand in the place of today's", () => {
    expect(refusalOf({ ...yesterday, 'journal.head': clean['journal.head'] ?? Buffer.alloc(0) })).toMatch(lacksEntry)
  })

  test('when another journal entry has its number', () => {
    const folder = put({ ...clean })
    rmSync(join(folder, 'ledger.seal'))
    const connection = new Database(join(folder, 'verimeter.db'))
    connection.exec('UPDATE entries SET at = at + 1 WHERE id = (SELECT max(id) FROM entries)')
    connection.close()
    expect(refusalOf(take(folder))).toMatch(lacksEntry)
  })

  test('when the WAL was cut anywhere: what is left is a prefix of the commits, and is not started', () => {
    const wal = killed['verimeter.db-wal'] ?? Buffer.alloc(0)
    const journal = whole.entries ?? []
    const lengths = new Set<number>()
    for (let cut = 0; cut < 60; cut += 1) {
      const image = { ...killed, 'verimeter.db-wal': wal.subarray(0, Math.floor((random() * wal.length) / 512) * 512) }
      const rows = contentOf(image).entries ?? []
      expect(rows).toEqual(journal.slice(0, rows.length))
      lengths.add(rows.length)
      if (rows.length < journal.length) expect(refusalOf(image)).toMatch(lacksEntry)
    }
    expect(lengths.size).toBeGreaterThan(10)
  })
})

describe('one flipped bit', () => {
  test('of the WAL is refused at the start, or loses no row', () => {
    let refused = 0
    for (let flip = 0; flip < flips; flip += 1) {
      const image = { ...killed, 'verimeter.db-wal': flipped(killed['verimeter.db-wal']) }
      if (refusalOf(image) !== null) refused += 1
      else expect(contentOf(image)).toEqual(whole)
    }
    expect(refused).toBeGreaterThan(flips / 2)
  })

  test('of the file after a clean stop is refused at the start, every one', () => {
    for (let flip = 0; flip < flips; flip += 1)
      expect(refusalOf({ ...clean, 'verimeter.db': flipped(clean['verimeter.db']) })).toMatch(isChanged)
  })

  test('of the file after a kill, which has no seal, is for the most part found by a start or by verify: here is how many', () => {
    const tally = { start: 0, verify: 0, noRow: 0, unnoticed: 0 }
    for (let flip = 0; flip < flips; flip += 1) {
      const { 'ledger.seal': _none, ...rest } = clean
      const image = { ...rest, 'verimeter.db': flipped(clean['verimeter.db']) }
      if (refusalOf(image) !== null) tally.start += 1
      else if (isFoundByVerify(image)) tally.verify += 1
      else if (JSON.stringify(contentOf(image)) === JSON.stringify(whole)) tally.noRow += 1
      else tally.unnoticed += 1
    }
    process.stdout.write(`damage: without a seal ${JSON.stringify(tally)}\n`)
    expect(tally.start + tally.verify).toBeGreaterThan(tally.unnoticed)
  })
})
