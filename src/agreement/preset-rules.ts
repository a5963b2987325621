import { abuseTerms } from './abuse-terms.ts'
import { type BillingTerms, billingTermsOf } from './billing-terms.ts'
import { workingCalendar } from './calendar.ts'
import { type EndingTerms, handOverParts } from './closing.ts'
import { closingTermsOf } from './closing-terms.ts'
import { type ContractTerms, contractTermsOf } from './contract-terms.ts'
import { defaultReadings, deliveryRulesOf } from './delivery-table.ts'
import { type GrantTerms, grantTermsOf } from './grant-terms.ts'
import { type NoticeTerms, noticeTermsOf } from './notice-terms.ts'
import { onboardingOf } from './onboarding-terms.ts'
import type { RuleTerms } from './rule-terms.ts'
import { days, timeTermsOf, workdays } from './time-terms.ts'

/** Bankruptcy and what is like it (S0 六.1), and silence (S0 六.2): 5 working days. The customer's own wish: 14 (S0 一.4). */
const s0Ending: EndingTerms = {
  customerNotice: workdays(14),
  grounds: {
    bankruptcy: workdays(5),
    dissolution: workdays(5),
    closed_by_law: workdays(5),
    revoked: workdays(5),
    liquidation: workdays(5),
    inactive_360: workdays(5),
  },
  handOver: [],
  personalData: 'delete',
}

/** Where a preset is silent (contracts.md §5, the proposed resolutions). */
const silent: Omit<
  RuleTerms,
  | keyof (typeof timeTermsOf)['S1']
  | keyof NoticeTerms
  | keyof BillingTerms
  | keyof ContractTerms
  | keyof GrantTerms
  | 'delivery'
  | 'ending'
  | 'closing'
  | 'onboarding'
> = {
  abuse: abuseTerms,
  amendment: 'supplement',
  partner: { fault: 'not_a_breach', notice: workdays(1) },
  customerChange: null,
  evidence: workdays(3),
  disputes: { talksDays: 30, venue: null },
  prices: {},
  milestones: [],
  payWithin: null,
  latePayment: { kind: 'none' },
  providerDelay: null,
  vatRate: null,
  claims: 'all',
  secrecyYears: null,
  // Network logs not less than 6 months, records of a sale 3 years (no. 13).
  retentionMonths: { networkLogs: 6, salesRecords: 36 },
  commercialUse: false,
  authoritativeForm: 'paper',
  calendarVersion: workingCalendar.version,
}

const s0: RuleTerms = {
  ...silent,
  ...timeTermsOf.S0,
  ...noticeTermsOf.S0,
  ...billingTermsOf.S0,
  ...contractTermsOf.S0,
  ...grantTermsOf.S0,
  onboarding: onboardingOf.S0,
  delivery: deliveryRulesOf.S0(defaultReadings),
  ending: s0Ending,
  closing: closingTermsOf.S0,
  disputes: { talksDays: 30, venue: 'providers_place' },
}

const s1: RuleTerms = {
  ...silent,
  ...timeTermsOf.S1,
  ...noticeTermsOf.S1,
  ...billingTermsOf.S1,
  ...contractTermsOf.S1,
  ...grantTermsOf.S1,
  onboarding: onboardingOf.S1,
  customerChange: workdays(5),
  delivery: deliveryRulesOf.S1(),
  // Any time on breach (S1 §4.4); otherwise the two sides agree and settle (S1 §4.6).
  ending: {
    customerNotice: 'by_agreement',
    grounds: { breach: 'at_once' },
    handOver: [],
    personalData: 'delete_or_anonymise',
  },
  closing: closingTermsOf.S1,
  claims: 'direct_and_indirect',
  commercialUse: true,
  authoritativeForm: 'sealed_download',
}

const s2: RuleTerms = {
  ...silent,
  ...timeTermsOf.S2,
  ...noticeTermsOf.S2,
  ...billingTermsOf.S2,
  ...contractTermsOf.S2,
  ...grantTermsOf.S2,
  onboarding: onboardingOf.S2,
  amendment: 'shown_and_used',
  delivery: deliveryRulesOf.S2(),
  ending: { customerNotice: 'at_once', grounds: { breach: 'at_once' }, handOver: [], personalData: 'delete_or_anonymise' },
  closing: closingTermsOf.S2,
  disputes: { talksDays: 30, venue: 'providers_place' },
  claims: 'direct_only',
  authoritativeForm: 'online_text',
}

const s3: RuleTerms = {
  ...silent,
  ...timeTermsOf.S3,
  ...noticeTermsOf.S3,
  ...billingTermsOf.S3,
  ...contractTermsOf.S3,
  ...grantTermsOf.S3,
  onboarding: onboardingOf.S3,
  // The provider answers for third parties (S3 §6.1.2, §6.2.8).
  partner: { fault: 'providers_breach', notice: workdays(1) },
  delivery: deliveryRulesOf.S3(),
  ending: {
    customerNotice: days(30),
    // The four grounds of S3 §8.4, and the overdue share of S3 §8.1.
    grounds: {
      false_papers: 'at_once',
      unlawful_use: 'at_once',
      improper_use: 'at_once',
      authority_order: 'at_once',
      overdue_share: 'at_once',
    },
    handOver: [...handOverParts],
    personalData: 'delete_or_anonymise',
  },
  closing: closingTermsOf.S3,
  disputes: { talksDays: 10, venue: 'customers_place' },
  milestones: [
    { share: '0.75', from: 'acceptance', months: 0, payWithin: workdays(30) },
    { share: '0.25', from: 'online', months: 12, payWithin: workdays(30) },
  ],
  latePayment: { kind: 'penalty', perDay: '0.03', endsAbove: '0.2', capped: true, firstPenaltyDayOffset: 1 },
  providerDelay: { perDay: '0.03', graceDays: 7, lump: '0.2' },
  vatRate: '0.06',
  claims: 'no_indirect',
}

/** Cut off before its ending, disputes and notices: those are taken from S0 (contracts.md §5 no. 44). Three meters (S4 §6.1.2). */
const s4: RuleTerms = {
  ...silent,
  ...timeTermsOf.S4,
  ...noticeTermsOf.S4,
  ...billingTermsOf.S4,
  ...contractTermsOf.S4,
  ...grantTermsOf.S4,
  onboarding: onboardingOf.S4,
  delivery: deliveryRulesOf.S4(defaultReadings),
  ending: { ...s0Ending, grounds: { ...s0Ending.grounds, overdue: 'at_once' } },
  closing: closingTermsOf.S4,
  disputes: { talksDays: 30, venue: 'providers_place' },
  prices: { platform_fee: null, query_fee: null, data_fee: null },
  latePayment: { kind: 'interest', rate: null, per: 'day' },
}

/** The rules of each preset (contracts.md §4). */
export const rulesOf = { S0: s0, S1: s1, S2: s2, S3: s3, S4: s4 } satisfies Record<string, RuleTerms>
