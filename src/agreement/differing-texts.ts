import { parseDecimal } from '../core/decimal.ts'
import { isMore } from '../core/money.ts'

/** Numbers on which the annex and the page of the order can differ (S1 二.3). */
export const differingNumbers = ['calls', 'unit_price'] as const
export type DifferingNumber = (typeof differingNumbers)[number]

/** Of which text the number is. */
export type UsedText = 'annex' | 'online'

/**
 * Which of two numbers counts where two texts differ: the one that is worse for the provider (S1 二.3) - more calls, a lower unit
 * price. Null when they do not differ, or one is no number.
 */
export const readAgainstProvider = (number: DifferingNumber, annex: string, online: string): UsedText | null => {
  const [inAnnex, shown] = [parseDecimal(annex), parseDecimal(online)]
  if (inAnnex === null || shown === null) return null
  const annexIsMore = isMore(inAnnex, shown)
  if (!annexIsMore && !isMore(shown, inAnnex)) return null
  return annexIsMore === (number === 'calls') ? 'annex' : 'online'
}
