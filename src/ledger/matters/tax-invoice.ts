import { readMoneyTerms } from '../../agreement/money-terms.ts'
import { splitTable } from '../../agreement/vat.ts'
import type { ActResult } from '../../core/commands.ts'
import type { InvoiceAmounts, TaxInvoice, TaxInvoiceAct } from '../../core/matters/tax-invoice.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, termsOf } from '../decide/act-context.ts'
import type { Decision } from '../draft.ts'
import { asMatter, changeMatter, defineMatter, isRefusal, type Matter } from './matter.ts'
import { conflict, openOnce } from './record.ts'

const broken = (pointer: string, rule: string): Refusal => refuse('input_invalid', { faults: [{ pointer, rule }] })

/** Net and tax are the gross to the fen, and what the agreement's rate makes of it line by line (S3 附件2). Null when they are. */
const judgeAmounts = (
  at: ActContext,
  { netFen, taxFen, grossFen }: InvoiceAmounts,
  linesGrossFen: readonly number[],
): Refusal | null => {
  if (netFen + taxFen !== grossFen) return broken('/gross_fen', 'not_the_sum')
  const grosses = (linesGrossFen.length === 0 ? [grossFen] : linesGrossFen).map(BigInt)
  if (grosses.reduce((sum, gross) => sum + gross, 0n) !== BigInt(grossFen)) return broken('/lines_gross_fen', 'not_the_sum')
  const terms = termsOf(at)
  const rate = terms && readMoneyTerms(terms).vatRate
  if (!rate) return null
  return splitTable(grosses, rate).total.netFen === BigInt(netFen) ? null : broken('/net_fen', 'not_by_rate')
}

const isThere = (at: ActContext, { kind, id }: TaxInvoice['about']): boolean => {
  const row = kind === 'order' ? at.book.get('orders', id) : at.book.get('matters', id)
  return row !== null && row.accountId === at.book.accountId && (kind === 'order' || ('kind' in row && row.kind === kind))
}

/** The invoice that a red one takes back, never more than it; null for a blue one, which names none. */
const findTakenBack = (
  at: ActContext,
  { direction, takesBack, grossFen, about }: TaxInvoiceAct,
): Matter<'tax_invoice'> | Refusal | null => {
  if (direction === 'blue') return takesBack === null ? null : conflict('blue_takes_nothing_back')
  if (takesBack === null) return conflict('invoice_to_take_back_missing')
  const row = at.book.get('matters', takesBack)
  if (!row || row.accountId !== at.book.accountId || row.kind !== 'tax_invoice') return refuse('not_found')
  const blue = asMatter<'tax_invoice'>(row)
  if (blue.data.direction !== 'blue') return conflict('not_a_blue_invoice')
  if (blue.data.about.kind !== about.kind || blue.data.about.id !== about.id) return conflict('about_differs')
  return blue.data.takenBackFen + grossFen > blue.data.grossFen ? conflict('more_than_invoiced') : blue
}

/** An invoice stands once under its number. What it is about stays as it is: when it was received is told there. */
const record = (at: ActContext, act: TaxInvoiceAct): Decision<ActResult> => {
  let blue: Matter<'tax_invoice'> | null = null
  return openOnce(
    at,
    'tax_invoice',
    act,
    () => {
      if (!isThere(at, act.about)) return refuse('not_found')
      if (act.issuedOn > shanghaiDay(at.draft.now)) return conflict('day_not_come')
      const fault = judgeAmounts(at, act, act.linesGrossFen)
      if (fault) return fault
      const found = findTakenBack(at, act)
      if (found !== null && isRefusal(found)) return found
      blue = found
      const { kind: _kind, reference: _reference, ...facts } = act
      const terms = termsOf(at)
      const agreed = terms?.payment.invoice ?? null
      return {
        state: 'recorded',
        data: {
          ...facts,
          rate: terms?.vatRate ?? null,
          takenBackFen: 0,
          asAgreed: agreed === null ? null : agreed === act.invoice,
        },
        close: act.direction === 'red',
        facts: {
          direction: act.direction,
          invoice: act.invoice,
          net_fen: act.netFen,
          tax_fen: act.taxFen,
          gross_fen: act.grossFen,
          issued_on: act.issuedOn,
          about: act.about.kind,
          about_id: act.about.id,
          takes_back: act.takesBack,
        },
        body: { number: act.number, code: act.code },
      }
    },
    () => {
      if (blue === null) return
      const takenBackFen = blue.data.takenBackFen + act.grossFen
      const isWhole = takenBackFen === blue.data.grossFen
      changeMatter(at, blue, {
        state: isWhole ? 'taken_back' : 'partly_taken_back',
        data: { takenBackFen },
        close: isWhole,
      })
    },
  )
}

/** Tax invoices by their numbers (S3 §2.7, 附件2). They are recorded also when the agreement has ended. */
export const taxInvoiceRules = defineMatter<'tax_invoice', TaxInvoiceAct>(
  'tax_invoice',
  { record_tax_invoice: record },
  undefined,
  ['record_tax_invoice'],
)
