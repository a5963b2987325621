import { describe, expect, test } from 'vitest'
import { makeId } from '../../src/core/ids.ts'
import type { Grouping } from '../../src/core/usage.ts'
import type { UsageRow } from '../../src/core/views.ts'
import { usageCsv, usageReport, usageTable } from '../../src/documents/usage-report.ts'

const accountId = 'acc_0000000001'
const otherAccount = 'acc_0000000002'

const row = (more: Partial<UsageRow> = {}): UsageRow => ({
  accountId,
  day: '2024-08-01',
  keyNumber: 7,
  mode: 'live',
  check: 'id2',
  source: 'source_a',
  outcome: 'match',
  channel: null,
  count: 3,
  credits: 3,
  costMicroYuan: 0,
  ...more,
})
const rows = [
  row(),
  row({ outcome: 'mismatch', count: 2, credits: 2 }),
  row({ outcome: 'no_record', count: 5, credits: 0 }),
  row({ day: '2024-08-02', count: 10, credits: 20 }),
  row({ day: '2024-08-02', accountId: otherAccount, keyNumber: 9, mode: 'test', source: 'sandbox', count: 1, credits: 1 }),
]
const csv = (usage: UsageRow[], ...groupings: Grouping[]): string => usageCsv(usageReport(usage, groupings), groupings)
/** Lines of a CSV without its byte order mark and its last line end. */
const linesOf = (text: string): string[] =>
  text
    .replace(/^\ufeff/, '')
    .replace(/\r\n$/, '')
    .split('\r\n')

describe('the report', () => {
  test('sums over everything that it is not grouped by', () => {
    expect(usageReport(rows, ['day']).rows).toEqual([
      { day: '2024-08-01', verifications: 10, credits: 5 },
      { day: '2024-08-02', verifications: 11, credits: 21 },
    ])
    expect(usageReport(rows, ['outcome']).rows).toEqual([
      { outcome: 'match', verifications: 14, credits: 24 },
      { outcome: 'mismatch', verifications: 2, credits: 2 },
      { outcome: 'no_record', verifications: 5, credits: 0 },
    ])
  })

  test.each<[Grouping, string, string[]]>([
    ['day', 'day', ['2024-08-01', '2024-08-02']],
    ['account', 'account_id', [accountId, otherAccount]],
    ['api_key', 'api_key_id', [makeId('key', accountId, 7), makeId('key', otherAccount, 9)]],
    ['mode', 'mode', ['live', 'test']],
    ['check', 'check', ['id2']],
    ['source', 'source', ['sandbox', 'source_a']],
    ['outcome', 'outcome', ['match', 'mismatch', 'no_record']],
  ])('grouped by %s has the column %s', (grouping, column, values) => {
    const lines = usageReport(rows, [grouping]).rows
    expect(lines.map((line) => Object.entries(line)[0])).toEqual(values.map((value) => [column, value]))
  })

  test('grouped by several keeps apart what differs in any of them, in the order of the columns', () => {
    const report = usageReport([...rows, ...rows].reverse(), ['outcome', 'day', 'account'])
    expect(report.rows).toEqual([
      { outcome: 'match', day: '2024-08-01', account_id: accountId, verifications: 6, credits: 6 },
      { outcome: 'match', day: '2024-08-02', account_id: accountId, verifications: 20, credits: 40 },
      { outcome: 'match', day: '2024-08-02', account_id: otherAccount, verifications: 2, credits: 2 },
      { outcome: 'mismatch', day: '2024-08-01', account_id: accountId, verifications: 4, credits: 4 },
      { outcome: 'no_record', day: '2024-08-01', account_id: accountId, verifications: 10, credits: 0 },
    ])
  })

  test('grouped by nothing is one line', () => {
    expect(usageReport(rows, []).rows).toEqual([{ verifications: 21, credits: 26 }])
  })

  test('has totals that are the sums of its lines, however it is grouped', () => {
    const groupings: Grouping[][] = [[], ['day'], ['account', 'api_key'], ['mode', 'check', 'source', 'outcome']]
    for (const grouping of groupings) {
      const { rows: lines, totals } = usageReport(rows, grouping)
      expect(totals).toEqual({ verifications: 21, credits: 26 })
      expect(lines.reduce((sum, line) => sum + line.verifications, 0)).toBe(21)
      expect(lines.reduce((sum, line) => sum + line.credits, 0)).toBe(26)
    }
  })

  test('of nothing has no lines and totals of 0', () => {
    expect(usageReport([], ['day'])).toEqual({ rows: [], totals: { verifications: 0, credits: 0 } })
  })
})

