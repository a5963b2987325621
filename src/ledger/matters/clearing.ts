import { confirmedPayees } from '../../agreement/payment-orders.ts'
import type { BankLine } from '../../core/matters/bank-statement.ts'
import type { ClearedShare, ShareCleared } from '../../core/matters/payment-order.ts'
import { type ActContext, actorText } from '../decide/act-context.ts'
import { changeMatter, type Matter } from './matter.ts'

/** A payment order with its shares as they are confirmed now; the very same when nothing is new. */
export const putShares = (
  at: ActContext,
  order: Matter<'payment_order'>,
  shares: readonly ClearedShare[],
): Matter<'payment_order'> => {
  if (shares.every((share, index) => share === order.data.shares[index])) return order
  const state = shares.every(({ cleared }) => cleared !== null) ? 'cleared' : 'paid'
  return changeMatter(at, order, { state, data: { shares: [...shares] } })
}

/** That a share has come to its payee, as of now. */
export const clearedNow = (at: ActContext, told: Pick<ShareCleared, 'on' | 'bankReference' | 'statementId'>): ShareCleared => ({
  ...told,
  at: at.draft.now,
  by: actorText(at.by),
})

/**
 * The shares of an order by the bank lines of its day (S3 附件1 模块1): confirmed where the lines name their payees, and no longer
 * where only a statement said so that was corrected. What a person has confirmed stays. An order that does not match has no lines.
 */
export const clearByBank = (
  at: ActContext,
  order: Matter<'payment_order'>,
  lines: readonly BankLine[],
  { day, statementId }: { day: string; statementId: number },
): Matter<'payment_order'> => {
  const { shares } = order.data
  const named = lines.flatMap(({ payee, amountFen }) => (payee === null ? [] : [{ payee, amountFen: BigInt(amountFen) }]))
  const confirmed = confirmedPayees(
    shares.map(({ payee, amountFen }) => ({ payee, amountFen: BigInt(amountFen) })),
    named,
  )
  const judge = (share: ClearedShare): ClearedShare => {
    const { payee, cleared } = share
    if (cleared !== null && cleared.statementId === null) return share
    if (!confirmed.includes(payee)) return cleared === null ? share : { ...share, cleared: null }
    if (cleared?.statementId === statementId) return share
    const bankReference = lines.find((line) => line.payee === payee)?.bankReference ?? null
    return { ...share, cleared: clearedNow(at, { on: day, bankReference, statementId }) }
  }
  return putShares(at, order, shares.map(judge))
}
