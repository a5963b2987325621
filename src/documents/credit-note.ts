import { makeId } from '../core/ids.ts'
import type { CreditedThing, CreditNoteCause } from '../core/matters/credit-note.ts'
import type { MatterView } from '../core/matters/index.ts'
import type { Fact, PrintedDocument, PrintedParty, PrintedTotal, Words } from './printed.ts'

const causes: Record<CreditNoteCause, Words> = {
  charge_dispute: { zh: '扣费争议成立', en: 'a dispute of a charge that was won' },
  objection: { zh: '对账单异议成立', en: 'an objection to a statement that was upheld' },
  correction: { zh: '更正', en: 'a correction' },
  outage: { zh: '供方原因中断', en: 'an outage on the supplier’s side' },
}

const things: { member: keyof CreditedThing; prefix: 'sta' | 'bil' | 'ver'; key: string; label: Words }[] = [
  { member: 'statementId', prefix: 'sta', key: 'statement_id', label: { zh: '对账单', en: 'Statement' } },
  { member: 'billId', prefix: 'bil', key: 'bill_id', label: { zh: '账单', en: 'Bill' } },
  { member: 'verificationId', prefix: 'ver', key: 'verification_id', label: { zh: '核验', en: 'Verification' } },
]

/**
 * A credit note as it was issued: what is given back, of what, and why. Which statement took it into account later is not part of it, so
 * the printed note never changes.
 */
export const printCreditNote = (
  { accountId, id, openedAt, data }: MatterView<'credit_note'>,
  parties: readonly PrintedParty[],
): PrintedDocument => {
  const { amountFen, tax, cause, about, text } = data
  const { zh, en } = causes[cause]
  const facts: Fact[] = [
    { key: 'account_id', label: { zh: '账户', en: 'Account' }, kind: 'text', value: accountId },
    { key: 'cause', label: { zh: '事由', en: 'Cause' }, kind: 'text', value: `${zh} / ${en}` },
    ...things.flatMap(({ member, prefix, key, label }): Fact[] => {
      const number = about[member]
      return number === null ? [] : [{ key, label, kind: 'text', value: makeId(prefix, accountId, number) }]
    }),
    { key: 'text', label: { zh: '说明', en: 'Explanation' }, kind: 'text', value: text },
  ]
  const taxTotals: PrintedTotal[] = tax
    ? [
        { key: 'net_fen', label: { zh: '不含税金额', en: 'Net amount' }, amountFen: tax.netFen, capitals: false },
        {
          key: 'tax_fen',
          label: { zh: `税额（税率 ${tax.rate}）`, en: `Tax at ${tax.rate}` },
          amountFen: tax.taxFen,
          capitals: false,
        },
      ]
    : []
  return {
    kind: 'credit_note',
    number: makeId('crn', accountId, id),
    title: { zh: '红字通知单', en: 'Credit note' },
    issuedAt: openedAt,
    parties,
    facts,
    tables: [],
    totals: [...taxTotals, { key: 'amount_fen', label: { zh: '退回金额', en: 'Amount given back' }, amountFen, capitals: true }],
    notes: [
      {
        zh: '原扣费记录保持不变；本单为追加更正。',
        en: 'What was charged stays in the books as it is; this note corrects it by adding.',
      },
      ...(tax ? [] : [{ zh: '协议未约定税率，不列税额。', en: 'The agreement names no tax rate, so no tax is shown.' }]),
    ],
    places: ['provider'],
  }
}
