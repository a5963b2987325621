import { expect, test } from 'vitest'
import { useTestLedgers } from '../../support/ledger.ts'
import {
  conflictOf,
  customerDoes,
  customerTries,
  leavesOf,
  mattersOf,
  seedMatterWorld,
  staffDoes,
} from '../../support/ledger-matters.ts'
import { act, verifyOnce } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const claim = {
  kind: 'record_claim',
  reference: null,
  claimant: 'provider',
  head: 'paid_on_behalf',
  amountFen: 50_000,
  text: 'a fine that was paid for the customer',
  verificationIds: [] as number[],
  evidence: ['c'.repeat(64)] as string[],
} as const

test('a claim is recorded as it was stated, with its calls and papers, in both directions', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const { id } = verifyOnce(ledger, world, 'one', 'match')
  const recourse = staffDoes<'claim'>(ledger, world, { ...claim, verificationIds: [id] })
  expect(recourse.data).toMatchObject({ claimant: 'provider', amountFen: 50_000, verificationIds: [id] })
  const own = customerDoes<'claim'>(ledger, world, { ...claim, head: 'legal_fees', verificationIds: [] })
  expect(own.data.claimant).toBe('customer')
  expect(leavesOf(ledger, 'record_claim').map(({ head, amount_fen }) => [head, amount_fen])).toEqual([
    ['paid_on_behalf', 50_000],
    ['legal_fees', 50_000],
  ])
  expect(customerTries(ledger, world, { ...claim, verificationIds: [7] })).toMatchObject({ code: 'not_found' })
})

test.each([
  ['direct_and_indirect', 'indirect_loss', undefined],
  ['direct_only', 'indirect_loss', 'head_not_in_agreement'],
  ['direct_only', 'direct_loss', undefined],
  ['no_indirect', 'indirect_loss', 'head_not_in_agreement'],
  ['no_indirect', 'third_party_claims', 'head_not_in_agreement'],
  ['no_indirect', 'data_loss', 'head_not_in_agreement'],
  ['all', 'business_risk', 'business_risk'],
] as const)('under %s a claim for %s is refused as %s', (claims, head, reason) => {
  const ledger = open()
  const world = seedMatterWorld(ledger, { claims })
  expect(conflictOf(ledger, world, { ...claim, head })).toBe(reason)
  expect(mattersOf(ledger, world, 'claim')).toHaveLength(reason === undefined ? 1 : 0)
})

test('a closed account still shows its open claim, takes another one of staff, and lets it end', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const { id } = customerDoes(ledger, world, claim)
  act(ledger, world.accountId, { kind: 'close_account', note: 'over' })
  expect(mattersOf(ledger, world, 'claim').map(({ state }) => state)).toEqual(['open'])
  staffDoes(ledger, world, claim)
  expect(staffDoes(ledger, world, { kind: 'end_claim', claimId: id, ending: 'settled', text: null }).state).toBe('settled')
})
