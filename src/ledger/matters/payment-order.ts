import { judgeSplit } from '../../agreement/payment-orders.ts'
import type { ActResult } from '../../core/commands.ts'
import {
  orderLifeDays,
  type PaidFor,
  type PayeeShare,
  type PaymentOrderAct,
  type VerifyPaymentAct,
} from '../../core/matters/payment-order.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { addDays, shanghaiDay } from '../../core/shanghai.ts'
import { type ActContext, actorText, writeAct } from '../decide/act-context.ts'
import { type Decision, unchanged } from '../draft.ts'
import { noteDayPaid } from './bank-statement.ts'
import { clearedNow, putShares } from './clearing.ts'
import {
  asMatter,
  changeMatter,
  defineMatter,
  findMatter,
  isRefusal,
  type Matter,
  matterAsItStands,
  matterDone,
  openMatter,
} from './matter.ts'
import { payDebt } from './payable.ts'
import { conflict, endOnce, openOnce, stepOnce } from './record.ts'

type PaymentOrder = Matter<'payment_order'>
type Act<K extends PaymentOrderAct['kind']> = Extract<PaymentOrderAct, { kind: K }>

/** Whether what an order is about can be paid under this number; null when it can. */
const judgeAbout = (at: ActContext, { kind, id }: PaidFor, number: string, amountFen: number): Refusal | null => {
  // One number is one order: that of a pack is the number of its payment, and of no other.
  const pack = kind === 'order' ? at.book.get('orders', id ?? 0) : at.book.orderByExternalId(number)
  if (kind === 'order') {
    if (!pack || pack.accountId !== at.book.accountId) return refuse('not_found')
    if (pack.externalId !== number) return conflict('order_number_differs')
    return pack.paidFen === amountFen ? null : conflict('amount_differs')
  }
  if (pack) return conflict('number_of_another_order')
  if (kind === 'other') return null
  const row = at.book.get('matters', id ?? 0)
  if (!row || row.accountId !== at.book.accountId || row.kind !== kind) return refuse('not_found')
  if (kind === 'settlement') return null
  if (row.state === 'running') return conflict('period_runs')
  return row.closedAt === null ? null : conflict(`${kind}_closed`)
}

/** A new order: the shares of its payees are its amount, to the fen (S3 附件1 模块1). */
const create = (at: ActContext, act: Act<'create_payment_order'>): Decision<ActResult> =>
  openOnce(at, 'payment_order', act, () => {
    const { amountFen, about, shares } = act
    const split = judgeSplit(
      BigInt(amountFen),
      shares.map((share) => BigInt(share.amountFen)),
    )
    if (!split.balanced) return conflict('split_unbalanced')
    if (new Set(shares.map(({ payee }) => payee)).size < shares.length) return conflict('payee_twice')
    const fault = judgeAbout(at, about, act.reference, amountFen)
    if (fault) return fault
    return {
      state: 'created',
      data: {
        amountFen,
        about,
        shares: shares.map((share) => ({ ...share, cleared: null })),
        verified: null,
        paidOn: null,
        bankReference: null,
        paidAt: null,
        appliedFen: null,
        failure: null,
        receipts: [],
      },
      facts: { amount_fen: amountFen, payees: shares.length, about: about.kind, about_id: about.id },
      body: { number: act.reference, code: about.code },
    }
  })

const isSameSplit = (order: PaymentOrder, amountFen: number, shares: readonly PayeeShare[]): boolean =>
  order.data.amountFen === amountFen &&
  order.data.shares.length === shares.length &&
  order.data.shares.every((own) => shares.some(({ payee, amountFen: fen }) => payee === own.payee && fen === own.amountFen))

/** Staff or customer says that amount and payees are right [核实]: by naming them. */
const verify = (at: ActContext, act: VerifyPaymentAct): Decision<ActResult> =>
  stepOnce(at, 'payment_order', act.paymentOrderId, (order) => {
    if (!isSameSplit(order, act.amountFen, act.shares)) return conflict('differs_from_order')
    if (order.data.verified !== null) return 'repeated'
    const verified = { at: at.draft.now, by: actorText(at.by) }
    return { state: 'verified', data: { verified }, facts: { amount_fen: act.amountFen } }
  })

/** Records the payment on the bill or milestone it is for: how much of it, none where that is paid already. */
const applyPayment = (
  at: ActContext,
  { data: { about, amountFen } }: PaymentOrder,
  { on, bankReference }: Act<'record_payment_result'>,
): number | null | Refusal => {
  if (about.kind !== 'bill' && about.kind !== 'milestone') return null
  const payment = { on, amountFen, bankReference }
  const { result } = payDebt({ ...at, kind: `pay_${about.kind}` }, about.kind, about.id ?? 0, payment)
  if (result.kind !== 'refused') return amountFen
  // The money came all the same: it stands with the order, and the debt stays as it was paid.
  return result.detail === `${about.kind}_closed` ? 0 : result
}

