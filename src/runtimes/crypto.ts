import { createHash, createHmac, createSecretKey, type KeyObject, randomBytes, randomInt } from 'node:crypto'
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
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    randomHex: (count) => randomBytes(count).toString('hex'),
  }
}

/** Steps between ids of one millisecond, so that they do not count anybody's traffic. */
export const randomStep = (): number => randomInt(1, 16)
