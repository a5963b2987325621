import { createHash, type Hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { DigestPurpose } from '../core/ports.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import { type DigestKeys, openCrypto } from './crypto.ts'
import { migrationsDir } from './database.ts'

/** A backup cannot be taken or restored. The message is for the operator, one sentence. */
export class BackupError extends Error {}

/** The file that makes a folder a backup. It is written last, so a folder without it is none. */
export const manifestName = 'backup.json'

const manifestFile = z.strictObject({
  verimeter_backup: z.literal(1),
  /** Everything that was answered before this instant is in the backup. */
  taken_at: z.string(),
  version: z.string(),
  /** Names of the migrations that the file has been through, in their order. */
  migrations: z.strictObject({ ledger: z.array(z.string()), directory: z.array(z.string()) }),
  file: z.strictObject({ name: z.string(), bytes: z.number().int(), sha256: z.string() }),
  /** The sealed files of accounts, by account and name. A backup that was made before there were any has none. */
  files: z.array(z.strictObject({ name: z.string(), bytes: z.number().int(), sha256: z.string() })).default([]),
  /** The digest keys that the rows need, with a value that tells a key from another one of the same name. Never a key. */
  keys: z.array(z.strictObject({ purpose: z.string(), id: z.string(), check: z.string() })),
  entries: z.number().int(),
  verifications: z.number().int(),
  last_entry_at: z.string().nullable(),
  /** How far each account's journal reaches, and the digest of it. */
  accounts: z.array(
    z.strictObject({ id: z.string(), seq: z.number().int(), leaves: z.number().int(), journal_sha256: z.string() }),
  ),
})
export type BackupManifest = z.infer<typeof manifestFile>

/** Reads the manifest of a backup. Throws BackupError when the folder holds none, or one of another format. */
export const readManifest = (folder: string): BackupManifest => {
  let text: string
  try {
    text = readFileSync(join(folder, manifestName), 'utf8')
  } catch {
    throw new BackupError(`${folder} is no finished backup: it has no ${manifestName}; name the folder that \`backup --to\` made`)
  }
  try {
    return manifestFile.parse(JSON.parse(text))
  } catch {
    throw new BackupError(`${join(folder, manifestName)} is damaged, or of another version of Verimeter; use another backup`)
  }
}

type Reach = Pick<BackupManifest, 'entries' | 'verifications' | 'last_entry_at' | 'accounts'>

/** What of an entry counts. Named one by one: a column that a later migration adds must not change older digests. */
const journalColumns = 'seq, kind, at, actor, verification_id, grant_id, credits, body, leaf_index, leaf_hash'

/** How far a database reaches: per account its last journal number and SHA-256 over its entries in their order. Reads them all. */
export const readReach = (connection: Database.Database): Reach => {
  const journals = new Map<string, Hash>()
  let entries = 0
  let lastAt: number | null = null
  const rows = connection.prepare<[], [string, number, string, number, ...unknown[]]>(
    `SELECT account_id, ${journalColumns} FROM entries ORDER BY id`,
  )
  for (const [accountId, ...entry] of rows.raw().iterate() as IterableIterator<[string, number, string, number, ...unknown[]]>) {
    let journal = journals.get(accountId)
    if (!journal) {
      journal = createHash('sha256')
      journals.set(accountId, journal)
    }
    journal.update(`${JSON.stringify(entry)}\n`)
    entries += 1
    lastAt = Math.max(lastAt ?? 0, entry[2])
  }
  const accounts = connection
    .prepare<[], { id: string; seq: number; leaves: number }>('SELECT id, seq, leaves FROM accounts ORDER BY id')
    .all()
  return {
    entries,
    verifications: Number(connection.prepare('SELECT count(*) FROM verifications').pluck().get()),
    last_entry_at: lastAt === null ? null : toRfc3339(lastAt),
    accounts: accounts.map((account) => ({
      ...account,
      journal_sha256: (journals.get(account.id) ?? createHash('sha256')).digest('hex'),
    })),
  }
}

const journalFile = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) })
const sets = ['ledger', 'directory'] as const

/** The migrations that this version knows, by name. */
export const knownMigrations = (): BackupManifest['migrations'] => ({
  ledger: listMigrations('ledger').map(({ tag }) => tag),
  directory: listMigrations('directory').map(({ tag }) => tag),
})

const listMigrations = (set: (typeof sets)[number]): { when: number; tag: string }[] =>
  journalFile.parse(JSON.parse(readFileSync(join(migrationsDir, set, 'meta/_journal.json'), 'utf8'))).entries

/**
 * Asserts that the tables are those of this version, neither older nor newer: the invariants could not be asserted on others.
 * Throws BackupError.
 */
export const assertSchema = (connection: Database.Database): void => {
  for (const set of sets) {
    const known = listMigrations(set).map(({ when }) => when)
    const applied = connection.prepare<[], number>(`SELECT created_at FROM ${set}_migrations ORDER BY created_at`).pluck().all()
    if (applied.join() === known.join()) continue
    throw new BackupError(
      `the ${set} has been through ${applied.length} migrations and this version knows ${known.length}; take the backup with the version that runs the gateway`,
    )
  }
}

/** What every key of an installation can be told by, without telling it: an HMAC of a fixed text, cut short. */
export const keyChecks = (digestKeys: DigestKeys): BackupManifest['keys'] => {
  const crypto = openCrypto(digestKeys)
  return (Object.keys(digestKeys) as DigestPurpose[]).flatMap((purpose) =>
    Object.keys(digestKeys[purpose].keys).map((id) => ({
      purpose,
      id,
      check: crypto.digest(purpose, 'verimeter backup: which key is this', id).digest.slice(0, 16),
    })),
  )
}

/** Why these keys cannot serve the rows of a backup, or null. */
export const missingKey = (needed: BackupManifest['keys'], digestKeys: DigestKeys): string | null => {
  const there = keyChecks(digestKeys)
  for (const { purpose, id, check } of needed) {
    const same = there.find((key) => key.purpose === purpose && key.id === id)
    if (!same) return `the ${purpose} key ${id} is missing`
    if (same.check !== check) return `the ${purpose} key ${id} is another key of the same name`
  }
  return null
}
