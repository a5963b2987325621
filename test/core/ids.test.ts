import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { IdPrefix } from '../../src/core/ids.ts'
import { accountIdFrom, isAccountId, makeId, nextTimeId, parseId, timeOfId } from '../../src/core/ids.ts'

const prefixes: IdPrefix[] = ['con', 'gra', 'ord', 'ver', 'key', 'app', 'agr', 'sub', 'sta', 'set', 'not']
const epochMs = Date.UTC(2024, 0, 1)
const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const accountIds = hex(14).map(accountIdFrom)
const numbers = fc.maxSafeNat().filter((n) => n > 0)

describe('accountIdFrom', () => {
  test.each([
    ['00000000000000', 'acc_0000000000'],
    ['ffffffffffffff', 'acc_zzzzzzzzzz'],
    ['0000000000003f', 'acc_0000000000'],
    ['00000000000040', 'acc_0000000001'],
    ['ABCDEFabcdef01234567', 'acc_nf6yzaydxw'],
  ])('%s gives %s', (random, id) => {
    expect(accountIdFrom(random)).toBe(id)
    expect(isAccountId(id)).toBe(true)
  })

  test.each(['', '0123456789abc', '0123456789abcg'])('refuses %j', (random) => {
    expect(() => accountIdFrom(random)).toThrow(RangeError)
  })

  it('keeps all of its 50 bits', () => {
    fc.assert(
      fc.property(hex(14), hex(14), (left, right) => {
        expect(accountIdFrom(left) === accountIdFrom(right)).toBe(BigInt(`0x${left}`) >> 6n === BigInt(`0x${right}`) >> 6n)
      }),
    )
  })

  test.each([
    'acc_',
    'acc_000000000',
    'acc_00000000000',
    'acc_000000000i',
    'acc_000000000L',
    'acc_000000000o',
    'acc_000000000u',
    'con_0000000000',
    'acc_0000000000\n',
  ])('%j is none', (text) => {
    expect(isAccountId(text)).toBe(false)
  })
})

describe('makeId and parseId', () => {
  it('has one golden form', () => {
    expect(makeId('ver', 'acc_nf6yzaydxw', 1)).toBe('ver_nf6yzaydxw_00000000001')
    expect(makeId('con', 'acc_nf6yzaydxw', Number.MAX_SAFE_INTEGER)).toBe('con_nf6yzaydxw_7zzzzzzzzzz')
  })

  it('makes the round trip under its own prefix only', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...prefixes),
        fc.constantFrom(...prefixes),
        accountIds,
        numbers,
        (prefix, other, accountId, n) => {
          const id = makeId(prefix, accountId, n)
          expect(parseId(id, prefix)).toEqual({ accountId, n })
          expect(parseId(id, other) === null).toBe(other !== prefix)
        },
      ),
    )
  })

  it('reads canonical text only: what it accepts, it would write', () => {
    const parts = fc.string({ unit: fc.constantFrom(...'0123456789abcilouyzZ_ '), minLength: 9, maxLength: 12 })
    fc.assert(
      fc.property(parts, parts, (account, number) => {
        const text = `ver_${account}_${number}`
        const id = parseId(text, 'ver')
        if (id !== null) expect(makeId('ver', id.accountId, id.n)).toBe(text)
      }),
    )
  })

  test.each([
    '',
    'ver_',
    'ver_nf6yzaydxw',
    'ver_nf6yzaydxw_00000000000',
    'ver_nf6yzaydxw_0000000001',
    'ver_nf6yzaydxw_000000000001',
    'ver_nf6yzaydxw_80000000000',
    'ver_nf6yzaydxw_zzzzzzzzzzz',
    'ver_nf6yzaydxw_0000000000I',
    'VER_nf6yzaydxw_00000000001',
    'ver_NF6YZAYDXW_00000000001',
    'ver_nf6yzaydxw_00000000001_',
    'ver_nf6yzaydxw_00000000001\n',
    ' ver_nf6yzaydxw_00000000001',
    'ver-nf6yzaydxw-00000000001',
  ])('%j is no id', (text) => {
    expect(parseId(text, 'ver')).toBeNull()
  })

  test.each([0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1])('refuses to make an id of %d', (n) => {
    expect(() => makeId('ver', 'acc_0000000000', n)).toThrow(RangeError)
  })

  it('refuses to make an id for a malformed account', () => {
    expect(() => makeId('ver', '0000000000', 1)).toThrow(RangeError)
  })

  it('sorts as text in the order of its numbers', () => {
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        const [a, b] = [makeId('ver', 'acc_0000000000', left), makeId('ver', 'acc_0000000000', right)]
        expect(Math.sign(left - right)).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })
})

describe('nextTimeId', () => {
  const last2093 = epochMs + 2 ** 41 - 1

  it('follows the clock, and itself when the clock stands or goes back', () => {
    const first = nextTimeId(0, epochMs + 1000, 7)
    expect(first).toBe(4_096_007)
    expect(nextTimeId(first, epochMs + 1000, 7)).toBe(4_096_014)
    expect(nextTimeId(first, epochMs, 7)).toBe(4_096_014)
    expect(nextTimeId(first, epochMs + 1001, 7)).toBe(4_100_103)
    expect(nextTimeId(0, epochMs, 1)).toBe(1)
  })

  it('strictly increases and tells its time', () => {
    const instants = fc.integer({ min: epochMs, max: last2093 - 1000 })
    fc.assert(
      fc.property(fc.array(fc.tuple(instants, fc.integer({ min: 1, max: 4095 })), { minLength: 1 }), (calls) => {
        let last = 0
        for (const [nowMs, step] of calls) {
          const next = nextTimeId(last, nowMs, step)
          expect(next).toBeGreaterThan(last)
          expect(timeOfId(next)).toBeGreaterThanOrEqual(nowMs)
          if (timeOfId(last) < nowMs - 1) expect(timeOfId(next)).toBe(nowMs)
          last = next
        }
      }),
    )
  })

  test.each([
    [0, epochMs - 1, 1],
    [0, last2093 + 1, 1],
    [Number.MAX_SAFE_INTEGER, epochMs, 1],
    [0, epochMs, 0],
    [0, epochMs, 0.5],
    [-1, epochMs, 1],
    [0, Number.NaN, 1],
  ])('throws for last %d, time %d, step %d', (last, nowMs, step) => {
    expect(() => nextTimeId(last, nowMs, step)).toThrow(RangeError)
  })

  it('holds to the end of 53 bits', () => {
    expect(Number.isSafeInteger(nextTimeId(0, last2093, 1))).toBe(true)
  })
})
