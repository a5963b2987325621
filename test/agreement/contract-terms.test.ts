import { describe, expect, test } from 'vitest'
import { composeTerms } from '../../src/agreement/compose.ts'

const term = { start: '2025-01-20', end: '2026-12-31' }
const compose = (overrides: Record<string, unknown>) => composeTerms('S3', { term, ...overrides })

describe('the amount of a contract, in its parts and in capital characters (S3 §2.2, 附件2)', () => {
  test('is of S3 maintenance and integration, 1,740,000.00 in all', () => {
    const composed = compose({})
    expect(composed).toMatchObject({
      kind: 'terms',
      terms: {
        contractAmount: '1740000.00',
        contractLines: [
          { code: 'maintenance', amount: '53400.00' },
          { code: 'integration', amount: '1686600.00' },
        ],
        contractAmountCapitals: '人民币壹佰柒拾肆万元整',
      },
    })
  })

  test.each([
    ['parts that are less', { contractLines: [{ code: 'one', amount: '1739999.99' }] }, 'contractLines: not the contract amount'],
    [
      'capitals of another amount',
      { contractAmountCapitals: '壹佰柒拾万元整' },
      'contractAmountCapitals: not the contract amount',
    ],
    ['a part below 0', { contractLines: [{ code: 'one', amount: '-1.00' }] }, 'contractLines'],
    ['a part without a code', { contractLines: [{ code: '', amount: '1740000.00' }] }, 'contractLines'],
    ['no text for the capitals', { contractAmountCapitals: '' }, 'contractAmountCapitals'],
  ])('is not taken with %s', (_what, overrides, fault) => {
    expect(compose(overrides)).toEqual({ kind: 'faults', faults: [fault] })
  })

  test('of another size has the parts and the spelling that are named with it, or none', () => {
    expect(compose({ contractAmount: '1000.00' })).toMatchObject({
      kind: 'terms',
      terms: { contractLines: [], contractAmountCapitals: null },
    })
    const own = {
      contractAmount: '1000.00',
      contractLines: [{ code: 'all', amount: '1000.00' }],
      contractAmountCapitals: '壹仟元正',
    }
    expect(compose(own)).toMatchObject({ kind: 'terms', terms: own })
  })
})
