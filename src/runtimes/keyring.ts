import { createCipheriv, createDecipheriv, generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { DigestPurpose } from '../core/ports.ts'
import { type DigestKeys, type Suite, suites } from './crypto.ts'

/*
 * Keys of one installation, as the texts of three files that are kept apart from the ledger, so that a backup of one is not a
 * backup of both. Node reads them from a folder, Workers from secrets:
 *   master.key        32 bytes, hex; wraps the others
 *   keyring.json      the digest keys, each wrapped with AES-256-GCM under the master key
 *   staff-issuer.json the Ed25519 key that signs staff tokens on one machine, as a JWK
 * Documents are signed with keys of a fourth file (`document-keys.ts`), without which everything else works.
 */

const purposes: readonly DigestPurpose[] = ['subject', 'api_key', 'fingerprint', 'answer']
/** The key files by name. */
export const keyFileNames = ['master.key', 'keyring.json', 'staff-issuer.json'] as const
export type KeyFileName = (typeof keyFileNames)[number]

const wrappedKey = z.strictObject({ iv: z.string(), sealed: z.string(), tag: z.string() })
const keyringFile = z.strictObject({
  version: z.literal(1),
  /** Left out by installations that were made before there was a choice. */
  suite: z.enum(suites).default('international'),
  rings: z.record(z.string(), z.strictObject({ current: z.string(), keys: z.record(z.string(), wrappedKey) })),
})
const issuerFile = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string(),
  x: z.string(),
  d: z.string(),
})

export interface StaffIssuerKey {
  kty: 'OKP'
  crv: 'Ed25519'
  kid: string
  x: string
  d: string
}

export interface Keyring {
  digestKeys: DigestKeys
  suite: Suite
  /** Root of the keys that seal files and secrets of accounts, hex. */
  sealRoot: string
  /** Private key of the built-in staff issuer. */
  staffIssuer: StaffIssuerKey
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

/** What the built-in issuer writes into its tokens, and what the door insists on. */
export const staffIssuer = { issuer: 'verimeter', audience: 'verimeter-staff' } as const

/** The public half of the built-in staff issuer, as the door needs it. */
export const publicKeyOf = ({ kty, crv, x, kid }: Omit<StaffIssuerKey, 'd'>) =>
  ({ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }) as const

/** Makes the keys of a new installation: the text of each key file. */
export const makeKeyFiles = (suite: Suite = 'international'): Record<KeyFileName, string> => {
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
  return {
    'master.key': `${master.toString('hex')}\n`,
    'keyring.json': `${JSON.stringify({ version: 1, suite, rings }, null, 2)}\n`,
    'staff-issuer.json': `${JSON.stringify(issuer, null, 2)}\n`,
  }
}

const parseText = <S extends z.ZodType>(schema: S, text: string, name: string): z.output<S> => {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw new KeyringError(`${name} is not a Verimeter key file`)
  }
}

const readMaster = (text: string, name: string): Buffer => {
  const hex = text.trim()
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new KeyringError(`${name} does not hold 64 hex digits`)
  return Buffer.from(hex, 'hex')
}

/**
 * The root of the sealing keys: derived from the master key (HKDF, RFC 5869), so that installations made before there were seals
 * have it too. Throws KeyringError for a wrong text.
 */
export const deriveSealRoot = (masterText: string, name = 'master.key'): string =>
  Buffer.from(hkdfSync('sha256', readMaster(masterText, name), Buffer.alloc(0), 'verimeter seals 1', 32)).toString('hex')

/** The algorithms that the keys were made for. Throws KeyringError for another text. */
export const readSuite = (keyringText: string, name = 'keyring.json'): Suite => parseText(keyringFile, keyringText, name).suite

/** The digest keys, unwrapped. `names` says where the texts came from. Throws KeyringError for a wrong one. */
export const unwrapDigestKeys = (
  masterText: string,
  keyringText: string,
  names = { master: 'master.key', keyring: 'keyring.json' },
): DigestKeys => {
  const master = readMaster(masterText, names.master)
  const { rings } = parseText(keyringFile, keyringText, names.keyring)
  const unwrapped = purposes.map((purpose) => {
    const ring = rings[purpose]
    if (!ring || !Object.hasOwn(ring.keys, ring.current))
      throw new KeyringError(`${names.keyring} has no current key for ${purpose}`)
    try {
      const keys = Object.fromEntries(
        Object.entries(ring.keys).map(([id, wrapped]) => [id, unseal(master, `${purpose} ${id}`, wrapped)]),
      )
      return [purpose, { current: ring.current, keys }]
    } catch {
      throw new KeyringError(`${names.keyring} does not belong to ${names.master}`)
    }
  })
  return Object.fromEntries(unwrapped) as DigestKeys
}

/** The private key of the built-in staff issuer. Throws KeyringError for another text. */
export const readIssuerKey = (text: string, name = 'staff-issuer.json'): StaffIssuerKey => parseText(issuerFile, text, name)

/** The public key that staff tokens are checked with; the private half need not be there. Throws KeyringError for another text. */
export const readIssuerPublicKey = (text: string, name: string): ReturnType<typeof publicKeyOf> =>
  publicKeyOf(parseText(issuerFile.omit({ d: true }), text, name))
