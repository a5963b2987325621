import type { DeliveredOutcome } from '../../src/core/outcome.ts'

/*
 * The vectors' own words and the gateway's, side by side. Words that are not here are the same on both sides.
 */

/** A code of the gateway that the vectors call otherwise. */
const vectorWords: Readonly<Record<string, string>> = {
  source_unknown: 'upstream_timeout',
  idempotency_key_reused: 'idempotency_conflict',
  account_closed: 'contract_closed',
}

/** A problem code as the vectors say it. */
export const vectorWord = (code: string): string => (Object.hasOwn(vectorWords, code) ? (vectorWords[code] ?? code) : code)

/** What a code in the answers' `usage` grants as evidence: 仅供内部决策参考，不具备证明效力 (S1 §2.3). */
export const evidentialEffects: Readonly<Record<string, string>> = { internal_reference_only: 'none' }

/** A partner's finding in its own language, as the listings of data sources print it. */
export const findings: ReadonlyMap<string, DeliveredOutcome> = new Map([
  ['一致', 'match'],
  ['匹配', 'match'],
  ['不一致', 'mismatch'],
  ['不匹配', 'mismatch'],
  ['无记录', 'no_record'],
  ['不存在', 'no_record'],
])
