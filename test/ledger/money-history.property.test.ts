import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PackUse, rollPack, valuePack } from '../../src/agreement/recognition.ts'
import { amountOf, unitPrice } from '../../src/core/money.ts'
import { addDays, startOfDayMs } from '../../src/core/shanghai.ts'
import type { GrantPeriod } from '../../src/ledger/day-sums.ts'
import { monthDays } from '../../src/ledger/matters/billing-period.ts'
import { TestClock } from '../support/clock.ts'
import { expectSound, TestLedger } from '../support/ledger.ts'
import { accountA } from '../support/ledger-commands.ts'
import { seededCrypto } from '../support/ledger-crypto.ts'
import { type Action, actions, allMonths, type Balance, MoneyHistory } from './money-history.ts'

const runs = 40

const none: Omit<Balance, 'id' | 'mode' | 'orderId'> = { granted: 0, held: 0, captured: 0, expired: 0, refunded: 0 }
const gone = ['granted', 'captured', 'expired', 'refunded'] as const

/** How a period is counted and a pack is valued: what the ledger does, or something wrong in a control. */
interface Books {
  periods(history: MoneyHistory, ledger: TestLedger, month: string): GrantPeriod[]
  roll: typeof rollPack
  isMoney(balance: Balance): boolean
}

const ours: Books = {
  periods: (history, _ledger, month) => {
    const { first, last } = monthDays(month)
    return history.book.grantPeriods(first, last)
  },
  roll: rollPack,
  isMoney: ({ mode }) => mode === 'live',
}

class Broken extends Error {}
const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Broken(what)
}

const useOf = (credits: number, moves: Omit<PackUse, 'credits'>): PackUse => ({
  credits,
  captured: moves.captured,
  expired: moves.expired,
  refunded: moves.refunded,
})

/** One month against the balances at its two ends. */
const checkMonth = (books: Books, history: MoneyHistory, ledger: TestLedger, month: string, before: Balance[]): void => {
  const after = history.balancesAtEnd.get(month) ?? []
  const periods = new Map(books.periods(history, ledger, month).map((period) => [period.grantId, period]))
  for (const balance of after) {
    const opening = before.find(({ id }) => id === balance.id) ?? none
    const period = periods.get(balance.id)
    if (!period) throw new Broken(`${month}: a grant has no line`)
    for (const bucket of gone) {
      must(period.before[bucket] === opening[bucket], `${month}: ${bucket} at the opening`)
      must(period.within[bucket] === balance[bucket] - opening[bucket], `${month}: ${bucket} within`)
    }
    const held = (moves: GrantPeriod['before']) => moves.held - moves.captured - moves.released
    must(held(period.before) === opening.held && held(period.before) + held(period.within) === balance.held, `${month}: held`)
  }
}

/** Every pack over all months, to the fen. */
const checkPacks = (books: Books, history: MoneyHistory, ledger: TestLedger): void => {
  const sums = { sold: 0n, used: 0n, lapsed: 0n, refunded: 0n, closing: 0n }
  const last = new Map<number, bigint>()
  const balances = new Map(history.balances().map((balance) => [balance.id, balance]))
  for (const month of allMonths()) {
    for (const { grantId, before, within } of books.periods(history, ledger, month)) {
      const balance = balances.get(grantId)
      if (!balance || !books.isMoney(balance)) continue
      const paid = history.paidFen(balance.orderId)
      const start = before.granted === 0 ? null : useOf(balance.granted, before)
      const end = useOf(balance.granted, {
        captured: before.captured + within.captured,
        expired: before.expired + within.expired,
        refunded: before.refunded + within.refunded,
      })
      const roll = books.roll(paid, start, end)
      must(
        roll.openingFen + roll.soldFen - roll.usedFen - roll.lapsedFen - roll.refundedFen === roll.closingFen,
        `${month}: a pack does not add up`,
      )
      must(roll.openingFen === (last.get(grantId) ?? 0n), `${month}: the opening is not the closing before`)
      last.set(grantId, roll.closingFen)
      sums.sold += roll.soldFen
      sums.used += roll.usedFen
      sums.lapsed += roll.lapsedFen
      sums.refunded += roll.refundedFen
    }
  }
  for (const closing of last.values()) sums.closing += closing
  const packs = [...balances.values()].filter(({ mode }) => mode === 'live')
  const paid = packs.reduce((sum, { orderId }) => sum + BigInt(history.paidFen(orderId)), 0n)
  const used = packs.reduce((sum, pack) => sum + valuePack(history.paidFen(pack.orderId), useOf(pack.granted, pack)).usedFen, 0n)
  must(sums.sold === paid, 'what was sold is not what was paid')
  must(sums.used + sums.lapsed + sums.refunded + sums.closing === paid, 'a fen is lost')
  must(sums.used === used, 'what was used is not its value')
}

