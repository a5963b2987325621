import { hash, randomFillSync } from 'node:crypto'
import type { Crypto, DigestPurpose } from '../core/ports.ts'

/** The digest keys of one installation: per purpose, the current one and those that older digests were made with. */
export type DigestKeys = Record<DigestPurpose, { current: string; keys: Record<string, string> }>

const blockBytes = 64
const digestBytes = 32

/**
 * HMAC-SHA-256 (RFC 2104) under one key, of UTF-8 text, as hex. By two one-shot hashes over buffers that are kept: an HMAC
 * object of the platform costs twice as much, and a verification needs five.
 */
const openHmac = (key: Buffer): ((text: string) => string) => {
  const short = key.length > blockBytes ? hash('sha256', key, 'buffer') : key
  const outer = Buffer.alloc(blockBytes + digestBytes)
  let inner = Buffer.alloc(1024)
  for (let at = 0; at < blockBytes; at += 1) {
    inner[at] = (short[at] ?? 0) ^ 0x36
    outer[at] = (short[at] ?? 0) ^ 0x5c
  }
  return (text) => {
    // No UTF-16 unit takes more than three bytes.
    if (inner.length < blockBytes + text.length * 3)
      inner = Buffer.concat([inner.subarray(0, blockBytes), Buffer.alloc(text.length * 3)])
    const end = blockBytes + inner.write(text, blockBytes)
    outer.write(hash('sha256', inner.subarray(0, end), 'binary'), blockBytes, 'binary')
    const digest = hash('sha256', outer, 'hex')
    // The text may be personal data, and it is nobody's after this.
    inner.fill(0, blockBytes, end)
    return digest
  }
}

/** The cryptography port on node:crypto, which Workers have too (`nodejs_compat`). Keys are hex of 32 bytes. */
export const openCrypto = (digestKeys: DigestKeys): Crypto => {
  const hmacs = new Map<string, (text: string) => string>()
  for (const [purpose, ring] of Object.entries(digestKeys))
    for (const [id, hex] of Object.entries(ring.keys)) hmacs.set(`${purpose} ${id}`, openHmac(Buffer.from(hex, 'hex')))
  return {
    digest(purpose, text, keyId = digestKeys[purpose].current) {
      const hmac = hmacs.get(`${purpose} ${keyId}`)
      if (!hmac) throw new Error(`no digest key ${keyId} for ${purpose}`)
      return { keyId, digest: hmac(text) }
    },
    sha256: (bytes) => hash('sha256', bytes, 'hex'),
    randomHex: (count) => {
      const start = takeRandom(count)
      const hex = pool.toString('hex', start, start + count)
      pool.fill(0, start, start + count)
      return hex
    },
  }
}

let pool = Buffer.alloc(8_192)
let taken = pool.length

/**
 * Where the next random bytes stand in the pool: one call to the system for many ids. No byte is handed out twice, and
 * whoever reads them wipes them.
 */
const takeRandom = (count: number): number => {
  if (count > pool.length) {
    pool = Buffer.alloc(count)
    taken = count
  }
  if (taken + count > pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  taken += count
  return taken - count
}

/** Steps between ids of one millisecond, 1 to 16, so that they do not count anybody's traffic. */
export const randomStep = (): number => {
  const at = takeRandom(1)
  const step = 1 + ((pool[at] ?? 0) & 15)
  pool[at] = 0
  return step
}
