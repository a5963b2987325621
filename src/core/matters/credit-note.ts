/** Why money is given back. */
export const creditNoteCauses = ['charge_dispute', 'objection', 'correction', 'outage'] as const
export type CreditNoteCause = (typeof creditNoteCauses)[number]

/** What a credit note is about, by numbers; several are named where one is part of the other. */
export interface CreditedThing {
  statementId: number | null
  verificationId: number | null
  billId: number | null
}

/** A correction by adding: what was charged stays as it is, and this much of it is given back (contracts.md §5 no. 39). */
export interface CreditNote {
  /** What is given back, in fen; above 0. */
  amountFen: number
  /** The tax in it; null where the agreement names no rate. */
  tax: { rate: string; netFen: number; taxFen: number } | null
  cause: CreditNoteCause
  about: CreditedThing
  text: string
  /** The statement that takes it into account; null while none has. */
  appliedTo: number | null
}

/** First of two persons; the note is issued when a second one approves. */
export interface CreditNoteAct {
  kind: 'propose_credit_note'
  amountFen: number
  about: CreditedThing
  text: string
}
