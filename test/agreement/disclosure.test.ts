import { describe, expect, test } from 'vitest'
import { judgeDisclosure } from '../../src/agreement/disclosure.ts'
import { regulators } from '../../src/core/matters/disclosure.ts'

const wanted: Parameters<typeof judgeDisclosure>[0] = {
  recipient: 'third_party',
  regulator: null,
  ground: 'written_consent',
  hasProof: true,
  customerTold: true,
}
const judge = (more: Partial<typeof wanted>) => judgeDisclosure({ ...wanted, ...more })

describe('a disclosure', () => {
  test('needs a ground that fits its recipient, and the paper of the ground', () => {
    expect(judge({})).toEqual({ allowed: true, customerNotTold: false })
    expect(judge({ hasProof: false })).toEqual({ allowed: false, reason: 'proof_missing' })
    expect(judge({ ground: 'required_by_law' })).toEqual({ allowed: false, reason: 'ground_not_for_recipient' })
    expect(judge({ ground: 'named_regulator' })).toEqual({ allowed: false, reason: 'ground_not_for_recipient' })
  })

  test.each(regulators)('to the regulator %s rests on the list of S0 and needs no paper', (regulator) => {
    const toRegulator = { recipient: 'regulator', ground: 'named_regulator', hasProof: false } as const
    expect(judge({ ...toRegulator, regulator })).toEqual({ allowed: true, customerNotTold: false })
    expect(judge({ ...toRegulator, regulator: null })).toEqual({ allowed: false, reason: 'regulator_not_named' })
  })

  test('to an adviser needs the secrecy agreement', () => {
    const toAdviser = { recipient: 'adviser', ground: 'adviser_under_secrecy' } as const
    expect(judge(toAdviser)).toMatchObject({ allowed: true })
    expect(judge({ ...toAdviser, hasProof: false })).toEqual({ allowed: false, reason: 'secrecy_agreement_missing' })
  })

  test('to an authority by law is allowed and flagged when the customer was not told before', () => {
    const byLaw = { recipient: 'authority', ground: 'required_by_law' } as const
    expect(judge(byLaw)).toEqual({ allowed: true, customerNotTold: false })
    expect(judge({ ...byLaw, customerTold: false })).toEqual({ allowed: true, customerNotTold: true })
  })
})
