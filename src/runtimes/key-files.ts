import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type KeyFileName,
  type Keyring,
  KeyringError,
  keyFileNames,
  makeKeyFiles,
  readIssuerKey,
  unwrapDigestKeys,
} from './keyring.ts'

/** True when no key file is there yet. */
export const isKeyringAbsent = (folder: string): boolean => keyFileNames.every((name) => !existsSync(join(folder, name)))

/** Makes the key files of a new installation, readable by their owner only. Never overwrites one. */
export const createKeyring = (folder: string): void => {
  const texts = makeKeyFiles()
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of keyFileNames) {
      const path = join(folder, name)
      writeFileSync(path, texts[name], { mode: 0o600, flag: 'wx' })
      chmodSync(path, 0o600)
    }
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
  return {
    digestKeys: unwrapDigestKeys(readKeyFile(folder, master), readKeyFile(folder, keyring), {
      master: nameOf(master),
      keyring: nameOf(keyring),
    }),
    staffIssuer: readIssuerKey(readKeyFile(folder, issuer), nameOf(issuer)),
  }
}
