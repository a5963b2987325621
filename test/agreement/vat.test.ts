import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { addTax, splitGross, splitTable } from '../../src/agreement/vat.ts'
import { roundHalfUp } from '../../src/core/money.ts'
import { anyFen, anyRate, exactly, fenOf, sumOf } from '../support/amounts.ts'

describe('tax in a price', () => {
  test.each([
    ['113.00', '0.13', '100.00', '13.00'],
    ['100.00', '0.06', '94.34', '5.66'],
    ['100.00', '0', '100.00', '0.00'],
    ['0.00', '0.06', '0.00', '0.00'],
    ['0.01', '1', '0.01', '0.00'],
    ['-100.00', '0.06', '-94.34', '-5.66'],
    ['1000000000000.01', '0.09', '917431192660.56', '82568807339.45'],
  ])('%s at %s is %s and %s', (gross, rate, net, tax) => {
    expect(splitGross(fenOf(gross), exactly(rate))).toEqual({
      netFen: fenOf(net),
      taxFen: fenOf(tax),
      grossFen: fenOf(gross),
    })
  })

  it('is not rounded in the other direction', () => {
    expect(addTax(fenOf('10.01'), exactly('0.13'))).toEqual({ numerator: 113_113n, denominator: 100n })
  })

  it('and the net amount make the price; the net amount leads back to it', () => {
    fc.assert(
      fc.property(anyFen, anyRate, (grossFen, rate) => {
        const { netFen, taxFen } = splitGross(grossFen, rate)
        expect(netFen + taxFen).toBe(grossFen)
        expect(taxFen >= 0n).toBe(true)
        const off = roundHalfUp(addTax(netFen, rate)) - grossFen
        expect(off >= -1n && off <= 1n).toBe(true)
        expect(splitGross(-grossFen, rate)).toMatchObject({ netFen: 0n - netFen, taxFen: 0n - taxFen })
      }),
    )
  })
})

describe('a table', () => {
  it('has the sums of its lines, not the split of its sum', () => {
    const { lines, total } = splitTable([100n, 100n, 100n], exactly('0.06'))
    expect(lines.map(({ netFen }) => netFen)).toEqual([94n, 94n, 94n])
    expect(total).toEqual({ netFen: 282n, taxFen: 18n, grossFen: 300n })
    expect(splitGross(300n, exactly('0.06')).netFen).toBe(283n)
  })

  it('without lines is nothing', () => {
    expect(splitTable([], exactly('0.06')).total).toEqual({ netFen: 0n, taxFen: 0n, grossFen: 0n })
  })

  it('adds up in every column and in every row', () => {
    fc.assert(
      fc.property(fc.array(anyFen, { maxLength: 12 }), anyRate, (grosses, rate) => {
        const { lines, total } = splitTable(grosses, rate)
        expect(sumOf(lines.map(({ netFen }) => netFen))).toBe(total.netFen)
        expect(sumOf(lines.map(({ taxFen }) => taxFen))).toBe(total.taxFen)
        expect(total.grossFen).toBe(sumOf(grosses))
        for (const { netFen, taxFen, grossFen } of [...lines, total]) expect(netFen + taxFen).toBe(grossFen)
      }),
    )
  })
})
