/*
 * Public ids (DESIGN.md §5): a prefix that names the thing, the account part that routes it, and a time-ordered number. The
 * alphabet leaves out i, l, o and u, and is in ASCII order, so that ids of one account sort by age as text.
 */

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const accountLength = 10
const numberLength = 11

/** What an account-owned id can name, by what it begins with. */
export const idPrefixes = {
  con: 'consent',
  gra: 'grant',
  ord: 'order',
  ver: 'verification',
  key: 'API key',
  app: 'approval',
  agr: 'agreement',
  sub: 'data subject',
  sta: 'statement',
  set: 'settlement',
  fig: 'figures of a settlement',
  not: 'notice',
  ame: 'amendment',
  dif: 'difference',
  doc: 'document',
  sig: 'signing',
  tic: 'ticket',
  cot: 'contact',
  exp: 'watch on the end of a grant',
  mai: 'maintenance window',
  chg: 'change of a source',
  clo: 'closing',
  ina: 'watch over inactivity',
  evi: 'authorisation text',
  evr: 'request for authorisation texts',
  sur: 'request of a data subject',
  apt: 'acceptance',
  bil: 'bill',
  bst: 'bank statement',
  bui: 'build',
  fee: 'fee notice',
  mil: 'milestone',
  aut: 'authority request',
  cdi: 'dispute of a charge',
  cla: 'claim',
  crn: 'credit note',
  dsc: 'disclosure',
  prc: 'printed copy',
  dis: 'dispute',
  fmj: 'force majeure',
  out: 'outage',
  qis: 'quality issue',
  sec: 'security check',
  pap: 'paper',
  par: 'party',
  pay: 'payment order',
  rct: 'receipt',
  inv: 'tax invoice',
  int: 'integration',
  cha: 'change of the customer',
  cop: 'contact person',
  fil: 'filing',
  bac: 'change of a bank account',
  whe: 'webhook endpoint',
  bre: 'breach case',
  ins: 'inspection',
  sus: 'suspension',
  flg: 'usage flag',
} as const
export type IdPrefix = keyof typeof idPrefixes

const encode = (n: number, length: number): string => {
  let text = ''
  for (let rest = n; text.length < length; rest = Math.floor(rest / 32)) text = alphabet.charAt(rest % 32) + text
  return text
}

/** Null when a character is not of the alphabet. Exact up to 2^53; what lies above is no safe integer and its caller refuses it. */
const decode = (text: string): number | null => {
  let n = 0
  for (const character of text) {
    const digit = alphabet.indexOf(character)
    if (digit < 0) return null
    n = n * 32 + digit
  }
  return n
}

/** A new account id, `acc_` and 50 random bits, from at least 14 hex digits of a secure source. Throws RangeError for fewer. */
export const accountIdFrom = (randomHex: string): string => {
  if (!/^[0-9a-f]{14,}$/i.test(randomHex)) throw new RangeError('an account id needs at least 14 hex digits')
  return `acc_${encode(Number(BigInt(`0x${randomHex.slice(0, 14)}`) >> 6n), accountLength)}`
}

/** True for text of the form that `accountIdFrom` gives. Whether the account exists is for its ledger to say. */
export const isAccountId = (text: string): boolean => /^acc_[0-9a-hjkmnp-tv-z]{10}$/.test(text)

/** `<prefix>_<account part>_<number>`. Throws RangeError for a malformed account id or a number that is not a safe integer above 0. */
export const makeId = (prefix: IdPrefix, accountId: string, n: number): string => {
  if (!isAccountId(accountId)) throw new RangeError('malformed account id')
  if (!Number.isSafeInteger(n) || n <= 0) throw new RangeError('the number of an id is a safe integer above 0')
  return `${prefix}_${accountId.slice(4)}_${encode(n, numberLength)}`
}

/** Reads exactly what `makeId` writes under this prefix; null for any other text. */
export const parseId = (text: string, prefix: IdPrefix): { accountId: string; n: number } | null => {
  const [head, account = '', number = '', ...rest] = text.split('_')
  const accountId = `acc_${account}`
  if (head !== prefix || rest.length > 0 || number.length !== numberLength || !isAccountId(accountId)) return null
  const n = decode(number)
  return n !== null && Number.isSafeInteger(n) && n > 0 ? { accountId, n } : null
}

const epochMs = Date.UTC(2024, 0, 1)
const numbersPerMs = 4096

/**
 * The next time-ordered number: milliseconds since 2024-01-01 UTC times 4096, or `last` when that is larger, plus `step`; so it
 * always grows, also when the clock stands or goes back. `step` (≥ 1) is handed in and should be random: with steps of one, the
 * distance of two ids made in the same millisecond, or the first of one, would tell an account what the others did. Throws
 * RangeError for a time before 2024 or beyond 53 bits (the year 2093).
 */
export const nextTimeId = (last: number, nowMs: number, step: number): number => {
  if (!Number.isSafeInteger(last) || last < 0) throw new RangeError('the last number is a safe integer from 0')
  if (!Number.isSafeInteger(step) || step < 1) throw new RangeError('the step is a whole number from 1')
  if (!Number.isSafeInteger(nowMs) || nowMs < epochMs) throw new RangeError('ids begin with the year 2024')
  const next = Math.max((nowMs - epochMs) * numbersPerMs, last) + step
  if (!Number.isSafeInteger(next)) throw new RangeError('the number is past what 53 bits hold')
  return next
}

/** The instant of a time-ordered number, in milliseconds since the Unix epoch; a little ahead of the truth inside a burst. */
export const timeOfId = (n: number): number => epochMs + Math.floor(n / numbersPerMs)

/** No number that was made at an instant or after it is below this one. */
export const firstIdFrom = (ms: number): number => Math.max(0, ms - epochMs) * numbersPerMs
