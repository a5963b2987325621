import type { PrintedDocument } from '../../src/documents/printed.ts'

/** 31 August 2024, 23:59:59.999 in Shanghai. */
export const issuedAt = Date.parse('2024-08-31T15:59:59.999Z')

/** A name that tries everything: markup, a formula, quotes, a line of its own. */
export const hostileName = '=HYPERLINK("https://evil.example","x")<script>alert(1)</script>&\'"\r\n</style>'

/** A document that has everything which a document can have. Its bytes are pinned. */
export const fixture: PrintedDocument = {
  kind: 'statement',
  number: 'sta_0123456789_00000000001',
  title: { zh: '对账单', en: 'Statement' },
  issuedAt,
  parties: [
    { role: 'customer', printedAs: '甲方', name: '示例科技有限公司', uscc: '91350100M000100Y43' },
    { role: 'provider', printedAs: '乙方', name: null, uscc: null },
  ],
  facts: [
    { key: 'period', label: { zh: '账期', en: 'Period' }, kind: 'text', value: '2024-08' },
    { key: 'cut_off', label: { zh: '截止序号', en: 'Cut-off' }, kind: 'integer', value: 1234567 },
    { key: 'closed_at', label: { zh: '关账时间', en: 'Closed at' }, kind: 'time', value: issuedAt },
    { key: 'balance_fen', label: { zh: '余额', en: 'Balance' }, kind: 'fen', value: -5 },
    { key: 'leaf', label: { zh: '审计叶', en: 'Leaf' }, kind: 'text', value: 'a'.repeat(64) },
    { key: 'reference', label: { zh: '参考', en: 'Reference' }, kind: 'text', value: null },
  ],
  tables: [
    {
      key: 'charges',
      title: { zh: '扣费', en: 'Charges' },
      columns: [
        { key: 'day', label: { zh: '日期', en: 'Day' }, kind: 'day' },
        { key: 'text', label: { zh: '内容', en: 'Text' }, kind: 'text' },
        { key: 'credits', label: { zh: '次数', en: 'Credits' }, kind: 'integer' },
        { key: 'amount_fen', label: { zh: '金额（元）', en: 'Amount (CNY)' }, kind: 'fen' },
        { key: 'cost_micro_yuan', label: { zh: '成本（元）', en: 'Cost (CNY)' }, kind: 'micro_yuan' },
        { key: 'at', label: { zh: '时间', en: 'At' }, kind: 'time' },
      ],
      rows: [
        { day: '2024-08-01', text: hostileName, credits: 30000, amount_fen: 123456789, cost_micro_yuan: 80000, at: issuedAt },
        { day: '2024-08-31', text: '+1', credits: -1, amount_fen: -5, cost_micro_yuan: -1, at: null },
      ],
    },
    {
      key: 'corrections',
      title: { zh: '更正', en: 'Corrections' },
      columns: [{ key: 'text', label: { zh: '内容', en: 'Text' }, kind: 'text' }],
      rows: [],
    },
  ],
  totals: [
    { key: 'net', label: { zh: '不含税金额', en: 'Net' }, amountFen: 75472, capitals: false },
    { key: 'total', label: { zh: '合计', en: 'Total' }, amountFen: 80005, capitals: true },
  ],
  notes: [{ zh: '单价为 8/3 分（S1 §1.1）。', en: 'The unit price is 8/3 fen (S1 §1.1).' }],
  places: ['customer', 'provider'],
}

export const draft: PrintedDocument = { ...fixture, issuedAt: null, totals: [] }
