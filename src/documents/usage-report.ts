import { stringify } from 'csv-stringify/sync'
import { formatDecimal } from '../core/decimal.ts'
import { faultSideOf } from '../core/fault-of.ts'
import { makeId } from '../core/ids.ts'
import type { Grouping, UsageSum } from '../core/usage.ts'
import type { Column, PrintedTable, Words } from './printed.ts'

/** One line of a usage report: the chosen columns, and sums over everything else. */
export interface UsageLine {
  day?: string
  month?: string
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
  /** What the sources billed, in yuan with six places; in reports for those alone who may see it. */
  cost_yuan?: string
}

type Sums = Pick<UsageLine, 'verifications' | 'credits' | 'cost_yuan'>

export interface UsageReport {
  rows: UsageLine[]
  totals: Sums
}

type ColumnKey = Exclude<keyof UsageLine, keyof Sums>

const ofReport = (value: string | undefined): string => {
  if (value === undefined) throw new Error('usage: a sum lacks a column that the report is grouped by')
  return value
}

const columnOf: Record<Grouping, { key: ColumnKey; label: Words; value: (sum: UsageSum) => string }> = {
  day: { key: 'day', label: { zh: '日期', en: 'Day' }, value: ({ day }) => ofReport(day) },
  month: { key: 'month', label: { zh: '月份', en: 'Month' }, value: ({ month }) => ofReport(month) },
  account: { key: 'account_id', label: { zh: '账户', en: 'Account' }, value: ({ accountId }) => ofReport(accountId) },
  api_key: {
    key: 'api_key_id',
    label: { zh: '密钥', en: 'API key' },
    value: ({ accountId, keyNumber }) => makeId('key', ofReport(accountId), keyNumber ?? 0),
  },
  mode: { key: 'mode', label: { zh: '模式', en: 'Mode' }, value: ({ mode }) => ofReport(mode) },
  check: { key: 'check', label: { zh: '核验产品', en: 'Check' }, value: ({ check }) => ofReport(check) },
  source: { key: 'source', label: { zh: '数据源', en: 'Source' }, value: ({ source }) => ofReport(source) },
  outcome: { key: 'outcome', label: { zh: '结果', en: 'Outcome' }, value: ({ outcome }) => ofReport(outcome) },
  fault: {
    key: 'fault',
    label: { zh: '归责', en: 'Fault' },
    value: ({ outcome, source }) => faultSideOf(outcome ?? 'unknown', ofReport(source)),
  },
  channel: { key: 'channel', label: { zh: '渠道', en: 'Channel' }, value: ({ channel }) => channel ?? 'none' },
}

/** Millionths of a yuan as yuan, exact. */
const yuan = (microYuan: number): string => formatDecimal({ numerator: BigInt(microYuan), denominator: 1_000_000n }, 6)

const printed = ({ verifications, credits, costMicroYuan }: Added, withCost: boolean): Sums => ({
  verifications,
  credits,
  ...(withCost ? { cost_yuan: yuan(costMicroYuan) } : {}),
})

interface Added {
  verifications: number
  credits: number
  costMicroYuan: number
}

const add = (to: Added, { count, credits, costMicroYuan }: UsageSum): void => {
  to.verifications += count
  to.credits += credits
  to.costMicroYuan += costMicroYuan
}

/**
 * The report over sums that have at least the columns of its groupings (`columnsFor` in core/usage.ts). Lines are in the order of
 * their columns, so that the same books give the same report. `withCost` is for staff who may see what sources cost, never for a
 * customer.
 */
export const usageReport = (sums: readonly UsageSum[], groupings: readonly Grouping[], withCost = false): UsageReport => {
  const lines = new Map<string, { values: string[]; added: Added }>()
  const totals: Added = { verifications: 0, credits: 0, costMicroYuan: 0 }
  for (const sum of sums) {
    const values = groupings.map((grouping) => columnOf[grouping].value(sum))
    const key = JSON.stringify(values)
    const line = lines.get(key) ?? { values, added: { verifications: 0, credits: 0, costMicroYuan: 0 } }
    add(line.added, sum)
    add(totals, sum)
    lines.set(key, line)
  }
  const rows = [...lines.values()].sort((one, other) => compare(one.values, other.values))
  return {
    rows: rows.map(({ values, added }) => ({
      ...Object.fromEntries(groupings.map((grouping, at) => [columnOf[grouping].key, values[at]])),
      ...printed(added, withCost),
    })),
    totals: printed(totals, withCost),
  }
}

/** By the first text that differs, by code units: the same on every machine. */
const compare = (one: readonly string[], other: readonly string[]): number => {
  const at = one.findIndex((text, index) => text !== other[index])
  return at < 0 ? 0 : (one[at] ?? '') < (other[at] ?? '') ? -1 : 1
}

const sumColumns: Column[] = [
  { key: 'verifications', label: { zh: '核验次数', en: 'Verifications' }, kind: 'integer' },
  { key: 'credits', label: { zh: '扣减额度', en: 'Credits' }, kind: 'integer' },
]
const costColumn: Column = { key: 'cost_yuan', label: { zh: '数据源成本(元)', en: 'Source cost (yuan)' }, kind: 'micro_yuan' }
/** What the figures are for stands beside every line, because lines are copied out (S1 §2.3). */
const usageColumn: Column = { key: 'usage', label: { zh: '用途', en: 'Usage' }, kind: 'text' }

const microYuan = (text: string): number => Number(text.replace('.', ''))

/** The report as a table, from which its CSV and its workbook are made. */
export const usageTable = ({ rows, totals }: UsageReport, groupings: readonly Grouping[]): PrintedTable => ({
  key: 'usage',
  title: { zh: '用量报表', en: 'Usage report' },
  columns: [
    ...groupings.map((grouping): Column => ({ key: columnOf[grouping].key, label: columnOf[grouping].label, kind: 'text' })),
    ...sumColumns,
    usageColumn,
    // At the end, so that every other column is where it is in a report without it.
    ...(totals.cost_yuan === undefined ? [] : [costColumn]),
  ],
  rows: rows.map(({ cost_yuan, ...line }) => ({
    ...line,
    ...(cost_yuan === undefined ? {} : { cost_yuan: microYuan(cost_yuan) }),
    usage: 'internal_reference_only',
  })),
})

/** The report as CSV (RFC 4180): UTF-8 with BOM, so that spreadsheets read Chinese, and no cell that a spreadsheet would run as a formula. */
export const usageCsv = (report: UsageReport, groupings: readonly Grouping[]): string => {
  const columns = usageTable(report, groupings).columns.map(({ key }) => key)
  const rows = report.rows.map((line) => ({ ...line, usage: 'internal_reference_only' }))
  return stringify(rows, { header: true, columns, bom: true, escape_formulas: true, record_delimiter: 'windows' })
}
