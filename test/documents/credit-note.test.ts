import { expect, test } from 'vitest'
import type { CreditNote } from '../../src/core/matters/credit-note.ts'
import type { MatterView } from '../../src/core/matters/index.ts'
import { printCreditNote } from '../../src/documents/credit-note.ts'
import type { PrintedParty } from '../../src/documents/printed.ts'

const parties: PrintedParty[] = [
  { role: 'customer', printedAs: '甲方', name: 'Example Ltd', uscc: '91350100M000100Y43' },
  { role: 'provider', printedAs: '乙方', name: null, uscc: null },
]

const note = (data: Partial<CreditNote> = {}, more: Partial<MatterView<'credit_note'>> = {}): MatterView<'credit_note'> => ({
  accountId: 'acc_0123456789',
  id: 7,
  kind: 'credit_note',
  state: 'issued',
  reference: null,
  data: {
    amountFen: 10_600,
    tax: { rate: '0.06', netFen: 10_000, taxFen: 600 },
    cause: 'charge_dispute',
    about: { statementId: 3, verificationId: 5, billId: null },
    text: 'asked twice',
    appliedTo: null,
    ...data,
  },
  clocks: [],
  openedBy: 'staff:alice',
  openedAt: Date.parse('2024-08-02T10:00:00+08:00'),
  changedAt: Date.parse('2024-08-02T10:00:00+08:00'),
  closedAt: null,
  ...more,
})

test('a credit note prints what is given back, of what, with its tax and the whole in capitals', () => {
  const printed = printCreditNote(note(), parties)
  expect(printed).toMatchObject({ kind: 'credit_note', number: 'crn_0123456789_00000000007', places: ['provider'], parties })
  expect(printed.facts.map(({ key, value }) => [key, value])).toEqual([
    ['account_id', 'acc_0123456789'],
    ['cause', '扣费争议成立 / a dispute of a charge that was won'],
    ['statement_id', 'sta_0123456789_00000000003'],
    ['verification_id', 'ver_0123456789_00000000005'],
    ['text', 'asked twice'],
  ])
  expect(printed.totals.map(({ key, amountFen, capitals }) => [key, amountFen, capitals])).toEqual([
    ['net_fen', 10_000, false],
    ['tax_fen', 600, false],
    ['amount_fen', 10_600, true],
  ])
  expect(JSON.stringify(printed)).not.toContain('alice')
})

test('without a rate it prints no tax, and says why', () => {
  const printed = printCreditNote(note({ tax: null }), parties)
  expect(printed.totals.map(({ key }) => key)).toEqual(['amount_fen'])
  expect(printed.notes).toHaveLength(2)
})

test('it is the same when a statement has taken it into account', () => {
  const later = note({ appliedTo: 9 }, { state: 'applied', changedAt: 9e12, closedAt: 9e12 })
  expect(printCreditNote(later, parties)).toEqual(printCreditNote(note(), parties))
})
