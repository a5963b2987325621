import { createHmac, createSecretKey, hash, type KeyObject, randomFillSync } from 'node:crypto'
import type { Crypto, DigestPurpose } from '../core/ports.ts'

/** The digest keys of one installation: per purpose, the current one and those that older digests were made with. */
export type DigestKeys = Record<DigestPurpose, { current: string; keys: Record<string, string> }>

/** The cryptography port on node:crypto, which Workers have too (`nodejs_compat`). Keys are hex of 32 bytes. */
export const openCrypto = (digestKeys: DigestKeys): Crypto => {
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
