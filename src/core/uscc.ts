import { toHalfWidth } from './half-width.ts'

/** Stable names of the rules that a unified social credit code can break. */
export type UsccRule = 'uscc_length' | 'uscc_characters' | 'uscc_checksum'

/** The form that is checked, digested and sent: half-width, without any white space, letters in upper case. */
export const normaliseUscc = (text: string): string =>
  toHalfWidth(text)
    .replace(/\s+/g, '')
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())

// No I, O, S, V, Z: they are too easily read as digits (GB 32100-2015, 4.5).
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

const checkCharacterOf = (code: string): string => {
  const sum = weights.reduce((total, weight, index) => total + weight * alphabet.indexOf(code.charAt(index)), 0)
  return alphabet.charAt((31 - (sum % 31)) % 31)
}

/** The first rule of GB 32100-2015 that a normalised unified social credit code breaks, or null: length 18, alphabet, check character. */
export const checkUscc = (normalised: string): UsccRule | null => {
  if (normalised.length !== 18) return 'uscc_length'
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(normalised)) return 'uscc_characters'
  if (normalised.charAt(17) !== checkCharacterOf(normalised)) return 'uscc_checksum'
  return null
}

/**
 * First four characters (authority, category, province) and last three, of all 18: `9135***********Y43`. Enough to tell two
 * customers' papers apart, too little to look the body up. Anything that is not 18 characters becomes stars.
 */
export const maskUscc = (code: string): string =>
  code.length === 18 ? `${code.slice(0, 4)}${'*'.repeat(11)}${code.slice(15)}` : '*'.repeat(18)
