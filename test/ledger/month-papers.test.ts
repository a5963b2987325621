import { describe, expect, test } from 'vitest'
import type { MatterKind } from '../../src/core/matters/index.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'
import type { Rows } from '../../src/ledger/book.ts'
import {
  bankDifferences,
  otherPaymentsIn,
  overpaidOrders,
  type Papers,
  papersIn,
  statementDifferences,
} from '../../src/ledger/month-papers.ts'
import { accountA } from '../support/ledger-commands.ts'

const month = {
  month: '2026-10',
  from: '2026-10-01',
  to: '2026-10-31',
  endMs: startOfDayMs('2026-11-01'),
  asOf: '2026-10-31',
}

const row = (kind: MatterKind, id: number, day: string, data: object, state = 'issued', reference: string | null = null) =>
  ({ id, accountId: accountA, kind, state, reference, openedAt: startOfDayMs(day), data }) as unknown as Rows['matters']

const none: Papers = {
  statements: [],
  settlements: [],
  taxInvoices: [],
  creditNotes: [],
  paymentOrders: [],
  bankStatements: [],
}

describe('the papers of a month', () => {
  test('are its own statement, and what was made or issued in it', () => {
    const statement = (period: string, totalFen: number | null) => ({
      period,
      figures: totalFen === null ? null : { totalFen },
      issuedAt: totalFen === null ? null : startOfDayMs('2026-11-01'),
    })
    const invoice = (issuedOn: string, direction: string) => ({ number: `no-${issuedOn}`, direction, grossFen: 70, issuedOn })
    const found = papersIn(
      {
        ...none,
        statements: [
          row('statement', 1, '2026-09-01', statement('2026-09', 5)),
          row('statement', 2, '2026-10-01', statement('2026-10', 6)),
        ],
        settlements: [
          row('settlement', 3, '2026-10-31', { balanceFen: -9 }, 'approved'),
          row('settlement', 4, '2026-11-01', { balanceFen: 1 }),
        ],
        taxInvoices: [
          row('tax_invoice', 5, '2026-11-03', invoice('2026-10-31', 'blue')),
          row('tax_invoice', 6, '2026-10-01', invoice('2026-10-01', 'red')),
          row('tax_invoice', 7, '2026-10-01', invoice('2026-09-30', 'blue')),
        ],
        creditNotes: [row('credit_note', 8, '2026-10-01', { amountFen: 12 })],
      },
      month,
    )
    expect(found.map(({ kind, number, state, amountFen }) => [kind, number, state, amountFen])).toEqual([
      ['statement', '2026-10', 'issued', 6],
      ['settlement', null, 'approved', -9],
      ['tax_invoice', 'no-2026-10-31', 'issued', 70],
      ['tax_invoice', 'no-2026-10-01', 'issued', -70],
      ['credit_note', null, 'issued', 12],
    ])
    expect(found[1]?.documentId).toMatch(/^set_/)
    expect(papersIn({ ...none, statements: [row('statement', 2, '2026-10-01', statement('2026-10', null))] }, month)).toEqual([])
  })
})

describe('money that stands on no pack and no debt', () => {
  const paid = (bankReference: string, more: object = {}) => ({
    paidOn: '2026-10-09',
    bankReference,
    amountFen: 100,
    appliedFen: null,
    about: { kind: 'other', id: null, code: 'deposit' },
    ...more,
  })
  const settled = {
    payments: [
      { on: '2026-10-31', amountFen: 40, bankReference: 'out', direction: 'to_customer' },
      { on: '2026-11-01', amountFen: 41, bankReference: 'later', direction: 'from_customer' },
    ],
  }
  const papers: Papers = {
    ...none,
    settlements: [row('settlement', 1, '2026-10-02', settled)],
    paymentOrders: [
      row('payment_order', 2, '2026-10-02', paid('alone')),
      row('payment_order', 3, '2026-10-02', paid('known')),
      row('payment_order', 4, '2026-10-02', paid('out')),
      row('payment_order', 5, '2026-10-02', paid('of a pack', { about: { kind: 'order', id: 9, code: null } })),
      row('payment_order', 6, '2026-10-02', paid('of a pack not paid', { about: { kind: 'order', id: 10, code: null } })),
      row('payment_order', 7, '2026-10-02', paid('other month', { paidOn: '2026-09-30' })),
      row('payment_order', 8, '2026-10-02', paid('never', { paidOn: null })),
      row('payment_order', 9, '2026-10-02', paid('too much', { about: { kind: 'bill', id: 1, code: null }, appliedFen: 0 })),
      row('payment_order', 10, '2026-10-02', paid('known', { about: { kind: 'bill', id: 1, code: null }, appliedFen: 100 })),
    ],
  }

  test('is counted once, by the reference of the bank, and what went back counts against it', () => {
    const orders = [{ id: 9, paidAt: 1 }] as unknown as Rows['orders'][]
    const known = [{ on: '2026-10-09', amountFen: 100, bankReference: 'known', aboutId: 'bil_1' }]
    const found = otherPaymentsIn(papers, orders, known, month)
    expect(found.map(({ on, amountFen, bankReference }) => [on, amountFen, bankReference])).toEqual([
      ['2026-10-31', -40, 'out'],
      ['2026-10-09', 100, 'alone'],
      ['2026-10-09', 100, 'of a pack not paid'],
      ['2026-10-09', 100, 'too much'],
    ])
  })

  test('is to be explained where nothing was owed any more', () => {
    expect(overpaidOrders(papers, month)).toMatchObject([
      { kind: 'overpaid', about: expect.stringMatching(/^pay_/), amountFen: 100 },
    ])
  })
})

test('days on which the bank differs are to be explained until somebody has', () => {
  const day = (on: string, more: object = {}) => ({
    day: on,
    replacedBy: null,
    finding: { differing: [{}, {}], differenceFen: -7 },
    ...more,
  })
  const bankStatements = [
    row('bank_statement', 1, '2026-10-10', day('2026-10-09'), 'differs'),
    row('bank_statement', 2, '2026-10-10', day('2026-10-08'), 'explained'),
    row('bank_statement', 3, '2026-10-10', day('2026-10-07', { replacedBy: 4 }), 'differs'),
    row('bank_statement', 5, '2026-11-02', day('2026-11-01'), 'differs'),
    row('bank_statement', 6, '2026-11-01', day('2026-10-31'), 'differs'),
  ]
  expect(
    bankDifferences({ ...none, bankStatements }, month).map(({ kind, count, amountFen }) => [kind, count, amountFen]),
  ).toEqual([
    ['bank_difference', 2, -7],
    ['bank_difference', 2, -7],
  ])
})

test('a month in which nothing happened needs no statement, and the last one of a closed account is its own measure', () => {
  expect(statementDifferences(none, [], false, month)).toEqual([])
  expect(statementDifferences(none, [], true, month)).toMatchObject([{ kind: 'statement_not_issued', about: null }])
  const figures = { packs: [{ grantId: 1, captured: 3, usedFen: 5, closing: 0, closingFen: 0 }] }
  const of = (to: string): Papers => ({
    ...none,
    statements: [row('statement', 1, '2026-10-01', { figures, to }, 'issued', '2026-10')],
  })
  expect(statementDifferences(of('2026-10-31'), [], true, month)).toMatchObject([{ kind: 'statement_differs', count: 1 }])
  expect(statementDifferences(of('2026-10-20'), [], true, month)).toEqual([])
})
