import { expect, test } from 'vitest'
import { compareSums, rebuildSums } from '../../src/ledger/rebuild-sums.ts'
import { driverOf } from '../../src/runtimes/database.ts'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { accountB, answerOf, settleCommand } from '../support/ledger-commands.ts'
import { RandomHistory } from '../support/ledger-history.ts'
import { hold, type SeededAccount, seedWorld } from '../support/ledger-world.ts'

const open = useTestLedgers()

/** A random history of two accounts, with calls that cost something, over several days. */
const lived = (seed: number): { ledger: TestLedger; world: SeededAccount } => {
  const ledger = open()
  const world = seedWorld(ledger, { credits: 60, overrides: { settleWithinDays: 1 } })
  const beside = new RandomHistory(ledger, seedWorld(ledger, { accountId: accountB, credits: 25 }), seed + 1_000)
  for (let call = 0; call < 12; call += 1) {
    const { verificationId } = hold(ledger, world, `costly ${call}`)
    const answer = answerOf('match', { costMicroYuan: 15_000 + call * seed })
    ledger.submit(settleCommand(world.accountId, verificationId, 'match', { answer }))
    ledger.clock.advance(7 * 3_600_000)
  }
  new RandomHistory(ledger, world, seed).run(40)
  beside.run(40)
  return { ledger, world }
}

const sound = (table: string) => ({ table, rows: expect.any(Number), wrong: 0, lacking: 0 })
const allSound = [sound('rollups'), sound('grant_days'), sound('account_days')]
const rowsOf = (ledger: TestLedger): string[][] =>
  ['rollups', 'grant_days', 'account_days'].map((table) =>
    ledger
      .rows(`SELECT * FROM ${table}`)
      .map((row) => JSON.stringify(row))
      .sort(),
  )

test.each([1, 2, 3, 4])('the sums that commits kept are what the rows say after a random history (seed %i)', (seed) => {
  const { ledger } = lived(seed)
  // However far the sums by day have come.
  for (const limit of [0, 50, 10_000]) {
    ledger.core.flushDerived(limit)
    expect(compareSums(ledger.db)).toEqual(allSound)
  }
  const [rollups] = rowsOf(ledger)
  expect(rollups?.length).toBeGreaterThan(5)
  expect(ledger.row<{ cost: number }>('SELECT sum(cost_micro_yuan) AS cost FROM rollups').cost).toBe(12 * 15_000 + 66 * seed)
  expect(compareSums(ledger.db).every(({ rows }) => rows > 3)).toBe(true)
})

test.each<[string, string, number, number]>([
  ['rollups', "UPDATE rollups SET credits = credits + 1 WHERE outcome = 'match'", 1, 1],
  ['rollups', 'UPDATE rollups SET cost_micro_yuan = 0 WHERE cost_micro_yuan > 0', 1, 1],
  ['rollups', 'UPDATE rollups SET seq = seq + 1', 1, 1],
  ['rollups', "DELETE FROM rollups WHERE outcome = 'match'", 0, 1],
  ['grant_days', 'UPDATE grant_days SET captured = captured + 1', 1, 1],
  ['grant_days', "UPDATE grant_days SET day = date(day, '-1 year')", 1, 1],
  ['account_days', 'UPDATE account_days SET last_seq = last_seq + 1', 1, 1],
  ['account_days', 'DELETE FROM account_days', 0, 1],
])('%s: what differs is found and told again: %s', (table, damage, wrong, lacking) => {
  const { ledger } = lived(5)
  ledger.core.flushDerived(10_000)
  const before = rowsOf(ledger)
  ledger.connection.exec(damage)
  const found = compareSums(ledger.db).find((state) => state.table === table)
  expect([Math.min(found?.wrong ?? 0, 1), Math.min(found?.lacking ?? 0, 1)]).toEqual([wrong, lacking])
  rebuildSums(ledger.db, driverOf(ledger.connection))
  expect(compareSums(ledger.db)).toEqual(allSound)
  expect(rowsOf(ledger)).toEqual(before)
})
