import { describe, expect, test } from 'vitest'
import type { DigestPurpose } from '../../src/core/ports.ts'
import { type DigestKeys, openCrypto, randomStep } from '../../src/runtimes/crypto.ts'

const purposes: DigestPurpose[] = ['subject', 'api_key', 'fingerprint', 'answer']

const keysWith = (keyHex: string): DigestKeys => {
  const ring = { current: 'k1', keys: { k1: keyHex } }
  return { subject: ring, api_key: ring, fingerprint: ring, answer: ring }
}

/** RFC 4231 §4.2, §4.3, §4.7 and §4.8: those of its cases whose data is text. */
const rfc4231: [keyHex: string, text: string, digest: string][] = [
  ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  ['4a656665', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    'aa'.repeat(131),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'aa'.repeat(131),
    'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
]

describe('a keyed digest', () => {
  test.each(rfc4231)('is HMAC-SHA-256 as RFC 4231 has it (key %s)', (keyHex, text, digest) => {
    for (const purpose of purposes) expect(openCrypto(keysWith(keyHex)).digest(purpose, text)).toEqual({ keyId: 'k1', digest })
  })

  test('reads text as UTF-8', () => {
    // Computed with `printf 张三 | openssl dgst -sha256 -hmac key`.
    expect(openCrypto(keysWith('6b6579')).digest('subject', '张三').digest).toBe(
      '7ddad393ccd9e9df7f3e0eea47cde4cd373e65a4ba3f7a653931903774e2c750',
    )
  })

  test('of one purpose is never that of another', () => {
    const ringOf = (byte: string) => ({ current: 'k1', keys: { k1: byte.repeat(32) } })
    const keys = { subject: ringOf('00'), api_key: ringOf('01'), fingerprint: ringOf('02'), answer: ringOf('03') }
    const crypto = openCrypto(keys)
    expect(new Set(purposes.map((purpose) => crypto.digest(purpose, '张三').digest)).size).toBe(4)
  })

  test('under a key that is not there throws, and names the key and not the text', () => {
    const crypto = openCrypto(keysWith('00'.repeat(32)))
    expect(() => crypto.digest('subject', '11010519491231002X', 'k2')).toThrow('no digest key k2 for subject')
    expect(() => crypto.digest('subject', '11010519491231002X', 'k1 ')).toThrow('no digest key k1  for subject')
  })
})

test('sha256 is that of FIPS 180-4, for text and for bytes', () => {
  const { sha256 } = openCrypto(keysWith('00'))
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(sha256('abc')).toBe(abc)
  expect(sha256(new Uint8Array([0x61, 0x62, 0x63]))).toBe(abc)
})

describe('randomness', () => {
  test('has the length that was asked for, and does not come again', () => {
    const { randomHex } = openCrypto(keysWith('00'))
    for (const count of [1, 16, 32, 8_192, 20_000]) expect(randomHex(count)).toMatch(new RegExp(`^[0-9a-f]{${count * 2}}$`))
    const drawn = Array.from({ length: 20_000 }, () => randomHex(16))
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  test('uses every value of a byte about as often as any other', () => {
    const counts = new Map<string, number>()
    for (const byte of openCrypto(keysWith('00')).randomHex(65_536).match(/../g) ?? [])
      counts.set(byte, (counts.get(byte) ?? 0) + 1)
    expect(counts.size).toBe(256)
    // 256 expected, standard deviation 16; eight of them make a false alarm once in about 10^12 runs.
    for (const count of counts.values()) expect(Math.abs(count - 256)).toBeLessThan(128)
  })

  test('steps between ids are whole numbers from 1, and not all the same', () => {
    const steps = Array.from({ length: 1_000 }, randomStep)
    for (const step of steps) expect(Number.isInteger(step) && step >= 1 && step <= 16).toBe(true)
    expect(new Set(steps).size).toBeGreaterThan(8)
  })
})
