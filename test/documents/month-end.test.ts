import { describe, expect, test } from 'vitest'
import type { MonthEndView } from '../../src/core/month-end.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'
import { MonthEndBuilder, printMonthEnd } from '../../src/documents/month-end.ts'
import { monthEndTables } from '../../src/documents/month-end-tables.ts'

const quiet: MonthEndView = {
  accountId: 'acc_0000000001',
  name: 'Quiet Ltd',
  month: '2026-10',
  from: '2026-10-01',
  to: '2026-10-31',
  provisional: false,
  preset: 'S1',
  journal: { before: 4, last: 4 },
  packs: [],
  checks: [],
  open: { calls: [], stillOpen: 0, inDoubt: 0, settledSince: [] },
  bill: null,
  milestones: [],
  debts: [],
  payments: [],
  documents: [],
  differences: [],
}

const pack = {
  grantId: 'gra_1',
  order: 'order-1',
  check: 'id2',
  mode: 'live',
  opening: 10,
  sold: 0,
  used: 3,
  lapsed: 0,
  refunded: 0,
  closing: 7,
  held: 1,
  paidFen: 1_000,
  openingFen: 1_000,
  soldFen: 0,
  usedFen: 300,
  lapsedFen: 0,
  refundedFen: 0,
  closingFen: 700,
} as const

const debt = {
  debtId: 'bil_1',
  about: '2026-09',
  state: 'overdue',
  dueOn: '2026-10-12',
  owedFen: 500,
  paidFen: 100,
  openFen: 400,
  overpaidFen: 0,
  daysLate: 19,
  lateFen: 4,
} as const

/** Something of everything. */
const busy: MonthEndView = {
  ...quiet,
  accountId: 'acc_0000000002',
  name: 'Busy Ltd',
  packs: [pack, { ...pack, grantId: 'gra_2', mode: 'test', usedFen: 99 }],
  checks: [
    { check: 'id2', verifications: 3, credits: 3, usedFen: 300, billedFen: 8, costMicroYuan: 30_000, marginMicroYuan: 3_050_000 },
  ],
  open: {
    calls: [{ verificationId: 'ver_1', check: 'id2', mode: 'live', state: 'unknown', heldAt: startOfDayMs('2026-10-31') }],
    stillOpen: 1,
    inDoubt: 1,
    settledSince: [{ check: 'id2', mode: 'live', outcome: 'match', count: 2, credits: 2 }],
  },
  bill: {
    billId: 'bil_2',
    state: 'issued',
    owedFen: 8,
    tax: null,
    lines: [{ code: 'query_fee', quantity: '2', unitPrice: '0.04', amountFen: 8 }],
  },
  milestones: [{ milestoneId: 'mil_1', number: 1, owedFen: 900, startedOn: '2026-10-03' }],
  debts: [debt, { ...debt, debtId: 'bil_2', state: 'not_due', openFen: 8, lateFen: 0 }],
  payments: [{ on: '2026-10-09', amountFen: 100, bankReference: 'b-1', aboutId: 'bil_1' }],
  documents: [{ kind: 'tax_invoice', documentId: 'inv_1', number: '12345678', state: 'recorded', amountFen: 8, issuedAt: 0 }],
  differences: [{ kind: 'cut_off', about: 'id2', count: 1, amountFen: null }],
}

const now = startOfDayMs('2026-11-02')

const build = (at = now) => {
  const builder = new MonthEndBuilder('2026-10')
  builder.add(quiet)
  builder.add(busy)
  builder.miss('acc_0000000003', 'Gone Ltd', 'fault')
  return builder.report({ now: at, asOf: at - 1 })
}

describe('the page of a month', () => {
  test('totals what its rows hold, and says what a person has to look at', () => {
    const report = build()
    expect(report).toMatchObject({ from: '2026-10-01', to: '2026-10-31', provisional: false, asked: 3, quiet: 1 })
    // One difference, one overdue debt, one call in doubt, one account that did not answer.
    expect(report.to_explain).toBe(4)
    expect(report.totals).toEqual({
      opening_fen: 1_000,
      sold_fen: 0,
      used_fen: 300,
      lapsed_fen: 0,
      refunded_fen: 0,
      closing_fen: 700,
      billed_fen: 8,
      milestones_fen: 900,
      received_fen: 100,
      invoiced_fen: 8,
      credited_fen: 0,
      unpaid_fen: 408,
      overdue_fen: 400,
      late_fen: 4,
      cost_micro_yuan: 30_000,
      margin_micro_yuan: 3_050_000,
      open_calls: 3,
      in_doubt: 1,
      differences: 1,
    })
    expect(report.rows.accounts).toHaveLength(1)
    expect(report.rows.missing).toEqual([{ account_id: 'acc_0000000003', name: 'Gone Ltd', reason: 'fault' }])
    expect(report.rows.test_packs).toMatchObject([{ grant_id: 'gra_2', used_credits: 3 }])
  })

  test('has a value for every column of every table, and no other', () => {
    const { rows } = build()
    for (const { key, columns } of monthEndTables) {
      expect([key, rows[key].length]).toEqual([key, key === 'debts' ? 2 : 1])
      for (const row of rows[key]) expect(Object.keys(row).sort()).toEqual(columns.map((column) => column.key).sort())
    }
    for (const { columns, title } of monthEndTables)
      for (const { label } of [{ label: title }, ...columns])
        expect(label.zh === '' || label.en === '' || /_/.test(label.en)).toBe(false)
  })

  test('is one document for every format, and a draft while the month runs', () => {
    const printed = printMonthEnd(build())
    expect(printed).toMatchObject({ kind: 'month_end', number: '2026-10', issuedAt: now - 1, parties: [], places: [] })
    expect(printed.tables.map(({ key }) => key).slice(0, 3)).toEqual(['accounts', 'missing', 'differences'])
    expect(printed.totals.find(({ key }) => key === 'closing_fen')?.amountFen).toBe(700)
    expect(printed.facts.find(({ key }) => key === 'to_explain')?.value).toBe(4)
    expect(printMonthEnd(build())).toEqual(printed)
    expect(printMonthEnd(build(startOfDayMs('2026-11-01') - 1)).issuedAt).toBeNull()
  })
})
