import { toHalfWidth } from './half-width.ts'

/** Stable name of the rule that a mobile number can break. */
export type MobileNumberRule = 'mobile_format'

/** The 11 digits as sources want them: half-width, without spaces and dashes, without the country code (`+86`, `86`, `0086`). */
export const normaliseMobileNumber = (text: string): string =>
  toHalfWidth(text)
    .replace(/[\s\-\u2010-\u2015\u2212]/g, '')
    .replace(/^(?:\+|00)?86(?=\d{11}$)/, '')

/**
 * Null when the normalised text is a mainland mobile number by form (sources.md §7.3). The segment is not judged: numbers are
 * portable between operators, and new segments are opened without notice.
 */
export const checkMobileNumber = (normalised: string): MobileNumberRule | null =>
  /^1[3-9]\d{9}$/.test(normalised) ? null : 'mobile_format'

/** `138****8000`: segment and last four digits. Anything that is not 11 characters becomes stars. */
export const maskMobileNumber = (number: string): string =>
  number.length === 11 ? `${number.slice(0, 3)}****${number.slice(7)}` : '*'.repeat(11)
