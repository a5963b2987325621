import { strToU8, type Zippable, zipSync } from 'fflate'
import { formatDecimal } from '../core/decimal.ts'
import { formatFen } from '../core/money.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import type { Column, PrintedTable, Value, ValueKind } from './printed.ts'

/*
 * Workbooks (ECMA-376, "XLSX") of printed tables, one sheet each. Written by hand over `fflate`, because the writer that was
 * tried (write-excel-file 4.1.1) starts worker threads for a sheet above 160 KB, which the Workers runtime does not have, loses
 * the whole sheet for a cell with the text `constructor`, and puts the present time into the archive.
 */

/** Places of `cellXfs` in the styles below. */
const styles = { plain: 0, heading: 1, integer: 2, yuan: 3, microYuan: 4, text: 5, quoted: 6 } as const

const styleSheet = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.000000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

const widths: Record<ValueKind, number> = { text: 28, integer: 14, fen: 16, micro_yuan: 18, time: 31, day: 12 }

/** Rows of a sheet with its heading, and characters of a cell: spreadsheets refuse a file with more. */
const maxRows = 1_048_576
const maxTextLength = 32_767
/** A spreadsheet keeps so many digits of a number; what has more is written as text, so that no digit is lost. */
const maxDigits = 15

const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text between tags. What XML cannot hold is written as `_xHHHH_` (ECMA-376 §22.9.2.19), and what only looks like that is kept apart from it. */
const xmlText = (text: string): string =>
  text
    .replaceAll(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')
    .replaceAll(/[&<>"]/g, (unit) => entities[unit] ?? unit)
    .replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, (unit) => {
      if (unit === '\t' || unit === '\n') return unit
      return `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`
    })

/** The decimal text of a number cell, or null where the value is written as text. */
const numberText = (kind: ValueKind, value: number): string | null => {
  if (kind === 'integer') return String(value)
  if (kind === 'fen') return formatFen(value)
  if (kind === 'micro_yuan') return formatDecimal({ numerator: BigInt(value), denominator: 1_000_000n }, 6)
  return null
}

const styleOf: Partial<Record<ValueKind, number>> = {
  integer: styles.integer,
  fen: styles.yuan,
  micro_yuan: styles.microYuan,
}

const fitsNumber = (text: string): boolean => text.replaceAll(/[-.]/g, '').replace(/^0+/, '').length <= maxDigits

const textCell = (at: string, text: string, style: number): string => {
  const whole = text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1)}…`
  return `<c r="${at}" t="inlineStr" s="${style}"><is><t xml:space="preserve">${xmlText(whole)}</t></is></c>`
}

/** What a spreadsheet would take for a formula when somebody edits the cell. */
const formulaStart = /^[=+\-@\t\r＝＋－＠]/

const cell = (at: string, kind: ValueKind, value: Value): string => {
  if (value === null) return ''
  const number = typeof value === 'number' ? numberText(kind, value) : null
  if (number !== null && fitsNumber(number)) return `<c r="${at}" s="${styleOf[kind] ?? styles.plain}"><v>${number}</v></c>`
  const text = number ?? (kind === 'time' && typeof value === 'number' ? toRfc3339(value) : String(value))
  return textCell(at, text, formulaStart.test(text) ? styles.quoted : styles.text)
}

/** `A` to `Z`, `AA` and so on. */
const columnName = (index: number): string =>
  (index < 26 ? '' : columnName(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26))

const sheetXml = (columns: readonly Column[], rows: PrintedTable['rows'], language: 'zh' | 'en'): string => {
  const names = columns.map((_, index) => columnName(index))
  const heading = columns.map(({ label }, index) => textCell(`${names[index]}1`, label[language], styles.heading)).join('')
  const lines = rows.map((row, at) => {
    const cells = columns.map(({ key, kind }, index) => cell(`${names[index]}${at + 2}`, kind, row[key] ?? null))
    return `<row r="${at + 2}">${cells.join('')}</row>`
  })
  const cols = columns.map(({ kind }, at) => `<col min="${at + 1}" max="${at + 1}" width="${widths[kind]}" customWidth="1"/>`)
  return `${xmlHead}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${
    cols.length === 0 ? '' : `<cols>${cols.join('')}</cols>`
  }<sheetData><row r="1">${heading}</row>${lines.join('')}</sheetData></worksheet>`
}

interface Sheet {
  name: string
  xml: string
}

/** The table as a sheet, or as several when it has more rows than a sheet can hold. */
const sheetsOf = ({ key, columns, rows }: PrintedTable, language: 'zh' | 'en'): Sheet[] => {
  const parts = Math.max(1, Math.ceil(rows.length / (maxRows - 1)))
  return Array.from({ length: parts }, (_, part) => {
    const ending = part === 0 ? '' : `_${part + 1}`
    const name = `${key.slice(0, 31 - ending.length)}${ending}`
    return { name, xml: sheetXml(columns, rows.slice(part * (maxRows - 1), (part + 1) * (maxRows - 1)), language) }
  })
}

/** The same in every time zone: an archive writes local time. */
const writtenAt = new Date(1980, 0, 1, 12)

/**
 * The tables as a workbook, a sheet per table named by its key. Amounts are numbers with all their places, times and days are text,
 * and no text is ever a formula. The same tables give the same bytes, on every day and on both runtimes. Throws RangeError
 * for no table, for two with one key, and for an amount that is no safe integer.
 */
export const workbook = (tables: readonly PrintedTable[], language: 'zh' | 'en'): Uint8Array => {
  if (tables.length === 0) throw new RangeError('a workbook has at least one sheet')
  const sheets = tables.flatMap((table) => sheetsOf(table, language))
  if (new Set(sheets.map(({ name }) => name)).size < sheets.length) throw new RangeError('two sheets would have one name')
  const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
  const files: Record<string, string> = {
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${sheetType}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${sheetType}.styles+xml"/>${sheets
      .map((_, at) => `<Override PartName="/xl/worksheets/sheet${at + 1}.xml" ContentType="${sheetType}.worksheet+xml"/>`)
      .join('')}</Types>`,
    '_rels/.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId0" Type="${office}/styles" Target="styles.xml"/>${sheets
      .map((_, at) => `<Relationship Id="rId${at + 1}" Type="${office}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`)
      .join('')}</Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${sheets
      .map(({ name }, at) => `<sheet name="${xmlText(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/styles.xml': styleSheet,
  }
  const archive: Zippable = {}
  for (const [path, text] of Object.entries(files)) archive[path] = strToU8(`${xmlHead}${text}`)
  sheets.forEach(({ xml }, at) => {
    archive[`xl/worksheets/sheet${at + 1}.xml`] = strToU8(xml)
  })
  return zipSync(archive, { mtime: writtenAt })
}
