import { makeId } from '../core/ids.ts'
import type { MatterView } from '../core/matters/index.ts'
import type { Statement, StatementFigures, TaxTable } from '../core/matters/statement.ts'
import type { Column, Fact, PrintedDocument, PrintedParty, PrintedTable, PrintedTotal, Value, Words } from './printed.ts'

type Row = Readonly<Record<string, Value>>

const words = (zh: string, en: string): Words => ({ zh, en })
const column = (key: string, kind: Column['kind'], zh: string, en: string): Column => ({ key, kind, label: words(zh, en) })
const fact = (key: string, kind: Fact['kind'], zh: string, en: string, value: Value): Fact => ({
  key,
  kind,
  label: words(zh, en),
  value,
})

const packColumns = [
  column('grant_id', 'text', '套餐', 'Pack'),
  column('order_id', 'text', '订单', 'Order'),
  column('check', 'text', '核验类型', 'Check'),
  column('opening', 'integer', '期初次数', 'Opening'),
  column('granted', 'integer', '购入次数', 'Bought'),
  column('captured', 'integer', '使用次数', 'Used'),
  column('lapsed', 'integer', '失效次数', 'Lapsed'),
  column('refunded', 'integer', '退还次数', 'Refunded'),
  column('closing', 'integer', '期末次数', 'Closing'),
  column('held', 'integer', '其中冻结', 'Of it held'),
  column('opening_fen', 'fen', '期初金额', 'Opening value'),
  column('sold_fen', 'fen', '购入金额', 'Sold'),
  column('used_fen', 'fen', '使用金额', 'Value used'),
  column('lapsed_fen', 'fen', '失效金额', 'Value lapsed'),
  column('refunded_fen', 'fen', '退还金额', 'Value refunded'),
  column('closing_fen', 'fen', '期末金额', 'Closing value'),
]

const packRows = ({ packs }: StatementFigures, accountId: string): Row[] =>
  packs.map((pack) => ({
    grant_id: makeId('gra', accountId, pack.grantId),
    order_id: pack.orderId === null ? null : makeId('ord', accountId, pack.orderId),
    check: pack.check,
    opening: pack.opening,
    granted: pack.granted,
    captured: pack.captured,
    lapsed: pack.lapsed,
    refunded: pack.refunded,
    closing: pack.closing,
    held: pack.held,
    opening_fen: pack.openingFen,
    sold_fen: pack.soldFen,
    used_fen: pack.usedFen,
    lapsed_fen: pack.lapsedFen,
    refunded_fen: pack.refundedFen,
    closing_fen: pack.closingFen,
  }))

const usageColumns = [
  column('mode', 'text', '模式', 'Mode'),
  column('check', 'text', '核验类型', 'Check'),
  column('outcome', 'text', '结果', 'Outcome'),
  column('service_month', 'text', '服务月份', 'Service month'),
  column('service_day', 'text', '服务日', 'Service day'),
  column('verifications', 'integer', '次数', 'Calls'),
  column('credits', 'integer', '计次', 'Credits'),
]

const usageRows = ({ usage }: StatementFigures, period: string): Row[] =>
  usage.map(({ mode, check, outcome, serviceMonth, verifications, credits }) => ({
    mode,
    check,
    outcome,
    service_month: serviceMonth,
    service_day: serviceMonth < period ? 'earlier_service_day' : 'in_period',
    verifications,
    credits,
  }))

const billColumns = [
  column('code', 'text', '费用项目', 'Item'),
  column('quantity', 'text', '数量', 'Quantity'),
  column('unit_price', 'text', '单价（元）', 'Unit price (yuan)'),
  column('amount_fen', 'fen', '金额', 'Amount'),
]

const billRows = ({ bill }: StatementFigures): Row[] =>
  (bill?.lines ?? []).map(({ code, quantity, unitPrice, amountFen }) => ({
    code,
    quantity,
    unit_price: unitPrice,
    amount_fen: amountFen,
  }))

