import { rulesOf } from './preset-rules.ts'
import type { RuleTerms } from './rule-terms.ts'
import type { Terms } from './terms.ts'

/**
 * What an agreement says that was stored before a member existed. All of those were made from S1, and these are the readings
 * of S1 that were in use then. When S1 changes, the old value is written out here.
 */
const addedSince: RuleTerms = { ...rulesOf.S1, calendarVersion: '2025-11-04' }

/** Terms as they were stored, with what the gateway has learnt to read since. The stored text and its digest stay as they are. */
export const readTerms = (stored: string): Terms => ({ ...addedSince, ...(JSON.parse(stored) as Terms) })
