import { describe, expect, test } from 'vitest'
import { judgeCause } from '../../src/agreement/cause.ts'
import { causes } from '../../src/core/matters/cause.ts'

const outside = causes.filter((cause) => cause !== 'provider' && cause !== 'partner')

describe('whether a penalty line may follow', () => {
  test.each(outside)('from %s: not when it is proved, and as for the provider when it is not', (cause) => {
    expect(judgeCause(cause, true, 'not_a_breach')).toEqual({ penaltyMayFollow: false, reason: 'outside_the_provider' })
    expect(judgeCause(cause, false, 'not_a_breach')).toEqual({ penaltyMayFollow: true, reason: 'proof_missing' })
  })

  test('from a partner is what the agreement says: nobody’s breach in S1, the provider’s in S3', () => {
    expect(judgeCause('partner', false, 'not_a_breach')).toEqual({ penaltyMayFollow: false, reason: 'partner_is_no_breach' })
    expect(judgeCause('partner', true, 'providers_breach')).toEqual({
      penaltyMayFollow: true,
      reason: 'partner_is_the_providers',
    })
  })

  test('from the provider itself is never excused by a paper', () => {
    expect(judgeCause('provider', true, 'not_a_breach').penaltyMayFollow).toBe(true)
  })
})
