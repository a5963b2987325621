import type { Terms } from './terms.ts'

/** What somebody should know of an agreement although it can be in force. */
export const warnings = {
  venue_not_agreed: 'no court is agreed (contracts.md §5 no. 25)',
  liability_clause_missing:
    'the text stops before liability, end and disputes; those of S0 are used (S4 §8.3.1, contracts.md §5 no. 44)',
  offer_snapshot_missing: 'an order has no digest of the page on which it was made (S1 二.1)',
  provider_not_on_file: 'name and code of the provider are not on file (S1 §4.1)',
  annex_missing: 'the text of the annex is not on file (S1 二.2)',
} as const
export type Warning = keyof typeof warnings

/** Presets whose text is cut off before it says what follows a breach (S4 §8.3.1). */
const cutOff: readonly string[] = ['S4']
/** Presets whose text names an annex that both sides keep to (S1 二.2). */
const withAnnex: readonly string[] = ['S1']

export const findWarnings = (
  { preset, disputes, provider }: Pick<Terms, 'preset' | 'disputes' | 'provider'>,
  books: { orderWithoutOffer: boolean; annexOnFile: boolean },
): Warning[] => {
  const found: [Warning, boolean][] = [
    ['venue_not_agreed', disputes.venue === null],
    ['liability_clause_missing', cutOff.includes(preset)],
    ['offer_snapshot_missing', books.orderWithoutOffer],
    ['provider_not_on_file', provider === null],
    ['annex_missing', withAnnex.includes(preset) && !books.annexOnFile],
  ]
  return found.flatMap(([warning, applies]) => (applies ? [warning] : []))
}