const milestoneColumns = [
  column('number', 'integer', '期次', 'Part'),
  column('owed_fen', 'fen', '应付金额', 'Owed'),
  column('due_on', 'day', '付款期限', 'Due on'),
  column('fell_due_fen', 'fen', '本期到期', 'Fell due'),
  column('paid_in_period_fen', 'fen', '本期已付', 'Paid in the period'),
  column('paid_fen', 'fen', '累计已付', 'Paid in all'),
  column('open_fen', 'fen', '未付', 'Open'),
  column('days_late', 'integer', '逾期天数', 'Days late'),
  column('penalty_fen', 'fen', '违约金', 'Penalty'),
  column('interest_fen', 'fen', '利息', 'Interest'),
]

const milestoneRows = ({ milestones }: StatementFigures): Row[] =>
  milestones.map((line) => ({
    number: line.number,
    owed_fen: line.owedFen,
    due_on: line.dueOn,
    fell_due_fen: line.fellDueFen,
    paid_in_period_fen: line.paidInPeriodFen,
    paid_fen: line.paidFen,
    open_fen: line.openFen,
    days_late: line.daysLate,
    penalty_fen: line.penalty?.billedFen ?? null,
    interest_fen: line.interestFen,
  }))

const faultColumns = [
  column('check', 'text', '核验类型', 'Check'),
  column('outcome', 'text', '结果', 'Outcome'),
  column('verifications', 'integer', '次数', 'Calls'),
]

const outageColumns = [
  column('outage_id', 'text', '编号', 'Number'),
  column('from', 'time', '开始', 'From'),
  column('to', 'time', '结束', 'To'),
  column('checks', 'text', '核验类型', 'Checks'),
  column('planned', 'text', '计划内', 'Planned'),
]

const outageRows = ({ outages }: StatementFigures, accountId: string): Row[] =>
  outages.map(({ outageId, from, to, checks, planned }) => ({
    outage_id: makeId('out', accountId, outageId),
    from,
    to,
    checks: checks.join(' '),
    planned: planned ? 'yes' : 'no',
  }))

const correctionColumns = [column('cause', 'text', '原因', 'Cause'), column('amount_fen', 'fen', '金额', 'Amount')]

const taxColumns = (rate: string): Column[] => [
  column('code', 'text', '项目', 'Item'),
  column('net_fen', 'fen', '不含税金额', 'Net'),
  column('rate', 'text', '税率', 'Rate'),
  column('tax_fen', 'fen', `税额（税率 ${rate}）`, `Tax (rate ${rate})`),
  column('gross_fen', 'fen', '含税金额', 'Gross'),
]

/** The lines, and their sum as the last one: totals are sums of lines (contracts.md §5 no. 33). */
const taxTable = (key: string, title: Words, table: TaxTable | null): PrintedTable[] => {
  if (table === null) return []
  const row = ({ netFen, taxFen, grossFen }: Omit<TaxTable, 'rate' | 'lines'>, code: string): Row => ({
    code,
    net_fen: netFen,
    rate: table.rate,
    tax_fen: taxFen,
    gross_fen: grossFen,
  })
  const rows = [...table.lines.map((line) => row(line, line.code)), row(table, 'total')]
  return [{ key, title, columns: taxColumns(table.rate), rows }]
}

const table = (key: string, title: Words, columns: readonly Column[], rows: readonly Row[]): PrintedTable[] =>
  rows.length === 0 ? [] : [{ key, title, columns, rows }]

