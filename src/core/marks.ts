import type { Crypto } from './ports.ts'
import type { Query } from './query.ts'

/** What tells the parts of a person's data apart without saying what they are. Kept in memory only, never stored. */
export interface Marks {
  /** Keyed digest of the name, within the account. */
  name: string
  /** Keyed digest of the place and day of birth in the number, within the account; null for what is no resident identity number. */
  birth: string | null
}

/** Address code and birthday: what persons with neighbouring numbers share. */
const birthLength = 14

/** The marks of a query, by which probing is recognised (reliability.md §4.8); null for a query without a name. */
export const marksOf = (crypto: Crypto, accountId: string, { fields }: Query): Marks | null => {
  const { name, id_number: number } = fields
  if (name === undefined) return null
  const digest = (part: string, text: string) => crypto.digest('subject', `${part} ${accountId} ${text}`).digest
  return { name: digest('name', name), birth: number === undefined ? null : digest('birth', number.slice(0, birthLength)) }
}
