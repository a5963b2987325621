import type { LedgerDeps } from '../../src/ledger/index.ts'

/**
 * What the objects under test are handed instead of the platform's clock, keys and dice; null leaves them the real ones.
 * `wakes` collects every time an object wanted to be woken at. Tests and objects share one module graph, so a test sets it and an object reads it.
 */
export const world: { deps: LedgerDeps | null; alarmsByHand: boolean; wakes: number[]; isFull: boolean } = {
  deps: null,
  alarmsByHand: false,
  wakes: [],
  isFull: false,
}
