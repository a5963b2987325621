import type { Rows } from '../../src/ledger/book.ts'
import type { MemoryRows } from '../support/ledger-memory.ts'
import type { ModelBook, Purse } from './model-book.ts'

/** Faster than an assertion library, which matters at a million comparisons. */
export const expectEqual = (is: unknown, must: unknown, what: string): void => {
  if (is === must) return
  const text = (value: unknown) => JSON.stringify(value instanceof Map ? [...value] : value)
  if (text(is) !== text(must)) throw new Error(`${what}: ${text(is)} and not ${text(must)}`)
}

const byId = (a: number, b: number): number => a - b

/** What the lines of the journal have said so far. */
export class Journal {
  lines = 0
  leaves = 0
  lastAt = 0
  readonly endings: number[] = []

  copy(): Journal {
    return Object.assign(new Journal(), { ...this, endings: [...this.endings] })
  }

  /** Takes in the next line, which has to be the one with this number. */
  take(entry: Rows['entries'], seq: number): void {
    expectEqual(entry.seq, seq, 'journal numbers')
    if (entry.leaf !== null) {
      expectEqual(entry.leafIndex, this.leaves, 'leaf numbers')
      this.leaves += 1
    }
    expectEqual(entry.at >= this.lastAt, true, 'time goes forward')
    if (entry.kind === 'capture' || entry.kind === 'release') {
      expectEqual(entry.leaf !== null, true, 'a leaf for each ending')
      this.endings.push(entry.verificationId ?? -1)
    }
    this.lastAt = entry.at
    this.lines = seq
  }
}

/** The rows against the model, and the rules that hold whatever happened. */
export const checkRows = (rows: MemoryRows, model: ModelBook, seen: number, journal: Journal): void => {
  const purses = new Map(
    rows.all('grants').map(({ id, granted, available, held, captured, expired, expiresAt, refunded }): [number, Purse] => {
      expectEqual(granted, available + held + captured + expired + refunded, 'conservation')
      expectEqual(Math.min(available, held, captured, expired) >= 0 && captured <= granted, true, 'no pile below nothing')
      return [id, { granted, available, held, captured, expired, expiresAt: expiresAt ?? 0 }]
    }),
  )
  expectEqual(purses, model.purses, 'balances')
  expectEqual(
    rows.all('consents').map(({ uses }) => uses),
    model.permits.map(({ uses }) => uses),
    'uses',
  )

  expectEqual(
    rows.all('accounts').map(({ lastAt }) => lastAt),
    [seen],
    'the newest instant',
  )
  // Entries are only ever added, so that those of earlier commits need no second look.
  const entries = rows.all('entries')
  for (let at = journal.lines; at < entries.length; at += 1) {
    const entry = entries[at]
    if (!entry) throw new Error('the journal has no holes')
    journal.take(entry, at + 1)
  }
  const ended = [...model.calls].filter(([, { state }]) => state === 'captured' || state === 'released').map(([id]) => id)
  expectEqual(journal.endings.toSorted(byId), ended.sort(byId), 'one ending each')
  expectEqual(rows.all('outcomes').length, ended.length, 'one outcome each')
}
