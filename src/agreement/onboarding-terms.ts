import type { PaperKind } from '../core/matters/paper.ts'
import type { PeriodLength } from './deadline.ts'
import { days } from './time-terms.ts'

/** A paper that has to be approved and valid before a live key is made. */
export interface RequiredPaper {
  paper: PaperKind
  /** Only with the customer's seal. */
  sealed: boolean
}

/** What an agreement asks of a customer before its first live call, and of what it keeps up afterwards. */
export interface OnboardingTerms {
  onboarding: {
    papers: RequiredPaper[]
    /** Businesses that need a `pre_approval` paper besides (S1 §3.3: 行政前置审批). */
    preApprovalFor: string[]
    /** The account that ordered is compared with the party; a difference needs an explanation (S1 一). */
    holder: boolean
    /** A party on record and a paper of its identity (S2 七(一)). */
    identity: boolean
    /** Test calls with a result that have to be shown before a live key; null asks for none (S0 一.2). */
    testCalls: number | null
    /** A key needs a named user (S3 附件3 第四条). */
    namedUser: boolean
    /** What a planned change of a live key needs: nothing, or a sealed written request (S1 §3.4). */
    rotation: 'at_once' | 'sealed_request'
    /** Notice before a bank account changes (S3 §2.4). */
    bankAccountNotice: PeriodLength
    /** How soon a changed filing is updated, and whether an outdated one stops the account by itself (S3 §8.2, 附件3 第八条). */
    filing: { updateWithin: PeriodLength; suspends: boolean }
    /** Names of the provider, which a customer's filing may not bear (S3 附件3 第八条). */
    providerNames: string[]
  }
}

/**
 * Where a preset is silent: nothing is asked for; the periods are those of S3. 30 days to update a filing is a choice: its
 * text says only "in time" [及时].
 */
const silent: OnboardingTerms['onboarding'] = {
  papers: [],
  preApprovalFor: [],
  holder: false,
  identity: false,
  testCalls: null,
  namedUser: false,
  rotation: 'at_once',
  bankAccountNotice: days(10),
  filing: { updateWithin: days(30), suspends: false },
  providerNames: [],
}

/** Each key rests on a statement of truth (S0 一.3, 三(一)4) and a passed test (S0 一.2). Three calls are a choice. */
const s0: OnboardingTerms['onboarding'] = {
  ...silent,
  papers: [{ paper: 'truth_statement', sealed: false }],
  testCalls: 3,
}

/** A sealed copy of the licence (S1 §3.3). Which businesses need an approval beforehand is a choice: those a licence alone does not allow. */
const s1: OnboardingTerms['onboarding'] = {
  ...silent,
  papers: [{ paper: 'business_licence', sealed: true }],
  preApprovalFor: ['finance', 'payment', 'medical', 'education', 'human_resources', 'telecom', 'publishing'],
  holder: true,
  rotation: 'sealed_request',
}

const s2: OnboardingTerms['onboarding'] = { ...silent, identity: true }

/** Licence and letter of authorisation (S3 §6.1.3); a seal is not asked for. */
const s3: OnboardingTerms['onboarding'] = {
  ...silent,
  papers: [
    { paper: 'business_licence', sealed: false },
    { paper: 'authorisation_letter', sealed: false },
  ],
  namedUser: true,
}

/** As S0 一.2 (S4 §3.1); it asks for no papers. */
const s4: OnboardingTerms['onboarding'] = { ...silent, testCalls: 3 }

/** The onboarding of each preset. */
export const onboardingOf = { S0: s0, S1: s1, S2: s2, S3: s3, S4: s4 } satisfies Record<string, OnboardingTerms['onboarding']>
