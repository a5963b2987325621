import { amountOf, unitPrice } from '../core/money.ts'

/**
 * A fee by days: the earned part is rounded once, half up, and the unearned part is the rest, so that both add up (contracts.md
 * §3.4; S3 第三条, S4 §6.1.2). The first and the last day of service count. Throws RangeError unless the days lie in the period.
 */
export const prorate = (feeFen: bigint, days: number, totalDays: number): { earnedFen: bigint; unearnedFen: bigint } => {
  if (days < 0 || days > totalDays) throw new RangeError('the days lie between none and all of the period')
  const earnedFen = amountOf(unitPrice(feeFen, totalDays), days)
  return { earnedFen, unearnedFen: feeFen - earnedFen }
}
