import type { MemoryRows } from '../support/ledger-memory.ts'
import type { ModelBook, Purse } from './model-book.ts'

/** Faster than an assertion library, which matters at a million comparisons. */
export const expectEqual = (is: unknown, must: unknown, what: string): void => {
  const text = (value: unknown) => JSON.stringify(value instanceof Map ? [...value] : value)
  if (text(is) !== text(must)) throw new Error(`${what}: ${text(is)} and not ${text(must)}`)
}

/** The rows against the model, and the rules that hold whatever happened. */
export const checkRows = (rows: MemoryRows, model: ModelBook, seen: number): void => {
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
  const entries = rows.all('entries')
  expectEqual(
    entries.map(({ seq }) => seq),
    entries.map((_, at) => at + 1),
    'journal numbers',
  )
  const leaves = entries.filter(({ leaf }) => leaf !== null)
  expectEqual(
    leaves.map(({ leafIndex }) => leafIndex),
    leaves.map((_, at) => at),
    'leaf numbers',
  )
  expectEqual(
    entries.every(({ at }, index) => at >= (entries[index - 1]?.at ?? 0)),
    true,
    'time goes forward',
  )

  const endings = entries.filter(({ kind }) => kind === 'capture' || kind === 'release')
  const ended = [...model.calls].filter(([, { state }]) => state === 'captured' || state === 'released')
  const byId = (a: number, b: number) => a - b
  expectEqual(
    endings.map(({ verificationId }) => verificationId ?? -1).sort(byId),
    ended.map(([id]) => id).sort(byId),
    'one ending each',
  )
  expectEqual(
    endings.every(({ leaf }) => leaf !== null),
    true,
    'a leaf for each ending',
  )
  expectEqual(rows.all('outcomes').length, ended.length, 'one outcome each')
}
