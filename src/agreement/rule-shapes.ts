import { paperKinds } from '../core/matters/paper.ts'
import { abuseShape } from './abuse-terms.ts'
import { billingShapes } from './billing-terms.ts'
import { handOverParts } from './closing.ts'
import { contractShapes } from './contract-terms.ts'
import { grantShapes } from './grant-terms.ts'
import { noticeShapes } from './notice-terms.ts'
import type { RuleTerms } from './rule-terms.ts'
import { isFlag, isListOf, isObjectOf, isOneOf, isPlain, isPositive, isRecordOf, orNull, type Shape } from './shape.ts'

const isDecimal = (value: unknown): boolean => typeof value === 'string' && /^(0|[1-9]\d{0,9})(\.\d{1,8})?$/.test(value)
/** A share of something: at most all of it. */
const isShare = (value: unknown): boolean => isDecimal(value) && Number(value) <= 1
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

const isLength = isObjectOf({
  // Longer than any agreement, and short enough to be counted day by day.
  n: (value) => isPositive(value) && value <= 10_000,
  unit: isOneOf(['workday', 'day', 'month', 'year']),
})
const isEndNotice = (value: unknown): boolean => value === 'at_once' || value === 'by_agreement' || isLength(value)

const channels = ['personal', 'ems', 'letter', 'email', 'fax', 'sms', 'im', 'site_message', 'announcement']
const facts = ['postedAt', 'sentAt', 'shownSentAt', 'arrivedAt', 'handedAt', 'postmarkOn', 'atAddressOn', 'signedOn']
const isHour = isObjectOf({ hour: (value) => isWhole(value) && Number(value) < 24 })
const deliveryRule: Record<string, (value: unknown) => boolean> = {
  from: (value) => isListOf(isOneOf(facts))(value) && Array.isArray(value) && value.length > 0,
  daysLater: (value) => isWhole(value) || isObjectOf({ sameCity: isWhole, elsewhere: isWhole })(value),
  precision: (value) => value === 'instant' || value === 'day' || isHour(value),
  needs: isOneOf(['receipt', 'receipt_or_refusal', 'agreed_address']),
  notFor: isListOf(isText),
}
const isDeliveryRule = (value: unknown): boolean =>
  isPlain(value) &&
  'from' in value &&
  'precision' in value &&
  Object.entries(value).every(([name, member]) => Object.hasOwn(deliveryRule, name) && deliveryRule[name]?.(member) === true)
const isDelivery = (value: unknown): boolean =>
  isRecordOf(isDeliveryRule)(value) && isPlain(value) && Object.keys(value).every(isOneOf(channels))

const isLatePayment = (value: unknown): boolean => {
  if (!isPlain(value)) return false
  const { kind } = value
  if (kind === 'none') return isObjectOf({ kind: isText })(value)
  if (kind === 'interest')
    return isObjectOf({ kind: isText, rate: orNull(isShare), per: isOneOf(['day', 'year365', 'year360']) })(value)
  const penalty = {
    kind: isOneOf(['penalty']),
    perDay: isShare,
    endsAbove: isShare,
    capped: isFlag,
    firstPenaltyDayOffset: isOneOf([1, 2]),
  }
  return isObjectOf(penalty)(value)
}

/** The shape of every member of `RuleTerms`. */
export const ruleShapes: Readonly<Record<keyof RuleTerms, Shape>> = {
  abuse: abuseShape,
  ...billingShapes,
  ...contractShapes,
  acceptance: orNull(isObjectOf({ organise: isLength, afterReminder: isLength })),
  feeObjection: isLength,
  inactivity: orNull(isObjectOf({ days: isPositive, notice: isLength })),
  forceMajeure: {
    proof: isLength,
    papers: isListOf(isOneOf(['any', 'notarial_deed', 'written_statement'])),
    long: orNull(isObjectOf({ durationDays: isPositive, talks: isLength })),
  },
  maintenanceYears: orNull((value) => isPositive(value) && value <= 100),
  serviceLevel: { hours: isRecordOf(orNull(isWhole)), startsOn: isOneOf(['every_day', 'workdays']) },
  ...grantShapes,
  onboarding: {
    papers: isListOf(isObjectOf({ paper: isOneOf(paperKinds), sealed: isFlag })),
    preApprovalFor: isListOf(isText),
    holder: isFlag,
    identity: isFlag,
    testCalls: orNull(isPositive),
    namedUser: isFlag,
    rotation: isOneOf(['at_once', 'sealed_request']),
    bankAccountNotice: isLength,
    filing: { updateWithin: isLength, suspends: isFlag },
    providerNames: isListOf(isText),
  },
  amendment: isOneOf(['supplement', 'shown_and_used']),
  partner: { fault: isOneOf(['not_a_breach', 'providers_breach']), notice: isLength },
  customerChange: orNull(isLength),
  delivery: isDelivery,
  ending: {
    customerNotice: isEndNotice,
    grounds: isRecordOf(isEndNotice),
    handOver: isListOf(isOneOf(handOverParts)),
    personalData: isOneOf(['delete', 'delete_or_anonymise']),
  },
  closing: { groundsWithPaper: isListOf(isText) },
  evidence: isLength,
  disputes: { talksDays: isPositive, venue: orNull(isOneOf(['providers_place', 'customers_place'])) },
  prices: isRecordOf(orNull(isDecimal)),
  milestones: isListOf(
    isObjectOf({ share: isShare, from: isOneOf(['acceptance', 'online']), months: isWhole, payWithin: isLength }),
  ),
  payWithin: orNull(isLength),
  latePayment: isLatePayment,
  providerDelay: orNull(isObjectOf({ perDay: isShare, graceDays: isWhole, lump: isShare })),
  vatRate: orNull(isShare),
  claims: isOneOf(['all', 'direct_and_indirect', 'direct_only', 'no_indirect']),
  secrecyYears: orNull(isPositive),
  retentionMonths: { networkLogs: isPositive, salesRecords: isPositive },
  commercialUse: isFlag,
  authoritativeForm: isOneOf(['sealed_download', 'paper', 'online_text']),
  calendarVersion: isText,
  ...noticeShapes,
}
