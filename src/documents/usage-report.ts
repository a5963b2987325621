import { stringify } from 'csv-stringify/sync'
import { faultSideOf } from '../core/fault-of.ts'
import { makeId } from '../core/ids.ts'
import type { UsageRow } from '../core/views.ts'

/** Columns that a usage report can be grouped by. */
export type Grouping = 'day' | 'account' | 'api_key' | 'mode' | 'check' | 'source' | 'outcome' | 'fault' | 'channel'

/** One line of a usage report: the chosen columns, and sums over everything else. */
export interface UsageLine {
  day?: string
  account_id?: string
  api_key_id?: string
  mode?: string
  check?: string
  source?: string
  outcome?: string
  /** Whose the calls without an answer were, as far as sums can tell (S0 三(二)3). */
  fault?: string
  channel?: string
  verifications: number
  credits: number
}

export interface UsageReport {
  rows: UsageLine[]
  totals: { verifications: number; credits: number }
}

const columnOf: Record<Grouping, (row: UsageRow) => Omit<UsageLine, 'verifications' | 'credits'>> = {
  day: (row) => ({ day: row.day }),
  account: (row) => ({ account_id: row.accountId }),
  api_key: (row) => ({ api_key_id: makeId('key', row.accountId, row.keyNumber) }),
  mode: (row) => ({ mode: row.mode }),
  check: (row) => ({ check: row.check }),
  source: (row) => ({ source: row.source }),
  outcome: (row) => ({ outcome: row.outcome }),
  fault: (row) => ({ fault: faultSideOf(row.outcome, row.source) }),
  channel: (row) => ({ channel: row.channel ?? 'none' }),
}

/** Sums rollup rows by the chosen columns. Lines keep the order in which their first row came. */
export const usageReport = (usage: readonly UsageRow[], groupings: readonly Grouping[]): UsageReport => {
  const lines = new Map<string, UsageLine>()
  const totals = { verifications: 0, credits: 0 }
  for (const row of usage) {
    const columns = Object.assign({}, ...groupings.map((grouping) => columnOf[grouping](row))) as Omit<
      UsageLine,
      'verifications' | 'credits'
    >
    const key = JSON.stringify(columns)
    const line = lines.get(key) ?? { ...columns, verifications: 0, credits: 0 }
    line.verifications += row.count
    line.credits += row.credits
    lines.set(key, line)
    totals.verifications += row.count
    totals.credits += row.credits
  }
  return { rows: [...lines.values()], totals }
}

/** The report as CSV (RFC 4180): UTF-8 with BOM, so that spreadsheets read Chinese, and no cell that a spreadsheet would run as a formula. */
export const usageCsv = (report: UsageReport, groupings: readonly Grouping[]): string => {
  const names: Record<Grouping, keyof UsageLine> = {
    day: 'day',
    account: 'account_id',
    api_key: 'api_key_id',
    mode: 'mode',
    check: 'check',
    source: 'source',
    outcome: 'outcome',
    fault: 'fault',
    channel: 'channel',
  }
  const columns = [...groupings.map((grouping) => names[grouping]), 'verifications', 'credits', 'usage']
  const rows = report.rows.map((line) => ({ ...line, usage: 'internal_reference_only' }))
  return stringify(rows, { header: true, columns, bom: true, escape_formulas: true, record_delimiter: 'windows' })
}
