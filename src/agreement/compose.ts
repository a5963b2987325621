import { checks as catalogue } from '../core/checks.ts'
import { outcomes } from '../core/outcome.ts'
import { isCalendarDay } from '../core/shanghai.ts'
import { findBlanks } from './blanks.ts'
import { contractTermsFor, findContractFaults } from './contract-terms.ts'
import { findGrantFaults } from './grant-terms.ts'
import { presets } from './presets.ts'
import { ruleShapes } from './rule-shapes.ts'
import { findShapeFaults, isPlain, isPositive, mergeMembers, shown } from './shape.ts'
import { isSuspensionRule } from './suspension.ts'
import { termDays } from './term.ts'
import type { CheckTerms, Terms } from './terms.ts'

export type Composition = { kind: 'terms'; terms: Terms } | { kind: 'faults'; faults: string[] }

/**
 * Parts that an override may set, with their members. Beside them: `checks` by code, `suspension` by ground, `settleWithinDays`,
 * and every rule that has a shape of its own (`rule-shapes.ts`).
 */
const parts: Record<string, readonly string[]> = {
  term: ['start', 'end', 'endInclusive'],
  rate: ['limit', 'windowSeconds'],
  charging: ['model', 'settlementBasis'],
}
const models: readonly Terms['charging']['model'][] = ['prepaid', 'free', 'postpaid', 'milestones']
const isModel = (value: unknown): boolean => models.some((model) => model === value)
/** Models that take no money for a call. */
const costNothing: readonly Terms['charging']['model'][] = ['free', 'milestones']
const checkMembers = ['credits', 'chargedOutcomes', 'purposes', 'consentTypes']

const isDay = (value: unknown): boolean => value === null || (typeof value === 'string' && isCalendarDay(value))
const isRule = (name: string): name is keyof typeof ruleShapes => Object.hasOwn(ruleShapes, name)
const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every((name) => typeof name === 'string')

/**
 * The terms of a preset with overrides. Faults name the member that is unknown, malformed or still blank: an agreement
 * with a blank that its charging model needs is not made (contracts.md §5, end). Nothing is guessed and nothing ignored: a
 * misspelt override would otherwise be an agreement that says something else than was signed.
 */
export const composeTerms = (preset: string, overrides: Record<string, unknown>): Composition => {
  const base = presets.get(preset)
  if (!base) return { kind: 'faults', faults: ['preset'] }
  const malformed = Object.entries(overrides).flatMap(([name, value]) => findOverrideFaults(name, value))
  if (malformed.length > 0) return { kind: 'faults', faults: malformed }

  const terms = merge(base, overrides as Partial<Terms>)
  const faults = findFaults(terms)
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'terms', terms }
}

const findOverrideFaults = (name: string, value: unknown): string[] => {
  // A rule is judged after it is merged, because an override may set one member of it.
  if (name === 'settleWithinDays' || isRule(name)) return []
  if (name === 'suspension') return isPlain(value) ? [] : [name]
  if (name === 'checks') {
    if (!isPlain(value)) return [name]
    return Object.entries(value).flatMap(([code, given]) =>
      catalogue.has(code) ? findUnknown(`checks.${code}`, given, checkMembers) : [`checks.${shown(code)}: unknown`],
    )
  }
  const members = Object.hasOwn(parts, name) ? parts[name] : undefined
  return members ? findUnknown(name, value, members) : [`${shown(name)}: unknown`]
}

const findUnknown = (name: string, value: unknown, members: readonly string[]): string[] =>
  isPlain(value)
    ? Object.keys(value).flatMap((member) => (members.includes(member) ? [] : [`${name}.${shown(member)}: unknown`]))
    : [name]

/** Checks and suspension grounds are added by name, the other parts replaced member by member. A new check begins as a copy of id2. */
const merge = (base: Terms, given: Partial<Terms>): Terms => {
  const checks: Record<string, CheckTerms> = { ...base.checks }
  for (const [code, check] of Object.entries(given.checks ?? {})) {
    const template = checks[code] ?? base.checks.id2
    if (template) checks[code] = { ...template, ...check }
  }
  const rules = Object.entries(given).flatMap(([name, value]) =>
    isRule(name) ? [[name, mergeMembers(base[name], value)] as const] : [],
  )
  return structuredClone({
    ...base,
    ...contractTermsFor(base, given),
    ...Object.fromEntries(rules),
    term: { ...base.term, ...given.term },
    rate: { ...base.rate, ...given.rate },
    charging: { ...base.charging, ...given.charging },
    suspension: { ...base.suspension, ...given.suspension },
    settleWithinDays: given.settleWithinDays === undefined ? base.settleWithinDays : given.settleWithinDays,
    checks,
  })
}

const findFaults = (terms: Terms): string[] => {
  const malformed = Object.entries(ruleShapes).flatMap(([name, shape]) =>
    findShapeFaults(shape, terms[name as keyof Terms], name),
  )
  // Blanks are looked for in rules of the right shape alone.
  const faults = [...findTermFaults(terms), ...malformed, ...(malformed.length > 0 ? [] : findBlanks(terms))]
  const { model, settlementBasis } = terms.charging
  if (!isModel(model) || !['paid', 'list'].includes(settlementBasis)) faults.push('charging')
  // Terms that are paid for change by a supplement alone (contracts.md §5 no. 7).
  if (model !== 'free' && terms.amendment === 'shown_and_used') faults.push('amendment: a paid agreement needs a supplement')
  if (!isPositive(terms.rate.limit) || !isPositive(terms.rate.windowSeconds)) faults.push('rate')
  if (!isPositive(terms.settleWithinDays)) faults.push('settleWithinDays')
  if (!Object.values(terms.suspension).every(isSuspensionRule)) faults.push('suspension')
  if (malformed.length === 0) faults.push(...findGrantFaults(terms.checks, terms), ...findContractFaults(terms))
  if (Object.keys(terms.checks).length === 0) faults.push('checks: blank')
  for (const [code, check] of Object.entries(terms.checks)) {
    if (!isPositive(check.credits) && !(costNothing.includes(model) && check.credits === 0)) faults.push(`checks.${code}.credits`)
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

const findTermFaults = ({ term: { start, end, endInclusive } }: Terms): string[] => {
  if (!isDay(start) || !isDay(end) || typeof endInclusive !== 'boolean') return ['term']
  return start !== null && end !== null && termDays(start, end, endInclusive) < 1 ? ['term: end before start'] : []
}
