/** A number on which two texts of the agreement differ, and which of them counts (S1 二.3). */
export interface Difference {
  number: 'calls' | 'unit_price'
  annex: string
  online: string
  used: 'annex' | 'online'
  agreementVersion: number
}

export type DifferenceAct = { kind: 'record_difference'; number: Difference['number']; annex: string; online: string }
