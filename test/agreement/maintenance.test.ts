import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { maintenanceTerm } from '../../src/agreement/maintenance.ts'
import { addDays, startOfDayMs } from '../../src/core/shanghai.ts'

test.each([
  ['2024-05-20', 1, '2025-05-20', 365],
  ['2023-06-01', 1, '2024-06-01', 366],
  ['2024-02-29', 4, '2028-02-29', 1461],
  ['2025-10-01', 2, '2027-10-01', 730],
])('accepted on %s for %d years: to %s, %d days', (acceptedOn, years, lastDay, pricedDays) => {
  expect(maintenanceTerm(acceptedOn, years)).toEqual({
    coverFrom: acceptedOn,
    lastDay,
    endMs: startOfDayMs(addDays(lastDay, 1)),
    pricedDays,
  })
})

it('prices every day after the acceptance, and no other', () => {
  const days = fc.integer({ min: 0, max: 20_000 }).map((n) => addDays('1995-01-01', n))
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 9 }), (acceptedOn, years) => {
      const { lastDay, endMs, pricedDays } = maintenanceTerm(acceptedOn, years)
      expect(addDays(acceptedOn, pricedDays)).toBe(lastDay)
      expect(endMs).toBe(startOfDayMs(acceptedOn) + (pricedDays + 1) * 86_400_000)
    }),
  )
})

test.each([0, -1, 0.5])('%d years are no term', (years) => {
  expect(() => maintenanceTerm('2025-01-01', years)).toThrow(RangeError)
})
