import { makeId } from '../core/ids.ts'
import { type MatterView, matterPrefixes } from '../core/matters/index.ts'
import type { Settlement, SettlementFee } from '../core/matters/settlement.ts'
import type { Column, Fact, PrintedDocument, PrintedParty, PrintedTable, PrintedTotal, Words } from './printed.ts'
import { causeWords, headWords, reasonWords, remainderWords, sideWords } from './settlement-words.ts'

const column = (key: string, kind: Column['kind'], zh: string, en: string): Column => ({ key, kind, label: { zh, en } })

const clause = column('clause', 'text', '条款', 'Clause')

const packTable = (accountId: string, { packs }: Settlement): PrintedTable => ({
  key: 'packs',
  title: { zh: '预付费套餐（按实际使用结算）', en: 'Packs paid in advance, by actual use' },
  columns: [
    column('order_id', 'text', '订单', 'Order'),
    column('check', 'text', '核验项目', 'Check'),
    column('credits', 'integer', '购买次数', 'Bought'),
    column('used', 'integer', '实际使用', 'Used'),
    column('unused', 'integer', '未使用', 'Unused'),
    column('unit_price_fen', 'text', '单价（分，精确分数）', 'Unit price (fen, exact)'),
    column('paid_fen', 'fen', '实付', 'Paid'),
    column('used_fen', 'fen', '使用价值', 'Value of the use'),
    column('refund_fen', 'fen', '退款', 'Refund'),
    column('kept_fen', 'fen', '不退', 'Kept'),
    column('remainder', 'text', '未使用部分', 'Unused credits'),
    clause,
  ],
  rows: packs.map((pack) => ({
    order_id: makeId('ord', accountId, pack.orderId),
    check: pack.check,
    credits: pack.credits,
    used: pack.used,
    unused: pack.credits - pack.used,
    unit_price_fen: pack.unitPrice,
    paid_fen: pack.paidFen,
    used_fen: pack.usedFen,
    refund_fen: pack.refundFen,
    kept_fen: pack.keptFen,
    remainder: remainderWords[pack.remainder].zh,
    clause: pack.clause,
  })),
})

/** `bill_2025-06` and `milestone_1` by their Chinese names. */
const feeName = (code: string): string => {
  const [kind, which = ''] = code.split('_')
  if (kind === 'bill') return `${which} 账单`
  return kind === 'milestone' ? `第 ${which} 期款` : '建设'
}

const feeRow = (fee: SettlementFee) => ({
  code: fee.code,
  item: feeName(fee.code),
  fee_fen: fee.feeFen,
  due_on: fee.dueOn,
  days_late: fee.daysLate,
  uncapped_fen: fee.penalty?.accruedFen ?? null,
  capped_fen: fee.penalty?.cappedFen ?? null,
  charged_fen: fee.penalty?.chargedFen ?? null,
  interest_fen: fee.interestFen,
  provider_penalty_fen: fee.providerPenaltyFen,
  amount_fen: fee.amountFen,
  paid_fen: fee.paidFen,
  clause: fee.clause,
})

const feeTable = ({ fees }: Settlement): PrintedTable => ({
  key: 'fees',
  title: { zh: '服务费与违约金', en: 'Fees and penalties' },
  columns: [
    column('code', 'text', '代码', 'Code'),
    column('item', 'text', '项目', 'Item'),
    column('fee_fen', 'fen', '服务费', 'Fee'),
    column('due_on', 'day', '到期日', 'Due on'),
    column('days_late', 'integer', '逾期天数', 'Days late'),
    column('uncapped_fen', 'fen', '违约金（不设上限）', 'Penalty, uncapped'),
    column('capped_fen', 'fen', '违约金（上限内）', 'Penalty, capped'),
    column('charged_fen', 'fen', '计收违约金（＋）', 'Penalty charged (+)'),
    column('interest_fen', 'fen', '逾期利息（＋）', 'Interest (+)'),
    column('provider_penalty_fen', 'fen', '提供方违约金（－）', 'Penalty of the provider (-)'),
    column('amount_fen', 'fen', '结算金额', 'Amount'),
    column('paid_fen', 'fen', '已付', 'Paid'),
    clause,
  ],
  rows: fees.map(feeRow),
})

