import { type Fraction, reduceFraction, roundHalfUp } from './money.ts'

/*
 * Decimal texts and exact fractions. A rate, a price or a quantity is read from its text, because a float has already rounded it.
 */

/** The exact value of a decimal text (`0.0465`, `-12`, `1536.75`), or null: no plus sign, exponent, separator or bare point. */
export const parseDecimal = (text: string): Fraction | null => {
  const match = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text)
  if (!match) return null
  const [, sign = '', whole = '', places = ''] = match
  return reduceFraction({ numerator: BigInt(`${sign}${whole}${places}`), denominator: 10n ** BigInt(places.length) })
}

/** Fen of an amount in yuan with at most two places (`1305000.00`, `-0.5`), or null. Signed, and of any size. */
export const parseFen = (text: string): bigint | null => {
  const yuan = /\.\d{3}/.test(text) ? null : parseDecimal(text)
  return yuan && (yuan.numerator * 100n) / yuan.denominator
}

/** The value with so many places, rounded half up: a half goes away from zero. */
export const formatDecimal = ({ numerator, denominator }: Fraction, places: number): string => {
  const scaled = roundHalfUp({ numerator: numerator * 10n ** BigInt(places), denominator })
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  return `${scaled < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`
}

/** The value with all its places, at least `minPlaces`, or null when it has no end as a decimal (1/3). */
export const formatExact = (fraction: Fraction, minPlaces: number): string | null => {
  let { denominator } = reduceFraction(fraction)
  let places = minPlaces
  for (let power = 0; denominator > 1n; power += 1) {
    // Each place takes away at most one factor 2 and one factor 5.
    const before = denominator
    if (denominator % 2n === 0n) denominator /= 2n
    if (denominator % 5n === 0n) denominator /= 5n
    if (denominator === before) return null
    places = Math.max(places, power + 1)
  }
  return formatDecimal(fraction, places)
}

/** The fraction in lowest terms, `2/75`; a whole number without a denominator, `12`. */
export const formatFraction = (fraction: Fraction): string => {
  const { numerator, denominator } = reduceFraction(fraction)
  return denominator === 1n ? String(numerator) : `${numerator}/${denominator}`
}
