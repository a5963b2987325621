import { describe, expect, it } from 'vitest'
import type { MatterView } from '../../src/core/matters/index.ts'
import type { Settlement } from '../../src/core/matters/settlement.ts'
import type { PrintedParty } from '../../src/documents/printed.ts'
import { printSettlement } from '../../src/documents/settlement.ts'

const accountId = 'acc_0123456789'

const parties: PrintedParty[] = [
  { role: 'customer', printedAs: '甲方', name: 'Example Ltd', uscc: null },
  { role: 'provider', printedAs: '乙方', name: 'Provider Ltd', uscc: null },
]

const pack: Settlement['packs'][number] = {
  orderId: 7,
  grantId: 8,
  check: 'id2',
  credits: 30_000,
  used: 12_345,
  unitPrice: '8/3',
  paidFen: 80_000,
  usedFen: 32_920,
  refundFen: 47_080,
  keptFen: 0,
  remainder: 'refund',
  clause: 'S1 §4.6',
  held: 0,
  left: 17_655,
  move: 'refund',
}

const base: Settlement = {
  cause: 'mutual',
  delayChoice: 'days',
  confirmUncapped: false,
  final: true,
  asOf: '2024-08-02',
  basis: 'paid',
  packs: [pack],
  fees: [],
  delay: null,
  claims: [],
  excludedClaims: [],
  creditNotes: [],
  carried: [],
  chargeFen: 32_920,
  refundFen: 47_080,
  keptFen: 0,
  feesFen: 0,
  feesPaidFen: 0,
  uncapped: false,
  balanceFen: -47_080,
  inFavourOf: 'customer',
  creditNoteFen: 47_080,
  digest: 'ab'.repeat(32),
  approvalId: 9,
  proposedBy: 'alice',
  approvedBy: 'bob',
  approvedAt: 1_722_564_000_000,
  signature: null,
  objections: [],
  payments: [],
  openFen: -47_080,
}

const viewOf = (more: Partial<Settlement> = {}, state = 'approved'): MatterView<'settlement'> => ({
  accountId,
  id: 11,
  kind: 'settlement',
  state,
  reference: '1',
  data: { ...base, ...more },
  clocks: [],
  openedBy: 'staff:alice',
  openedAt: 1,
  changedAt: 2,
  closedAt: null,
})

const fee: Settlement['fees'][number] = {
  code: 'milestone_1',
  matterId: 12,
  feeFen: 130_500_000,
  dueOn: '2025-04-29',
  daysLate: 21,
  penalty: { accruedFen: 82_215_000, thresholdFen: 34_800_000, cappedFen: 34_800_000, chargedFen: 34_800_000 },
  interestFen: 0,
  providerPenaltyFen: 10_440_000,
  amountFen: 154_860_000,
  paidFen: 0,
  clause: 'S3 §2.5',
}

