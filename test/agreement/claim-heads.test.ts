import { expect, test } from 'vitest'
import { judgeClaim } from '../../src/agreement/claim-heads.ts'
import { rulesOf } from '../../src/agreement/preset-rules.ts'
import { claimHeads } from '../../src/core/matters/claim.ts'

const refusedIn = (preset: keyof typeof rulesOf) => claimHeads.filter((head) => !judgeClaim(rulesOf[preset].claims, head).allowed)

test('each preset leaves out its own heads: S2 indirect loss, S3 what S3 §9.5 lists', () => {
  expect(refusedIn('S0')).toEqual(['business_risk'])
  expect(refusedIn('S1')).toEqual(['business_risk'])
  expect(refusedIn('S2')).toEqual(['indirect_loss', 'business_risk'])
  expect(refusedIn('S3')).toEqual(['third_party_claims', 'indirect_loss', 'data_loss', 'business_risk'])
})

test('the customer’s own commercial risk is said to be that, whatever the preset', () => {
  expect(judgeClaim('no_indirect', 'business_risk')).toEqual({ allowed: false, reason: 'business_risk' })
  expect(judgeClaim('no_indirect', 'indirect_loss')).toEqual({ allowed: false, reason: 'head_not_in_agreement' })
})
