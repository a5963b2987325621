import type { Terms } from './terms.ts'

/**
 * S1: cloud-market sale of prepaid ID two-factor checks (contracts.md §2.1, §4).
 * The term is left open on purpose: dates belong to one customer's agreement and come in as overrides.
 */
const s1: Terms = {
  preset: 'S1',
  roles: { customer: 'A', provider: 'B' },
  activation: 'payment',
  charging: { model: 'prepaid', settlementBasis: 'paid' },
  term: { start: null, end: null, endInclusive: true },
  checks: {
    id2: {
      credits: 1,
      chargedOutcomes: ['match', 'mismatch'],
      purposes: ['real_name_registration', 'account_opening', 'fraud_prevention', 'contract_signing'],
      consentTypes: ['paper', 'e_signature', 'click', 'video'],
    },
  },
  rate: { limit: 6000, windowSeconds: 60 },
  settleWithinDays: 3,
  suspension: {
    breach: 'after_notice',
    evidence_overdue: 'after_notice',
    gambling: 'at_once',
    porn: 'at_once',
    cash_out: 'at_once',
    money_laundering: 'at_once',
    terror_finance: 'at_once',
    fraud: 'at_once',
    counterfeit: 'at_once',
    scam: 'at_once',
    other_illegal: 'at_once',
    unlawful_use: 'at_once',
    network_attack: 'at_once',
    authority_order: 'at_once',
    key_leaked: 'at_once',
    abnormal_usage: 'at_once',
  },
  usage: 'internal_reference_only',
}

/** The presets by name. One contract template each; a new one is one more constant here. */
export const presets: ReadonlyMap<string, Terms> = new Map([[s1.preset, s1]])
