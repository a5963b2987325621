import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Suite } from './crypto.ts'
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
    for (const name of keyFileNames) {
      const path = join(folder, name)
      writeNewFile(path, texts[name])
      chmodSync(path, 0o600)
    }
    sync(folder)
  } catch (error) {
    throw new KeyringError(`the key files cannot be made in ${folder} (${fileErrorOf(error)})`)
  }
}

const readKeyFile = (folder: string, name: KeyFileName): string => {
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
