import { crc32 as crc32OfZlib } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { formatApiKey, parseApiKey } from '../../src/core/api-key.ts'
import { crc32 } from '../../src/core/crc32.ts'
import { accountIdFrom } from '../../src/core/ids.ts'

const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const parts = fc.record({
  mode: fc.constantFrom('live' as const, 'test' as const),
  accountId: hex(14).map(accountIdFrom),
  keyNumber: fc.maxSafeNat().filter((n) => n > 0),
  secretHex: hex(64),
})
const sample = {
  mode: 'live',
  accountId: 'acc_nf6yzaydxw',
  keyNumber: 4_096_007,
  secretHex: '0123456789abcdef'.repeat(4),
} as const

describe('formatApiKey and parseApiKey', () => {
  it('makes the round trip; the prefix is the part before the secret', () => {
    fc.assert(
      fc.property(parts, (key) => {
        const text = formatApiKey(key)
        expect(text).toMatch(/^vm_(live|test)_[0-9a-z]{10}_[0-9a-z]{11}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/)
        const { mode, accountId, keyNumber } = key
        expect(parseApiKey(text)).toEqual({ mode, accountId, keyNumber, prefix: text.split('_').slice(0, 4).join('_') })
      }),
    )
  })

  it('keeps every bit of the secret', () => {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    fc.assert(
      fc.property(parts, (key) => {
        const secret = formatApiKey(key).split('_')[4] ?? ''
        const value = [...secret].reduce((total, character) => total * 62n + BigInt(alphabet.indexOf(character)), 0n)
        expect(value.toString(16).padStart(64, '0')).toBe(key.secretHex)
      }),
    )
  })

  it('has one golden form', () => {
    expect(formatApiKey(sample)).toBe('vm_live_nf6yzaydxw_0000003x007_0Gj7PHcTWolMMAoH3h6Ln2Wqzlj9JIFHhROBI35WkDX_3uaWia')
  })

  it('refuses every change of one character', () => {
    const characters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_']
    const text = formatApiKey(sample)
    let accepted = 0
    for (let at = 0; at < text.length; at += 1) {
      for (const character of characters) {
        const changed = text.slice(0, at) + character + text.slice(at + 1)
        if (changed !== text && parseApiKey(changed) !== null) accepted += 1
      }
    }
    expect(accepted).toBe(0)
  })

  it('refuses two characters changed places', () => {
    fc.assert(
      fc.property(parts, fc.nat(79), (key, at) => {
        const text = formatApiKey(key)
        const changed = `${text.slice(0, at)}${text.charAt(at + 1)}${text.charAt(at)}${text.slice(at + 2)}`
        fc.pre(changed !== text)
        expect(parseApiKey(changed)).toBeNull()
      }),
    )
  })

  test.each([
    '',
    'vm_live_',
    'Bearer x',
    'sk_live_abc',
    formatApiKey(sample).slice(0, -1),
    `${formatApiKey(sample)}0`,
    ` ${formatApiKey(sample)}`,
    `${formatApiKey(sample)}\n`,
  ])('refuses %j', (text) => {
    expect(parseApiKey(text)).toBeNull()
  })

  it('throws for malformed parts without repeating them', () => {
    expect(() => formatApiKey({ ...sample, secretHex: 'abc' })).toThrow(new RangeError('the secret of a key is 64 hex digits'))
    expect(() => formatApiKey({ ...sample, accountId: 'acc_1' })).toThrow(RangeError)
    expect(() => formatApiKey({ ...sample, keyNumber: 0 })).toThrow(RangeError)
  })
})

describe('crc32', () => {
  it('is the CRC-32 of zlib', () => {
    expect(crc32('123456789')).toBe(0xcbf43926)
    const ascii = fc.string({ unit: 'grapheme-ascii' })
    fc.assert(
      fc.property(ascii, (text) => {
        expect(crc32(text)).toBe(crc32OfZlib(text))
      }),
    )
  })

  it('refuses what is not ASCII', () => {
    expect(() => crc32('é')).toThrow(RangeError)
  })
})
