import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeSplit, type OrderAmount, reconcileOrders } from '../../src/agreement/payment-orders.ts'

const of = (no: string, amountFen: bigint): OrderAmount => ({ no, amountFen })

describe('orders against a statement', () => {
  test('an order that was paid twice, or in two parts that do not add up, is no match', () => {
    expect(reconcileOrders([of('A', 5n)], [of('A', 5n), of('A', 5n)])).toMatchObject({ matched: [], amountMismatch: ['A'] })
    expect(reconcileOrders([of('A', 5n)], [of('A', 2n), of('A', 3n)])).toMatchObject({ matched: ['A'], amountMismatch: [] })
  })

  test('an amount of nothing is not the same as no line', () => {
    expect(reconcileOrders([of('A', 0n)], [])).toMatchObject({ matched: [], missingInStatement: ['A'], differenceFen: 0n })
  })

  test('numbers stand in the order of the orders, unknown ones in that of the statement', () => {
    const found = reconcileOrders([of('B', 1n), of('A', 1n)], [of('Z', 1n), of('A', 1n), of('Y', 1n), of('B', 1n)])
    expect(found).toMatchObject({ matched: ['B', 'A'], unknownInStatement: ['Z', 'Y'] })
  })

  const list = fc.array(
    fc.record({ no: fc.constantFrom('A', 'B', 'C', 'D', '__proto__'), amountFen: fc.bigInt({ min: 0n, max: 2n ** 60n }) }),
    { maxLength: 8 },
  )
  const total = (amounts: readonly OrderAmount[]) => amounts.reduce((sum, { amountFen }) => sum + amountFen, 0n)

  test('every number stands in exactly one list, and the totals are those of what came in', () => {
    fc.assert(
      fc.property(list, list, (orders, lines) => {
        const found = reconcileOrders(orders, lines)
        const { matched, amountMismatch, missingInStatement, unknownInStatement } = found
        const listed = [...matched, ...amountMismatch, ...missingInStatement, ...unknownInStatement]
        expect(listed.toSorted()).toEqual([...new Set([...orders, ...lines].map(({ no }) => no))].sort())
        expect([found.orderTotalFen, found.statementTotalFen]).toEqual([total(orders), total(lines)])
        expect(found.differenceFen).toBe(total(orders) - total(lines))
        if (listed.length === matched.length) expect(found.differenceFen).toBe(0n)
      }),
    )
  })
})

describe('the shares of one payment', () => {
  test('one fen more or less is no balance, however large the amount', () => {
    const large = 2n ** 70n
    expect(judgeSplit(large, [large - 1n, 1n])).toEqual({ balanced: true, sumFen: large, differenceFen: 0n })
    expect(judgeSplit(large, [large - 1n])).toMatchObject({ balanced: false, differenceFen: 1n })
    expect(judgeSplit(large, [large, 1n])).toMatchObject({ balanced: false, differenceFen: -1n })
    expect(judgeSplit(1n, [])).toEqual({ balanced: false, sumFen: 0n, differenceFen: 1n })
  })

  test('they balance if and only if they add up, in any order', () => {
    const shares = fc.array(fc.bigInt({ min: 0n, max: 100n }), { maxLength: 5 })
    fc.assert(
      fc.property(shares, fc.bigInt({ min: 0n, max: 200n }), (list, amount) => {
        const sum = list.reduce((all, share) => all + share, 0n)
        expect(judgeSplit(amount, list)).toEqual(judgeSplit(amount, list.toReversed()))
        expect(judgeSplit(amount, list).balanced).toBe(sum === amount)
        expect(judgeSplit(sum, list).balanced).toBe(true)
      }),
    )
  })
})
