/** An exact fraction; the denominator is above 0. A unit price stays one until the printed line, so that no fen is lost on the way. */
export interface Fraction {
  numerator: bigint
  denominator: bigint
}

/** A number of money or credits is a bigint or a safe integer; anything else has already lost something. */
const toExact = (value: bigint | number): bigint => {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError('an amount is a whole number')
  return BigInt(value)
}

/** Fen as yuan with two places, `800.00`, `-0.05`. Throws RangeError for a number that is not a safe integer. */
export const formatFen = (fen: bigint | number): string => {
  const exact = toExact(fen)
  const digits = String(exact < 0n ? -exact : exact).padStart(3, '0')
  return `${exact < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Fen of an amount in yuan with up to two places (`800`, `800.5`, `800.00`), or null: no sign, no separators, no rounding. */
export const parseYuan = (text: string): number | null => {
  const match = /^(0|[1-9]\d*)(?:\.(\d{1,2}))?$/.exec(text)
  if (!match) return null
  const [, yuan = '', places = ''] = match
  const fen = Number(`${yuan}${places.padEnd(2, '0')}`)
  return Number.isSafeInteger(fen) ? fen : null
}

/** The same fraction in lowest terms. Throws RangeError unless the denominator is above 0. */
export const reduceFraction = ({ numerator, denominator }: Fraction): Fraction => {
  if (denominator <= 0n) throw new RangeError('the denominator of a fraction is above 0')
  let divisor = numerator < 0n ? -numerator : numerator
  for (let rest = denominator; rest !== 0n; ) [divisor, rest] = [rest, divisor % rest]
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

/** The fraction times a whole number, exact and in lowest terms. Throws RangeError for a factor that is not whole. */
export const multiplyFraction = (fraction: Fraction, factor: bigint | number): Fraction =>
  reduceFraction({ numerator: fraction.numerator * toExact(factor), denominator: fraction.denominator })

/** The sum, exact and in lowest terms. */
export const addFractions = (one: Fraction, other: Fraction): Fraction =>
  reduceFraction({
    numerator: one.numerator * other.denominator + other.numerator * one.denominator,
    denominator: one.denominator * other.denominator,
  })

/** The product of two fractions, exact and in lowest terms. */
export const multiplyFractions = (one: Fraction, other: Fraction): Fraction =>
  reduceFraction({ numerator: one.numerator * other.numerator, denominator: one.denominator * other.denominator })

/** The first fraction over the second, exact and in lowest terms. Throws RangeError unless the second is above 0. */
export const divideFractions = (one: Fraction, other: Fraction): Fraction =>
  reduceFraction({ numerator: one.numerator * other.denominator, denominator: one.denominator * other.numerator })

/** Whether the first fraction is strictly more than the second. */
export const isMore = (one: Fraction, other: Fraction): boolean =>
  one.numerator * other.denominator > other.numerator * one.denominator

/** A whole number as a fraction. Throws RangeError for a number that is not whole. */
export const wholeFraction = (value: bigint | number): Fraction => ({ numerator: toExact(value), denominator: 1n })

/** The nearest whole number; a half goes away from zero, so that a credit note is exactly the line that it takes back. */
export const roundHalfUp = (fraction: Fraction): bigint => {
  const { numerator, denominator } = reduceFraction(fraction)
  const size = numerator < 0n ? -numerator : numerator
  const rounded = (2n * size + denominator) / (2n * denominator)
  return numerator < 0n ? -rounded : rounded
}

/** Fen per credit of a pack, exact: 800.00 yuan for 30,000 credits is 8/3 fen. Throws RangeError unless there are credits. */
export const unitPrice = (paidFen: bigint | number, credits: bigint | number): Fraction =>
  reduceFraction({ numerator: toExact(paidFen), denominator: toExact(credits) })

/** Fen for so many credits at a unit price, rounded once, half up (DESIGN.md §3, "Money is exact"). */
export const amountOf = (price: Fraction, credits: bigint | number): bigint => roundHalfUp(multiplyFraction(price, credits))
