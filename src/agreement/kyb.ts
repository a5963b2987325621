import { toHalfWidth } from '../core/half-width.ts'
import { normaliseName } from '../core/person-name.ts'

export type HolderFinding =
  | { flag: null; activation: 'allowed' }
  | { flag: 'account_holder_differs_from_party'; activation: 'allowed_with_recorded_explanation' }

/** Signs such as brackets are typed full or half width for the same company. For comparing alone: neither name is stored so. */
const comparable = (name: string): string => toHalfWidth(normaliseName(name))

/**
 * Whether the account that ordered bears the name of the contract party (S1 一). A difference forbids nothing, but needs a
 * recorded explanation before a key is live (contracts.md §5 no. 35).
 */
export const judgeAccountHolder = (accountHolder: string, contractParty: string): HolderFinding =>
  comparable(accountHolder) === comparable(contractParty)
    ? { flag: null, activation: 'allowed' }
    : { flag: 'account_holder_differs_from_party', activation: 'allowed_with_recorded_explanation' }
