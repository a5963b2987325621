import { parseFen } from '../core/decimal.ts'
import { isSpelledAs } from './capitals.ts'
import type { Decimal } from './rule-terms.ts'
import { isListOf, isObjectOf, orNull, type Shape } from './shape.ts'

/** How the amount of the whole is printed: in its parts, and in capital characters. */
export interface ContractTerms {
  /** The parts of the contract amount in yuan, tax included, as its table prints them (S3 附件2); empty where there is no table. */
  contractLines: { code: string; amount: Decimal }[]
  /** The amount in capital characters, as the contract prints it; null where it prints none (S3 §2.2). */
  contractAmountCapitals: string | null
}

const silent: ContractTerms = { contractLines: [], contractAmountCapitals: null }

/** The contract table by preset. S3 prints maintenance and integration (附件2), and its sum in capital characters (S3 §2.2). */
export const contractTermsOf = {
  S0: silent,
  S1: silent,
  S2: silent,
  S3: {
    contractLines: [
      { code: 'maintenance', amount: '53400.00' },
      { code: 'integration', amount: '1686600.00' },
    ],
    contractAmountCapitals: '人民币壹佰柒拾肆万元整',
  },
  S4: silent,
} satisfies Record<string, ContractTerms>

const isCode = (value: unknown): boolean => typeof value === 'string' && /^[a-z][a-z0-9_]{0,39}$/.test(value)
const isAmount = (value: unknown): boolean => typeof value === 'string' && parseFen(value) !== null && !value.startsWith('-')
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= 100

/** The shape of every member of `ContractTerms`. */
export const contractShapes: Readonly<Record<keyof ContractTerms, Shape>> = {
  contractLines: isListOf(isObjectOf({ code: isCode, amount: isAmount })),
  contractAmountCapitals: orNull(isText),
}

/** The parts have to be the whole, and digits and capital characters the same amount (S3 §2.2, 附件2). */
export const findContractFaults = ({
  contractAmount,
  contractLines,
  contractAmountCapitals,
}: ContractTerms & { contractAmount: Decimal | null }): string[] => {
  const faults: string[] = []
  const amountFen = contractAmount === null ? null : parseFen(contractAmount)
  const sumFen = contractLines.reduce((sum, { amount }) => sum + (parseFen(amount) ?? 0n), 0n)
  if (contractLines.length > 0 && sumFen !== amountFen) faults.push('contractLines: not the contract amount')
  if (contractAmountCapitals !== null && (amountFen === null || !isSpelledAs(contractAmountCapitals, amountFen)))
    faults.push('contractAmountCapitals: not the contract amount')
  return faults
}

/** A table and a spelling belong to one amount: an agreement over another amount has those that it names itself, or none. */
export const contractTermsFor = (
  base: ContractTerms & { contractAmount: Decimal | null },
  given: Partial<ContractTerms & { contractAmount: Decimal | null }>,
): ContractTerms =>
  given.contractAmount === undefined || given.contractAmount === base.contractAmount
    ? { contractLines: base.contractLines, contractAmountCapitals: base.contractAmountCapitals }
    : silent
