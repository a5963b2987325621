import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endCauses } from '../../../src/core/matters/settlement-figures.ts'
import { expectSound, useTestLedgers } from '../../support/ledger.ts'
import { take } from '../../support/ledger-commands.ts'
import { approveSettlement, proposeSettlement, settlementAct } from '../../support/ledger-matters.ts'
import { act, buyCredits, changeAgreement, hold, s1Term, seedWorld, settle } from '../../support/ledger-world.ts'

const open = useTestLedgers()

const dayMs = 86_400_000

const step = fc.oneof(
  fc.record({ do: fc.constant('buy' as const), credits: fc.integer({ min: 1, max: 400 }), paidFen: fc.nat({ max: 9_999 }) }),
  fc.record({ do: fc.constant('weigh' as const), credits: fc.integer({ min: 1, max: 60 }) }),
  fc.record({
    do: fc.constant('call' as const),
    outcome: fc.constantFrom('match' as const, 'mismatch' as const, 'no_record' as const, 'unavailable' as const),
  }),
  fc.record({ do: fc.constant('between' as const) }),
  fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 200 }) }),
)

const history = fc.record({
  basis: fc.constantFrom('paid' as const, 'list' as const),
  steps: fc.array(step, { maxLength: 12 }),
  causes: fc.array(fc.constantFrom(...endCauses), { minLength: 1, maxLength: 3 }),
})

/**
 * Whatever was bought, used and let lapse, and however often a settlement was taken back: each pack's price is what was used, given
 * back and kept, to the fen; no credit is lost; and nothing is left that could pay a call.
 */
test('paid = used + given back + kept, to the fen, over random histories', () => {
  fc.assert(
    fc.property(history, ({ basis, steps, causes }) => {
      const ledger = open()
      const world = seedWorld(ledger, { credits: 100, overrides: { charging: { settlementBasis: basis } } })
      const { accountId } = world
      let calls = 0
      for (const [index, wanted] of steps.entries()) {
        if (wanted.do === 'wait') {
          ledger.clock.advance(wanted.days * dayMs)
          ledger.runDue()
        } else if (wanted.do === 'weigh')
          changeAgreement(ledger, accountId, {
            term: s1Term,
            charging: { settlementBasis: basis },
            checks: { id2: { credits: wanted.credits } },
          })
        else if (wanted.do === 'between') {
          const { data, id } = proposeSettlement(ledger, world, { final: false })
          take(approveSettlement(ledger, world, { data, id } as never), 'matter')
        } else if (ledger.clock.now >= Date.parse('2025-07-29T00:00:00+08:00')) continue
        else if (wanted.do === 'buy') buyCredits(ledger, accountId, wanted.credits, 'live', `again-${index}`, wanted.paidFen)
        else {
          const available = ledger.row<{ most: number }>('SELECT max(available) AS most FROM grants').most
          const weight = ledger.row<{ terms: string }>('SELECT terms FROM agreements ORDER BY version DESC LIMIT 1').terms
          if (available < Number(JSON.parse(weight).checks.id2.credits)) continue
          calls += 1
          settle(ledger, world, hold(ledger, world, `call ${calls}`).verificationId, wanted.outcome)
        }
      }
      for (const [index, cause] of causes.entries()) {
        const proposed = act(ledger, accountId, settlementAct({ cause }))
        if (proposed.kind === 'refused') {
          expect([cause, proposed.detail]).toEqual(['expiry', 'term_not_over'])
          continue
        }
        const { id } = take(proposed, 'matter').matter
        const { data } = take(approveSettlement(ledger, world, take(proposed, 'matter').matter as never), 'matter')
          .matter as ReturnType<typeof proposeSettlement>
        for (const pack of data.packs) expect(pack.usedFen + pack.refundFen + pack.keptFen).toBe(pack.paidFen)
        expect(data.chargeFen + data.refundFen + data.keptFen).toBe(data.packs.reduce((sum, { paidFen }) => sum + paidFen, 0))
        expect(data.balanceFen).toBe(data.refundFen === 0 ? 0 : -data.refundFen)
        expect(ledger.rows('SELECT 1 FROM grants WHERE available > 0 OR held > 0')).toEqual([])
        expectSound(ledger)
        if (index === causes.length - 1) break
        take(act(ledger, accountId, { kind: 'object_settlement', settlementId: id, text: 'once more' }), 'matter')
        take(act(ledger, accountId, { kind: 'withdraw_settlement', settlementId: id, text: null }), 'matter')
      }
    }),
    { numRuns: 25 },
  )
})
