import type { Context } from 'hono'
import { toRfc3339 } from '../core/shanghai.ts'
import type { Grouping, UsageSum } from '../core/usage.ts'
import { usageCsv, usageReport, usageTable } from '../documents/usage-report.ts'
import { workbook } from '../documents/workbook.ts'
import type { AppEnv } from './env.ts'
import { languageOf } from './problem.ts'

export interface UsageAnswer {
  /** What its file is called by. */
  name: string
  query: { from: string; to: string; day_of: 'service' | 'settlement'; group_by: Grouping[]; format: 'json' | 'csv' | 'xlsx' }
  sums: readonly UsageSum[]
  asOf: number
  /** For staff who may see what sources cost; a customer never does. */
  withCost: boolean
  headers: Record<string, string>
}

/** Headers of an answer that is a file, for the document. */
export const fileHeaders = {
  'Content-Disposition': 'The name of the file, where it is one.',
  'Content-Language': 'Of the headings of a workbook: `en` or `zh`, by Accept-Language.',
}

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** A report as the caller wants it: the same lines as JSON, CSV or a workbook. */
export const answerUsage = (c: Context<AppEnv>, { name, query, sums, asOf, withCost, headers }: UsageAnswer): Response => {
  const { from, to, day_of, group_by, format } = query
  const report = usageReport(sums, group_by, withCost)
  if (format === 'json') {
    const usage = 'internal_reference_only'
    return c.json({ from, to, day_of, ...report, usage, as_of: toRfc3339(asOf) }, 200, headers)
  }
  const file = { ...headers, 'Content-Disposition': `attachment; filename="${name}-${from}-${to}.${format}"` }
  if (format === 'csv') return c.body(usageCsv(report, group_by), 200, { ...file, 'Content-Type': 'text/csv; charset=utf-8' })
  const language = languageOf(c.req.header('accept-language'))
  const bytes = workbook([usageTable(report, group_by)], language)
  return c.body(bytes.slice().buffer, 200, { ...file, 'Content-Type': xlsxType, 'Content-Language': language })
}
