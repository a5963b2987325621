import { expect } from 'vitest'
import type { Statement, StatementFigures } from '../../src/core/matters/statement.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'
import type { TestLedger } from './ledger.ts'
import { accountA, staffReader, take } from './ledger-commands.ts'
import { listMatters } from './ledger-days.ts'
import { recordConsent, type SeededAccount, seedAccount } from './ledger-world.ts'

export const statementsOf = (ledger: TestLedger) => listMatters<Statement>(ledger, 'statement')

export const statementOf = (ledger: TestLedger, period: string) => {
  const found = statementsOf(ledger).find(({ data }) => data.period === period)
  if (!found) throw new Error(`no statement of ${period}`)
  return found
}

export const figuresOf = (ledger: TestLedger, period: string): StatementFigures => {
  const { figures } = statementOf(ledger, period).data
  if (figures === null) throw new Error(`the statement of ${period} is not issued`)
  return figures
}

/** Periods and states, oldest first. */
export const statesOf = (ledger: TestLedger) => statementsOf(ledger).map(({ state, data }) => [data.period, state])

/** A pack of S1, bought at ten in the morning of a day, by default the first of its term. */
export const seedPack = (
  ledger: TestLedger,
  { day = '2024-07-28', ...wishes }: Parameters<typeof seedAccount>[1] & { day?: string } = {},
): SeededAccount => {
  ledger.clock.now = startOfDayMs(day) + 10 * 3_600_000
  const world = seedAccount(ledger, wishes)
  recordConsent(ledger, world.credentials, 'consent-1', { grantedAt: ledger.clock.now })
  return world
}

export const chargesOf = (ledger: TestLedger, period: string, after = 0, limit = 100) => {
  const { id } = statementOf(ledger, period)
  const read = { kind: 'statement_charges', reader: staffReader, accountId: accountA, id, after, limit } as const
  return take(ledger.read(read), 'read').value
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0)

/** What the lines of a prepaid statement say was charged is what its packs lost, and what its charges list. */
export const expectBalanced = (ledger: TestLedger, period: string): void => {
  const { usage, packs, chargedFen, correctedFen, totalFen } = figuresOf(ledger, period)
  const captured = sum(packs.map((pack) => pack.captured))
  expect(sum(usage.map(({ credits }) => credits))).toBe(captured)
  expect(sum(chargesOf(ledger, period).items.map(({ credits }) => credits))).toBe(captured)
  expect(totalFen).toBe(chargedFen - correctedFen)
  for (const pack of packs) {
    expect(pack.opening + pack.granted - pack.captured - pack.lapsed - pack.refunded).toBe(pack.closing)
    expect(pack.openingFen + pack.soldFen - pack.usedFen - pack.lapsedFen - pack.refundedFen).toBe(pack.closingFen)
  }
}
