import { chmodSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Suite } from './crypto.ts'
import { addDocumentKey, documentKeyIds, documentKeysFile, makeDocumentKeys } from './document-keys.ts'
import { makeFolder, sync, writeNewFile } from './durable-files.ts'
import {
  deriveSealRoot,
  type KeyFileName,
  type Keyring,
  KeyringError,
  keyFileNames,
  makeKeyFiles,
  readIssuerKey,
  readSuite,
  unwrapDigestKeys,
} from './keyring.ts'

/** True when no key file is there yet. */
export const isKeyringAbsent = (folder: string): boolean => keyFileNames.every((name) => !existsSync(join(folder, name)))

/**
 * Makes the key files of a new installation, readable by their owner only, and durable before anything is digested with
 * them: a ledger whose keys a power cut took finds nothing any more. Never overwrites one.
 */
export const createKeyring = (folder: string, suite: Suite = 'international'): void => {
  const texts = makeKeyFiles(suite)
  try {
    makeFolder(folder)
    for (const name of keyFileNames) writeKeyFile(join(folder, name), texts[name])
    writeKeyFile(join(folder, documentKeysFile), makeDocumentKeys())
    sync(folder)
  } catch (error) {
    throw new KeyringError(`the key files cannot be made in ${folder} (${fileErrorOf(error)})`)
  }
}

const writeKeyFile = (path: string, text: string): void => {
  writeNewFile(path, text)
  chmodSync(path, 0o600)
}

/**
 * Gives an installation that was made before documents were signed the keys for it. False when they are there, or when the folder
 * cannot be written: then documents are not signed, and everything else goes on.
 */
export const addDocumentKeys = (folder: string): boolean => {
  const path = join(folder, documentKeysFile)
  if (existsSync(path)) return false
  try {
    writeKeyFile(path, makeDocumentKeys())
    sync(folder)
    return true
  } catch {
    return false
  }
}

const readKeyFile = (folder: string, name: KeyFileName | typeof documentKeysFile): string => {
  const path = join(folder, name)
  if (!existsSync(path))
    throw new KeyringError(`key file ${path} is missing; make the key files with \`npm run operator -- keys create\``)
  if ((statSync(path).mode & 0o077) !== 0) throw new KeyringError(`key file ${path} can be read by others; set its mode to 0600`)
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new KeyringError(`key file ${path} cannot be read (${fileErrorOf(error)})`)
  }
}

/** The file system's code of an error, such as `EACCES`. */
const fileErrorOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown')

/** Reads and unwraps the key files. Throws KeyringError for a missing, open or wrong one. */
export const readKeyring = (folder: string): Keyring => {
  const nameOf = (name: KeyFileName): string => `key file ${join(folder, name)}`
  const [master, keyring, issuer] = keyFileNames
  const masterText = readKeyFile(folder, master)
  const keyringText = readKeyFile(folder, keyring)
  return {
    sealRoot: deriveSealRoot(masterText, nameOf(master)),
    suite: readSuite(keyringText, nameOf(keyring)),
    digestKeys: unwrapDigestKeys(masterText, keyringText, {
      master: nameOf(master),
      keyring: nameOf(keyring),
    }),
    staffIssuer: readIssuerKey(readKeyFile(folder, issuer), nameOf(issuer)),
  }
}

/** The text of the keys that sign documents; null when there are none. Throws KeyringError when others can read it. */
export const readDocumentKeys = (folder: string): string | null =>
  existsSync(join(folder, documentKeysFile)) ? readKeyFile(folder, documentKeysFile) : null

/** Adds a key that signs documents from the next start on, the first one where there is none; its id. The file is replaced as a whole. Throws KeyringError. */
export const rotateDocumentKeys = (folder: string): string => {
  const path = join(folder, documentKeysFile)
  const before = readDocumentKeys(folder)
  const text = before === null ? makeDocumentKeys() : addDocumentKey(before, `key file ${path}`)
  try {
    writeKeyFile(`${path}.new`, text)
    renameSync(`${path}.new`, path)
    sync(folder)
  } catch (error) {
    throw new KeyringError(`the key files cannot be changed in ${folder} (${fileErrorOf(error)})`)
  }
  return documentKeyIds(text).at(-1) ?? ''
}
