/** Who the customer is, as its papers say. A record that takes the place of an older one closes that. */
export interface Party {
  legalName: string
  /** Unified social credit code (GB 32100); of one account alone (S2 五(二)). */
  uscc: string
  /** Name of the account that ordered on the market (S1 一); null when there is none. */
  orderedBy: string | null
  /** Code of its business, by which some papers are asked for (S1 §3.3); null when it is of none of them. */
  business: string | null
  /** Whether the account that ordered bears another name than the party (contracts.md §5 no. 35). */
  differs: boolean
  explanation: { text: string; by: string; at: number } | null
}

export type PartyAct =
  | {
      kind: 'record_party'
      reference: string | null
      legalName: string
      uscc: string
      orderedBy: string | null
      business: string | null
      explanation: string | null
    }
  | { kind: 'explain_holder'; partyId: number; explanation: string }
