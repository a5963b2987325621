import { z } from 'zod'
import { parseDecimal, parseFen } from '../../src/core/decimal.ts'

/** Yuan with at most two places, as fen: signed where an amount may be a correction. */
export const signedFen = z.string().transform((text, context) => {
  const fen = parseFen(text)
  if (fen !== null) return fen
  context.addIssue({ code: 'custom', message: 'an amount is a text in yuan with at most two places' })
  return z.NEVER
})

export const fen = signedFen.refine((amountFen) => amountFen >= 0n, 'an amount is not below 0')

export const fenAboveZero = signedFen.refine((amountFen) => amountFen > 0n, 'an amount is above 0')

/** A decimal text as an exact fraction. */
export const signedDecimal = z.string().transform((text, context) => {
  const value = parseDecimal(text)
  if (value !== null) return value
  context.addIssue({ code: 'custom', message: 'a number is a decimal text' })
  return z.NEVER
})

export const decimal = signedDecimal.refine(({ numerator }) => numerator >= 0n, 'a number is not below 0')