/** One history. Every month is asked at its end and again when everything is over. */
const live = (list: readonly Action[], books: Books): void => {
  const connection = new Database(':memory:')
  try {
    const ledger = new TestLedger(connection, new TestClock(), seededCrypto())
    const history = new MoneyHistory(ledger, accountA)
    const asked = new Map<string, string>()
    history.onMonthEnd = (month) => {
      const opening = history.balancesAtEnd.get(allMonths()[allMonths().indexOf(month) - 1] ?? '') ?? []
      checkMonth(books, history, ledger, month, opening)
      asked.set(month, JSON.stringify(books.periods(history, ledger, month)))
    }
    for (const action of list) history.run(action)
    history.finish()
    must(asked.size === allMonths().length, 'a month was not asked')
    for (const [month, answer] of asked)
      must(JSON.stringify(books.periods(history, ledger, month)) === answer, `${month}: another answer afterwards`)
    checkPacks(books, history, ledger)
    expectSound(ledger)
  } finally {
    connection.close()
  }
}

const property = (books: Books) => fc.property(actions, (list) => live(list, books))

describe('random months of an account', () => {
  test(`${runs} of them lose no credit and no fen, and say the same later`, { timeout: 300_000 }, () => {
    fc.assert(property(ours), { numRuns: runs })
  })
})

/** What a grant was charged, summed by instants of one's own choice. */
const recount =
  (from: string, credits: string, at: string, shiftMs = 0): Books['periods'] =>
  (history, ledger, month) => {
    const { first, last } = monthDays(month)
    const [begin, end] = [startOfDayMs(first) + shiftMs, startOfDayMs(addDays(last, 1)) + shiftMs]
    const sum = (grantId: number, above: number, below: number) =>
      ledger.row<{ n: number }>(
        `SELECT coalesce(sum(${credits}), 0) AS n FROM ${from} AND grant_id = ? AND ${at} >= ? AND ${at} < ?`,
        grantId,
        above,
        below,
      ).n
    return ours.periods(history, ledger, month).map(({ grantId, before, within }) => ({
      grantId,
      before: { ...before, captured: sum(grantId, 0, begin) },
      within: { ...within, captured: sum(grantId, begin, end) },
    }))
  }

/** The same, counted wrongly. */
const controls: [string, Partial<Books>, RegExp][] = [
  [
    'the month is that of the call and not that of the charge',
    {
      periods: recount(
        "verifications v JOIN outcomes o ON o.verification_id = v.id WHERE o.disposition = 'captured'",
        'o.credits',
        'v.held_at',
      ),
    },
    /captured|held|afterwards/,
  ],
  [
    'the month ends by the clock of Greenwich',
    { periods: recount("entries WHERE kind = 'capture'", 'credits', 'at', 8 * 3_600_000) },
    /captured|held|afterwards/,
  ],
  ['calls of the sandbox count as money', { isMoney: () => true }, /paid|value/],
  [
    'every month is rounded for itself',
    {
      roll: (paid, before, after) => {
        const price = unitPrice(paid, after.credits)
        const part = (bucket: 'captured' | 'expired' | 'refunded') => amountOf(price, after[bucket] - (before?.[bucket] ?? 0))
        const [usedFen, lapsedFen, refundedFen] = [part('captured'), part('expired'), part('refunded')]
        const openingFen = before ? valuePack(paid, before).deferredFen : 0n
        const soldFen = before ? 0n : BigInt(paid)
        return {
          openingFen,
          soldFen,
          usedFen,
          lapsedFen,
          refundedFen,
          closingFen: openingFen + soldFen - usedFen - lapsedFen - refundedFen,
        }
      },
    },
    /closing before|value|lost/,
  ],
  [
    'what is held is used up already',
    {
      periods: (history, ledger, month) =>
        ours.periods(history, ledger, month).map(({ grantId, before, within }) => ({
          grantId,
          before: { ...before, captured: before.held - before.released },
          within: { ...within, captured: within.held - within.released },
        })),
    },
    /captured|held/,
  ],
]

describe('the same properties find out', () => {
  test.each(controls)('that %s', { timeout: 120_000 }, (_what, wrong, words) => {
    const found = fc.check(property({ ...ours, ...wrong }), { numRuns: 100, seed: 20_240_802, endOnFailure: true })
    expect(found.failed).toBe(true)
    expect(found.errorInstance).toBeInstanceOf(Broken)
    expect(String(found.errorInstance)).toMatch(words)
  })
})
