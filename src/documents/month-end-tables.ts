import type { Column, PrintedTable, ValueKind, Words } from './printed.ts'

/** Every column of the page: how it is written, and how it is called. */
const columns: Record<string, [kind: ValueKind, zh: string, en: string]> = {
  account_id: ['text', '账户', 'Account'],
  name: ['text', '名称', 'Name'],
  preset: ['text', '协议', 'Agreement'],
  opening_fen: ['fen', '期初递延', 'Opening'],
  sold_fen: ['fen', '售出', 'Sold'],
  used_fen: ['fen', '已使用', 'Used'],
  lapsed_fen: ['fen', '已失效', 'Lapsed'],
  refunded_fen: ['fen', '已退款', 'Refunded'],
  closing_fen: ['fen', '期末递延', 'Closing'],
  billed_fen: ['fen', '账单', 'Billed'],
  milestones_fen: ['fen', '节点款', 'Milestones'],
  received_fen: ['fen', '收款', 'Received'],
  invoiced_fen: ['fen', '发票', 'Invoiced'],
  credited_fen: ['fen', '贷记', 'Credited'],
  unpaid_fen: ['fen', '未付', 'Unpaid'],
  overdue_fen: ['fen', '逾期', 'Overdue'],
  late_fen: ['fen', '违约金或利息', 'Penalty or interest'],
  cost_micro_yuan: ['micro_yuan', '数据源成本', 'Cost of sources'],
  margin_micro_yuan: ['micro_yuan', '毛利', 'Margin'],
  open_calls: ['integer', '截止时未结', 'Open at the cut-off'],
  in_doubt: ['integer', '仍存疑', 'Still in doubt'],
  differences: ['integer', '差异', 'Differences'],
  journal_before: ['integer', '期初日记账号', 'Journal number before'],
  journal_last: ['integer', '期末日记账号', 'Last journal number'],
  grant_id: ['text', '额度', 'Grant'],
  order: ['text', '订单', 'Order'],
  check: ['text', '核验类型', 'Check'],
  opening_credits: ['integer', '期初次数', 'Opening credits'],
  sold_credits: ['integer', '售出次数', 'Sold credits'],
  used_credits: ['integer', '使用次数', 'Used credits'],
  lapsed_credits: ['integer', '失效次数', 'Lapsed credits'],
  refunded_credits: ['integer', '退款次数', 'Refunded credits'],
  closing_credits: ['integer', '期末次数', 'Closing credits'],
  held_credits: ['integer', '其中占用', 'of which held'],
  paid_fen: ['fen', '已付', 'Paid'],
  verifications: ['integer', '核验数', 'Verifications'],
  credits: ['integer', '计费次数', 'Credits'],
  bill_id: ['text', '账单号', 'Bill'],
  state: ['text', '状态', 'State'],
  code: ['text', '项目', 'Item'],
  quantity: ['text', '数量', 'Quantity'],
  unit_price: ['text', '单价', 'Unit price'],
  amount_fen: ['fen', '金额', 'Amount'],
  milestone_id: ['text', '节点号', 'Milestone'],
  number: ['text', '编号', 'Number'],
  owed_fen: ['fen', '应付', 'Owed'],
  started_on: ['day', '起算日', 'Started on'],
  debt_id: ['text', '债项', 'Debt'],
  about: ['text', '关于', 'About'],
  due_on: ['day', '到期日', 'Due on'],
  open_fen: ['fen', '未付余额', 'Open'],
  overpaid_fen: ['fen', '多付', 'Overpaid'],
  days_late: ['integer', '逾期天数', 'Days late'],
  on: ['day', '日期', 'Day'],
  bank_reference: ['text', '银行流水', 'Bank reference'],
  about_id: ['text', '关于', 'About'],
  kind: ['text', '类别', 'Kind'],
  document_id: ['text', '单据', 'Document'],
  issued_at: ['time', '开具时间', 'Issued at'],
  verification_id: ['text', '核验', 'Verification'],
  mode: ['text', '模式', 'Mode'],
  held_at: ['time', '请求时间', 'Asked at'],
  outcome: ['text', '结果', 'Outcome'],
  count: ['integer', '笔数', 'Count'],
  reason: ['text', '原因', 'Reason'],
}

