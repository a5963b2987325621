import { expect, test } from 'vitest'
import { faultOf, faultSideOf } from '../../src/core/fault-of.ts'

test.each([
  ['match', 'answered', null],
  ['no_record', 'id_cancelled', null],
  ['rejected', 'input_refused', 'customer'],
  ['unavailable', 'no_source', 'gateway'],
  ['unknown', 'source_fault', 'gateway'],
  ['unavailable', 'name_not_resolved', 'network'],
  ['unknown', 'reset', 'network'],
  ['unavailable', 'connection_refused', 'partner'],
  ['unknown', 'deadline', 'partner'],
  ['unknown', 'unknown_code', 'partner'],
] as const)('a call that ended %s because of %s is the fault of %s', (outcome, reason, fault) => {
  expect(faultOf(outcome, reason)).toBe(fault)
})

test('sums tell no more than the side', () => {
  expect(faultSideOf('mismatch', 'source_a')).toBe('none')
  expect(faultSideOf('rejected', 'source_a')).toBe('customer')
  expect(faultSideOf('unavailable', '')).toBe('gateway')
  expect(faultSideOf('unknown', 'source_a')).toBe('behind_question')
})
