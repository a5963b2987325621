import type { PartiesView } from '../core/views.ts'
import type { PrintedParty } from './printed.ts'

/** The words of the contracts for their sides; letters are for printing only (contracts.md §5 no. 5). */
const printedWords: Readonly<Record<string, string>> = { A: '甲方', B: '乙方', user: '用户', platform: '平台' }

/** The two sides as a document prints them, the first side of the contract first. */
export const partiesOf = ({ customer, provider, printedAs }: PartiesView): PrintedParty[] => {
  const sides: PrintedParty[] = [
    { role: 'customer', printedAs: printedWords[printedAs.customer] ?? printedAs.customer, ...customer },
    {
      role: 'provider',
      printedAs: printedWords[printedAs.provider] ?? printedAs.provider,
      name: provider?.name ?? null,
      uscc: provider?.uscc ?? null,
    },
  ]
  return printedAs.provider === 'A' ? sides.reverse() : sides
}
