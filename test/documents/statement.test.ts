import { describe, expect, test } from 'vitest'
import type { MatterView } from '../../src/core/matters/index.ts'
import type { Statement, StatementFigures } from '../../src/core/matters/statement.ts'
import type { PrintedParty } from '../../src/documents/printed.ts'
import { printStatement } from '../../src/documents/statement.ts'

const accountId = 'acc_02gv5gymwq'
const parties: PrintedParty[] = [
  { role: 'provider', printedAs: '甲方', name: 'Provider Ltd', uscc: null },
  { role: 'customer', printedAs: '乙方', name: 'Customer Ltd', uscc: null },
]

const figures: StatementFigures = {
  fromSeq: 10,
  toSeq: 42,
  agreementVersion: 1,
  packs: [
    {
      grantId: 7,
      orderId: 6,
      check: 'id2',
      opening: 30_000,
      granted: 0,
      captured: 12_345,
      lapsed: 0,
      refunded: 0,
      closing: 17_655,
      held: 1,
      openingFen: 80_000,
      soldFen: 0,
      usedFen: 32_920,
      lapsedFen: 0,
      refundedFen: 0,
      closingFen: 47_080,
    },
  ],
  usage: [
    { mode: 'live', check: 'id2', outcome: 'match', serviceMonth: '2024-07', verifications: 1, credits: 1 },
    { mode: 'live', check: 'id2', outcome: 'match', serviceMonth: '2024-08', verifications: 12_344, credits: 12_344 },
  ],
  firstServiceDay: '2024-07-31',
  bill: null,
  milestones: [],
  faults: [],
  outages: [],
  corrections: [{ creditNoteId: 9, amountFen: 3, cause: 'charge_dispute' }],
  openCalls: 1,
  vat: {
    rate: '0.06',
    lines: [{ code: 'pack_1', grossFen: 32_920, netFen: 31_057, taxFen: 1_863 }],
    grossFen: 32_920,
    netFen: 31_057,
    taxFen: 1_863,
  },
  contract: null,
  chargedFen: 32_920,
  correctedFen: 3,
  totalFen: 32_917,
}

const viewOf = (more: Partial<Statement> = {}, view: Partial<MatterView<'statement'>> = {}): MatterView<'statement'> => ({
  accountId,
  id: 99,
  kind: 'statement',
  state: 'issued',
  reference: '2024-08',
  clocks: [],
  openedBy: 'clock',
  openedAt: 1,
  changedAt: 2,
  closedAt: null,
  ...view,
  data: {
    period: '2024-08',
    from: '2024-08-01',
    to: '2024-08-31',
    figures,
    digest: 'ab'.repeat(32),
    issuedAt: 1_725_120_000_000,
    noticedOn: '2024-09-01',
    objectUntil: '2024-09-18',
    objectionClause: 'S3 §6.1.6',
    finality: null,
    finalOn: null,
    objection: null,
    concludedFen: null,
    ...more,
  },
})

describe('a printed statement', () => {
  const printed = printStatement(viewOf(), parties)
  const tableOf = (key: string) => printed.tables.find((table) => table.key === key)

  test('names its period, its place in the journal and its digest', () => {
    expect(Object.fromEntries(printed.facts.map(({ key, value }) => [key, value]))).toEqual({
      account: accountId,
      period: '2024-08',
      from: '2024-08-01',
      to: '2024-08-31',
      journal_from: 10,
      journal_to: 42,
      agreement_version: 1,
      open_calls: 1,
      noticed_on: '2024-09-01',
      digest: 'ab'.repeat(32),
    })
    expect(printed).toMatchObject({ kind: 'statement', issuedAt: 1_725_120_000_000, parties, places: ['provider', 'customer'] })
    expect(printed.number).toMatch(/^sta_02gv5gymwq_/)
  })

  test('has a row for every line, with a value for every column, and no empty tables', () => {
    expect(printed.tables.map(({ key }) => key)).toEqual(['packs', 'usage', 'corrections', 'vat'])
    for (const { columns, rows } of printed.tables)
      for (const row of rows) expect(Object.keys(row).sort()).toEqual(columns.map(({ key }) => key).sort())
    expect(tableOf('packs')?.rows).toMatchObject([{ opening: 30_000, captured: 12_345, used_fen: 32_920, closing_fen: 47_080 }])
    expect(tableOf('usage')?.rows.map(({ service_day }) => service_day)).toEqual(['earlier_service_day', 'in_period'])
    expect(tableOf('vat')?.rows.map(({ code, net_fen }) => [code, net_fen])).toEqual([
      ['pack_1', 31_057],
      ['total', 31_057],
    ])
  })

  test('adds up, with the total in capital characters too', () => {
    expect(printed.totals.map(({ key, amountFen, capitals }) => [key, amountFen, capitals])).toEqual([
      ['charged', 32_920, false],
      ['corrected', -3, false],
      ['net', 31_057, false],
      ['tax', 1_863, false],
      ['total', 32_917, true],
    ])
  })

  test('says what silence means, by its clause', () => {
    expect(printed.notes).toEqual([
      {
        zh: '如有异议，请于2024-09-18（含）前提出；逾期未提出的，视为认可本对账单（S3 §6.1.6）。',
        en: 'Objections are taken until 2024-09-18, that day included; without one the statement counts as accepted (S3 §6.1.6).',
      },
    ])
  })

  test('does not change with what becomes of it', () => {
    const later = viewOf(
      {
        objection: { on: '2024-09-05', text: 'counted twice', disputedFen: 5 },
        finality: 'objection_upheld',
        finalOn: '2024-09-20',
        concludedFen: 5,
      },
      { state: 'final', changedAt: 9, closedAt: 9 },
    )
    expect(printStatement(later, parties)).toEqual(printed)
  })

  test('is a draft without figures while its month runs', () => {
    const running = { figures: null, digest: null, issuedAt: null, noticedOn: null, objectUntil: null, objectionClause: null }
    const draft = printStatement(viewOf(running, { state: 'open' }), parties)
    expect(draft).toMatchObject({ issuedAt: null, tables: [], totals: [], notes: [] })
    expect(draft.facts.map(({ key }) => key)).toEqual(['account', 'period', 'from', 'to'])
  })
})
