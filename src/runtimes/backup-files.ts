import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BackupError, type BackupManifest } from './backup-manifest.ts'
import { digestFile, sync } from './durable-files.ts'
import { filesFolder } from './folder-files.ts'

type BackedUpFile = BackupManifest['files'][number]

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Copies one file, durable when it returns. Null when it was removed meanwhile. */
const copyOne = (from: string, to: string, name: string): BackedUpFile | null => {
  const [account = ''] = name.split('/')
  mkdirSync(join(to, account), { recursive: true, mode: 0o700 })
  try {
    copyFileSync(join(from, name), join(to, name))
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
  chmodSync(join(to, name), 0o600)
  sync(join(to, name))
  sync(join(to, account))
  return { name, bytes: statSync(join(to, name)).size, sha256: digestFile(join(to, name)) }
}

/**
 * Copies the sealed files of all accounts beside the copy of the ledger. After it, never before: a row that names a file is
 * written when the file is there, so that every file that the copied ledger names is among them.
 */
export const copyFiles = (dataDir: string, to: string): BackedUpFile[] => {
  const from = join(dataDir, filesFolder)
  if (!existsSync(from)) return []
  const names = readdirSync(from, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(from, name)).map((file) => `${name}/${file}`))
    .filter((name) => !name.endsWith('.partial'))
    .sort()
  const target = join(to, filesFolder)
  mkdirSync(target, { mode: 0o700 })
  const copied = names.map((name) => copyOne(from, target, name)).filter((file) => file !== null)
  sync(target)
  return copied
}

/** Puts the files of a backup into a folder, each proved by its digest. Throws BackupError for one that is missing or differs. */
export const restoreFiles = (from: string, files: readonly BackedUpFile[], staging: string): void => {
  if (files.length === 0) return
  const target = join(staging, filesFolder)
  mkdirSync(target, { mode: 0o700 })
  for (const { name, sha256 } of files) {
    const copied = /^[a-z0-9_]+\/[a-z0-9._-]+$/.test(name) ? copyOne(join(from, filesFolder), target, name) : null
    if (copied?.sha256 !== sha256)
      throw new BackupError(`${join(from, filesFolder, name)} is not the file that the backup was made with; use another backup`)
  }
  sync(target)
}
