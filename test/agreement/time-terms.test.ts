import { describe, expect, it, test } from 'vitest'
import { deliveryRulesOf } from '../../src/agreement/delivery-table.ts'
import { timeTermsOf } from '../../src/agreement/time-terms.ts'

describe('the periods of the presets', () => {
  it('stand for every preset, and for no other', () => {
    expect(Object.keys(timeTermsOf)).toEqual(['S0', 'S1', 'S2', 'S3', 'S4'])
    expect(Object.keys(deliveryRulesOf)).toEqual(Object.keys(timeTermsOf))
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
  ] as const)('%s: %o', (preset, terms) => {
    expect(timeTermsOf[preset]).toMatchObject(terms)
  })

  it('give 15 days to object and to prove where a preset is silent', () => {
    for (const terms of Object.values(timeTermsOf)) {
      expect(terms.feeObjection).toEqual({ n: 15, unit: 'day' })
      expect(terms.forceMajeure.proof).toEqual({ n: 15, unit: 'day' })
    }
  })
})