const tablesOf = (figures: StatementFigures, period: string, accountId: string): PrintedTable[] => [
  ...table('packs', words('套餐收支', 'Packs'), packColumns, packRows(figures, accountId)),
  ...table('usage', words('使用明细', 'Use'), usageColumns, usageRows(figures, period)),
  ...table('bill', words('账单', 'Bill'), billColumns, billRows(figures)),
  ...table('milestones', words('分期付款', 'Parts of the price'), milestoneColumns, milestoneRows(figures)),
  ...table(
    'corrections',
    words('更正', 'Corrections'),
    correctionColumns,
    figures.corrections.map(({ cause, amountFen }) => ({ cause, amount_fen: -amountFen })),
  ),
  ...table(
    'faults',
    words('因数据源未得结果的调用（不计费）', 'Calls without an answer because of a source (not charged)'),
    faultColumns,
    figures.faults.map(({ check, outcome, verifications }) => ({ check, outcome, verifications })),
  ),
  ...table('outages', words('服务中断', 'Outages'), outageColumns, outageRows(figures, accountId)),
  ...taxTable('vat', words('增值税', 'VAT'), figures.vat),
  ...taxTable('contract', words('合同价款', 'Price of the contract'), figures.contract),
]

const total = (key: string, zh: string, en: string, amountFen: number, capitals = false): PrintedTotal => ({
  key,
  label: words(zh, en),
  amountFen,
  capitals,
})

const totalsOf = ({ chargedFen, correctedFen, totalFen, vat }: StatementFigures): PrintedTotal[] => [
  total('charged', '本期费用', 'Charged in the period', chargedFen),
  ...(correctedFen > 0 ? [total('corrected', '更正', 'Corrected', -correctedFen)] : []),
  ...(vat
    ? [
        total('net', '其中不含税金额', 'Of the charges: net', vat.netFen),
        total('tax', '其中税额', 'Of the charges: tax', vat.taxFen),
      ]
    : []),
  total('total', '合计', 'Total', totalFen, true),
]

/** What silence means, by its clause. */
const notesOf = ({ objectUntil, objectionClause }: Statement): Words[] => {
  if (objectUntil === null || objectionClause === null) return []
  const clause = objectionClause === 'choice' ? words('', '') : words(`（${objectionClause}）`, ` (${objectionClause})`)
  return [
    words(
      `如有异议，请于${objectUntil}（含）前提出；逾期未提出的，视为认可本对账单${clause.zh}。`,
      `Objections are taken until ${objectUntil}, that day included; without one the statement counts as accepted${clause.en}.`,
    ),
  ]
}

/**
 * A statement as it is printed: what was fixed at its issue, and nothing of what became of it later, so that it never changes a
 * byte. One whose month still runs is a draft without figures.
 */
export const printStatement = (
  { accountId, id, data }: MatterView<'statement'>,
  parties: readonly PrintedParty[],
): PrintedDocument => {
  const { period, from, to, figures, digest, issuedAt, noticedOn } = data
  const issuedFacts =
    figures === null
      ? []
      : [
          fact('journal_from', 'integer', '账簿起始序号（不含）', 'Journal above number', figures.fromSeq),
          fact('journal_to', 'integer', '账簿截止序号（含）', 'Journal up to number', figures.toSeq),
          fact('agreement_version', 'integer', '协议版本', 'Version of the agreement', figures.agreementVersion),
          fact('open_calls', 'integer', '期末未结调用', 'Calls without an ending at the end', figures.openCalls),
          fact('noticed_on', 'day', '通知日', 'Told on', noticedOn),
          fact('digest', 'text', '数据摘要（SHA-256）', 'Digest of the figures (SHA-256)', digest),
        ]
  return {
    kind: 'statement',
    number: makeId('sta', accountId, id),
    title: words('对账单', 'Statement'),
    issuedAt,
    parties,
    facts: [
      fact('account', 'text', '账户', 'Account', accountId),
      fact('period', 'text', '账期', 'Period', period),
      fact('from', 'day', '起', 'From', from),
      fact('to', 'day', '止', 'To', to),
      ...issuedFacts,
    ],
    tables: figures === null ? [] : tablesOf(figures, period, accountId),
    totals: figures === null ? [] : totalsOf(figures),
    notes: notesOf(data),
    places: ['provider', 'customer'],
  }
}
