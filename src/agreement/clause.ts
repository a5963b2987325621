/** Where each preset says a thing; a preset that is missing is silent on it, and then the house's choice counts (contracts.md §5). */
const clauses = {
  address: { S0: 'S0 七', S3: 'S3 §10.2' },
  maintenance: { S0: 'S0 三(二)', S1: 'S1 §4.3', S2: 'S2 六(二)', S3: 'S3 §6.2.2' },
  source_change: { S1: 'S1 §2.4', S3: 'S3 §6.1.2' },
  notice: { S0: 'S0 七', S2: 'S2 十四', S3: 'S3 §10' },
  service_level: { S3: 'S3 §5.2', S4: 'S4 §7.3.2' },
} satisfies Record<string, Record<string, string>>

export type ClauseName = keyof typeof clauses

/** The clause of a preset that a deadline or an act rests on, as the agreement is printed; `choice` where its text is silent. */
export const clauseOf = (preset: string, name: ClauseName): string => {
  const byPreset: Record<string, string> = clauses[name]
  return byPreset[preset] ?? 'choice'
}
