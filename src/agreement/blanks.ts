import type { Terms } from './terms.ts'

const nullsOf = (path: string, record: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(record).flatMap(([name, value]) => (value === null ? [`${path}.${name}: blank`] : []))

/**
 * The members that are still blank although the agreement needs them: the parameters of its charging model, and what its own
 * text leaves open with an underline, such as hours, prices and a rate (contracts.md §5, end; S4 §1.3.1).
 */
export const findBlanks = (terms: Terms): string[] => {
  const { term, charging, serviceLevel, prices, payWithin, latePayment, milestones, contractAmount } = terms
  const faults: string[] = []
  // What is paid for lapses or is settled at the end of the term, so only a free agreement may stay open.
  if (charging.model !== 'free' && (term.start === null || term.end === null)) faults.push('term: blank')
  faults.push(...nullsOf('serviceLevel.hours', serviceLevel.hours), ...nullsOf('prices', prices))
  if (charging.model === 'postpaid' && Object.keys(prices).length === 0) faults.push('prices: blank')
  if (charging.model === 'postpaid' && payWithin === null) faults.push('payWithin: blank')
  if (charging.model === 'milestones' && milestones.length === 0) faults.push('milestones: blank')
  if (charging.model === 'milestones' && contractAmount === null) faults.push('contractAmount: blank')
  if (latePayment.kind === 'interest' && latePayment.rate === null) faults.push('latePayment.rate: blank')
  return faults
}
