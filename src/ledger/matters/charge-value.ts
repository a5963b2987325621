import { parseDecimal } from '../../core/decimal.ts'
import { amountOf, multiplyFraction, unitPrice } from '../../core/money.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import { shanghaiDay } from '../../core/shanghai.ts'
import type { Rows } from '../book.ts'
import type { ActContext } from '../decide/act-context.ts'
import { monthOf, tariffsOf } from './billing-period.ts'
import { asMatter } from './matter.ts'
import { conflict } from './record.ts'

/** One captured verification, and what it cost. */
export interface Charge {
  verification: Rows['verifications']
  ending: Rows['outcomes']
  /** The pack or credit line that paid; null where it was counted for a bill. */
  grant: Rows['grants'] | null
  /** The order whose price it was; null where no pack was bought for it. */
  order: Rows['orders'] | null
  /** The bill of its month; null where there is none. */
  billId: number | null
  /** Exact unit price times credits, rounded once (contracts.md §3.1); 0 where it cost nothing. */
  valueFen: bigint
}

/**
 * The grant that was bought, for one that only gave credits back: the number of that one is the number of its dispute, and its
 * credits are worth what those were that they stand for.
 */
const boughtGrantOf = (at: ActContext, grant: Rows['grants']): Rows['grants'] => {
  for (let found = grant; ; ) {
    if (found.orderId !== null) return found
    const row = at.book.get('matters', found.id)
    if (row?.kind !== 'charge_dispute') return found
    const disputed = at.book.get('verifications', asMatter<'charge_dispute'>(row).data.verificationId)
    const earlier = disputed?.grantId == null ? null : at.book.get('grants', disputed.grantId)
    if (!earlier) return found
    found = earlier
  }
}

/** The price by which its day was billed, for as many calls as the check counts (S4 §6.1.2). Test calls cost nothing. */
const billedFen = (at: ActContext, { mode, check, agreementId }: Rows['verifications'], settledAt: number): bigint => {
  if (mode !== 'live') return 0n
  const day = shanghaiDay(settledAt)
  const tariff = tariffsOf(at.book.versions()).findLast(({ from }) => from <= day)
  const terms = tariff?.terms ?? at.book.terms(agreementId)
  const yuan = parseDecimal(terms.prices.query_fee ?? '0')
  return yuan === null ? 0n : amountOf(multiplyFraction(yuan, 100), terms.checks[check]?.credits ?? 1)
}

/** What a verification of this account was charged; refused when it is none, or was not charged. */
export const findCharge = (at: ActContext, verificationId: number): Charge | Refusal => {
  const { book } = at
  const verification = book.get('verifications', verificationId)
  if (verification?.accountId !== book.accountId) return refuse('not_found')
  const ending = book.get('outcomes', verificationId)
  if (ending?.disposition !== 'captured') return conflict('not_charged')
  const grant = verification.grantId === null ? null : book.get('grants', verification.grantId)
  const bought = grant && boughtGrantOf(at, grant)
  const order = bought?.orderId == null ? null : book.get('orders', bought.orderId)
  const valueFen =
    grant === null
      ? billedFen(at, verification, ending.settledAt)
      : bought && order
        ? amountOf(unitPrice(order.paidFen, bought.granted), ending.credits)
        : 0n
  // Counted for nobody's bill: nothing was charged (S0).
  if (grant === null && valueFen === 0n) return conflict('not_charged')
  const bill = grant === null ? book.matterByReference('bill', monthOf(shanghaiDay(ending.settledAt))) : null
  return { verification, ending, grant, order, billId: bill?.id ?? null, valueFen }
}
