import { expect, test } from 'vitest'
import { useTestLedgers } from '../../support/ledger.ts'
import { conflictOf, leavesOf, mattersOf, seedMatterWorld, staffDoes } from '../../support/ledger-matters.ts'

const open = useTestLedgers()
const copy = { kind: 'record_printed_copy', draft: false, language: 'zh', sha256: 'c'.repeat(64), bytes: 31_415 } as const

test('a copy is of something of the account, of its very kind, and has a leaf with its digest', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const party = { kind: 'record_party', reference: null, legalName: 'Example Ltd', uscc: '91350100M000100Y43' } as const
  const { id } = staffDoes(ledger, world, { ...party, orderedBy: null, business: null, explanation: null })
  for (const wrong of [
    { about: 'bill', aboutId: id },
    { about: 'party', aboutId: 1 },
  ] as const)
    expect(conflictOf(ledger, world, { ...copy, ...wrong })).toBe('not_found')
  expect([mattersOf(ledger, world, 'printed_copy'), leavesOf(ledger, 'record_printed_copy')]).toEqual([[], []])
  const recorded = staffDoes<'printed_copy'>(ledger, world, { ...copy, about: 'party', aboutId: id })
  expect([recorded.state, recorded.closedAt === null]).toEqual(['recorded', false])
  const [leaf] = leavesOf(ledger, 'record_printed_copy')
  expect(leaf).toMatchObject({ about: 'party', about_id: id, digest: copy.sha256, bytes: 31_415, draft: 0 })
})
