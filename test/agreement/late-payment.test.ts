import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { countDaysLate, divideDebt, firstLateDay } from '../../src/agreement/late-payment.ts'
import { addDays } from '../../src/core/shanghai.ts'
import { anyFen, sumOf } from '../support/amounts.ts'

describe('days late', () => {
  test.each([
    ['2024-02-28', 1, '2024-02-29', '2024-02-28', 0],
    ['2024-02-28', 1, '2024-02-29', '2024-02-29', 1],
    ['2024-02-28', 1, '2024-02-29', '2024-03-01', 2],
    ['2024-02-28', 2, '2024-03-01', '2024-02-29', 0],
    ['2024-02-28', 2, '2024-03-01', '2024-03-01', 1],
    ['2024-12-31', 1, '2025-01-01', '2023-06-01', 0],
    ['2026-12-31', 1, '2027-01-01', '2027-12-31', 365],
  ] as const)('due %s, first day + %d = %s, paid %s: %d', (due, offset, firstDay, paidOn, days) => {
    expect(firstLateDay(due, offset)).toBe(firstDay)
    expect(countDaysLate(firstDay, paidOn)).toBe(days)
  })

  it('start on the day after the due date when nothing is said', () => {
    expect(firstLateDay('2025-04-30')).toBe('2025-05-01')
  })
})

describe('a debt paid in parts', () => {
  const firstDay = '2025-07-01'

  it('is late for the days of each part, in the order of their days', () => {
    const payments = [
      { on: '2025-07-10', amountFen: 60n },
      { on: '2025-06-30', amountFen: 30n },
    ]
    expect(divideDebt(100n, payments, firstDay)).toEqual({
      parts: [
        { amountFen: 30n, paidOn: '2025-06-30', daysLate: 0 },
        { amountFen: 60n, paidOn: '2025-07-10', daysLate: 10 },
      ],
      openFen: 10n,
      overpaidFen: 0n,
    })
  })

  it('is still late for what is open on the day of asking, and does not know later payments', () => {
    const payments = [
      { on: '2025-07-02', amountFen: 30n },
      { on: '2025-07-20', amountFen: 70n },
    ]
    expect(divideDebt(100n, payments, firstDay, '2025-07-19')).toEqual({
      parts: [
        { amountFen: 30n, paidOn: '2025-07-02', daysLate: 2 },
        { amountFen: 70n, paidOn: null, daysLate: 19 },
      ],
      openFen: 70n,
      overpaidFen: 0n,
    })
    expect(divideDebt(100n, payments, firstDay, '2025-07-20').openFen).toBe(0n)
  })

  it('bears nothing on what was paid too much', () => {
    const payments = [
      { on: '2025-07-02', amountFen: 130n },
      { on: '2025-07-09', amountFen: 5n },
    ]
    expect(divideDebt(100n, payments, firstDay, '2025-08-01')).toEqual({
      parts: [
        { amountFen: 100n, paidOn: '2025-07-02', daysLate: 2 },
        { amountFen: 0n, paidOn: '2025-07-09', daysLate: 9 },
      ],
      openFen: 0n,
      overpaidFen: 35n,
    })
  })

  it('is never more and never less than what was owed', () => {
    const payments = fc.array(
      fc.record({ on: fc.integer({ min: -30, max: 400 }).map((n) => addDays(firstDay, n)), amountFen: anyFen }),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(anyFen, payments, (owedFen, list) => {
        const { parts, openFen, overpaidFen } = divideDebt(owedFen, list, firstDay)
        expect(sumOf(parts.map(({ amountFen }) => amountFen)) + openFen).toBe(owedFen)
        expect(sumOf(list.map(({ amountFen }) => amountFen))).toBe(owedFen - openFen + overpaidFen)
        expect(openFen === 0n || overpaidFen === 0n).toBe(true)
        const asked = divideDebt(owedFen, list, firstDay, '2026-12-31')
        expect(sumOf(asked.parts.map(({ amountFen }) => amountFen))).toBe(owedFen)
      }),
    )
  })
})
