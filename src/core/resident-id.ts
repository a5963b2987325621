import { toHalfWidth } from './half-width.ts'
import { isCalendarDay } from './shanghai.ts'

/** Stable names of the rules that a resident identity number can break. */
export type ResidentIdRule =
  | 'id_number_legacy_15'
  | 'id_number_length'
  | 'id_number_characters'
  | 'id_number_birth_date'
  | 'id_number_checksum'

/** The form that is checked, digested and sent: half-width, without any white space, `x` as `X`. Whether it is valid is another question. */
export const normaliseResidentId = (text: string): string => toHalfWidth(text).replace(/\s+/g, '').replace(/x/g, 'X')

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

const checkCharacterOf = (id: string): string => {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(id.charAt(index)), 0)
  return '10X98765432'.charAt(sum % 11)
}

/** Birth date, `YYYY-MM-DD`, that a normalised 18-digit number states. Says nothing about whether that day exists. */
export const birthDateOf = (id: string): string => `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`

// Numbers have been given out since 1984; nobody who got one was born before 1800. The standard's own example was born in 1880.
const earliestBirthDate = '1800-01-01'

/**
 * The first rule of GB 11643 that a normalised number breaks, or null. Pattern, birth date (exists, not after `today`, the
 * Shanghai day `YYYY-MM-DD`) and check character (ISO 7064 MOD 11-2) are judged; the region is not, because abolished region
 * codes live on in old numbers. Residence permits (81, 82, 83) and the foreigners' permanent resident card (9…) share the form
 * and the checksum. The 15-digit form went out of legal use in 2013 and is refused under a name of its own.
 */
export const checkResidentId = (normalised: string, today: string): ResidentIdRule | null => {
  if (/^\d{15}$/.test(normalised)) return 'id_number_legacy_15'
  if (normalised.length !== 18) return 'id_number_length'
  if (!/^\d{17}[\dX]$/.test(normalised)) return 'id_number_characters'
  const birthDate = birthDateOf(normalised)
  if (!isCalendarDay(birthDate) || birthDate < earliestBirthDate || birthDate > today) return 'id_number_birth_date'
  if (normalised.charAt(17) !== checkCharacterOf(normalised)) return 'id_number_checksum'
  return null
}

/** The only form in which a number may be stored or shown: `110105********002X`. Anything that is not 18 characters becomes stars. */
export const maskResidentId = (id: string): string =>
  id.length === 18 ? `${id.slice(0, 6)}${'*'.repeat(8)}${id.slice(14)}` : '*'.repeat(18)

// Provinces of GB/T 2260 and the permits 81 to 83; the foreigners' card puts its 9 before the province.
const province = /^9?(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/

/**
 * True when 18 characters in a row of the text, after normalisation, are a resident identity number by province, birth date and
 * checksum. Keeps such numbers out of free reference fields. A reference of the same build (province, 4 digits, date, 4 digits)
 * hits by chance once in 11.
 */
export const containsResidentId = (text: string): boolean => {
  const normalised = normaliseResidentId(text)
  for (let start = 0; start + 18 <= normalised.length; start += 1) {
    const window = normalised.slice(start, start + 18)
    // No clock here: any birth date up to 2099 counts, which errs on the side of keeping a number out.
    if (province.test(window) && checkResidentId(window, '2099-12-31') === null) return true
  }
  return false
}
