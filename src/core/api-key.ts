import { crc32 } from './crc32.ts'
import { makeId, parseId } from './ids.ts'
import type { Mode } from './mode.ts'

/*
 * `vm_live_<account>_<key number>_<secret>_<checksum>`: letters, digits and `_` only, so that a double click selects all of it.
 * The mode and the account part are readable, so that a key routes by itself and a leaked one can be recognised by scanners.
 */

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const secretLength = 43
const checksumLength = 6

const toBase62 = (value: bigint): string => {
  let text = ''
  for (let rest = value; text.length < secretLength; rest /= 62n) text = alphabet.charAt(Number(rest % 62n)) + text
  return text
}

const checksumOf = (body: string): string => {
  let text = ''
  for (let rest = crc32(body); text.length < checksumLength; rest = Math.floor(rest / 62))
    text = alphabet.charAt(rest % 62) + text
  return text
}

/** What the text of a key says about itself. Whether the key exists is for the account's ledger to say. */
export interface ParsedApiKey {
  mode: Mode
  accountId: string
  keyNumber: number
  /** The part that is safe to show, log and store: everything before the secret. */
  prefix: string
}

/** What a key is made from. */
export interface ApiKeyParts {
  mode: Mode
  accountId: string
  /** The number inside the id `key_…` of the same key. */
  keyNumber: number
  /** 256 random bits as 64 hex digits. */
  secretHex: string
}

/** The text of a key, shown once and never stored. Throws RangeError for malformed parts, without repeating them. */
export const formatApiKey = ({ mode, accountId, keyNumber, secretHex }: ApiKeyParts): string => {
  if (!/^[0-9a-f]{64}$/i.test(secretHex)) throw new RangeError('the secret of a key is 64 hex digits')
  const accountAndNumber = makeId('key', accountId, keyNumber).slice('key_'.length)
  const body = `vm_${mode}_${accountAndNumber}_${toBase62(BigInt(`0x${secretHex}`))}`
  return `${body}_${checksumOf(body)}`
}

/**
 * Reads the text of a key, or null when its form or its CRC-32 is wrong: a mistyped or cut-off key is refused before any read.
 * The checksum is no secret; only the keyed digest of the whole text decides whether a key is genuine.
 */
export const parseApiKey = (text: string): ParsedApiKey | null => {
  const match = /^(vm_(live|test)_([0-9a-z]{10}_[0-9a-z]{11}))_[0-9A-Za-z]{43}_([0-9A-Za-z]{6})$/.exec(text)
  if (!match) return null
  const [, prefix = '', modeText, accountAndNumber = '', checksum] = match
  const key = parseId(`key_${accountAndNumber}`, 'key')
  if (key === null || checksum !== checksumOf(text.slice(0, -checksumLength - 1))) return null
  return { mode: modeText === 'live' ? 'live' : 'test', accountId: key.accountId, keyNumber: key.n, prefix }
}