describe('what sources cost', () => {
  const costly = [row({ costMicroYuan: 45_000 }), row({ day: '2024-08-02', costMicroYuan: 1 }), row({ check: 'mobile3' })]

  test('is added up exactly, with six places', () => {
    expect(usageReport(costly, ['check'], true)).toEqual({
      rows: [
        { check: 'id2', verifications: 6, credits: 6, cost_yuan: '0.045001' },
        { check: 'mobile3', verifications: 3, credits: 3, cost_yuan: '0.000000' },
      ],
      totals: { verifications: 9, credits: 9, cost_yuan: '0.045001' },
    })
  })

  test('stands in no format of a report that is for somebody else', () => {
    const report = usageReport(costly, ['check'])
    const everything = JSON.stringify([report, usageCsv(report, ['check']), usageTable(report, ['check'])])
    expect(everything).not.toMatch(/cost|45/)
  })

  test('is a number of the table and a column of the CSV', () => {
    const report = usageReport(costly, ['check'], true)
    expect(usageTable(report, ['check']).rows[0]).toMatchObject({ check: 'id2', cost_yuan: 45_001 })
    expect(usageCsv(report, ['check'])).toContain('id2,6,6,internal_reference_only,0.045001\r\n')
  })
})

test('a report of sums that lack one of its columns is a fault, not a wrong line', () => {
  expect(() => usageReport([{ count: 1, credits: 1, costMicroYuan: 0 }], ['check'])).toThrow('lacks a column')
})

describe('the CSV', () => {
  test('begins with a byte order mark and a header, ends each line with CR LF, and says what it is for', () => {
    expect(csv(rows, 'day', 'outcome')).toBe(
      [
        '\ufeffday,outcome,verifications,credits,usage',
        '2024-08-01,match,3,3,internal_reference_only',
        '2024-08-01,mismatch,2,2,internal_reference_only',
        '2024-08-01,no_record,5,0,internal_reference_only',
        '2024-08-02,match,11,21,internal_reference_only',
        '',
      ].join('\r\n'),
    )
  })

  test('has its columns in the order in which they were asked for', () => {
    expect(linesOf(csv(rows, 'outcome', 'api_key', 'account', 'mode', 'source', 'check', 'day'))[0]).toBe(
      'outcome,api_key_id,account_id,mode,source,check,day,verifications,credits,usage',
    )
  })

  test('of nothing is the header alone', () => {
    expect(csv([], 'day', 'account')).toBe('\ufeffday,account_id,verifications,credits,usage\r\n')
  })

  test('quotes what holds a comma, a quote or a line end, and keeps other scripts (RFC 4180)', () => {
    expect(linesOf(csv([row({ source: 'a,b' })], 'source'))[1]).toBe('"a,b",3,3,internal_reference_only')
    expect(linesOf(csv([row({ source: 'say "no"' })], 'source'))[1]).toBe('"say ""no""",3,3,internal_reference_only')
    expect(csv([row({ source: 'one\r\ntwo' })], 'source')).toContain('\r\n"one\r\ntwo",3,3,')
    expect(linesOf(csv([row({ source: '示例' })], 'source'))[1]).toBe('示例,3,3,internal_reference_only')
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1+1', '＋1', '－1', '＠x'])(
    'has no cell that a spreadsheet would run: %j',
    (source) => {
      const cell = /\r\n("?)(.*?)\1,3,3,/s.exec(csv([row({ source })], 'source'))?.[2]
      expect(cell).toBe(`'${source}`)
    },
  )

  test('does not touch what is no formula', () => {
    for (const source of ['a=b', 'source_a', '1-1', "'quoted"])
      expect(linesOf(csv([row({ source })], 'source'))[1]).toBe(`${source},3,3,internal_reference_only`)
  })
})
