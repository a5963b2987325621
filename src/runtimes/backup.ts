import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import type { Clock } from '../core/ports.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import { reconcile } from '../ledger/reconcile.ts'
import * as ledgerSchema from '../ledger/schema.ts'
import { copyFiles } from './backup-files.ts'
import {
  assertSchema,
  BackupError,
  type BackupManifest,
  keyChecks,
  knownMigrations,
  manifestName,
  readReach,
} from './backup-manifest.ts'
import type { DigestKeys } from './crypto.ts'
import { causeOf, databaseName } from './database.ts'
import { digestFile, sync } from './durable-files.ts'

/*
 * Backup of a data folder whose gateway may be running. It runs in a process of its own, on a connection that only reads: in
 * WAL mode a reader sees one instant, and neither waits for the writer nor makes it wait. The file is never copied as a file:
 * its newest commits stand in the WAL, and a copy of the two is torn.
 *
 * Key files are no part of a backup and are never opened for writing or copied: whoever has the one must not have the other.
 */

export interface BackupOptions {
  dataDir: string
  /** Which keys the rows need; written down as checks, never as keys. */
  digestKeys: DigestKeys
  /** A folder that does not exist or is empty. It appears whole, at the end, or not at all. */
  to: string
  clock: Clock
  version: string
  onProgress(step: BackupStep): void
}

/** Pages copied of all; then `check`, which reads everything once more. */
export type BackupStep = { step: 'copy'; pages: number; of: number } | { step: 'check' }

const pagesPerStep = 2_000
/** A gateway that is just starting holds the file for moments. */
const busyTimeoutMs = 5_000

/**
 * Takes a backup, proves it (SQLite's own check, and every invariant of the books), and only then lets it appear under its name.
 * Throws BackupError; nothing stands in `to` then.
 */
export const takeBackup = async (options: BackupOptions): Promise<BackupManifest> => {
  const { dataDir, to } = options
  const source = join(dataDir, databaseName)
  if (!existsSync(source)) throw new BackupError(`${dataDir} holds no ledger; name its data folder with VERIMETER_DATA_DIR`)
  let staging: string | null = null
  try {
    if (existsSync(to) && (!statSync(to).isDirectory() || readdirSync(to).length > 0))
      throw new BackupError(`${to} is there already and not an empty folder; every backup gets a folder of its own`)
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
    staging = mkdtempSync(`${to}.partial-`)
    const copy = join(staging, databaseName)
    const takenAt = await copyDatabase(source, copy, options)
    options.onProgress({ step: 'check' })
    const manifest: BackupManifest = {
      verimeter_backup: 1,
      taken_at: toRfc3339(takenAt),
      version: options.version,
      migrations: knownMigrations(),
      ...readSound(copy),
      keys: keyChecks(options.digestKeys),
      file: { name: databaseName, bytes: statSync(copy).size, sha256: digestFile(copy) },
      files: copyFiles(dataDir, staging),
    }
    chmodSync(copy, 0o600)
    sync(copy)
    writeFileSync(join(staging, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
    sync(join(staging, manifestName))
    sync(staging)
    renameSync(staging, to)
    sync(dirname(to))
    return manifest
  } catch (error) {
    if (staging !== null) rmSync(staging, { recursive: true, force: true })
    if (error instanceof BackupError) throw error
    throw new BackupError(`the backup of ${dataDir} into ${to} failed (${causeOf(error)}); nothing was left there`)
  }
}

/** Copies one instant of the database, whatever is written meanwhile. Returns the instant. */
const copyDatabase = async (source: string, copy: string, { clock, onProgress }: BackupOptions): Promise<number> => {
  const connection = new Database(source, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs })
  try {
    const takenAt = clock()
    // The open transaction holds the instant. Without it the copy begins anew at every commit of the gateway, and never ends.
    connection.exec('BEGIN')
    connection.prepare('SELECT count(*) FROM sqlite_schema').get()
    assertSchema(connection)
    await connection.backup(copy, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress({ step: 'copy', pages: totalPages - remainingPages, of: totalPages })
        return pagesPerStep
      },
    })
    return takenAt
  } finally {
    connection.close()
  }
}

/** Proves a copy and says how far it reaches. Throws BackupError when it is not sound. */
export const readSound = (path: string) => {
  const connection = new Database(path, { timeout: 0 })
  try {
    // One file that can be read anywhere, without a WAL beside it.
    connection.pragma('journal_mode = DELETE')
    if (connection.pragma('integrity_check(1)', { simple: true }) !== 'ok')
      throw new BackupError(`${basename(path)} is damaged: SQLite does not find it intact; check the disk of the data folder`)
    const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
    const { violations } = reconcile(drizzle(connection, { schema: ledgerSchema }), { sha256 })
    const [first] = violations
    if (first)
      throw new BackupError(
        `the books have ${violations.length} violations, the first: ${first.invariant} (${first.where}); see \`npm run operator -- verify\``,
      )
    return readReach(connection)
  } finally {
    connection.close()
  }
}
