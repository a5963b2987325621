import { createHash } from 'node:crypto'
import { unzipSync } from 'fflate'
import { describe, expect, test, vi } from 'vitest'
import * as xlsx from 'xlsx'
import type { Column, PrintedTable, ValueKind } from '../../src/documents/printed.ts'
import { workbook } from '../../src/documents/workbook.ts'

const column = (key: string, kind: ValueKind): Column => ({ key, kind, label: { zh: `中文 ${key}`, en: `the ${key}` } })
const table = (columns: Column[], rows: PrintedTable['rows'], key = 'charges'): PrintedTable => ({
  key,
  title: { zh: '表', en: 'table' },
  columns,
  rows,
})
const oneColumn = (kind: ValueKind, ...values: (string | number | null)[]) =>
  table(
    [column('x', kind)],
    values.map((x) => ({ x })),
  )
/** What an independent reader finds. */
const read = (tables: PrintedTable[], language: 'zh' | 'en' = 'en') =>
  xlsx.read(workbook(tables, language), { cellNF: true, cellFormula: true })
const cellsOf = (book: xlsx.WorkBook, sheet = 'charges'): xlsx.CellObject[] => {
  const found = book.Sheets[sheet]
  if (!found) throw new Error(`no sheet ${sheet}`)
  return Object.entries(found).flatMap(([at, cell]) => (at.startsWith('!') || /^[A-Z]+1$/.test(at) ? [] : [cell]))
}
const textsOf = (...values: string[]): unknown[] => cellsOf(read([oneColumn('text', ...values)])).map(({ v }) => v)

const sample = [
  table(
    [column('day', 'day'), column('at', 'time'), column('n', 'integer'), column('fen', 'fen'), column('cost', 'micro_yuan')],
    [{ day: '2026-01-31', at: 1_769_800_000_000, n: 30_000, fen: 80_000, cost: 15_000 }],
  ),
  { ...oneColumn('text', '张*', '=1+1'), key: 'texts' },
]

/** Every promise of the workbook, on whatever runtime runs it. */
export const workbookCases = (): void => {
  describe('a workbook', () => {
    test('has a sheet per table, named by its key, with a heading in the language that was asked for', () => {
      const tables = [oneColumn('text', 'a'), table([column('y', 'text')], [], 'empty')]
      expect(read(tables).SheetNames).toEqual(['charges', 'empty'])
      expect(read(tables).Sheets.empty).toMatchObject({ '!ref': 'A1', A1: { t: 's', v: 'the y' } })
      expect(read(tables, 'zh').Sheets.charges?.A1).toMatchObject({ v: '中文 x' })
      expect(() => workbook([], 'en')).toThrow(RangeError)
      expect(() => workbook([oneColumn('text'), oneColumn('text')], 'en')).toThrow(RangeError)
    })

    test('writes amounts as numbers with all their places, and days and times as text', () => {
      const rows = xlsx.utils.sheet_to_json(read(sample).Sheets.charges ?? {}, { header: 1, raw: true })
      expect(rows[1]).toEqual(['2026-01-31', '2026-01-31T03:06:40.000+08:00', 30_000, 800, 0.015])
      const shown = xlsx.utils.sheet_to_json(read(sample).Sheets.charges ?? {}, { header: 1, raw: false })
      expect(shown[1]).toEqual(['2026-01-31', '2026-01-31T03:06:40.000+08:00', '30000', '800.00', '0.015000'])
    })

    test.each<[ValueKind, number, string]>([
      ['fen', 1, '0.01'],
      ['fen', -5, '-0.05'],
      ['fen', 0, '0.00'],
      ['fen', 130_500_000, '1305000.00'],
      ['fen', 999_999_999_999_999, '9999999999999.99'],
      ['micro_yuan', 1, '0.000001'],
      ['micro_yuan', 1_234_567, '1.234567'],
      ['integer', 10_000_000, '10000000'],
    ])('keeps the exact decimal of %s %d', (kind, value, text) => {
      const bytes = workbook([oneColumn(kind, value)], 'en')
      const sheet = new TextDecoder().decode(unzipSync(bytes)['xl/worksheets/sheet1.xml'])
      expect(sheet).toContain(`<v>${text}</v>`)
      expect(cellsOf(read([oneColumn(kind, value)]))).toMatchObject([{ t: 'n', v: Number(text), w: text }])
    })

    test('writes a number that a spreadsheet would shorten as text', () => {
      const [cell] = cellsOf(read([oneColumn('fen', Number.MAX_SAFE_INTEGER)]))
      expect(cell).toMatchObject({ t: 's', v: '90071992547409.91' })
      expect(() => workbook([oneColumn('fen', 0.5)], 'en')).toThrow(RangeError)
    })

    test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\r=1', '＝1+1', '=HYPERLINK("http://x")'])(
      'never makes a formula of the text %j',
      (text) => {
        const [cell] = cellsOf(read([oneColumn('text', text)]))
        expect(cell).toMatchObject({ t: 's', v: text })
        expect(cell).not.toHaveProperty('f')
      },
    )

    test('keeps every text as it is', () => {
      const texts = [
        'constructor',
        '__proto__',
        'toString',
        ' a ',
        'a\r\nb',
        '<a href="x">&amp;</a>',
        '_x0041_',
        '张*𠮷',
        '0123',
        '1e5',
        'bell\u0007',
        ']]>',
      ]
      expect(textsOf(...texts)).toEqual(texts)
    })

    test('leaves a cell without a value empty, also for a member that is not there', () => {
      const two = table([column('a', 'integer'), column('b', 'text')], [{ a: null, b: 'x' }, { b: 'y' }])
      expect(cellsOf(read([two])).map(({ v }) => v)).toEqual(['x', 'y'])
    })

    test('cuts a text at what a cell can hold, visibly', () => {
      const [text] = textsOf('x'.repeat(40_000))
      expect(text).toBe(`${'x'.repeat(32_766)}…`)
    })

    test('has its columns in order beyond the letter Z', () => {
      const columns = Array.from({ length: 60 }, (_, at) => column(`c${at}`, 'integer'))
      const row = Object.fromEntries(columns.map(({ key }, at) => [key, at]))
      const rows = xlsx.utils.sheet_to_json(read([table(columns, [row])]).Sheets.charges ?? {}, { header: 1 })
      expect(rows[1]).toEqual(columns.map((_, at) => at))
    })

    test('has the same bytes a minute and a year later, and on every runtime', () => {
      const digest = () => createHash('sha256').update(workbook(sample, 'zh')).digest('hex')
      const now = digest()
      vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-07-01T12:34:56Z') })
      try {
        expect(digest()).toBe(now)
      } finally {
        vi.useRealTimers()
      }
      expect(now).toBe('33ec3917d9d1e56928e35b6fdc0efb3b44390a8cb9f5470d1d8ecc4fc2f4e122')
    })

    test('of many rows opens too', () => {
      const rows = Array.from({ length: 20_000 }, (_, at) => ({ a: `ver_${at}`, b: at }))
      const book = read([table([column('a', 'text'), column('b', 'fen')], rows)])
      expect(xlsx.utils.sheet_to_json(book.Sheets.charges ?? {})).toHaveLength(20_000)
    })
  })
}
