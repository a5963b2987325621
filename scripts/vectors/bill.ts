import { z } from 'zod'
import { makeBill } from '../../src/agreement/bill.ts'
import { prorate } from '../../src/agreement/proration.ts'
import { termDays } from '../../src/agreement/term.ts'
import { formatFen, multiplyFraction } from '../../src/core/money.ts'
import { decimal, signedDecimal, signedFen } from './amounts.ts'
import { count, day, InputError, type OpTable, op } from './op.ts'

/** Bills for actual use (S4 §6) and fees by days (contracts.md §3.4). */
export const billOps: OpTable = {
  'bill.postpaid': op(
    {
      items: z.array(z.strictObject({ code: z.string().min(1), qty: signedDecimal, unitPrice: decimal })),
      vatRate: decimal.nullable().default(null),
    },
    ({ items, vatRate }) => {
      const bill = makeBill(
        items.map(({ code, qty, unitPrice }) => ({ code, quantity: qty, unitPriceFen: multiplyFraction(unitPrice, 100) })),
        vatRate,
      )
      return {
        lines: bill.lines.map(({ code, amountFen }) => ({ code, amount: formatFen(amountFen) })),
        total: formatFen(bill.totalFen),
        ...(bill.tax && { net: formatFen(bill.tax.netFen), tax: formatFen(bill.tax.taxFen) }),
      }
    },
  ),
  'prorate.days': op(
    {
      amount: signedFen,
      days: count,
      totalDays: z.int().min(1).max(1_000_000),
      from: day.optional(),
      to: day.optional(),
    },
    ({ amount, days, totalDays, from, to }) => {
      if (days > totalDays) throw new InputError(`input.days: ${days} is more than ${totalDays}`)
      if (from !== undefined && to !== undefined && termDays(from, to, true) !== days)
        throw new InputError(`input.days: ${from} to ${to} are ${termDays(from, to, true)} days`)
      const { earnedFen, unearnedFen } = prorate(amount, days, totalDays)
      return { amount: formatFen(earnedFen), rest: formatFen(unearnedFen) }
    },
  ),
}
