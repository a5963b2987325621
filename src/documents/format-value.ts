import { formatFen } from '../core/money.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import type { Value, ValueKind } from './printed.ts'

/** Where a value is written: for programs (JSON, CSV) or for people (a page). They differ in times and in grouping alone. */
export type Reader = 'program' | 'person'

/** Millionths of a yuan as yuan with six places, `0.080000`. Throws RangeError for a number that is not a safe integer. */
const formatMicroYuan = (amount: number): string => {
  if (!Number.isSafeInteger(amount)) throw new RangeError('an amount is a whole number')
  const digits = String(Math.abs(amount)).padStart(7, '0')
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** `1,234.50` of `1234.50`: groups of three, as invoices print them. */
const groupDigits = (number: string): string => number.replace(/\B(?<!\.\d*)(?=(?:\d{3})+(?!\d))/g, ',')

/** `2024-08-31 23:59:59` in Shanghai. */
const timeForPeople = (ms: number): string => toRfc3339(ms).slice(0, 19).replace('T', ' ')

const numberTexts: Partial<Record<ValueKind, (value: number, reader: Reader) => string>> = {
  fen: (value) => formatFen(value),
  micro_yuan: formatMicroYuan,
  integer: String,
  time: (value, reader) => (reader === 'person' ? timeForPeople(value) : toRfc3339(value)),
}

/** Whether a column of this kind is aligned and grouped like numbers. */
export const isNumeric = (kind: ValueKind): boolean => kind === 'fen' || kind === 'micro_yuan' || kind === 'integer'

/** The one place where a value becomes text. Nothing is an empty text. A text stays as it is, whatever its kind. */
export const formatValue = (kind: ValueKind, value: Value, reader: Reader): string => {
  if (value === null) return ''
  const text = typeof value === 'number' ? (numberTexts[kind]?.(value, reader) ?? String(value)) : value
  return reader === 'person' && isNumeric(kind) && /^-?\d+(?:\.\d+)?$/.test(text) ? groupDigits(text) : text
}

/**
 * The name of a value where it is written. Amounts are written in yuan, so a name that ends with the unit in which they are
 * counted would be wrong by a hundred times.
 */
export const writtenKey = (key: string, kind: ValueKind): string => {
  if (kind === 'fen') return key.replace(/_fen$/, '_yuan')
  return kind === 'micro_yuan' ? key.replace(/_micro_yuan$/, '_yuan') : key
}
