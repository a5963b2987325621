import { expect, test } from 'vitest'
import type { MatterView } from '../../src/core/matters/index.ts'
import { findOverpayments } from '../../src/documents/overpayments.ts'
import { printReceipt } from '../../src/documents/receipt.ts'

const paidAt = Date.parse('2025-03-03T10:00:00+08:00')

const order: MatterView<'payment_order'> = {
  accountId: 'acc_0123456789',
  id: 7,
  kind: 'payment_order',
  state: 'paid',
  reference: 'O3',
  data: {
    amountFen: 1_200_000,
    about: { kind: 'other', id: null, code: 'module_1' },
    shares: [
      { payee: 'tax', amountFen: 1_192_000, cleared: null },
      { payee: 'registration_fee', amountFen: 8_000, cleared: null },
    ],
    verified: { at: paidAt, by: 'key:1' },
    paidOn: '2025-03-03',
    bankReference: 'bank-3',
    paidAt,
    appliedFen: null,
    failure: null,
    receipts: [],
  },
  clocks: [],
  openedBy: 'staff:a',
  openedAt: paidAt,
  changedAt: paidAt,
  closedAt: null,
}

test('a receipt prints the amount, also in capitals, what it is for and the payees', () => {
  const printed = printReceipt(order, [])
  expect(printed).toMatchObject({ kind: 'receipt', number: 'pay_0123456789_00000000007', issuedAt: paidAt })
  expect(printed.totals).toEqual([expect.objectContaining({ amountFen: 1_200_000, capitals: true })])
  expect(printed.tables[0]?.rows).toEqual([
    { payee: 'tax', amount_fen: 1_192_000 },
    { payee: 'registration_fee', amount_fen: 8_000 },
  ])
  expect(printed.facts.map(({ key, value }) => [key, value])).toEqual([
    ['order_number', 'O3'],
    ['paid_for', 'other'],
    ['paid_for_id', 'module_1'],
    ['paid_on', '2025-03-03'],
    ['bank_reference', 'bank-3'],
  ])
})

test('a receipt names a thing of the account by its id, and an order that is not paid is a draft', () => {
  const about = { kind: 'milestone', id: 9, code: null } as const
  const draft = printReceipt({ ...order, data: { ...order.data, about, paidAt: null, paidOn: null, bankReference: null } }, [])
  expect(draft.issuedAt).toBeNull()
  expect(draft.facts[2]?.value).toBe('mil_0123456789_00000000009')
})

test('a receipt stays the same when the shares are cleared and papers come', () => {
  const cleared = { on: '2025-03-04', bankReference: 'b', statementId: 8, at: paidAt + 1, by: 'clock' }
  const receipt = { id: 9, receipt: 'receipt', number: '1', on: '2025-03-04', sha256: 'ab'.repeat(32) } as const
  const data = { ...order.data, shares: order.data.shares.map((share) => ({ ...share, cleared })), receipts: [receipt] }
  const later = { ...order, state: 'cleared', changedAt: paidAt + 1, data }
  expect(JSON.stringify(printReceipt(later, []))).toBe(JSON.stringify(printReceipt(order, [])))
})

test('overpayments are debts that are paid beyond what was owed, and orders that found nothing open', () => {
  const bill = (id: number, overpaidFen: number) =>
    ({ kind: 'bill', id, data: { figures: { overpaidFen } } }) as MatterView<'bill'>
  const orderOf = (id: number, appliedFen: number | null) => ({ ...order, id, data: { ...order.data, appliedFen } })
  expect(findOverpayments([bill(1, 0), bill(2, 5)], [orderOf(3, null), orderOf(4, 0), orderOf(5, 1_200_000)])).toEqual([
    { kind: 'bill', id: 2, overpaidFen: 5 },
    { kind: 'payment_order', id: 4, overpaidFen: 1_200_000 },
  ])
})
