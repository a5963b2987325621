import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../core/ports.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import { readSound } from './backup.ts'
import { restoreFiles } from './backup-files.ts'
import { BackupError, type BackupManifest, knownMigrations, missingKey, readManifest } from './backup-manifest.ts'
import { causeOf, DatabaseError, databaseName, lockFolder, openDatabase } from './database.ts'
import { digestFile, sync } from './durable-files.ts'
import { filesFolder } from './folder-files.ts'
import { isKeyringAbsent, readKeyring } from './key-files.ts'
import { KeyringError } from './keyring.ts'

export interface RestoreOptions {
  from: string
  /** A folder that does not exist, or holds nothing but the key files. */
  dataDir: string
  /** Where the key files of the backed-up installation are. */
  keysDir: string
  clock: Clock
}

/** Stays in the data folder, so that a restored one can be told from one that has never lost a moment. */
const restoredName = 'restored.json'
const stagingName = 'restore.partial'
/** What taking the lock leaves behind. */
const lockNames = ['gateway.lock', 'gateway.lock-journal', 'gateway.pid']

const restoredFile = z.object({ restored_at: z.string(), taken_at: z.string() })

/**
 * Puts a backup into a new data folder: proves the file against its manifest, the keys against the rows, brings the tables up
 * to this version, asserts every invariant, and only then lets the ledger appear under its name. Throws BackupError,
 * KeyringError or DatabaseError; no ledger stands in the folder then.
 */
export const restoreBackup = (options: RestoreOptions): BackupManifest => {
  try {
    return restore(options)
  } catch (error) {
    if (error instanceof BackupError || error instanceof DatabaseError || error instanceof KeyringError) throw error
    throw new BackupError(`the restore into ${options.dataDir} failed (${causeOf(error)}); no ledger was left there`)
  }
}

const restore = ({ from, dataDir, keysDir, clock }: RestoreOptions): BackupManifest => {
  const manifest = readManifest(from)
  assertKnown(manifest)
  assertKeys(manifest, keysDir)
  const file = join(from, databaseName)
  if (!existsSync(file) || digestFile(file) !== manifest.file.sha256)
    throw new BackupError(`${file} is not the file that the backup was made with; use another backup`)
  const unlock = takeEmptyFolder(dataDir, keysDir)
  const staging = join(dataDir, stagingName)
  try {
    mkdirSync(staging, { mode: 0o700 })
    const copy = join(staging, databaseName)
    copyFileSync(file, copy)
    chmodSync(copy, 0o600)
    if (digestFile(copy) !== manifest.file.sha256) throw new BackupError(`the copy in ${dataDir} differs; check its disk`)
    openDatabase(staging).close()
    assertReach(readSound(copy), manifest)
    restoreFiles(from, manifest.files, staging)
    const facts = { restored_at: toRfc3339(clock()), taken_at: manifest.taken_at, version: manifest.version }
    writeFileSync(join(dataDir, restoredName), `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 })
    for (const path of [copy, join(dataDir, restoredName)]) sync(path)
    // The files first: a ledger appears only with everything that it names.
    if (manifest.files.length > 0) renameSync(join(staging, filesFolder), join(dataDir, filesFolder))
    renameSync(copy, join(dataDir, databaseName))
    sync(dataDir)
    return manifest
  } catch (error) {
    rmSync(join(dataDir, restoredName), { force: true })
    rmSync(join(dataDir, filesFolder), { recursive: true, force: true })
    throw error
  } finally {
    rmSync(staging, { recursive: true, force: true })
    unlock()
  }
}

/** When this folder was restored and until when the backup reached, or null for a folder that never was. */
export const readRestored = (dataDir: string): z.infer<typeof restoredFile> | null => {
  const path = join(dataDir, restoredName)
  return existsSync(path) ? restoredFile.parse(JSON.parse(readFileSync(path, 'utf8'))) : null
}

const assertKnown = ({ migrations, version }: BackupManifest): void => {
  const known = knownMigrations()
  for (const set of ['ledger', 'directory'] as const) {
    const strange = migrations[set].find((tag) => !known[set].includes(tag))
    if (strange !== undefined)
      throw new BackupError(
        `the backup was made by version ${version}, which has the migration ${strange} that this one does not know; restore it with that version or a later one`,
      )
  }
}

/** New keys would open a ledger in which no key, consent or idempotency key is ever found again, so only the old ones will do. */
const assertKeys = ({ keys }: BackupManifest, keysDir: string): void => {
  if (isKeyringAbsent(keysDir))
    throw new BackupError(
      `${keysDir} holds no key files; put those of the backed-up installation there, or name their folder with VERIMETER_KEYS_DIR (new ones do not fit)`,
    )
  const fault = missingKey(keys, readKeyring(keysDir).digestKeys)
  if (fault !== null)
    throw new BackupError(
      `the key files in ${keysDir} do not belong to this backup: ${fault}; use those of the backed-up installation`,
    )
}

/** Takes the folder's lock, so that no gateway starts in it meanwhile. Refuses one that holds anything but key files. */
const takeEmptyFolder = (dataDir: string, keysDir: string): (() => void) => {
  const keys = relative(dataDir, keysDir).split('/')[0]
  const foreign = (): string | undefined =>
    readdirSync(dataDir).find((name) => name !== keys && name !== 'lost+found' && !lockNames.includes(name))
  const refuse = (name: string): never => {
    throw new BackupError(`${dataDir} is not empty (${name}); restore into a new folder, and keep the old one until you are done`)
  }
  const isGatewayFolder = existsSync(join(dataDir, 'gateway.lock'))
  if (existsSync(dataDir) && !isGatewayFolder) {
    const name = foreign()
    if (name !== undefined) refuse(name)
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(dataDir)
  const name = foreign()
  if (name === undefined) return unlock
  unlock()
  return refuse(name)
}

/** The restored journal must be the one that was backed up: same numbers, same digests. */
const assertReach = (reach: Pick<BackupManifest, 'accounts'>, { accounts }: BackupManifest): void => {
  const differing = accounts.find((account, at) => JSON.stringify(account) !== JSON.stringify(reach.accounts[at]))
  if (differing || accounts.length !== reach.accounts.length)
    throw new BackupError(`the journal of ${differing?.id ?? 'an account'} is not the one of the manifest; use another backup`)
}
