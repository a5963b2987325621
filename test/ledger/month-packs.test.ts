import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BillMonth } from '../../src/core/month-end.ts'
import type { Rows } from '../../src/ledger/book.ts'
import type { GrantMoves } from '../../src/ledger/day-sums.ts'
import { checksOf, rollGrant } from '../../src/ledger/month-packs.ts'
import { accountA } from '../support/ledger-commands.ts'

const grant = { id: 1, accountId: accountA, check: 'id2', mode: 'live' } as const
const nothing: GrantMoves = { granted: 0, held: 0, captured: 0, released: 0, expired: 0, refunded: 0 }
const added = (one: GrantMoves, other: GrantMoves): GrantMoves =>
  Object.fromEntries(Object.entries(one).map(([key, n]) => [key, n + other[key as keyof GrantMoves]])) as never as GrantMoves

/** Single moves in the order in which they happen, and after how many of them each month ends. */
const histories = fc
  .record({ credits: fc.integer({ min: 1, max: 400 }), paidFen: fc.integer({ min: 0, max: 10_000_000 }) })
  .chain(({ credits, paidFen }) =>
    fc.record({
      credits: fc.constant(credits),
      paidFen: fc.constant(paidFen),
      moves: fc.array(fc.tuple(fc.constantFrom('captured', 'expired', 'refunded'), fc.integer({ min: 1, max: 60 })), {
        maxLength: 40,
      }),
      ends: fc.array(fc.nat(41), { maxLength: 8 }),
    }),
  )

const journalOf = (credits: number, wanted: readonly (readonly [string, number])[]): GrantMoves[] => {
  let left = credits
  return [
    { ...nothing, granted: credits },
    ...wanted.map(([bucket, most]) => {
      const n = Math.min(most, left)
      left -= n
      return { ...nothing, held: bucket === 'captured' ? n : 0, [bucket]: n }
    }),
  ]
}

describe('a pack over its months', () => {
  test('opens as it closed, and totals what was paid, wherever the months end', () => {
    fc.assert(
      fc.property(histories, ({ credits, paidFen, moves, ends }) => {
        const journal = journalOf(credits, moves)
        const cuts = [...new Set([...ends.map((end) => Math.min(end, journal.length)), journal.length])].sort((a, b) => a - b)
        let before = nothing
        let from = 0
        const sums = { sold: 0, used: 0, lapsed: 0, refunded: 0, usedCredits: 0, closing: 0 }
        for (const cut of cuts) {
          const within = journal.slice(from, cut).reduce(added, nothing)
          const month = rollGrant(grant, { externalId: 'o', paidFen }, { before, within })
          const roll = month ?? { openingFen: 0, soldFen: 0, usedFen: 0, lapsedFen: 0, refundedFen: 0, closingFen: 0, used: 0 }
          expect(roll.openingFen).toBe(sums.closing)
          expect(roll.openingFen + roll.soldFen - roll.usedFen - roll.lapsedFen - roll.refundedFen).toBe(roll.closingFen)
          sums.sold += roll.soldFen
          sums.used += roll.usedFen
          sums.lapsed += roll.lapsedFen
          sums.refunded += roll.refundedFen
          sums.usedCredits += roll.used
          sums.closing = roll.closingFen
          before = added(before, within)
          from = cut
        }
        expect(sums.sold).toBe(paidFen)
        expect(sums.used + sums.lapsed + sums.refunded + sums.closing).toBe(paidFen)
        // Used up, it is exactly its price; however it was split, what was used is worth what the whole use is worth.
        if (sums.usedCredits === credits) expect(sums.used).toBe(paidFen)
        const whole = rollGrant(grant, { externalId: 'o', paidFen }, { before: nothing, within: before })
        expect(sums.used).toBe(whole?.usedFen)
      }),
    )
  })

  test('of 30,000 calls for 800.00, call by call over 24 months, totals exactly 800.00', () => {
    let before: GrantMoves = nothing
    let usedFen = 0
    for (let month = 0; month < 24; month += 1) {
      const within = { ...nothing, granted: month === 0 ? 30_000 : 0, held: 1_250, captured: 1_250 }
      usedFen += rollGrant(grant, { externalId: 'o', paidFen: 80_000 }, { before, within })?.usedFen ?? 0
      before = added(before, within)
    }
    expect(usedFen).toBe(80_000)
  })

  test('that nobody bought has credits and no value', () => {
    const within = { ...nothing, granted: 10, held: 5, captured: 3, released: 1 }
    expect(rollGrant(grant, null, { before: nothing, within })).toMatchObject({
      order: null,
      paidFen: 0,
      sold: 10,
      used: 3,
      closing: 7,
      held: 1,
      soldFen: 0,
      usedFen: 0,
      closingFen: 0,
    })
  })

  test('that was over before the month is not in it', () => {
    const before = { ...nothing, granted: 10, held: 10, captured: 10 }
    expect(rollGrant(grant, { externalId: 'o', paidFen: 1 }, { before, within: nothing })).toBeNull()
  })
})

describe('the query fee of a bill', () => {
  const row = (check: string, count: number): Rows['rollups'] => ({
    settledDay: '2025-06-10',
    serviceDay: '2025-06-10',
    accountId: accountA,
    keyId: 1,
    mode: 'live',
    check,
    source: 'source_a',
    outcome: 'match',
    count,
    credits: 0,
    costMicroYuan: count,
    seq: 1,
  })
  const line = { code: 'query_fee', quantity: '1', unitPrice: '0.04' }
  const bill = (amountFen: number): BillMonth => ({
    billId: 'bil',
    state: 'issued',
    owedFen: amountFen + 7,
    tax: null,
    lines: [
      { ...line, amountFen },
      { ...line, code: 'platform_fee', amountFen: 7 },
    ],
  })
  const terms = { checks: {} } as never

  test('is shared among the checks by their calls, to the fen', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 6 }),
        fc.nat(1_000_000),
        (counts, fee) => {
          const checks = checksOf(
            counts.map((count, at) => row(`check${at}`, count)),
            [],
            bill(fee),
            terms,
          )
          expect(checks.reduce((sum, { billedFen }) => sum + billedFen, 0)).toBe(fee)
          for (const check of checks) expect(check.marginMicroYuan).toBe(check.billedFen * 10_000 - check.costMicroYuan)
        },
      ),
    )
  })

  test('is nobody’s where nothing was charged by the call', () => {
    const free = { ...row('id2', 3), outcome: 'no_record' } as const
    expect(checksOf([free, { ...row('id2', 9), mode: 'test' }], [], bill(0), terms)).toMatchObject([
      { verifications: 3, billedFen: 0 },
    ])
    expect(checksOf([row('id2', 3)], [], null, null)).toMatchObject([{ check: 'id2', billedFen: 0 }])
  })
})
