import { addDays, startOfDayMs } from '../core/shanghai.ts'
import type { Terms } from './terms.ts'

export type TermFinding = 'ok' | 'not_effective' | 'term_expired'

/** First instant after the term, milliseconds; null when the term is open. The last day belongs to the term to 24:00 when inclusive (S1 一, contracts.md §5 no. 2). */
export const termEndMs = (term: Terms['term']): number | null =>
  term.end === null ? null : startOfDayMs(term.endInclusive ? addDays(term.end, 1) : term.end)

/** First instant of the term and first after it; null where it is open. */
interface TermBounds {
  start: number | null
  end: number | null
}

/** Terms do not change once they are agreed, and every verification asks for them. */
const boundsOf = new WeakMap<Terms['term'], TermBounds>()

const termBounds = (term: Terms['term']): TermBounds => {
  let bounds = boundsOf.get(term)
  if (!bounds) {
    bounds = { start: term.start === null ? null : startOfDayMs(term.start), end: termEndMs(term) }
    boundsOf.set(term, bounds)
  }
  return bounds
}

/**
 * Whether an instant lies in the term of an agreement that came into force at `effectiveAt` (S1 一 and 三).
 * Days are Asia/Shanghai days; `effectiveAt` null means that the trigger has not happened.
 */
export const findTerm = (term: Terms['term'], effectiveAt: number | null, at: number): TermFinding => {
  if (effectiveAt === null || at < effectiveAt) return 'not_effective'
  const { start, end } = termBounds(term)
  if (start !== null && at < start) return 'not_effective'
  return end !== null && at >= end ? 'term_expired' : 'ok'
}

/** Length of a closed term in days. */
export const termDays = (start: string, end: string, endInclusive: boolean): number =>
  (startOfDayMs(end) - startOfDayMs(start)) / 86_400_000 + (endInclusive ? 1 : 0)
