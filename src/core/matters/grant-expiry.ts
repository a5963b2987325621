/** The end of a pack that lies ahead, of which the customer is told in time. */
export interface GrantExpiry {
  grant: number
  expiresAt: number
  /** Days before the end on which it is told, the farthest first; those that are over are gone from the list. */
  daysAhead: number[]
}
