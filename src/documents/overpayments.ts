import type { MatterView } from '../core/matters/index.ts'

/** Money that came and is owed by nobody: more than a debt was, or a payment on one that was paid already. */
export interface Overpayment {
  kind: 'bill' | 'milestone' | 'payment_order'
  id: number
  overpaidFen: number
}

/** What an account has paid too much, for the end of a month: bills, parts of a price, and orders whose payment found nothing open. */
export const findOverpayments = (
  debts: readonly (MatterView<'bill'> | MatterView<'milestone'>)[],
  orders: readonly MatterView<'payment_order'>[],
): Overpayment[] =>
  [
    ...debts.map(({ kind, id, data }) => ({ kind, id, overpaidFen: data.figures.overpaidFen })),
    ...orders.map(({ kind, id, data }) => ({
      kind,
      id,
      overpaidFen: data.appliedFen === null ? 0 : data.amountFen - data.appliedFen,
    })),
  ].filter(({ overpaidFen }) => overpaidFen > 0)
