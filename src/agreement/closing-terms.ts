/** What an agreement asks for before it ends on a ground, beside the notice. */
export interface ClosingTerms {
  /** Grounds that a document has to prove: those of insolvency (S0 六.1). */
  groundsWithPaper: string[]
}

/** Bankruptcy, dissolution, closing by law, revocation, liquidation (S0 六.1). */
export const insolvencyGrounds = ['bankruptcy', 'dissolution', 'closed_by_law', 'revoked', 'liquidation'] as const

/** By preset; S4 is cut off before its ending and takes that of S0 (contracts.md §5 no. 44). */
export const closingTermsOf = {
  S0: { groundsWithPaper: [...insolvencyGrounds] },
  S1: { groundsWithPaper: [] },
  S2: { groundsWithPaper: [] },
  S3: { groundsWithPaper: [] },
  S4: { groundsWithPaper: [...insolvencyGrounds] },
} satisfies Record<string, ClosingTerms>
