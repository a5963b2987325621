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
import { grantOf, verifyOnce } from '../../support/ledger-world.ts'

const open = useTestLedgers()

test('a doubted result leaves a row with a leaf, counts for its source, and the charge unchanged', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const { id, source } = verifyOnce(ledger, world, 'one', 'mismatch')
  const before = grantOf(ledger, world)
  const doubt = { kind: 'doubt_result', verificationId: id, text: 'the card says otherwise' } as const
  const issue = customerDoes<'quality_issue'>(ledger, world, doubt)
  expect(issue.data).toMatchObject({ verificationId: id, outcome: 'mismatch', source: source?.id })
  expect(grantOf(ledger, world)).toEqual(before)
  expect(leavesOf(ledger, 'doubt_result')).toEqual([expect.objectContaining({ verification: id, source: source?.id })])
  // The same mark again is the same mark.
  expect(customerDoes(ledger, world, doubt).id).toBe(issue.id)
  expect(mattersOf(ledger, world, 'quality_issue')).toHaveLength(1)
})

test('the loop goes to the source and closes with what it did', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const { id } = verifyOnce(ledger, world, 'one', 'match')
  const issue = customerDoes(ledger, world, { kind: 'doubt_result', verificationId: id, text: null })
  const step = (name: 'told_source' | 'fixed') =>
    ({ kind: 'step_quality_issue', issueId: issue.id, step: name, text: null }) as const
  expect(conflictOf(ledger, world, step('fixed'))).toBe('source_not_told')
  expect(staffDoes(ledger, world, step('told_source')).state).toBe('told_source')
  expect(conflictOf(ledger, world, step('told_source'))).toBe('source_already_told')
  const fixed = staffDoes<'quality_issue'>(ledger, world, step('fixed'))
  expect([fixed.state, fixed.closedAt]).toEqual(['fixed', ledger.clock.now])
  expect(fixed.data.steps.map(({ step: name }) => name)).toEqual(['doubted', 'told_source', 'fixed'])
})

test('only a delivered result of the own account can be doubted', () => {
  const ledger = open()
  const world = seedMatterWorld(ledger)
  const { id } = verifyOnce(ledger, world, 'one', 'unavailable')
  const doubt = (verificationId: number) => customerTries(ledger, world, { kind: 'doubt_result', verificationId, text: null })
  expect(doubt(id)).toMatchObject({ detail: 'no_result' })
  expect(doubt(7)).toMatchObject({ code: 'not_found' })
})
