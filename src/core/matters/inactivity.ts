/** Watches how long the customer has been silent, while the agreement lets silence end it (S0 六.2). Nobody acts on it. */
export interface InactivityWatch {
  /** Days of silence after which the right arises. */
  days: number
  /** From when the right exists if nothing is done before; null while it stands or a pack or bill keeps the account. */
  rightFrom: number | null
}
