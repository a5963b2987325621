import fc from 'fast-check'
import { parseDecimal, parseFen } from '../../src/core/decimal.ts'
import type { Fraction } from '../../src/core/money.ts'

/** Fen of an amount that a test writes in yuan. */
export const fenOf = (yuan: string): bigint => {
  const fen = parseFen(yuan)
  if (fen === null) throw new Error(`${yuan} is no amount`)
  return fen
}

/** The exact value of a decimal that a test writes. */
export const exactly = (text: string): Fraction => {
  const value = parseDecimal(text)
  if (value === null) throw new Error(`${text} is no decimal`)
  return value
}

/** Amounts from nothing to a trillion yuan. */
export const anyFen = fc.bigInt({ min: 0n, max: 10n ** 14n })

/** Rates from nothing to 100% in steps of a hundredth of a percent. */
export const anyRate: fc.Arbitrary<Fraction> = fc
  .bigInt({ min: 0n, max: 10_000n })
  .map((numerator) => ({ numerator, denominator: 10_000n }))

export const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n)
