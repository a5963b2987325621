import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'
import type { Crypto, DigestPurpose } from '../core/ports.ts'

/** The digest keys of one installation: per purpose, the current one and those that older digests were made with. */
export type DigestKeys = Record<DigestPurpose, { current: string; keys: Record<string, string> }>

/** The first two bytes of what is sealed: the format, and the number of the root key. */
const sealHead = Uint8Array.of(1, 1)
const ivBytes = 12
const tagBytes = 16

/** Sealing under a key of each account, derived from the root of the installation (HKDF, RFC 5869). */
const openSeals = (root: string | null): Pick<Crypto, 'seal' | 'unseal'> => {
  const keyOf = (accountId: string): KeyObject => {
    if (root === null) throw new Error('nothing is sealed here: there is no root key')
    const key = hkdfSync('sha256', Buffer.from(root, 'hex'), Buffer.alloc(0), `verimeter account ${accountId}`, 32)
    return createSecretKey(Buffer.from(key))
  }
  return {
    seal(accountId, purpose, bytes) {
      const iv = takeRandom(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', keyOf(accountId), iv).setAAD(Buffer.from(purpose))
      const sealed = [cipher.update(bytes), cipher.final()]
      return Buffer.concat([sealHead, iv, cipher.getAuthTag(), ...sealed])
    },
    unseal(accountId, purpose, sealed) {
      const [format, number] = sealed
      if (format !== sealHead[0] || number !== sealHead[1]) throw new Error('sealed by a key that is not known')
      const from = sealHead.length
      const iv = sealed.subarray(from, from + ivBytes)
      const tag = sealed.subarray(from + ivBytes, from + ivBytes + tagBytes)
      const decipher = createDecipheriv('aes-256-gcm', keyOf(accountId), iv, { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(purpose)).setAuthTag(tag)
      return Buffer.concat([decipher.update(sealed.subarray(from + ivBytes + tagBytes)), decipher.final()])
    },
  }
}

/**
 * The cryptography port on node:crypto, which Workers have too (`nodejs_compat`). Keys are hex of 32 bytes. Without a root for
 * seals it digests alone.
 */
export const openCrypto = (digestKeys: DigestKeys, sealRoot: string | null = null): Crypto => {
  const keys = new Map<string, KeyObject>()
  for (const [purpose, ring] of Object.entries(digestKeys))
    for (const [id, hex] of Object.entries(ring.keys)) keys.set(`${purpose} ${id}`, createSecretKey(Buffer.from(hex, 'hex')))
  return {
    digest(purpose, text, keyId = digestKeys[purpose].current) {
      const key = keys.get(`${purpose} ${keyId}`)
      if (!key) throw new Error(`no digest key ${keyId} for ${purpose}`)
      return { keyId, digest: createHmac('sha256', key).update(text).digest('hex') }
    },
    sha256: (bytes) => hash('sha256', bytes, 'hex'),
    randomHex: (count) => takeRandom(count).toString('hex'),
    ...openSeals(sealRoot),
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
