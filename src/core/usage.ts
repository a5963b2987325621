import type { KeyChannel } from './key-channel.ts'
import type { Mode } from './mode.ts'
import type { Outcome } from './outcome.ts'

/** What a usage report can be grouped by. */
export const groupings = ['day', 'month', 'check', 'api_key', 'source', 'outcome', 'mode', 'account', 'fault', 'channel'] as const
export type Grouping = (typeof groupings)[number]

/** The sums that are kept tell these apart; a month is the beginning of its days. */
export const usageColumns = ['day', 'accountId', 'keyNumber', 'mode', 'check', 'source', 'outcome', 'channel'] as const
export type UsageColumn = (typeof usageColumns)[number] | 'month'

/** Verifications that ended alike, and sums over every column that was not asked for. */
export interface UsageSum {
  day?: string
  month?: string
  accountId?: string
  keyNumber?: number
  mode?: Mode
  check?: string
  source?: string
  outcome?: Outcome
  channel?: KeyChannel | null
  count: number
  credits: number
  /** What the sources billed for them, in millionths of a yuan. For staff alone; nothing shows it to a customer. */
  costMicroYuan: number
}

const neededFor: Record<Grouping, readonly UsageColumn[]> = {
  day: ['day'],
  month: ['month'],
  check: ['check'],
  api_key: ['accountId', 'keyNumber'],
  source: ['source'],
  outcome: ['outcome'],
  mode: ['mode'],
  account: ['accountId'],
  // Whose a failed call was is told by its outcome, and by whether there was a source to ask.
  fault: ['outcome', 'source'],
  channel: ['channel'],
}

/** The columns that a report needs, so that the database adds up all the others. */
export const columnsFor = (grouped: readonly Grouping[]): UsageColumn[] => [
  ...new Set(grouped.flatMap((grouping) => neededFor[grouping])),
]
