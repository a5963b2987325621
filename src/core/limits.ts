import type { RateState } from './refusal.ts'

/** Counts requests per name and window. Lives where the ledger lives. */
export interface Limits {
  /** Takes one request of this name's share; `exceeded` when there is none left. */
  take(name: string, limit: number, windowSeconds: number): Promise<RateState>
}
