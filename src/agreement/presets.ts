import { registerChecks } from '../core/register-checks.ts'
import { rulesOf } from './preset-rules.ts'
import { suspensionOf } from './preset-suspension.ts'
import type { CheckTerms, Terms } from './terms.ts'

/** A check that counts and costs one; the outcomes are those of contracts.md §5 no. 22. */
const check = (more: Partial<CheckTerms>): CheckTerms => ({
  credits: 1,
  chargedOutcomes: ['match', 'mismatch'],
  purposes: ['real_name_registration', 'account_opening', 'fraud_prevention', 'contract_signing'],
  consentTypes: [],
  ...more,
})

/** Dates belong to one customer's agreement and come in as overrides. */
const openTerm = { start: null, end: null, endInclusive: true }

const shared = {
  term: openTerm,
  rate: { limit: 6000, windowSeconds: 60 },
  settleWithinDays: 3,
  usage: 'internal_reference_only',
} as const

/** S0: use of a cross-border platform, free (contracts.md §2.2). It names no consent: the agreement of one customer must. */
const s0: Terms = {
  ...shared,
  ...rulesOf.S0,
  preset: 'S0',
  roles: { customer: 'A', provider: 'B' },
  activation: 'signature',
  charging: { model: 'free', settlementBasis: 'paid' },
  checks: { id2: check({ credits: 0 }) },
  suspension: suspensionOf.S0,
}

/** S1: cloud-market sale of prepaid ID two-factor checks (contracts.md §2.1, §4). */
const s1: Terms = {
  ...shared,
  ...rulesOf.S1,
  preset: 'S1',
  roles: { customer: 'A', provider: 'B' },
  activation: 'payment',
  charging: { model: 'prepaid', settlementBasis: 'paid' },
  checks: { id2: check({ consentTypes: ['paper', 'e_signature', 'click', 'video'] }) },
  suspension: suspensionOf.S1,
}

/** S2: registration on a site that checks its users, free; in force by tick and registration (contracts.md §2.3). */
const s2: Terms = {
  ...shared,
  ...rulesOf.S2,
  preset: 'S2',
  roles: { customer: 'user', provider: 'platform' },
  activation: 'acceptance',
  charging: { model: 'free', settlementBasis: 'paid' },
  checks: { id2: check({ credits: 0, purposes: ['real_name_registration'], consentTypes: ['click'] }) },
  suspension: suspensionOf.S2,
}

/** S3: a platform that is built and maintained for two milestones, its calls at zero (contracts.md §2.4). */
const s3: Terms = {
  ...shared,
  ...rulesOf.S3,
  preset: 'S3',
  roles: { customer: 'A', provider: 'B' },
  activation: 'signature',
  charging: { model: 'milestones', settlementBasis: 'paid' },
  checks: Object.fromEntries(
    // Module 2 asks who somebody is, modules 7 and 8 what registers say (S3 附件1).
    ['id2', ...registerChecks.map(({ code }) => code)].map((code) => [
      code,
      check({ credits: 0, consentTypes: ['e_signature', 'e_seal', 'video'] }),
    ]),
  ),
  suspension: suspensionOf.S3,
}

/** S4: information sharing, billed afterwards by use; here the customer is party B (contracts.md §2.5, §5 no. 5). */
const s4: Terms = {
  ...shared,
  ...rulesOf.S4,
  preset: 'S4',
  roles: { customer: 'B', provider: 'A' },
  activation: 'signature',
  charging: { model: 'postpaid', settlementBasis: 'paid' },
  checks: { id2: check({}) },
  suspension: suspensionOf.S4,
}

/** The presets by name. One contract template each; a new one is one more constant here. */
export const presets: ReadonlyMap<string, Terms> = new Map([s0, s1, s2, s3, s4].map((terms) => [terms.preset, terms]))
