import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hash, hkdfSync, randomFillSync } from 'node:crypto'
import { sm3, sm4 } from 'sm-crypto-v2'
import type { Crypto, DigestPurpose } from '../core/ports.ts'

/** The digest keys of one installation: per purpose, the current one and those that older digests were made with. */
export type DigestKeys = Record<DigestPurpose, { current: string; keys: Record<string, string> }>

/** A set of algorithms for keyed digests and seals, chosen once when the keys of an installation are made. */
export const suites = ['international', 'sm'] as const
export type Suite = (typeof suites)[number]

/** What a suite does. Public digests, such as those of the audit log, are SHA-256 in both: RFC 9162 says so. */
interface Algorithms {
  /** The first byte of what is sealed. */
  format: number
  keyBytes: number
  hmac(key: Uint8Array): (text: string) => string
  seal(key: Uint8Array, iv: Uint8Array, purpose: string, bytes: Uint8Array): { tag: Uint8Array; bytes: Uint8Array }
  /** Throws when the tag does not fit. */
  unseal(key: Uint8Array, iv: Uint8Array, purpose: string, tag: Uint8Array, bytes: Uint8Array): Uint8Array
}

const ivBytes = 12
const tagBytes = 16

/** HMAC-SHA-256 and AES-256-GCM. */
const international: Algorithms = {
  format: 1,
  keyBytes: 32,
  hmac: (bytes) => {
    const key = createSecretKey(bytes)
    return (text) => createHmac('sha256', key).update(text).digest('hex')
  },
  seal(key, iv, purpose, bytes) {
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose))
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
    return { tag: cipher.getAuthTag(), bytes: sealed }
  },
  unseal(key, iv, purpose, tag, bytes) {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(tag)
    return Buffer.concat([decipher.update(bytes), decipher.final()])
  },
}

/** HMAC-SM3 and SM4-GCM (GB/T 32905, GB/T 32907; S3 §6.2.12). By a package, because not every runtime has them. */
const national: Algorithms = {
  format: 2,
  keyBytes: 16,
  hmac: (key) => (text) => sm3(Buffer.from(text), { key, mode: 'hmac' }),
  seal(key, iv, purpose, bytes) {
    const associatedData = Buffer.from(purpose)
    const { output, tag } = sm4.encrypt(bytes, key, { mode: 'gcm', iv, output: 'array', outputTag: true, associatedData })
    if (tag === undefined) throw new Error('SM4-GCM gave no tag')
    return { tag, bytes: output }
  },
  unseal: (key, iv, purpose, tag, bytes) =>
    sm4.decrypt(bytes, key, { mode: 'gcm', iv, output: 'array', tag, associatedData: Buffer.from(purpose) }),
}

const algorithmsOf: Record<Suite, Algorithms> = { international, sm: national }

/** The number of the root key, the second byte of what is sealed. */
const rootNumber = 1
const headBytes = 2

/** Sealing under a key of each account, derived from the root of the installation (HKDF, RFC 5869). */
const openSeals = (root: string | null, algorithms: Algorithms): Pick<Crypto, 'seal' | 'unseal'> => {
  const keyOf = (accountId: string): Uint8Array => {
    if (root === null) throw new Error('nothing is sealed here: there is no root key')
    const info = `verimeter account ${accountId}`
    return new Uint8Array(hkdfSync('sha256', Buffer.from(root, 'hex'), Buffer.alloc(0), info, algorithms.keyBytes))
  }
  return {
    seal(accountId, purpose, bytes) {
      const iv = takeRandom(ivBytes)
      const sealed = algorithms.seal(keyOf(accountId), iv, purpose, bytes)
      return Buffer.concat([Uint8Array.of(algorithms.format, rootNumber), iv, sealed.tag, sealed.bytes])
    },
    unseal(accountId, purpose, sealed) {
      if (sealed[0] !== algorithms.format || sealed[1] !== rootNumber) throw new Error('sealed by a key that is not known')
      const iv = sealed.subarray(headBytes, headBytes + ivBytes)
      const tag = sealed.subarray(headBytes + ivBytes, headBytes + ivBytes + tagBytes)
      return algorithms.unseal(keyOf(accountId), iv, purpose, tag, sealed.subarray(headBytes + ivBytes + tagBytes))
    },
  }
}

/**
 * The cryptography port on node:crypto, which Workers have too (`nodejs_compat`). Keys are hex of 32 bytes. Without a root for
 * seals it digests alone.
 */
export const openCrypto = (digestKeys: DigestKeys, sealRoot: string | null = null, suite: Suite = 'international'): Crypto => {
  const algorithms = algorithmsOf[suite]
  const digests = new Map<string, (text: string) => string>()
  for (const [purpose, ring] of Object.entries(digestKeys))
    for (const [id, hex] of Object.entries(ring.keys)) digests.set(`${purpose} ${id}`, algorithms.hmac(Buffer.from(hex, 'hex')))
  return {
    digest(purpose, text, keyId = digestKeys[purpose].current) {
      const digest = digests.get(`${purpose} ${keyId}`)
      if (!digest) throw new Error(`no digest key ${keyId} for ${purpose}`)
      return { keyId, digest: digest(text) }
    },
    sha256: (bytes) => hash('sha256', bytes, 'hex'),
    randomHex: (count) => takeRandom(count).toString('hex'),
    ...openSeals(sealRoot, algorithms),
  }
}

const pool = Buffer.alloc(8_192)
let taken = pool.length

/** Random bytes from a pool: one call to the system for many ids. No byte is handed out twice, and a used one is wiped. */
const takeRandom = (count: number): Buffer => {
  if (count > pool.length) return randomFillSync(Buffer.alloc(count))
  if (taken + count > pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  const bytes = Buffer.from(pool.subarray(taken, taken + count))
  pool.fill(0, taken, taken + count)
  taken += count
  return bytes
}

/** Steps between ids of one millisecond, 1 to 16, so that they do not count anybody's traffic. */
export const randomStep = (): number => 1 + ((takeRandom(1)[0] ?? 0) & 15)