const delayTable = ({ delay }: Settlement): PrintedTable => ({
  key: 'delay',
  title: { zh: '提供方逾期交付（按日或一次性，二者择一）', en: 'Late delivery of the provider, by days or as a lump sum' },
  columns: [
    column('days_late', 'integer', '逾期天数', 'Days late'),
    column('days_fen', 'fen', '按日计算', 'By days'),
    column('lump_fen', 'fen', '一次性', 'Lump sum'),
    column('chosen', 'text', '客户选择', 'Chosen by the customer'),
    column('counted_fen', 'fen', '计入金额', 'Counted'),
    clause,
  ],
  rows: delay
    ? [
        {
          days_late: delay.daysLate,
          days_fen: delay.daysFen,
          lump_fen: delay.lumpFen,
          chosen: delay.chosen === 'lump' ? '一次性' : '按日',
          counted_fen: delay.countedFen,
          clause: delay.clause,
        },
      ]
    : [],
})

const claimColumns = [
  column('claim_id', 'text', '索赔', 'Claim'),
  column('claimant', 'text', '主张方', 'Claimant'),
  column('head', 'text', '项目', 'Head'),
  column('amount_fen', 'fen', '金额', 'Amount'),
  clause,
]

const claimRow = (accountId: string, line: Settlement['claims'][number]) => ({
  claim_id: makeId('cla', accountId, line.claimId),
  claimant: sideWords[line.claimant],
  head: headWords[line.head],
  amount_fen: line.amountFen,
  clause: line.clause,
})

const claimTables = (accountId: string, { claims, excludedClaims }: Settlement): PrintedTable[] => [
  {
    key: 'claims',
    title: { zh: '索赔（按登记金额）', en: 'Claims, as they were recorded' },
    columns: claimColumns,
    rows: claims.map((line) => claimRow(accountId, line)),
  },
  {
    key: 'excluded_claims',
    title: { zh: '协议不支持的索赔（不计入）', en: 'Claims that the agreement does not know; not counted' },
    columns: [...claimColumns, column('reason', 'text', '原因', 'Why')],
    rows: excludedClaims.map((line) => ({ ...claimRow(accountId, line), reason: reasonWords[line.reason] ?? line.reason })),
  },
]

const creditTables = (accountId: string, { creditNotes, carried }: Settlement): PrintedTable[] => [
  {
    key: 'credit_notes',
    title: { zh: '抵减凭单', en: 'Credit notes' },
    columns: [column('credit_note_id', 'text', '凭单', 'Credit note'), column('amount_fen', 'fen', '金额', 'Amount')],
    rows: creditNotes.map(({ creditNoteId, amountFen }) => ({
      credit_note_id: makeId('crn', accountId, creditNoteId),
      amount_fen: amountFen,
    })),
  },
  {
    key: 'carried',
    title: { zh: '已撤回结算单项下的付款', en: 'Payments under settlements that were withdrawn' },
    columns: [
      column('settlement_id', 'text', '结算单', 'Settlement'),
      column('from_customer_fen', 'fen', '客户已付', 'Paid by the customer'),
      column('to_customer_fen', 'fen', '已付客户', 'Paid to the customer'),
    ],
    rows: carried.map(({ settlementId, fromCustomerFen, toCustomerFen }) => ({
      settlement_id: makeId(matterPrefixes.settlement, accountId, settlementId),
      from_customer_fen: fromCustomerFen,
      to_customer_fen: toCustomerFen,
    })),
  },
]

const balanceLabels: Readonly<Record<Settlement['inFavourOf'], Words>> = {
  provider: { zh: '客户应付余额', en: 'Balance that the customer owes' },
  customer: { zh: '应退（付）客户余额', en: 'Balance that is owed to the customer' },
  nobody: { zh: '余额', en: 'Balance' },
}

const totalsOf = (data: Settlement): PrintedTotal[] => {
  const total = (key: string, amountFen: number, zh: string, en: string): PrintedTotal => ({
    key,
    label: { zh, en },
    amountFen,
    capitals: false,
  })
  return [
    ...(data.packs.length === 0
      ? []
      : [
          total('charge', data.chargeFen, '套餐使用价值', 'Value of the use of packs'),
          total('refund', data.refundFen, '退款', 'Refund'),
          total('kept', data.keptFen, '不退金额', 'Kept'),
        ]),
    ...(data.fees.length === 0
      ? []
      : [
          total('fees', data.feesFen, '服务费±违约金合计', 'Fees with penalties'),
          total('fees_paid', data.feesPaidFen, '其中已付', 'Paid of it'),
        ]),
    { key: 'balance', label: balanceLabels[data.inFavourOf], amountFen: Math.abs(data.balanceFen), capitals: true },
  ]
}

const unique = (clauses: readonly string[]): string => [...new Set(clauses)].join('、')

