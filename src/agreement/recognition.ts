import { amountOf, unitPrice } from '../core/money.ts'

/** What became of a bought pack up to an instant, in credits. What is held counts as there still. */
export interface PackUse {
  credits: number
  captured: number
  expired: number
  refunded: number
}

/** What of the price paid for a pack was used, has lapsed, was paid back, and is still owed in service. In fen; the sum is the price. */
export interface PackValue {
  usedFen: bigint
  lapsedFen: bigint
  refundedFen: bigint
  deferredFen: bigint
}

/**
 * The value of a pack by what became of its credits. Each value is the rounded value of all credits up to it, never a sum of rounded
 * parts, so that a pack which is used up totals exactly what was paid (contracts.md §3.1 R1, R2). Used credits come first, then
 * lapsed ones, then refunded ones: what is paid back after use is what `settlePack` pays back. Throws RangeError for a pack without
 * credits.
 */
export const valuePack = (paidFen: bigint | number, { credits, captured, expired, refunded }: PackUse): PackValue => {
  const price = unitPrice(paidFen, credits)
  const usedFen = amountOf(price, captured)
  const withLapsedFen = amountOf(price, captured + expired)
  const goneFen = amountOf(price, captured + expired + refunded)
  return {
    usedFen,
    lapsedFen: withLapsedFen - usedFen,
    refundedFen: goneFen - withLapsedFen,
    deferredFen: BigInt(paidFen) - goneFen,
  }
}

/** One pack in a period, in fen: `openingFen + soldFen - usedFen - lapsedFen - refundedFen` is always `closingFen`. */
export interface PackRoll {
  openingFen: bigint
  soldFen: bigint
  usedFen: bigint
  lapsedFen: bigint
  refundedFen: bigint
  closingFen: bigint
}

/**
 * The deferred revenue of one pack over a period (opening + sold − used − lapsed − refunded = closing): the difference of its values
 * at the two ends. `before` is null for a pack that was sold in the period. A move between the buckets can make one of the
 * differences a fen less than its own credits would; the totals of all periods are exact.
 */
export const rollPack = (paidFen: bigint | number, before: PackUse | null, after: PackUse): PackRoll => {
  const paid = BigInt(paidFen)
  const opening = before && valuePack(paid, before)
  const closing = valuePack(paid, after)
  return {
    openingFen: opening?.deferredFen ?? 0n,
    soldFen: opening ? 0n : paid,
    usedFen: closing.usedFen - (opening?.usedFen ?? 0n),
    lapsedFen: closing.lapsedFen - (opening?.lapsedFen ?? 0n),
    refundedFen: closing.refundedFen - (opening?.refundedFen ?? 0n),
    closingFen: closing.deferredFen,
  }
}
