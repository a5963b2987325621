import { describe, expect, it, test } from 'vitest'
import { deliveryRules } from '../../src/agreement/delivery-table.ts'
import { timeTerms } from '../../src/agreement/time-terms.ts'

const termsOf = (preset: string) => {
  const terms = timeTerms.get(preset)
  if (!terms) throw new Error(`${preset} has no time terms`)
  return terms
}

describe('the periods of the presets', () => {
  it('stand for every preset, and for no other', () => {
    expect([...timeTerms.keys()]).toEqual(['S0', 'S1', 'S2', 'S3', 'S4'])
    for (const preset of timeTerms.keys()) expect(deliveryRules(preset)).not.toBeNull()
  })

  test.each([
    ['S0', { inactivity: { days: 360, notice: { n: 5, unit: 'workday' } }, acceptance: null }],
    ['S1', { inactivity: null, acceptance: null, serviceLevel: { hours: {} } }],
    [
      'S3',
      { acceptance: { organise: { n: 7, unit: 'workday' }, afterReminder: { n: 3, unit: 'workday' } }, maintenanceYears: 1 },
    ],
    ['S3', { forceMajeure: { proof: { n: 15, unit: 'day' }, long: { durationDays: 30, talks: { n: 10, unit: 'day' } } } }],
    ['S3', { serviceLevel: { hours: { reply: 1, urgent_onsite: 4, outage_onsite: 2 }, startsOn: 'every_day' } }],
    ['S4', { serviceLevel: { hours: { reply: null, plan: null }, startsOn: 'workdays' }, inactivity: null }],
  ])('%s: %o', (preset, terms) => {
    expect(termsOf(preset)).toMatchObject(terms)
  })

  it('give 15 days to object and to prove where a preset is silent', () => {
    for (const terms of timeTerms.values()) {
      expect(terms.feeObjection).toEqual({ n: 15, unit: 'day' })
      expect(terms.forceMajeure.proof).toEqual({ n: 15, unit: 'day' })
    }
  })
})