describe('a printed settlement', () => {
  it('has a line for each pack, the totals with the balance in capitals, and places for both seals', () => {
    const printed = printSettlement(viewOf(), parties)
    expect(printed).toMatchObject({
      kind: 'settlement',
      number: 'set_0123456789_0000000000b',
      title: { zh: '结算单', en: 'Settlement' },
      issuedAt: base.approvedAt,
      parties,
      places: ['provider', 'customer'],
    })
    expect(printed.tables.map(({ key }) => key)).toEqual(['packs'])
    expect(printed.tables[0]?.rows).toEqual([
      {
        order_id: 'ord_0123456789_00000000007',
        check: 'id2',
        credits: 30_000,
        used: 12_345,
        unused: 17_655,
        unit_price_fen: '8/3',
        paid_fen: 80_000,
        used_fen: 32_920,
        refund_fen: 47_080,
        kept_fen: 0,
        remainder: '退还',
        clause: 'S1 §4.6',
      },
    ])
    expect(printed.totals.map(({ key, amountFen, capitals }) => [key, amountFen, capitals])).toEqual([
      ['charge', 32_920, false],
      ['refund', 47_080, false],
      ['kept', 0, false],
      ['balance', 47_080, true],
    ])
    expect(printed.totals.at(-1)?.label.en).toBe('Balance that is owed to the customer')
    expect(printed.facts.map(({ key, value }) => [key, value])).toEqual([
      ['cause', 'mutual'],
      ['as_of', '2024-08-02'],
      ['digest', base.digest],
    ])
  })

  it('shows the penalty capped and uncapped, the formula and its clause', () => {
    const fees = { packs: [], fees: [fee], balanceFen: 154_860_000, inFavourOf: 'provider', creditNoteFen: null } as const
    const printed = printSettlement(viewOf({ ...fees, packs: [], fees: [fee], feesFen: fee.amountFen }), parties)
    expect(printed.tables.map(({ key }) => key)).toEqual(['fees'])
    expect(printed.tables[0]?.rows[0]).toMatchObject({
      item: '第 1 期款',
      uncapped_fen: 82_215_000,
      capped_fen: 34_800_000,
      charged_fen: 34_800_000,
      provider_penalty_fen: 10_440_000,
      amount_fen: 154_860_000,
    })
    const notes = printed.notes.map(({ en }) => en).join('\n')
    expect(notes).toContain('Σ(fee ± penalty): plus where the customer is in breach, minus where the provider is (S3 §2.5)')
    expect(notes).toContain('No more than the capped amount is charged')
    const uncapped = printSettlement(viewOf({ ...fees, packs: [], fees: [fee], uncapped: true }), parties)
    expect(uncapped.notes.map(({ en }) => en).join('\n')).toContain('one person confirmed it and another approved it')
    expect(printed.totals.at(-1)).toMatchObject({ label: { zh: '客户应付余额' }, amountFen: 154_860_000 })
  })

  it('lists delay, claims, those that do not count and why, credit notes and earlier payments, where there are any', () => {
    const claim = { claimId: 13, claimant: 'customer', head: 'legal_fees', amountFen: 500, clause: 'S1 §6.1' } as const
    const printed = printSettlement(
      viewOf({
        delay: {
          daysLate: 8,
          daysFen: 41_760_000,
          lumpFen: 34_800_000,
          chosen: 'lump',
          countedFen: 34_800_000,
          clause: 'S3 §8.1',
        },
        claims: [claim],
        excludedClaims: [{ ...claim, head: 'indirect_loss', reason: 'head_not_in_agreement' }],
        creditNotes: [{ creditNoteId: 14, amountFen: 250 }],
        carried: [{ settlementId: 10, fromCustomerFen: 0, toCustomerFen: 1_000 }],
      }),
      parties,
    )
    expect(printed.tables.map(({ key }) => key)).toEqual([
      'packs',
      'delay',
      'claims',
      'excluded_claims',
      'credit_notes',
      'carried',
    ])
    expect(printed.tables[1]?.rows[0]).toMatchObject({ chosen: '一次性', days_fen: 41_760_000, counted_fen: 34_800_000 })
    expect(printed.tables[3]?.rows[0]).toMatchObject({ claimant: '客户', head: '间接损失', reason: '协议未约定该赔偿项目' })
    // Every cell that a table names is there, and nothing else.
    for (const { columns, rows } of printed.tables)
      for (const row of rows) expect(Object.keys(row)).toEqual(columns.map(({ key }) => key))
  })

  it('says nothing of what happened after the approval, and a draft is not issued', () => {
    const later: Partial<Settlement> = {
      signature: { at: 5, by: 'key:1', documentSha256: null },
      objections: [{ at: 4, by: 'key:1', text: 'counted twice' }],
      payments: [{ on: '2024-08-03', amountFen: 47_080, bankReference: 'b-1', direction: 'to_customer' }],
      openFen: 0,
    }
    expect(JSON.stringify(printSettlement(viewOf(later, 'settled'), parties))).toBe(
      JSON.stringify(printSettlement(viewOf(), parties)),
    )
    expect(JSON.stringify(printSettlement(viewOf(), parties))).not.toMatch(/alice|bob/)
    const draft = printSettlement(viewOf({ approvedAt: null, final: false }, 'draft'), parties)
    expect([draft.issuedAt, draft.title.en]).toEqual([null, 'Settlement in between'])
  })
})
