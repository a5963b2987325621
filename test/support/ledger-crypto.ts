import { createHash, createHmac } from 'node:crypto'
import type { Crypto } from '../../src/core/ports.ts'
import { type DigestKeys, openCrypto } from '../../src/runtimes/crypto.ts'

const seals = openCrypto({} as DigestKeys, 'ab'.repeat(32))

/** Real HMAC and SHA-256 under fixed keys, and "random" bytes from a counter, so that a history is the same each time. */
export const seededCrypto = (seed = 'seed'): Crypto => {
  let drawn = 0
  return {
    digest(purpose, text, keyId = 'k1') {
      if (keyId !== 'k1') throw new Error(`no digest key ${keyId} for ${purpose}`)
      return { keyId, digest: createHmac('sha256', `${purpose} ${keyId}`).update(text).digest('hex') }
    },
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    randomHex(count) {
      let hex = ''
      while (hex.length < count * 2) {
        drawn += 1
        hex += createHash('sha256').update(`${seed} ${drawn}`).digest('hex')
      }
      return hex.slice(0, count * 2)
    },
    seal: (accountId, purpose, bytes) => seals.seal(accountId, purpose, bytes),
    unseal: (accountId, purpose, sealed) => seals.unseal(accountId, purpose, sealed),
  }
}