/** How each figure comes about, with its clause. */
const notesOf = (data: Settlement): Words[] => {
  const { packs, fees, delay, claims, excludedClaims, final, uncapped, creditNoteFen, basis } = data
  const notes: Words[] = []
  if (packs.length > 0) {
    const rules = unique(packs.map((pack) => pack.clause))
    notes.push({
      zh: `每个套餐：使用价值＝实际使用次数×单价（${basis === 'paid' ? '实付价' : '标价，且不超过实付价'}÷购买次数，精确分数），四舍五入至分一次；其余为退款或不退金额（${rules}）。`,
      en: `Each pack: value of the use = credits used × unit price (${basis === 'paid' ? 'price paid' : 'list price, at most the price paid'} ÷ credits bought, an exact fraction), rounded half up to the fen once; the rest is given back or kept (${rules}).`,
    })
  }
  if (fees.length > 0) {
    const rules = unique(fees.map((fee) => fee.clause))
    notes.push({
      zh: `结算金额＝Σ（服务费±违约金）：客户违约为“＋”，提供方违约为“－”（${rules}）。`,
      en: `Amount = Σ(fee ± penalty): plus where the customer is in breach, minus where the provider is (${rules}).`,
    })
  }
  if (fees.some(({ penalty }) => penalty !== null))
    notes.push(
      uncapped
        ? {
            zh: '违约金同时列示上限内与不设上限的金额；本单计收超过上限的金额，已由提出人确认并经另一人审批。',
            en: 'The penalty is shown capped and uncapped. More than the capped amount is charged: one person confirmed it and another approved it.',
          }
        : {
            zh: '违约金同时列示上限内与不设上限的金额；本单计收的金额不超过上限。',
            en: 'The penalty is shown capped and uncapped. No more than the capped amount is charged.',
          },
    )
  if (delay)
    notes.push({
      zh: `提供方逾期违约金按日与一次性二者择一，不累加（${delay.clause}）。`,
      en: `What the provider owes for its delay counts by days or as a lump sum, never both (${delay.clause}).`,
    })
  if (claims.length + excludedClaims.length > 0)
    notes.push({
      zh: '索赔按登记金额列示，不作计算；协议不支持的项目不计入余额。',
      en: 'Claims stand as they were recorded, nothing is computed; heads that the agreement does not know are not counted.',
    })
  if (creditNoteFen !== null)
    notes.push({
      zh: '余额为负，作为贷项（应退或应付客户），不归零。',
      en: 'The balance is below 0 and stands as a credit to the customer; it is not cut to 0.',
    })
  notes.push(
    final
      ? {
          zh: '本结算单经两人审批。付款另行登记。',
          en: 'Two persons agreed to this settlement. Payments are recorded separately.',
        }
      : { zh: '本单为中期结算，不发生任何变动。', en: 'This is a settlement in between; nothing moves by it.' },
  )
  return notes
}

const factsOf = (data: Settlement): Fact[] => [
  { key: 'cause', label: { zh: '终止原因', en: 'Cause (code)' }, kind: 'text', value: data.cause },
  { key: 'as_of', label: { zh: '结算截止日', en: 'As of' }, kind: 'day', value: data.asOf },
  { key: 'digest', label: { zh: '内容摘要（SHA-256）', en: 'Digest of the facts (SHA-256)' }, kind: 'text', value: data.digest },
]

/**
 * A settlement as two persons agreed to it: formula lines with their clauses, packs, fees, claims, the balance in capitals, and places
 * for both seals (S1 §4.6, S3 §2.2, §2.5). What happens to it later, signature, objections and payments, is not part of it.
 */
export const printSettlement = (view: MatterView<'settlement'>, parties: readonly PrintedParty[]): PrintedDocument => {
  const { data, accountId, id } = view
  const tables = [
    packTable(accountId, data),
    feeTable(data),
    delayTable(data),
    ...claimTables(accountId, data),
    ...creditTables(accountId, data),
  ]
  return {
    kind: 'settlement',
    number: makeId(matterPrefixes.settlement, accountId, id),
    title: data.final ? { zh: '结算单', en: 'Settlement' } : { zh: '中期结算单', en: 'Settlement in between' },
    issuedAt: data.approvedAt,
    parties,
    facts: factsOf(data),
    tables: tables.filter(({ rows }) => rows.length > 0),
    totals: totalsOf(data),
    notes: [causeWords[data.cause], ...notesOf(data)],
    places: ['provider', 'customer'],
  }
}
