import { z } from 'zod'
import { judgeSplit, reconcileOrders } from '../../src/agreement/payment-orders.ts'
import { formatFen, parseYuan } from '../../src/core/money.ts'
import { day, type OpTable, op } from './op.ts'

/** Yuan with up to two places, as fen. */
const yuan = z.string().transform((text, context) => {
  const fen = parseYuan(text)
  if (fen !== null) return BigInt(fen)
  context.addIssue({ code: 'custom', message: 'an amount is written in yuan with at most two places' })
  return z.NEVER
})

const payment = z.strictObject({ no: z.string().min(1), amount: yuan })

const inFen = ({ no, amount }: z.infer<typeof payment>) => ({ no, amountFen: amount })

/** Payment orders against the next day's statement, and the shares of one payment (S3 附件1 模块1). */
export const paymentOrderOps: OpTable = {
  reconcile: op(
    {
      day,
      orders: z.array(payment),
      statement: z.strictObject({ availableOn: day, lines: z.array(payment) }),
    },
    ({ day: orderedOn, orders, statement }) => {
      // The statement of a day is only there on the next one.
      if (statement.availableOn <= orderedOn) return { error: 'statement_not_complete' }
      const found = reconcileOrders(orders.map(inFen), statement.lines.map(inFen))
      const { orderTotalFen, statementTotalFen, differenceFen, ...numbers } = found
      return {
        ...numbers,
        orderTotal: formatFen(orderTotalFen),
        statementTotal: formatFen(statementTotalFen),
        difference: formatFen(differenceFen),
      }
    },
  ),
  split: op(
    { order: payment, lines: z.array(z.strictObject({ payee: z.string().min(1), amount: yuan })) },
    ({ order, lines }) => {
      const found = judgeSplit(
        order.amount,
        lines.map(({ amount }) => amount),
      )
      const answer = { balanced: found.balanced, sum: formatFen(found.sumFen), difference: formatFen(found.differenceFen) }
      return found.balanced ? answer : { ...answer, error: 'split_mismatch' }
    },
  ),
}
