import { describe, expect, it } from 'vitest'
import { splitMilestones } from '../../src/agreement/milestones.ts'
import { moneyTerms } from '../../src/agreement/money-terms.ts'
import { timeTerms } from '../../src/agreement/time-terms.ts'
import { exactly } from '../support/amounts.ts'

const termsOf = (preset: string) => {
  const terms = moneyTerms.get(preset)
  if (!terms) throw new Error(`${preset} has no money terms`)
  return terms
}
const share = (text: string) => {
  const { numerator, denominator } = exactly(text)
  return { numerator: (numerator * 100n) / denominator, denominator: 100n }
}

describe('the money terms of the presets', () => {
  it('stand for every preset, and for no other', () => {
    expect([...moneyTerms.keys()]).toEqual([...timeTerms.keys()])
  })

  it('S3: penalties with a cap, 20% after more than 7 days, 75 and 25%, 6% tax', () => {
    expect(termsOf('S3')).toEqual({
      latePayment: {
        kind: 'penalty',
        penalty: { ratePerDay: share('0.03'), thresholdRate: share('0.2'), capped: true },
        firstDayOffset: 1,
      },
      providerDelay: { ratePerDay: share('0.03'), graceDays: 7, lumpRate: share('0.2') },
      milestones: [share('0.75'), share('0.25')],
      vatRate: share('0.06'),
    })
  })

  it('S4: interest whose rate is a blank', () => {
    expect(termsOf('S4').latePayment).toEqual({ kind: 'interest', interest: { rate: null, per: 'day' } })
  })

  it('S0, S1 and S2: neither penalty nor interest nor tax', () => {
    for (const preset of ['S0', 'S1', 'S2'])
      expect(termsOf(preset)).toEqual({ latePayment: null, providerDelay: null, milestones: null, vatRate: null })
  })

  it('shares are the whole price', () => {
    for (const { milestones } of moneyTerms.values())
      if (milestones !== null) expect(splitMilestones(100n, milestones).kind).toBe('milestones')
  })
})
