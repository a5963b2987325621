import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ChangeHistory, judgeChange, judgePartnerChange } from '../../src/agreement/amendment.ts'
import { sourceChangeKinds } from '../../src/core/matters/source-change.ts'

const nothing: ChangeHistory = {
  displayedAt: null,
  nextUseAt: null,
  cancelAt: null,
  customerSignedAt: null,
  providerSignedAt: null,
}
const shown = (history: Partial<ChangeHistory>) => judgeChange('shown_and_used', { ...nothing, ...history })
const supplement = (history: Partial<ChangeHistory>) => judgeChange('supplement', { ...nothing, ...history })
const accepted = (by: 'continued_use' | 'supplement', atMs: number) => ({ status: 'accepted', by, atMs })

describe('a change that is shown and used (S2 二(三))', () => {
  test.each<[string, Partial<ChangeHistory>, object]>([
    [
      'is never in force when nobody could see it',
      { nextUseAt: 5, cancelAt: 7 },
      { status: 'not_effective', reason: 'never_displayed' },
    ],
    ['waits for the next use', { displayedAt: 3 }, { status: 'pending' }],
    ['is not accepted by a use one millisecond before', { displayedAt: 3, nextUseAt: 2 }, { status: 'pending' }],
    ['is accepted by a use at the very instant', { displayedAt: 3, nextUseAt: 3 }, accepted('continued_use', 3)],
    ['is refused by closing the account', { displayedAt: 3, cancelAt: 9 }, { status: 'account_closing' }],
    ['is refused when closing came before the use', { displayedAt: 3, cancelAt: 4, nextUseAt: 5 }, { status: 'account_closing' }],
    ['is refused when both came at once', { displayedAt: 3, cancelAt: 5, nextUseAt: 5 }, { status: 'account_closing' }],
    ['stands when the use came before closing', { displayedAt: 3, cancelAt: 5, nextUseAt: 4 }, accepted('continued_use', 4)],
    ['is not signed into force', { customerSignedAt: 1, providerSignedAt: 1, displayedAt: 3 }, { status: 'pending' }],
  ])('%s', (_what, history, standing) => {
    expect(shown(history)).toEqual(standing)
  })
})

describe('a change by supplement (S1 §8.1)', () => {
  const missing = { status: 'not_effective', reason: 'supplementary_agreement_required' }
  test('needs both signatures and counts from the later one', () => {
    expect(supplement({ customerSignedAt: 4 })).toEqual(missing)
    expect(supplement({ providerSignedAt: 4 })).toEqual(missing)
    expect(supplement({ customerSignedAt: 4, providerSignedAt: 9 })).toEqual(accepted('supplement', 9))
    expect(supplement({ customerSignedAt: 9, providerSignedAt: 4 })).toEqual(accepted('supplement', 9))
  })

  test('never comes from being shown and used', () => {
    const time = fc.option(fc.integer({ min: 0, max: 5 }), { nil: null })
    fc.assert(
      fc.property(time, time, time, (displayedAt, nextUseAt, cancelAt) => {
        expect(supplement({ displayedAt, nextUseAt, cancelAt })).toEqual(missing)
      }),
    )
  })
})

describe("a partner's change (S1 §2.4)", () => {
  test.each(sourceChangeKinds)('%s: silence keeps the old terms and the old price', (kind) => {
    expect(judgePartnerChange(kind, null, 'not_a_breach')).toEqual({
      status: 'old_terms_continue_if_upstream_allows',
      repriceApplied: false,
    })
  })

  test.each(sourceChangeKinds)('%s: a refusal ends it by agreement, and whose fault it is stands in the agreement', (kind) => {
    expect(judgePartnerChange(kind, 'reject', 'not_a_breach')).toEqual({ status: 'close_by_agreement', providerBreach: false })
    expect(judgePartnerChange(kind, 'reject', 'providers_breach')).toEqual({
      status: 'close_by_agreement',
      providerBreach: true,
    })
  })

  test('an accepted one changes the price only when it is about the price', () => {
    for (const kind of sourceChangeKinds)
      expect(judgePartnerChange(kind, 'accept', 'not_a_breach')).toEqual({ status: 'accepted', repriceApplied: kind === 'price' })
  })
})
