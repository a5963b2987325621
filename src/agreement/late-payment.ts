import { addDays, daysBetween } from '../core/shanghai.ts'

/** A payment, in fen, on a Shanghai day. */
export interface Payment {
  on: string
  amountFen: bigint
}

/** A part of a debt and the days for which it was late. */
export interface LatePart {
  amountFen: bigint
  /** The day on which it was paid; null for what is still open on the day of asking. */
  paidOn: string | null
  daysLate: number
}

/**
 * Days late, at least 0, counted from `firstDay` to the day of payment, both included. The first day is the day after the due date,
 * or a day later by the other reading of 从逾期的次日起 (contracts.md §5 no. 27); days do not roll (R8).
 */
export const countDaysLate = (firstDay: string, paidOn: string): number => Math.max(0, daysBetween(firstDay, paidOn) + 1)

/** The first late day: the due date and `offset` days, 1 or 2. */
export const firstLateDay = (dueOn: string, offset: 1 | 2 = 1): string => addDays(dueOn, offset)

/** A debt after its payments. The parts together are never more than what was owed. */
export interface PaidDebt {
  parts: LatePart[]
  /** Not paid. It is the last part where a day of asking is given, and else bears nothing yet. */
  openFen: bigint
  overpaidFen: bigint
}

/**
 * Divides a debt by its payments, in the order of their days: each part is late for its own days, and what is paid over the debt
 * bears nothing. `askedOn` is the day up to which the open rest is counted, or null. A payment after it is not known yet.
 */
export const divideDebt = (
  owedFen: bigint,
  payments: readonly Payment[],
  firstDay: string,
  askedOn: string | null = null,
): PaidDebt => {
  let openFen = owedFen
  let overpaidFen = 0n
  const known = payments.filter(({ on }) => askedOn === null || on <= askedOn)
  const inOrder = known.toSorted((one, other) => daysBetween(other.on, one.on))
  const parts: LatePart[] = inOrder.map(({ on, amountFen }) => {
    const usedFen = amountFen < openFen ? amountFen : openFen
    openFen -= usedFen
    overpaidFen += amountFen - usedFen
    return { amountFen: usedFen, paidOn: on, daysLate: countDaysLate(firstDay, on) }
  })
  if (askedOn !== null && openFen > 0n)
    parts.push({ amountFen: openFen, paidOn: null, daysLate: countDaysLate(firstDay, askedOn) })
  return { parts, openFen, overpaidFen }
}
