import { describe, expect, test } from 'vitest'
import { startOfDayMs } from '../../src/core/shanghai.ts'
import type { Rows } from '../../src/ledger/book.ts'
import { prepareDaySums } from '../../src/ledger/day-sums.ts'
import { entries } from '../../src/ledger/schema.ts'
import { useTestLedgers } from '../support/ledger.ts'
import { MemoryRows } from '../support/ledger-memory.ts'

const open = useTestLedgers()

const accountId = 'acc_0000000001'
const kinds = ['grant', 'hold', 'capture', 'release', 'expire', 'refund', 'note'] as const
const hourMs = 3_600_000
const firstMs = startOfDayMs('2024-07-30')

/** Entries of two accounts, one every five hours, of every kind and of three grants. */
const journal: Rows['entries'][] = Array.from({ length: 90 }, (_, index) => ({
  id: index + 1,
  accountId: index % 4 === 3 ? 'acc_0000000002' : accountId,
  seq: index + 1,
  kind: kinds[index % kinds.length] ?? 'note',
  at: firstMs - 1 + index * 5 * hourMs,
  actor: 'clock',
  verificationId: null,
  grantId: index % kinds.length === 6 ? null : 1 + (index % 3),
  credits: 1 + (index % 5),
  body: null,
  leafIndex: null,
  leaf: null,
  leafHash: null,
}))

describe('the journal by day', () => {
  test('is the same however far the sums have come, and is its fold', () => {
    const ledger = open({ sound: false })
    for (const row of journal) ledger.db.insert(entries).values(row).run()
    const memory = new MemoryRows()
    memory.write(journal.map((row) => ({ table: 'entries', row })))
    const sums = prepareDaySums(ledger.db)
    const periods = [
      { fromDay: '2024-08-01', toDay: '2024-08-31', endMs: startOfDayMs('2024-09-01') },
      { fromDay: '2024-07-01', toDay: '2024-07-31', endMs: startOfDayMs('2024-08-01') },
      { fromDay: '2024-08-05', toDay: '2024-08-05', endMs: startOfDayMs('2024-08-06') },
    ]
    let above = 0
    let rounds = 0
    for (;;) {
      for (const period of periods) {
        expect(sums.grantPeriods(accountId, period, above)).toEqual(memory.grantPeriods(accountId, period))
        expect(sums.lastSeq(accountId, period, above)).toBe(memory.lastSeq(accountId, period))
      }
      const taken = sums.take(above, 7)
      if (taken === null) break
      above = taken.upTo
      rounds += 1
    }
    expect(rounds).toBe(Math.ceil(journal.length / 7))
    expect(memory.grantPeriods(accountId, periods[0] ?? { fromDay: '', endMs: 0 })).toHaveLength(3)
  })

  test('puts the last millisecond of a day into that day', () => {
    const ledger = open({ sound: false })
    const sums = prepareDaySums(ledger.db)
    const move = { accountId, seq: 1, kind: 'capture', actor: 'clock', grantId: 1, credits: 1 }
    const endMs = startOfDayMs('2024-08-01')
    ledger.db
      .insert(entries)
      .values([
        { ...move, id: 1, at: endMs - 1 },
        { ...move, id: 2, seq: 2, at: endMs },
      ])
      .run()
    sums.take(0, 100)
    const july = sums.grantPeriods(accountId, { fromDay: '2024-07-01', toDay: '2024-07-31', endMs }, 2)
    expect(july.map(({ before, within }) => [before.captured, within.captured])).toEqual([[0, 1]])
    expect(sums.lastSeq(accountId, { toDay: '2024-07-31', endMs }, 2)).toBe(1)
  })
})
