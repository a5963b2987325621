import type { AbuseTerms } from './abuse-terms.ts'
import type { Amendment, PartnerFault } from './amendment.ts'
import type { BillingTerms } from './billing-terms.ts'
import type { EndingTerms } from './closing.ts'
import type { ClosingTerms } from './closing-terms.ts'
import type { ContractTerms } from './contract-terms.ts'
import type { PeriodLength } from './deadline.ts'
import type { DeliveryRules } from './delivery.ts'
import type { GrantTerms } from './grant-terms.ts'
import type { NoticeTerms } from './notice-terms.ts'
import type { OnboardingTerms } from './onboarding-terms.ts'
import type { TimeTerms } from './time-terms.ts'

/** A share or a price in yuan as exact decimal text, `0.03`: never a float. */
export type Decimal = string

/** What a late payment costs: a penalty or interest, never both (contracts.md §5 no. 34). */
export type LatePayment =
  | { kind: 'none' }
  | {
      kind: 'penalty'
      /** Share of the unpaid amount per day. */
      perDay: Decimal
      /** Share of the contract amount from which the other side may end it. */
      endsAbove: Decimal
      /** Whether the bill stops at that share; a person confirms more (contracts.md §5 no. 3). */
      capped: boolean
      /** Days from the due day to the first day that counts (contracts.md §5 no. 27). */
      firstPenaltyDayOffset: 1 | 2
    }
  /** Share of the unpaid amount per day or year; null is a blank. */
  | { kind: 'interest'; rate: Decimal | null; per: 'day' | 'year365' | 'year360' }

/** What a provider owes that delivers late (S3 §8.1, second part). */
export interface ProviderDelay {
  /** Share of the contract amount per day. */
  perDay: Decimal
  /** Days after which, from the next one on, the customer may end the agreement. */
  graceDays: number
  /** Share of the contract amount that follows such an end. */
  lump: Decimal
}

/** One part of a fixed price (S3 §2.3). */
export interface Milestone {
  share: Decimal
  from: 'acceptance' | 'online'
  /** Whole months that run before the period to pay. */
  months: number
  payWithin: PeriodLength
}

/**
 * The parameters of an agreement beside those that `hold` reads (contracts.md §5, end). Where a member says blank, null has to
 * be filled in before the agreement can be made; elsewhere null says that the agreement knows no such right or limit.
 */
export interface RuleTerms extends TimeTerms, NoticeTerms, BillingTerms, ContractTerms, GrantTerms, OnboardingTerms {
  /** What is taken for probing, and what follows from it (S2 五(四)). */
  abuse: AbuseTerms
  amendment: Amendment
  /** Whose fault a partner is, and how soon the customer hears of a partner's change. */
  partner: { fault: PartnerFault; notice: PeriodLength }
  /** How soon the customer reports a change of its own papers (S1 §3.3). */
  customerChange: PeriodLength | null
  /** Delivery of notices by channel; a channel that is missing is not in the agreement. */
  delivery: DeliveryRules
  ending: EndingTerms
  closing: ClosingTerms
  /** Time to produce an authorisation text (contracts.md §5 no. 23). */
  evidence: PeriodLength
  /** Talks before a court, and where that court is; a place of null is not agreed (contracts.md §5 no. 25). */
  disputes: { talksDays: number | null; venue: 'providers_place' | 'customers_place' | null }
  /** Yuan per unit by meter; null is a blank. Empty where nothing is billed by use. */
  prices: Record<string, Decimal | null>
  milestones: Milestone[]
  /** Counted from the receipt of the invoice; null is a blank where use is billed afterwards (contracts.md §5 no. 20). */
  payWithin: PeriodLength | null
  latePayment: LatePayment
  providerDelay: ProviderDelay | null
  /** Prices are gross; null prints no tax line (contracts.md §5 no. 43). */
  vatRate: Decimal | null
  /** Losses that a claim may name (contracts.md §5 no. 18). */
  claims: 'all' | 'direct_and_indirect' | 'direct_only' | 'no_indirect'
  /** Years of secrecy after the end for what is not personal data; null is for ever (contracts.md §5 no. 32). */
  secrecyYears: number | null
  /** Months for which records stay (contracts.md §5 no. 13). */
  retentionMonths: { networkLogs: number; salesRecords: number }
  commercialUse: boolean
  /** Which copy counts (contracts.md §5 no. 36). */
  authoritativeForm: 'sealed_download' | 'paper' | 'online_text'
  /** Version of the holiday table under which the agreement was made. */
  calendarVersion: string
}
