import { describe, expect, test } from 'vitest'
import type { Statement, StatementFigures } from '../../../src/core/matters/statement.ts'
import { startOfDayMs } from '../../../src/core/shanghai.ts'
import { type TestLedger, useTestLedgers } from '../../support/ledger.ts'
import { accountA, staffReader, take } from '../../support/ledger-commands.ts'
import { leavesOf, listMatters, passTo, signedOn } from '../../support/ledger-days.ts'
import {
  act,
  buyCredits,
  createKey,
  hold,
  recordConsent,
  type SeededAccount,
  seedAccount,
  settle,
  verifyOnce,
} from '../../support/ledger-world.ts'

const open = useTestLedgers()

const statements = (ledger: TestLedger) => listMatters<Statement>(ledger, 'statement')
const ofPeriod = (ledger: TestLedger, period: string) => {
  const found = statements(ledger).find(({ data }) => data.period === period)
  if (!found) throw new Error(`no statement of ${period}`)
  return found
}
const figuresOf = (ledger: TestLedger, period: string): StatementFigures => {
  const { figures } = ofPeriod(ledger, period).data
  if (figures === null) throw new Error(`the statement of ${period} is not issued`)
  return figures
}

/** The pack of 30,000 of S1, bought in the morning of 28 July 2024. */
const seed = (more: Parameters<typeof seedAccount>[1] = {}) => {
  const ledger = open()
  ledger.clock.now = startOfDayMs('2024-07-28') + 10 * 3_600_000
  const world = seedAccount(ledger, more)
  recordConsent(ledger, world.credentials, 'consent-1', { grantedAt: ledger.clock.now })
  return { ledger, world }
}

const chargesOf = (ledger: TestLedger, period: string, after = 0, limit = 100) =>
  take(
    ledger.read({
      kind: 'statement_charges',
      reader: staffReader,
      accountId: accountA,
      id: ofPeriod(ledger, period).id,
      after,
      limit,
    }),
    'read',
  ).value

/** The instant before a Shanghai day, and its first one. */
const lastOf = (day: string): number => startOfDayMs(day) - 1

const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0)

/** What the lines of a prepaid statement say was charged is what its packs lost. */
const expectBalanced = ({ usage, packs }: StatementFigures): void => {
  expect(sum(usage.map(({ credits }) => credits))).toBe(sum(packs.map(({ captured }) => captured)))
  for (const pack of packs) {
    expect(pack.opening + pack.granted - pack.captured - pack.lapsed - pack.refunded).toBe(pack.closing)
    expect(pack.openingFen + pack.soldFen - pack.usedFen - pack.lapsedFen - pack.refundedFen).toBe(pack.closingFen)
  }
}

describe('a statement of a month (S3 §6.1.6, contracts.md §5 no. 39)', () => {
  test('is opened when the agreement comes into force, issued when the month is over, and the next month begins', () => {
    const { ledger, world } = seed()
    expect(statements(ledger)).toMatchObject([
      { state: 'open', reference: '2024-07', data: { from: '2024-07-28', figures: null } },
    ])
    for (const [name, outcome] of [
      ['one', 'match'],
      ['two', 'mismatch'],
      ['three', 'no_record'],
      ['four', 'unavailable'],
    ] as const)
      verifyOnce(ledger, world, name, outcome)
    passTo(ledger, '2024-07-31')
    expect(statements(ledger).map(({ state }) => state)).toEqual(['open'])
    passTo(ledger, '2024-08-01')
    expect(statements(ledger).map(({ state, reference }) => [reference, state])).toEqual([
      ['2024-07', 'issued'],
      ['2024-08', 'open'],
    ])
    const figures = figuresOf(ledger, '2024-07')
    expect(figures.packs).toMatchObject([
      { opening: 0, granted: 30_000, captured: 2, closing: 29_998, held: 0, soldFen: 80_000, usedFen: 5, closingFen: 79_995 },
    ])
    expect(figures.usage).toEqual(
      [
        { outcome: 'match', credits: 1 },
        { outcome: 'mismatch', credits: 1 },
        { outcome: 'no_record', credits: 0 },
        { outcome: 'unavailable', credits: 0 },
      ].map((line) => ({ mode: 'live', check: 'id2', serviceMonth: '2024-07', verifications: 1, ...line })),
    )
    expect(figures).toMatchObject({ faults: [{ check: 'id2', outcome: 'unavailable', verifications: 1 }], vat: null, bill: null })
    expect([figures.chargedFen, figures.correctedFen, figures.totalFen]).toEqual([5, 0, 5])
    expectBalanced(figures)
    expect(
      ledger.row<{ n: number }>("SELECT count(*) AS n FROM matters WHERE kind = 'notice' AND data LIKE '%statement_ready%'").n,
    ).toBe(1)
  })

  test('covers the journal without gap or overlap, and its digest stands in the audit log', () => {
    const { ledger, world } = seed()
    verifyOnce(ledger, world, 'one', 'match')
    passTo(ledger, '2024-09-02')
    const [july, august] = [figuresOf(ledger, '2024-07'), figuresOf(ledger, '2024-08')]
    expect(july.fromSeq).toBe(0)
    expect(august.fromSeq).toBe(july.toSeq)
    expect(leavesOf(ledger, 'issue_statement').map(({ digest }) => digest)).toEqual(
      statements(ledger)
        .map(({ data }) => data.digest)
        .filter((digest) => digest !== null),
    )
  })
})
