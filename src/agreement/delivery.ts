import { addDays, shanghaiDay, startOfDayMs } from '../core/shanghai.ts'

/** Ways a notice goes: by hand, by express mail, and so on. */
export type Channel = 'personal' | 'ems' | 'letter' | 'email' | 'fax' | 'sms' | 'im' | 'site_message' | 'announcement'

/** Facts of a dispatch that have an instant. */
export type InstantFact = 'postedAt' | 'sentAt' | 'shownSentAt' | 'arrivedAt' | 'handedAt'
/** Facts that are recorded by the day. */
export type DayFact = 'postmarkOn' | 'atAddressOn' | 'signedOn'

type Known<Name extends string, Value> = { [name in Name]?: Value | undefined }

/** What is known about one notice on its way: instants in milliseconds, days `YYYY-MM-DD`. A member is left out until it is known. */
export interface Dispatch extends Known<InstantFact, number>, Known<DayFact, string> {
  /** A `Channel`, or a word that no agreement knows. */
  channel: string
  /** False when the address was not the one in force on that day (S0 七). */
  addressCorrect?: boolean | undefined
  /** Whether both ends are in one city; not known counts as no, which is the later day. */
  sameCity?: boolean | undefined
  /** Whether the recipient signed; `signedOn` says so too. */
  signed?: boolean | undefined
  refused?: boolean | undefined
  /** The address that the agreement names for this channel; `/` stands for none. */
  agreedAddress?: string | undefined
  /** What the notice is about. */
  subject?: string | undefined
}

/** How a channel delivers. */
export interface DeliveryRule {
  /** The facts that start it, best first: the first one that is recorded counts. */
  from: readonly (InstantFact | DayFact)[]
  /** Days after the day of that fact, which is day 0. Never rolled (R8). */
  daysLater?: number | { sameCity: number; elsewhere: number }
  /** Deemed at the instant of the fact, on its day, or at a full hour of that day, Beijing time. */
  precision: 'instant' | 'day' | { hour: number }
  /** `receipt`: signed by the recipient. `receipt_or_refusal`: a refusal counts too. */
  needs?: 'receipt' | 'receipt_or_refusal' | 'agreed_address'
  /** Subjects that are too weighty for this channel. */
  notFor?: readonly string[]
}

/** The channels of an agreement and how each delivers. A channel that is missing never counts as delivered. */
export type DeliveryRules = Readonly<Partial<Record<Channel, DeliveryRule>>>

export type DeliveryFault =
  | 'channel_not_in_contract'
  | 'channel_not_allowed_for_subject'
  | 'wrong_address'
  | 'no_signed_receipt'
  /** The fact that the channel counts from is not recorded (yet). */
  | 'not_recorded'

/** Deemed at an instant, on a whole day, or not at all. */
export type Delivery =
  | { kind: 'delivered_at'; atMs: number }
  | { kind: 'delivered_on'; day: string }
  | { kind: 'not_delivered'; reason: DeliveryFault }

const isNamed = (address: string | undefined): boolean => address !== undefined && !['', '/'].includes(address.trim())

const findFault = (rule: DeliveryRule, dispatch: Dispatch): DeliveryFault | null => {
  if (rule.needs === 'agreed_address' && !isNamed(dispatch.agreedAddress)) return 'channel_not_in_contract'
  if (dispatch.subject !== undefined && rule.notFor?.includes(dispatch.subject)) return 'channel_not_allowed_for_subject'
  if (dispatch.addressCorrect === false) return 'wrong_address'
  const refusalCounts = rule.needs === 'receipt_or_refusal' && dispatch.refused === true
  const isSigned = dispatch.signed ?? dispatch.signedOn !== undefined
  const needsReceipt = rule.needs === 'receipt' || rule.needs === 'receipt_or_refusal'
  return needsReceipt && !isSigned && !refusalCounts ? 'no_signed_receipt' : null
}

/**
 * When a notice counts as delivered under an agreement's rules (contracts.md §3.10, §5 no. 8 to 10). Only what the rules name
 * counts: an e-mail that was sent is not one that arrived.
 */
export const judgeDelivery = (rules: DeliveryRules, dispatch: Dispatch): Delivery => {
  const rule = Object.hasOwn(rules, dispatch.channel) ? rules[dispatch.channel as Channel] : undefined
  if (!rule) return { kind: 'not_delivered', reason: 'channel_not_in_contract' }
  const fault = findFault(rule, dispatch)
  if (fault) return { kind: 'not_delivered', reason: fault }
  const fact = rule.from.map((name) => dispatch[name]).find((value) => value !== undefined)
  if (fact === undefined) return { kind: 'not_delivered', reason: 'not_recorded' }

  if (rule.precision === 'instant' && typeof fact === 'number') return { kind: 'delivered_at', atMs: fact }
  const { daysLater = 0 } = rule
  const later = typeof daysLater === 'number' ? daysLater : daysLater[dispatch.sameCity ? 'sameCity' : 'elsewhere']
  const day = addDays(typeof fact === 'number' ? shanghaiDay(fact) : fact, later)
  return typeof rule.precision === 'object'
    ? { kind: 'delivered_at', atMs: startOfDayMs(day) + rule.precision.hour * 60 * 60 * 1000 }
    : { kind: 'delivered_on', day }
}

/** The day from which a period after a delivery is counted; null when nothing was delivered. */
export const deliveryDay = (delivery: Delivery): string | null => {
  if (delivery.kind === 'not_delivered') return null
  return delivery.kind === 'delivered_on' ? delivery.day : shanghaiDay(delivery.atMs)
}
