import { createCipheriv, createDecipheriv, generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { DigestPurpose } from '../core/ports.ts'
import type { DigestKeys } from './crypto.ts'

/*
 * Key files, apart from the ledger so that a backup of one is not a backup of both:
 *   master.key        32 bytes, hex; wraps the others
 *   keyring.json      the digest keys, each wrapped with AES-256-GCM under the master key
 *   staff-issuer.json the Ed25519 key that signs staff tokens on one machine, as a JWK
 */

const purposes: readonly DigestPurpose[] = ['subject', 'api_key', 'fingerprint', 'answer']
const fileNames = ['master.key', 'keyring.json', 'staff-issuer.json'] as const

const wrappedKey = z.strictObject({ iv: z.string(), sealed: z.string(), tag: z.string() })
const keyringFile = z.strictObject({
  version: z.literal(1),
  rings: z.record(z.string(), z.strictObject({ current: z.string(), keys: z.record(z.string(), wrappedKey) })),
})
const issuerFile = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string(),
  x: z.string(),
  d: z.string(),
})

export interface Keyring {
  digestKeys: DigestKeys
  /** Private key of the built-in staff issuer. */
  staffIssuer: { kty: 'OKP'; crv: 'Ed25519'; kid: string; x: string; d: string }
}

/** A key file is missing, unreadable or not what it should be. The message is for the operator, one sentence. */
export class KeyringError extends Error {}

const seal = (master: Buffer, label: string, key: Buffer): z.infer<typeof wrappedKey> => {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', master, iv).setAAD(Buffer.from(label))
  const sealed = Buffer.concat([cipher.update(key), cipher.final()])
  return { iv: iv.toString('hex'), sealed: sealed.toString('hex'), tag: cipher.getAuthTag().toString('hex') }
}

const unseal = (master: Buffer, label: string, wrapped: z.infer<typeof wrappedKey>): string => {
  const decipher = createDecipheriv('aes-256-gcm', master, Buffer.from(wrapped.iv, 'hex'))
    .setAAD(Buffer.from(label))
    .setAuthTag(Buffer.from(wrapped.tag, 'hex'))
  return Buffer.concat([decipher.update(Buffer.from(wrapped.sealed, 'hex')), decipher.final()]).toString('hex')
}

/** True when no key file is there yet. */
export const isKeyringAbsent = (folder: string): boolean => fileNames.every((name) => !existsSync(join(folder, name)))

/** Makes the key files of a new installation, readable by their owner only. Never overwrites one. */
export const createKeyring = (folder: string): void => {
  const write = (name: string, text: string): void => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
    chmodSync(path, 0o600)
  }
  const master = randomBytes(32)
  const rings = Object.fromEntries(
    purposes.map((purpose) => {
      const id = `${purpose}-1`
      return [purpose, { current: id, keys: { [id]: seal(master, `${purpose} ${id}`, randomBytes(32)) } }]
    }),
  )
  const issuer = {
    ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
    kid: `staff-${randomBytes(4).toString('hex')}`,
    alg: 'EdDSA',
  }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    write('master.key', `${master.toString('hex')}\n`)
    write('keyring.json', `${JSON.stringify({ version: 1, rings }, null, 2)}\n`)
    write('staff-issuer.json', `${JSON.stringify(issuer, null, 2)}\n`)
  } catch (error) {
    throw new KeyringError(`the key files cannot be made in ${folder} (${fileErrorOf(error)})`)
  }
}

const readKeyFile = (folder: string, name: (typeof fileNames)[number]): string => {
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

const parseKeyFile = <T>(schema: z.ZodType<T>, folder: string, name: (typeof fileNames)[number]): T => {
  try {
    return schema.parse(JSON.parse(readKeyFile(folder, name)))
  } catch (error) {
    if (error instanceof KeyringError) throw error
    throw new KeyringError(`key file ${join(folder, name)} is not a Verimeter key file`)
  }
}

/** Reads and unwraps the key files. Throws KeyringError for a missing, open or wrong one. */
export const readKeyring = (folder: string): Keyring => {
  const masterHex = readKeyFile(folder, 'master.key').trim()
  if (!/^[0-9a-f]{64}$/i.test(masterHex))
    throw new KeyringError(`key file ${join(folder, 'master.key')} does not hold 64 hex digits`)
  const master = Buffer.from(masterHex, 'hex')
  const { rings } = parseKeyFile(keyringFile, folder, 'keyring.json')
  const issuer = parseKeyFile(issuerFile, folder, 'staff-issuer.json')
  const unwrapped = purposes.map((purpose) => {
    const ring = rings[purpose]
    if (!ring || !Object.hasOwn(ring.keys, ring.current)) throw new KeyringError(`keyring.json has no current key for ${purpose}`)
    try {
      const keys = Object.fromEntries(
        Object.entries(ring.keys).map(([id, wrapped]) => [id, unseal(master, `${purpose} ${id}`, wrapped)]),
      )
      return [purpose, { current: ring.current, keys }]
    } catch {
      throw new KeyringError('keyring.json does not belong to master.key')
    }
  })
  return { digestKeys: Object.fromEntries(unwrapped) as DigestKeys, staffIssuer: issuer }
}