const column = (key: string): Column => {
  const [kind, zh, en] = columns[key] ?? ['text', key, key]
  return { key, label: { zh, en }, kind }
}

const creditColumns = 'opening_credits sold_credits used_credits lapsed_credits refunded_credits closing_credits held_credits'
const fenColumns = 'opening_fen sold_fen used_fen lapsed_fen refunded_fen closing_fen'

/** The tables in the order of the page: what needs a person stands before what only explains the totals. */
const tables = {
  accounts: [
    '账户',
    'Accounts',
    `account_id name preset ${fenColumns} billed_fen milestones_fen received_fen invoiced_fen credited_fen unpaid_fen overdue_fen late_fen cost_micro_yuan margin_micro_yuan open_calls in_doubt differences journal_before journal_last`,
  ],
  missing: ['未能答复的账户', 'Accounts that did not answer', 'account_id name reason'],
  differences: ['待说明的差异', 'Differences to explain', 'account_id kind about count amount_fen'],
  debts: [
    '未付及逾期',
    'Unpaid and overdue',
    'account_id debt_id about state due_on owed_fen paid_fen open_fen overpaid_fen days_late late_fen',
  ],
  open_calls: ['未结核验', 'Calls without an ending', 'account_id verification_id check mode state held_at'],
  settled_since: ['截止后已结核验', 'Calls that ended after the cut-off', 'account_id check mode outcome count credits'],
  packs: ['核验包', 'Packs', `account_id grant_id order check ${creditColumns} paid_fen ${fenColumns}`],
  test_packs: ['测试包', 'Test packs', `account_id grant_id order check ${creditColumns}`],
  checks: [
    '收入与成本',
    'Revenue and cost by check',
    'account_id check verifications credits used_fen billed_fen cost_micro_yuan margin_micro_yuan',
  ],
  bills: ['本月账单', 'Bills of the month', 'account_id bill_id state code quantity unit_price amount_fen'],
  milestones: ['本月节点', 'Milestones of the month', 'account_id milestone_id number owed_fen started_on'],
  payments: ['本月收款', 'Payments received', 'account_id on amount_fen bank_reference about_id'],
  documents: ['本月单据', 'Papers of the month', 'account_id kind document_id number state amount_fen issued_at'],
} as const satisfies Record<string, [zh: string, en: string, columns: string]>
export type MonthEndTable = keyof typeof tables

export const monthEndTables: (Omit<PrintedTable, 'rows' | 'key'> & { key: MonthEndTable })[] = (
  Object.keys(tables) as MonthEndTable[]
).map((key) => {
  const [zh, en, keys] = tables[key]
  return { key, title: { zh, en }, columns: keys.split(' ').map(column) }
})

/** What the figures mean, under them. */
export const monthEndNotes: Words[] = [
  {
    zh: '递延收入按整包累计用量计价，一次四舍五入：用尽的包在各月合计正好等于实付价款。占用中的次数仍计入期末。',
    en: 'Deferred revenue is the value of the whole use of a pack up to the day, rounded once: over its months a pack that is used up totals exactly what was paid. Credits that are held count as closing.',
  },
  {
    zh: '毛利为已使用价值与查询费之和减去数据源申报的成本；失效与退款不在其中。',
    en: 'Margin is what was used and the query fee, less what the sources say that the calls cost; what lapsed and what was refunded is not in it.',
  },
  {
    zh: '测试包与测试调用不计入合计；未能答复的账户不在合计之内。',
    en: 'Test packs and test calls are in no total; neither are accounts that did not answer.',
  },
]
