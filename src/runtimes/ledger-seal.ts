import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestFile, sync } from './durable-files.ts'

/*
 * One flipped bit of a closed database opens without a word, and SQLite's own check finds few of them. So a clean stop writes
 * the digest of the file beside it, and the next start compares. A process that was killed leaves no seal: then SQLite's
 * checks and `verify` are all there is.
 */

const sealName = 'ledger.seal'

/** A larger file is not sealed: reading it would keep a start and a stop for longer than a few seconds. */
const largestBytes = 2 ** 30

/** True when a commit may stand outside the file. */
const hasWal = (database: string): boolean => existsSync(`${database}-wal`) && statSync(`${database}-wal`).size > 0

/** Seals a database that nobody has open any more. What stands in a WAL beside it cannot be sealed. */
export const sealLedger = (dataDir: string, name: string): void => {
  const database = join(dataDir, name)
  if (hasWal(database) || statSync(database).size > largestBytes) return
  writeFileSync(join(dataDir, sealName), `${digestFile(database)}\n`, { mode: 0o600 })
}

/** Null, or a sentence: the file is not as the last clean stop left it. */
export const findBrokenSeal = (dataDir: string, name: string): string | null => {
  const path = join(dataDir, sealName)
  const database = join(dataDir, name)
  if (!existsSync(path) || !existsSync(database) || hasWal(database)) return null
  const [sealed] = /^[0-9a-f]{64}(?=\n$)/.exec(readFileSync(path, 'utf8')) ?? []
  // A power cut may have left half of it.
  if (sealed === undefined || sealed === digestFile(database)) return null
  return `${database} is not as the gateway left it when it last stopped: the disk has damaged it, or somebody has changed it; keep a copy of the folder as evidence and restore a backup into a new one, or remove ${path} to go on with what is there, beginning with \`verify\``
}

/** Takes the seal off before the first write. Durable, because an old seal on a changed file would stop the next start. */
export const breakSeal = (dataDir: string): void => {
  if (!existsSync(join(dataDir, sealName))) return
  rmSync(join(dataDir, sealName))
  sync(dataDir)
}
