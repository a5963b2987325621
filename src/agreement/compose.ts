import { outcomes } from '../core/outcome.ts'
import { presets } from './presets.ts'
import type { CheckTerms, Terms } from './terms.ts'

export type Composition = { kind: 'terms'; terms: Terms } | { kind: 'faults'; faults: string[] }

/** Members that an override may set. `checks` and `suspension` are merged by name, everything else is replaced whole. */
const overridable = ['term', 'checks', 'rate', 'settleWithinDays', 'suspension', 'charging'] as const
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isDay = (value: unknown): boolean => value === null || (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value))
const isPositive = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0
const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every((name) => typeof name === 'string')

/**
 * The terms of a preset with overrides. Faults name the member that is unknown, malformed or still blank: an agreement
 * with a blank that its charging model needs is not made (contracts.md §5, end).
 */
export const composeTerms = (preset: string, overrides: Record<string, unknown>): Composition => {
  const base = presets.get(preset)
  if (!base) return { kind: 'faults', faults: ['preset'] }
  const unknown = Object.keys(overrides).filter((name) => !overridable.some((known) => known === name))
  if (unknown.length > 0) return { kind: 'faults', faults: unknown.map(() => 'overrides: unknown member') }

  const checks: Record<string, CheckTerms> = { ...base.checks }
  if (overrides.checks !== undefined) {
    if (!isPlain(overrides.checks)) return { kind: 'faults', faults: ['checks'] }
    for (const [code, given] of Object.entries(overrides.checks)) {
      if (!isPlain(given)) return { kind: 'faults', faults: ['checks'] }
      const template = checks[code] ?? base.checks.id2
      if (template) checks[code] = { ...template, ...given }
    }
  }
  const terms: Terms = structuredClone({
    ...base,
    term: isPlain(overrides.term) ? { ...base.term, ...overrides.term } : base.term,
    rate: isPlain(overrides.rate) ? { ...base.rate, ...overrides.rate } : base.rate,
    charging: isPlain(overrides.charging) ? { ...base.charging, ...overrides.charging } : base.charging,
    suspension: isPlain(overrides.suspension) ? { ...base.suspension, ...overrides.suspension } : base.suspension,
    settleWithinDays: overrides.settleWithinDays === undefined ? base.settleWithinDays : Number(overrides.settleWithinDays),
    checks,
  } as Terms)
  const faults = findFaults(terms)
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'terms', terms }
}

const findFaults = (terms: Terms): string[] => {
  const faults: string[] = []
  if (!isDay(terms.term.start) || !isDay(terms.term.end) || typeof terms.term.endInclusive !== 'boolean') faults.push('term')
  if (terms.term.start !== null && terms.term.end !== null && terms.term.start > terms.term.end)
    faults.push('term: end before start')
  // A prepaid pack lapses at the end of the term, so a prepaid agreement cannot leave it blank.
  if (terms.charging.model === 'prepaid' && (terms.term.start === null || terms.term.end === null)) faults.push('term: blank')
  if (!['prepaid', 'free'].includes(terms.charging.model) || !['paid', 'list'].includes(terms.charging.settlementBasis))
    faults.push('charging')
  if (!isPositive(terms.rate.limit) || !isPositive(terms.rate.windowSeconds)) faults.push('rate')
  if (!isPositive(terms.settleWithinDays)) faults.push('settleWithinDays')
  if (Object.values(terms.suspension).some((rule) => rule !== 'after_notice' && rule !== 'at_once')) faults.push('suspension')
  if (Object.keys(terms.checks).length === 0) faults.push('checks: blank')
  for (const [code, check] of Object.entries(terms.checks)) {
    if (!isPositive(check.credits) && !(terms.charging.model === 'free' && check.credits === 0))
      faults.push(`checks.${code}.credits`)
    // In doubt, unavailable and rejected give no result, and the fee is for passing on a result (S1 §1).
    if (
      !isNames(check.chargedOutcomes) ||
      check.chargedOutcomes.some((name) => !outcomes.slice(0, 3).some((known) => known === name))
    )
      faults.push(`checks.${code}.chargedOutcomes`)
    if (!isNames(check.purposes) || check.purposes.length === 0) faults.push(`checks.${code}.purposes`)
    if (!isNames(check.consentTypes) || check.consentTypes.length === 0) faults.push(`checks.${code}.consentTypes`)
  }
  return faults
}
