import type { PackUse } from '../agreement/recognition.ts'
import type { GrantMoves } from './day-sums.ts'

/** What happened to a grant in two spans of time together. */
export const sumMoves = (one: GrantMoves, other: GrantMoves): GrantMoves => ({
  granted: one.granted + other.granted,
  held: one.held + other.held,
  captured: one.captured + other.captured,
  released: one.released + other.released,
  expired: one.expired + other.expired,
  refunded: one.refunded + other.refunded,
})

/** Credits that are there still, available or held. */
export const leftOf = ({ granted, captured, expired, refunded }: GrantMoves): number => granted - captured - expired - refunded

/** The same as its value is found from. */
export const useOf = ({ granted, captured, expired, refunded }: GrantMoves): PackUse => ({
  credits: granted,
  captured,
  expired,
  refunded,
})
