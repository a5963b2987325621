import { formatExact, parseDecimal } from '../core/decimal.ts'
import { makeId } from '../core/ids.ts'
import type { Bill } from '../core/matters/bill.ts'
import { type MatterView, matterPrefixes } from '../core/matters/index.ts'
import { multiplyFraction } from '../core/money.ts'
import { addMonths, startOfDayMs } from '../core/shanghai.ts'
import type { PrintedDocument, PrintedParty, PrintedTable, PrintedTotal, Words } from './printed.ts'

/** What is billed (S4 §6.1.2); another code is printed as it is. */
const lineNames: Readonly<Record<string, Words>> = {
  platform_fee: { zh: '平台服务费', en: 'Platform fee' },
  query_fee: { zh: '查询费', en: 'Query fee' },
  data_fee: { zh: '数据流量费（MB）', en: 'Data fee (MB)' },
}

/** `6%` of `0.06`. */
const percentOf = (rate: string): string => {
  const exact = parseDecimal(rate)
  return exact === null ? rate : `${formatExact(multiplyFraction(exact, 100), 0)}%`
}

/** Bills that were issued before the moment was kept: the first in which they could be, and nothing later than they were opened. */
const issuedAtOf = ({ state, openedAt, data }: MatterView<'bill'>): number | null =>
  state === 'running' ? null : (data.issuedAt ?? Math.max(openedAt, startOfDayMs(addMonths(`${data.period}-01`, 1))))

const linesTable = (lines: Bill['lines']): PrintedTable => ({
  key: 'lines',
  title: { zh: '账单明细', en: 'Lines' },
  columns: [
    { key: 'no', label: { zh: '序号', en: 'No.' }, kind: 'integer' },
    { key: 'code', label: { zh: '代码', en: 'Code' }, kind: 'text' },
    { key: 'item', label: { zh: '收费项目', en: 'Item (as in the agreement)' }, kind: 'text' },
    { key: 'quantity', label: { zh: '数量', en: 'Quantity' }, kind: 'text' },
    { key: 'unit_price', label: { zh: '单价（元）', en: 'Unit price (CNY)' }, kind: 'text' },
    { key: 'amount_fen', label: { zh: '金额（元）', en: 'Amount (CNY)' }, kind: 'fen' },
  ],
  rows: lines.map(({ code, quantity, unitPrice, amountFen }, index) => ({
    no: index + 1,
    code,
    item: lineNames[code]?.zh ?? code,
    quantity,
    unit_price: unitPrice,
    amount_fen: amountFen,
  })),
})

const totalsOf = ({ owedFen, tax }: Bill): PrintedTotal[] => [
  ...(tax === null
    ? []
    : [
        { key: 'net', label: { zh: '不含税金额', en: 'Net of tax' }, amountFen: tax.netFen, capitals: false },
        {
          key: 'tax',
          label: { zh: `增值税（${percentOf(tax.rate)}）`, en: `Value-added tax (${percentOf(tax.rate)})` },
          amountFen: tax.taxFen,
          capitals: false,
        },
      ]),
  {
    key: 'total',
    label: tax === null ? { zh: '应付合计', en: 'Total due' } : { zh: '价税合计', en: 'Total with tax' },
    amountFen: owedFen,
    capitals: true,
  },
]

/** A bill as it was issued: what was counted, at which price, the tax in it. What is paid on it later is not part of it (S4 §6). */
export const printBill = (view: MatterView<'bill'>, parties: readonly PrintedParty[]): PrintedDocument => {
  const { data } = view
  const issuedAt = issuedAtOf(view)
  return {
    kind: 'bill',
    number: makeId(matterPrefixes.bill, view.accountId, view.id),
    title: { zh: '账单', en: 'Bill' },
    issuedAt,
    parties,
    facts: [
      { key: 'period', label: { zh: '账期', en: 'Period' }, kind: 'text', value: data.period },
      { key: 'from', label: { zh: '服务起始日', en: 'First day of service' }, kind: 'day', value: data.from },
      { key: 'to', label: { zh: '服务截止日', en: 'Last day of service' }, kind: 'day', value: data.to },
    ],
    tables: [linesTable(data.lines)],
    totals: issuedAt === null ? [] : totalsOf(data),
    notes: [
      {
        zh: '每行金额按数量乘以单价计算，逐行四舍五入至分；合计为各行之和。',
        en: 'The amount of a line is its quantity times its unit price, rounded half up to the fen once; the total is the sum of the lines.',
      },
      ...(data.tax === null && issuedAt !== null
        ? [{ zh: '协议未约定税率，双方各自承担其税费。', en: 'The agreement names no rate of tax: each side bears its own.' }]
        : []),
    ],
    places: ['provider', 'customer'],
  }
}
