import { addMonths, daysBetween } from '../core/shanghai.ts'
import { endOfDayMs } from './deadline.ts'

/** A maintenance term. Its price is spread over `pricedDays`. */
export interface MaintenanceTerm {
  /** First covered day: the day of acceptance, which is covered but not counted. */
  coverFrom: string
  lastDay: string
  /** First instant after the term, milliseconds. */
  endMs: number
  /** Days that count: all but the day of acceptance. */
  pricedDays: number
}

/**
 * Years of maintenance from the day of acceptance to the corresponding day (S3 第三条, R10). A term does not roll (R8), and it
 * runs whether or not the last payment is due yet (contracts.md §5 no. 30).
 */
export const maintenanceTerm = (acceptedOn: string, years: number): MaintenanceTerm => {
  if (!Number.isSafeInteger(years) || years < 1) throw new RangeError('a term has at least one whole year')
  const lastDay = addMonths(acceptedOn, years * 12)
  return { coverFrom: acceptedOn, lastDay, endMs: endOfDayMs(lastDay), pricedDays: daysBetween(acceptedOn, lastDay) }
}
