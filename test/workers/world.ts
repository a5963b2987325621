import type { Log, Network } from '../../src/core/ports.ts'
import type { LedgerDeps } from '../../src/ledger/index.ts'
import type { NoticesConfig } from '../../src/runtimes/notice-settings.ts'

/**
 * What the objects under test are handed instead of the platform's clock, keys and dice; null leaves them the real ones.
 * `wakes` collects every time an object wanted to be woken at. Tests and objects share one module graph, so a test sets it and an object reads it.
 */
export const world: {
  deps: LedgerDeps | null
  notices: { config: NoticesConfig; network: Network } | null
  log: Log | null
  alarmsByHand: boolean
  wakes: number[]
  isFull: boolean
} = {
  deps: null,
  notices: null,
  log: null,
  alarmsByHand: false,
  wakes: [],
  isFull: false,
}
