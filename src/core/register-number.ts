import { toHalfWidth } from './half-width.ts'

/** The spelling that is sent and compared: half width, without white space, letters in capitals. */
export const normaliseRegisterNumber = (text: string): string => toHalfWidth(text).replaceAll(/\s/gu, '').toUpperCase()

/** The first rule that a normalised number of a register breaks, or null: 4 to 64 letters, digits, Chinese characters and ( ) - / */
export const checkRegisterNumber = (text: string): string | null => {
  const length = [...text].length
  if (length < 4) return 'too_small'
  if (length > 64) return 'too_large'
  return /^[\p{Script=Han}A-Z0-9()/-]+$/u.test(text) ? null : 'register_number'
}
