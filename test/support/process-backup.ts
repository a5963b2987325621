import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { parseId } from '../../src/core/ids.ts'
import { type BackupManifest, manifestName, readManifest } from '../../src/runtimes/backup-manifest.ts'
import { digestFile } from '../../src/runtimes/durable-files.ts'

/** An answer as its caller saw it: which verification, and when the last byte had come. */
export interface Seen {
  verificationId: string
  at: number
}

/** What of the answers seen before the instant is not in the database. An empty list is the only good answer. */
export const missingAnswers = (path: string, seen: readonly Seen[], before: number): string[] => {
  const database = new Database(path)
  try {
    const endingOf = database.prepare('SELECT 1 FROM outcomes WHERE account_id = ? AND verification_id = ?').pluck()
    return seen
      .filter(({ at }) => at < before)
      .map(({ verificationId }) => verificationId)
      .filter((verificationId) => {
        const id = parseId(verificationId, 'ver')
        return endingOf.get(id?.accountId, id?.n) === undefined
      })
  } finally {
    database.close()
  }
}

/** Where the journal of a backup is not the beginning of the live one, row by row and column by column. */
export const prefixFaults = (backup: string, live: string): string[] => {
  const [earlier, later] = [backup, live].map((path) => new Database(path))
  if (!earlier || !later) return ['not opened']
  try {
    const read = 'SELECT * FROM entries WHERE account_id = ? AND seq <= ? ORDER BY seq'
    const accounts = earlier.prepare<[], { id: string; seq: number }>('SELECT id, seq FROM accounts').all()
    return accounts.flatMap(({ id, seq }) => {
      const [rows = [], others = []] = [earlier, later].map((database) =>
        database
          .prepare(read)
          .all(id, seq)
          .map((row) => JSON.stringify(row)),
      )
      if (rows.length !== seq) return [`${id}: ${rows.length} of ${seq} entries`]
      return rows.flatMap((row, at) => (row === others[at] ? [] : [`${id}: entry ${at + 1} differs`]))
    })
  } finally {
    earlier.close()
    later.close()
  }
}

/** A copy of a backup, changed. */
export const doctorBackup = (
  backup: string,
  folder: string,
  change: { sql?: string; bytes?: (bytes: Buffer) => void; manifest?: (manifest: BackupManifest) => void; resign?: boolean },
): string => {
  const file = join(folder, 'verimeter.db')
  copyFileSync(join(backup, 'verimeter.db'), file)
  if (change.sql !== undefined) {
    const database = new Database(file)
    database.pragma('ignore_check_constraints = ON')
    database.exec(change.sql)
    database.close()
  }
  if (change.bytes) {
    const bytes = readFileSync(file)
    change.bytes(bytes)
    writeFileSync(file, bytes)
  }
  const manifest = readManifest(backup)
  if (change.resign) manifest.file.sha256 = digestFile(file)
  change.manifest?.(manifest)
  writeFileSync(join(folder, manifestName), JSON.stringify(manifest))
  return folder
}
