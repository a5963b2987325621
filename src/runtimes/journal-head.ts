import { createHash } from 'node:crypto'
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'

/*
 * SQLite does not tell that history is missing: a lost or damaged WAL, and an older file in the place of the newer one, open
 * as if nothing had been. So how far the journal reaches is also written beside the database, and compared at the next start.
 *
 * It is written after the commit that it names, a tenth of a second late at most and without a sync: a power cut can only leave an older
 * head, never one that the database does not have. It is no seal: whoever may write the folder may write it too.
 */

/** The newest journal entry that was seen, and its digest. */
interface Head {
  entry: number
  digest: string
}

export const headName = 'journal.head'

/** Every head has this length, so that one write of one sector replaces it. */
const headBytes = 128

const headOf = (connection: Database.Database, entry: number | null): Head | null => {
  const row = connection
    .prepare<[number | null], (number | string | null)[]>(
      `SELECT id, account_id, seq, kind, at, actor, verification_id, grant_id, credits, leaf_index, leaf_hash FROM entries
       WHERE id = coalesce(?, (SELECT max(id) FROM entries))`,
    )
    .raw()
    .get(entry)
  return row === undefined
    ? null
    : { entry: Number(row[0]), digest: createHash('sha256').update(JSON.stringify(row)).digest('hex').slice(0, 32) }
}

/** What was written last, or null when there is nothing or it cannot be read: then nothing is known, which is no fault. */
const readHead = (path: string): Head | null => {
  try {
    const [, entry, digest] = /^(\d{1,16}) ([0-9a-f]{32}) *\n$/.exec(readFileSync(path, 'utf8')) ?? []
    return entry === undefined || digest === undefined ? null : { entry: Number(entry), digest }
  } catch {
    return null
  }
}

/** Null, or a sentence: the journal lacks the entry that it had when a gateway last ran here, or has another in its place. */
export const findLostHead = (connection: Database.Database, dataDir: string): string | null => {
  const path = join(dataDir, headName)
  const known = readHead(path)
  if (known === null || headOf(connection, known.entry)?.digest === known.digest) return null
  return `the ledger in ${dataDir} lacks journal entry ${known.entry}, which it had when the gateway last ran: its newest commits were lost, or an older file was put in its place; keep a copy of the folder as evidence and restore a backup into a new one, or remove ${path} to go on with what is left`
}

/** Keeps the head beside the database. */
export interface JournalHead {
  /** Writes the newest entry, if there is a newer one than written before. Throws what the file system says. */
  write(): void
  close(): void
}

export const openJournalHead = (connection: Database.Database, dataDir: string): JournalHead => {
  // Made when it is not there, and never emptied: until the first write the old head counts.
  const file = openSync(join(dataDir, headName), constants.O_RDWR | constants.O_CREAT, 0o600)
  const newest = connection.prepare<[], number | null>('SELECT max(id) FROM entries').pluck()
  let written: number | null = null
  return {
    write() {
      const entry = newest.get() ?? null
      if (entry === null || entry === written) return
      const head = headOf(connection, entry)
      if (head === null) return
      writeSync(file, `${`${head.entry} ${head.digest}`.padEnd(headBytes - 1)}\n`, 0)
      written = entry
    },
    close: () => closeSync(file),
  }
}
