import { stringify } from 'csv-stringify/sync'
import { formatValue, writtenKey } from './format-value.ts'
import type { PrintedDocument, PrintedTable } from './printed.ts'
import { allTables } from './summary-tables.ts'
import type { Language } from './words.ts'

/** An amount below 0 begins like a formula and is none: spreadsheets must be able to add it up. */
const castText = (text: string) => ({ value: text, escape_formulas: !/^-?\d+(?:\.\d+)?$/.test(text) })

const linesOf = ({ columns, rows }: PrintedTable): string[][] => [
  columns.map(({ key, kind }) => writtenKey(key, kind)),
  ...rows.map((row) => columns.map(({ key, kind }) => formatValue(kind, row[key] ?? null, 'program'))),
]

const write = (lines: string[][]): string =>
  stringify(lines, { bom: true, record_delimiter: 'windows', cast: { string: castText } })

/**
 * The document as CSV (RFC 4180): UTF-8 with BOM, so that spreadsheets read Chinese, and no cell that a spreadsheet would run as
 * a formula. One table by its key, or without a key all of them, each under its name and with an empty line between. Null for a
 * key that the document does not have.
 */
export const renderCsv = (document: PrintedDocument, language: Language, key: string | null): string | null => {
  const tables = allTables(document, language)
  if (key === null) return write(tables.flatMap((table, at) => [...(at === 0 ? [] : [['']]), [table.key], ...linesOf(table)]))
  const table = tables.find((one) => one.key === key)
  return table ? write(linesOf(table)) : null
}
