import { describe, expect, it } from 'vitest'
import { splitMilestones } from '../../src/agreement/milestones.ts'
import { readMoneyTerms } from '../../src/agreement/money-terms.ts'
import { rulesOf } from '../../src/agreement/preset-rules.ts'
import { exactly } from '../support/amounts.ts'

const termsOf = (preset: keyof typeof rulesOf) => readMoneyTerms(rulesOf[preset])

describe('the money terms of the presets', () => {
  it('S3: penalties with a cap, 20% after more than 7 days, 75 and 25%, 6% tax', () => {
    expect(termsOf('S3')).toEqual({
      contractFen: 174_000_000n,
      latePayment: {
        kind: 'penalty',
        penalty: { ratePerDay: exactly('0.03'), thresholdRate: exactly('0.2'), capped: true },
        firstDayOffset: 1,
      },
      providerDelay: { ratePerDay: exactly('0.03'), graceDays: 7, lumpRate: exactly('0.2') },
      milestones: [exactly('0.75'), exactly('0.25')],
      vatRate: exactly('0.06'),
    })
  })

  it('S4: interest whose rate is a blank', () => {
    expect(termsOf('S4').latePayment).toEqual({ kind: 'interest', interest: { rate: null, per: 'day' } })
  })

  it('S0, S1 and S2: neither penalty nor interest nor tax', () => {
    for (const preset of ['S0', 'S1', 'S2'] as const)
      expect(termsOf(preset)).toEqual({
        contractFen: null,
        latePayment: null,
        providerDelay: null,
        milestones: null,
        vatRate: null,
      })
  })

  it('shares are the whole price', () => {
    for (const { milestones } of Object.values(rulesOf).map(readMoneyTerms))
      if (milestones !== null) expect(splitMilestones(100n, milestones).kind).toBe('milestones')
  })
})
