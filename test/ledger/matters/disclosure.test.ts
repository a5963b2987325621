import { expect, test } from 'vitest'
import { useTestLedgers } from '../../support/ledger.ts'
import { conflictOf, leavesOf, mattersOf, seedMatterWorld, staffDoes } from '../../support/ledger-matters.ts'
import { recordConsent } from '../../support/ledger-world.ts'

const open = useTestLedgers()
const paper = 'd'.repeat(64)
const disclosure = {
  kind: 'record_disclosure',
  reference: null,
  recipient: 'authority',
  regulator: null,
  recipientName: 'Public security bureau',
  what: 'calls of one day',
  legalGround: 'required_by_law',
  proofSha256: paper,
  authorityRequestId: null,
} as const
const request = {
  kind: 'open_authority_request',
  reference: null,
  direction: 'request',
  authority: 'Public security bureau',
  basis: 'article 1',
  paperSha256: paper,
  consentIds: [] as number[],
  tell: false,
} as const
const frozen = (ledger: ReturnType<typeof open>) =>
  ledger.rows<{ frozen_at: number | null }>('SELECT frozen_at FROM data_subjects ORDER BY id').map(({ frozen_at }) => frozen_at)

test('a disclosure on no allowed ground is refused and leaves nothing', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  expect(conflictOf(ledger, world, { ...disclosure, recipient: 'third_party' })).toBe('ground_not_for_recipient')
  expect(conflictOf(ledger, world, { ...disclosure, proofSha256: null })).toBe('proof_missing')
  expect(
    conflictOf(ledger, world, { ...disclosure, recipient: 'adviser', legalGround: 'adviser_under_secrecy', proofSha256: null }),
  ).toBe('secrecy_agreement_missing')
  expect([mattersOf(ledger, world, 'disclosure'), leavesOf(ledger, 'record_disclosure')]).toEqual([[], []])
})

test('a regulator of the list may be told, and it is logged; names stay out of the leaf', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const toTax = { recipient: 'regulator', regulator: 'tax', legalGround: 'named_regulator', proofSha256: null } as const
  expect(staffDoes(ledger, world, { ...disclosure, ...toTax }).state).toBe('recorded')
  const [leaf] = leavesOf(ledger, 'record_disclosure')
  expect(leaf).toMatchObject({ regulator: 'tax', ground: 'named_regulator', customer_not_told: 0 })
  expect(JSON.stringify(leaf)).not.toContain('bureau')
})

test('an authority that is told before the customer is flagged; after the notice it is not', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  expect(staffDoes(ledger, world, disclosure).state).toBe('customer_not_told')
  const { id } = staffDoes(ledger, world, request)
  const answer = { ...disclosure, authorityRequestId: id }
  expect(staffDoes<'disclosure'>(ledger, world, answer).data.customerNotTold).toBe(true)
  expect(mattersOf(ledger, world, 'notice')).toEqual([])
  staffDoes(ledger, world, { kind: 'tell_of_authority', requestId: id })
  expect(mattersOf(ledger, world, 'notice').map(({ data }) => data.scene)).toEqual(['authority_request'])
  expect(staffDoes<'disclosure'>(ledger, world, answer).data.customerNotTold).toBe(false)
  expect(conflictOf(ledger, world, { kind: 'tell_of_authority', requestId: id })).toBe('already_told')
})

test('what an authority asks about is frozen until the last open request about it is closed', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const consent = recordConsent(ledger, world.credentials, 'consent-2')
  const first = staffDoes(ledger, world, { ...request, consentIds: [consent.id] })
  const second = staffDoes(ledger, world, { ...request, direction: 'report', consentIds: [consent.id] })
  const since = first.openedAt
  expect(frozen(ledger)).toEqual([since])
  const close = (requestId: number) => ({ kind: 'close_authority_request', requestId, text: 'answered' }) as const
  staffDoes(ledger, world, close(first.id))
  expect(frozen(ledger)).toEqual([since])
  staffDoes(ledger, world, close(second.id))
  expect(frozen(ledger)).toEqual([null])
  expect(leavesOf(ledger, 'close_authority_request').map(({ freed }) => freed)).toEqual([0, 1])
  expect(conflictOf(ledger, world, { ...request, consentIds: [7] })).toBe('not_found')
})
