import { makeId } from '../core/ids.ts'
import type { MatterView } from '../core/matters/index.ts'
import type { PaidFor } from '../core/matters/payment-order.ts'
import type { PrintedDocument, PrintedParty, Words } from './printed.ts'

const paidForWords: Record<PaidFor['kind'], Words> = {
  bill: { zh: '账单', en: 'bill' },
  milestone: { zh: '里程碑付款', en: 'part of the price' },
  settlement: { zh: '结算', en: 'settlement' },
  order: { zh: '套餐订单', en: 'order of a pack' },
  other: { zh: '其他', en: 'other' },
}

const prefixes = { bill: 'bil', milestone: 'mil', settlement: 'set', order: 'ord' } as const

/** The id, or the code, of what was paid for. */
const aboutText = ({ kind, id, code }: PaidFor, accountId: string): string | null =>
  kind === 'other' || id === null ? code : makeId(prefixes[kind], accountId, id)

/**
 * The receipt of a payment that was recorded: what, for what, to whom (S3 附件1 模块1). Only what stood fixed with the payment is
 * printed, so that later clearing changes no byte; an order that is not paid gives a draft.
 */
export const printReceipt = (view: MatterView<'payment_order'>, parties: readonly PrintedParty[]): PrintedDocument => {
  const { data, accountId, id } = view
  return {
    kind: 'receipt',
    number: makeId('pay', accountId, id),
    title: { zh: '收款凭证', en: 'Receipt of a payment' },
    issuedAt: data.paidAt,
    parties,
    facts: [
      { key: 'order_number', label: { zh: '支付订单号', en: 'Payment order' }, kind: 'text', value: view.reference },
      { key: 'paid_for', label: { zh: '付款事由', en: 'Paid for' }, kind: 'text', value: data.about.kind },
      { key: 'paid_for_id', label: { zh: '事由编号', en: 'Number' }, kind: 'text', value: aboutText(data.about, accountId) },
      { key: 'paid_on', label: { zh: '到账日期', en: 'Paid on' }, kind: 'day', value: data.paidOn },
      { key: 'bank_reference', label: { zh: '银行流水号', en: 'Bank reference' }, kind: 'text', value: data.bankReference },
    ],
    tables: [
      {
        key: 'payees',
        title: { zh: '收款方', en: 'Payees' },
        columns: [
          { key: 'payee', label: { zh: '收款方', en: 'Payee' }, kind: 'text' },
          { key: 'amount_fen', label: { zh: '金额', en: 'Amount' }, kind: 'fen' },
        ],
        rows: data.shares.map(({ payee, amountFen }) => ({ payee, amount_fen: amountFen })),
      },
    ],
    totals: [{ key: 'amount_fen', label: { zh: '合计', en: 'Total' }, amountFen: data.amountFen, capitals: true }],
    notes: [
      {
        zh: `事由：${paidForWords[data.about.kind].zh}。本凭证记录银行告知的付款结果，不是税务发票。`,
        en: `Paid for: ${paidForWords[data.about.kind].en}. This records a payment as the bank told of it; it is no tax invoice.`,
      },
    ],
    places: ['provider'],
  }
}