/** The result of the bank: it was paid. A failure that was told before is corrected by it. */
const recordResult = (at: ActContext, act: Act<'record_payment_result'>): Decision<ActResult> => {
  const order = findMatter(at, 'payment_order', act.paymentOrderId)
  if (isRefusal(order)) return unchanged(order)
  const { on, bankReference } = act
  if (order.data.paidOn !== null)
    return order.data.paidOn === on && order.data.bankReference === bankReference
      ? matterAsItStands(order)
      : unchanged(conflict('payment_recorded'))
  if (order.data.verified === null) return unchanged(conflict('not_verified'))
  if (on > shanghaiDay(at.draft.now)) return unchanged(conflict('day_not_come'))
  if (addDays(shanghaiDay(order.openedAt), orderLifeDays) < on) return unchanged(conflict('order_out_of_date'))
  const appliedFen = applyPayment(at, order, act)
  if (appliedFen !== null && typeof appliedFen === 'object') return unchanged(appliedFen)
  const paid = changeMatter(at, order, {
    state: 'paid',
    data: { paidOn: on, bankReference, paidAt: at.draft.now, appliedFen, failure: null },
  })
  writeAct(
    at,
    { payment_order: order.id, on, amount_fen: order.data.amountFen, applied_fen: appliedFen },
    { bank_reference: bankReference },
  )
  return matterDone(at, noteDayPaid(at, on, paid))
}

const recordFailure = (at: ActContext, act: Act<'record_payment_failure'>): Decision<ActResult> =>
  stepOnce(at, 'payment_order', act.paymentOrderId, (order) => {
    if (order.state === 'failed' && order.data.failure === act.cause) return 'repeated'
    if (order.state !== 'verified') return conflict(`payment_order_${order.state}`)
    return { state: 'failed', data: { failure: act.cause }, facts: { cause: act.cause } }
  })

const cancel = (at: ActContext, act: Act<'cancel_payment_order'>): Decision<ActResult> =>
  endOnce(at, 'payment_order', act.paymentOrderId, 'cancelled', (order) => {
    if (order.data.paidOn !== null) return conflict('payment_recorded')
    return { state: 'cancelled', close: true, body: { text: act.text } }
  })

/** A person confirms that a share has come to its payee, where the bank's lines name none. */
const clear = (at: ActContext, act: Act<'clear_shares'>): Decision<ActResult> => {
  const order = findMatter(at, 'payment_order', act.paymentOrderId)
  if (isRefusal(order)) return unchanged(order)
  const { payee, on, bankReference } = act
  if (order.data.paidOn === null) return unchanged(conflict('not_paid'))
  if (on > shanghaiDay(at.draft.now)) return unchanged(conflict('day_not_come'))
  if (on < order.data.paidOn) return unchanged(conflict('before_payment'))
  if (payee !== null && !order.data.shares.some((share) => share.payee === payee)) return unchanged(conflict('payee_unknown'))
  const cleared = clearedNow(at, { on, bankReference, statementId: null })
  const shares = order.data.shares.map((share) =>
    share.cleared === null && (payee === null || share.payee === payee) ? { ...share, cleared } : share,
  )
  const changed = putShares(at, order, shares)
  if (changed === order) return matterAsItStands(order)
  writeAct(at, { payment_order: order.id, payee, on, state: changed.state }, { bank_reference: bankReference })
  return matterDone(at, changed)
}

/** Most papers of one payment. */
const mostReceipts = 20

/** A paper that proves the payment: its number stands once in the account, whatever order it is of. */
const recordReceipt = (at: ActContext, act: Act<'record_receipt'>): Decision<ActResult> => {
  const order = findMatter(at, 'payment_order', act.paymentOrderId)
  if (isRefusal(order)) return unchanged(order)
  const { paymentOrderId, receipt, number, on, sha256 } = act
  const reference = `${receipt}/${number}`
  const prior = at.book.matterByReference('receipt', reference)
  if (prior) {
    const { data } = asMatter<'receipt'>(prior)
    const isSame = data.paymentOrderId === paymentOrderId && data.on === on && data.sha256 === sha256
    return isSame ? matterAsItStands(order) : unchanged(conflict('receipt_number_used'))
  }
  if (order.data.paidOn === null) return unchanged(conflict('not_paid'))
  if (on > shanghaiDay(at.draft.now)) return unchanged(conflict('day_not_come'))
  if (order.data.receipts.length >= mostReceipts) return unchanged(conflict('too_many_receipts'))
  const facts = { receipt, number, on, sha256 }
  const paper = openMatter(at, 'receipt', { state: 'recorded', reference, data: { paymentOrderId, ...facts } })
  changeMatter(at, paper, { close: true })
  const changed = changeMatter(at, order, { data: { receipts: [...order.data.receipts, { id: paper.id, ...facts }] } })
  writeAct(at, { payment_order: order.id, receipt: paper.id, what: receipt, on, sha256 }, { number })
  return matterDone(at, changed)
}

/** Orders to pay, from their making to the confirmed shares of their payees (S3 附件1 模块1). All of it goes on after a closing: what is owed then is still paid. */
export const paymentOrderRules = defineMatter<'payment_order', PaymentOrderAct>(
  'payment_order',
  {
    create_payment_order: create,
    verify_payment_order: verify,
    record_payment_result: recordResult,
    record_payment_failure: recordFailure,
    cancel_payment_order: cancel,
    clear_shares: clear,
    record_receipt: recordReceipt,
  },
  undefined,
  [
    'create_payment_order',
    'verify_payment_order',
    'record_payment_result',
    'record_payment_failure',
    'cancel_payment_order',
    'clear_shares',
    'record_receipt',
  ],
)

/** Papers of payments: they are recorded by an act on their order. */
export const receiptRules = defineMatter<'receipt'>('receipt', {})
