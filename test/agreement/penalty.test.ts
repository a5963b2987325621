import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { divideDebt } from '../../src/agreement/late-payment.ts'
import { findDelayPenalty, findPenalty, findPenaltyOfParts } from '../../src/agreement/penalty.ts'
import { addDays } from '../../src/core/shanghai.ts'
import { anyFen, anyRate, exactly, fenOf, sumOf } from '../support/amounts.ts'

const terms = { ratePerDay: exactly('0.005'), thresholdRate: exactly('0.1'), capped: true }
const contract = fenOf('1000.00')

describe('a late payment', () => {
  test.each([
    ['800.00', 0, '0.00', '0.00', false],
    ['800.00', 1, '4.00', '4.00', false],
    ['800.00', 24, '96.00', '96.00', false],
    ['800.00', 25, '100.00', '100.00', false],
    ['800.00', 26, '104.00', '100.00', true],
    ['0.99', 1, '0.00', '0.00', false],
    ['1.00', 1, '0.01', '0.01', false],
    ['1.00', 3, '0.02', '0.02', false],
    ['0.00', 900, '0.00', '0.00', false],
  ])('of %s after %d days costs %s, %s with the cap; right to end: %s', (unpaid, days, accrued, capped, right) => {
    expect(findPenalty(contract, fenOf(unpaid), days, terms)).toEqual({
      accruedFen: fenOf(accrued),
      thresholdFen: fenOf('100.00'),
      cappedFen: fenOf(capped),
      billedFen: fenOf(capped),
      needsConfirmation: false,
      terminationRight: right,
    })
  })

  it('is billed in full where the cap is off, but then a person has to confirm what is above it', () => {
    const off = { ...terms, capped: false }
    expect(findPenalty(contract, fenOf('800.00'), 26, off)).toMatchObject({
      cappedFen: fenOf('100.00'),
      billedFen: fenOf('104.00'),
      needsConfirmation: true,
    })
    expect(findPenalty(contract, fenOf('800.00'), 25, off)).toMatchObject({
      billedFen: fenOf('100.00'),
      needsConfirmation: false,
    })
  })

  it('gives the right to end by the exact numbers, not by the printed ones', () => {
    // 0.15 of 3.33 yuan is 0.4995: printed it is the same as 0.15 of 3.34 yuan, which is 0.501.
    const edge = { ratePerDay: exactly('0.15'), thresholdRate: exactly('0.15'), capped: true }
    const over = findPenalty(333n, 334n, 1, edge)
    expect([over.accruedFen, over.thresholdFen, over.terminationRight]).toEqual([50n, 50n, true])
    expect(findPenalty(334n, 333n, 1, edge).terminationRight).toBe(false)
    expect(findPenalty(333n, 333n, 1, edge).terminationRight).toBe(false)
  })

  it('never falls with the days, and never passes the cap', () => {
    fc.assert(
      fc.property(
        anyFen,
        anyFen,
        anyRate,
        anyRate,
        fc.nat({ max: 4000 }),
        (contractFen, unpaid, ratePerDay, thresholdRate, days) => {
          const on = { ratePerDay, thresholdRate, capped: true }
          const today = findPenalty(contractFen, unpaid, days, on)
          const tomorrow = findPenalty(contractFen, unpaid, days + 1, on)
          expect(tomorrow.accruedFen >= today.accruedFen).toBe(true)
          expect(tomorrow.cappedFen >= today.cappedFen).toBe(true)
          expect(today.cappedFen <= today.thresholdFen && today.cappedFen <= today.accruedFen).toBe(true)
          expect(!today.terminationRight || tomorrow.terminationRight).toBe(true)
          if (today.terminationRight) expect(today.cappedFen).toBe(today.thresholdFen)
        },
      ),
    )
  })
})

describe('a late payment in parts', () => {
  const partsOf = (owed: bigint, payments: [number, bigint][]) =>
    divideDebt(
      owed,
      payments.map(([day, amountFen]) => ({ on: addDays('2025-01-31', day), amountFen })),
      '2025-02-01',
    ).parts

  it('has a line for each part and adds the lines', () => {
    const parts = partsOf(fenOf('3.00'), [
      [0, fenOf('1.00')],
      [1, fenOf('1.00')],
      [3, fenOf('1.00')],
    ])
    expect(findPenaltyOfParts(contract, parts, terms)).toMatchObject({
      linesFen: [0n, 1n, 2n],
      accruedFen: 3n,
      terminationRight: false,
    })
  })

  it('gives the right to end by the exact sum, not by the sum of the rounded lines', () => {
    // Two parts of 0.5 fen each are printed as 1 fen each, while the threshold is exactly 1 fen.
    const parts = partsOf(200n, [
      [1, 100n],
      [1, 100n],
    ])
    const penalty = findPenaltyOfParts(10n, parts, terms)
    expect(penalty).toMatchObject({ accruedFen: 2n, thresholdFen: 1n, cappedFen: 1n, terminationRight: false })
    expect(findPenaltyOfParts(9n, parts, terms).terminationRight).toBe(true)
  })

  it('that is the only one equals the whole', () => {
    fc.assert(
      fc.property(anyFen, anyFen, anyRate, fc.nat({ max: 2000 }), (contractFen, owed, ratePerDay, days) => {
        const on = { ...terms, ratePerDay }
        const { linesFen, ...whole } = findPenaltyOfParts(contractFen, partsOf(owed, [[days, owed]]), on)
        expect(whole).toEqual(findPenalty(contractFen, owed, days, on))
        expect(linesFen).toEqual([whole.accruedFen])
      }),
    )
  })

  it('is never dearer than paying all of it on the last of the days, but for the rounding of its lines', () => {
    const payments = fc.array(fc.tuple(fc.nat({ max: 400 }), anyFen), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(payments, (list) => {
        const owed = sumOf(list.map(([, amountFen]) => amountFen))
        const last = Math.max(...list.map(([day]) => day))
        const { linesFen, accruedFen } = findPenaltyOfParts(contract, partsOf(owed, list), terms)
        expect(accruedFen).toBe(sumOf(linesFen))
        expect(accruedFen <= findPenalty(contract, owed, last, terms).accruedFen + BigInt(list.length)).toBe(true)
      }),
    )
  })
})

describe('a late provider', () => {
  const delay = { ratePerDay: exactly('0.001'), graceDays: 3, lumpRate: exactly('0.05') }

  test.each([
    [0, '0.00', false, null],
    [1, '1.23', false, null],
    [3, '3.70', false, null],
    [4, '4.94', true, '61.73'],
    [400, '493.80', true, '61.73'],
  ])('after %d days owes %s; right to end: %s, then %s', (days, accrued, terminationRight, lump) => {
    expect(findDelayPenalty(fenOf('1234.50'), days, delay)).toEqual({
      dailyFen: 123n,
      accruedFen: fenOf(accrued),
      terminationRight,
      lumpFen: lump === null ? null : fenOf(lump),
    })
  })

  it('never owes less a day later', () => {
    fc.assert(
      fc.property(anyFen, anyRate, fc.nat({ max: 4000 }), (contractFen, ratePerDay, days) => {
        const owedAfter = (n: number) => findDelayPenalty(contractFen, n, { ...delay, ratePerDay }).accruedFen
        expect(owedAfter(days + 1) >= owedAfter(days)).toBe(true)
      }),
    )
  })
})
