import type { PeriodLength } from './deadline.ts'
import { isListOf, isObjectOf, isOneOf, isPositive, orNull, type Shape } from './shape.ts'

/** What an agreement says of notices beside how they are delivered. */
export interface NoticeTerms {
  /** How long before its first day a changed address is told (S3 §10.2); null: in writing, and from then on (S0 七). */
  addressChange: PeriodLength | null
  /** Shares of a pack, in percent, at which the customer is told that so little is left. A choice; none where it is empty. */
  balanceWarnings: number[]
  /** Days before the end of a pack on which the customer is told, when credits are left. A choice. */
  expiryWarningDays: number[]
  /**
   * Hours before its begin after which the announcement of planned work is late (S1 §4.3 "reasonable", S3 §6.2.2 "in advance";
   * the number is a choice). Null: announced where possible, so that none is late (S2 六(二)).
   */
  maintenanceNoticeHours: number | null
}

const shared: NoticeTerms = {
  addressChange: null,
  balanceWarnings: [20, 10, 5, 0],
  expiryWarningDays: [30, 7, 1],
  maintenanceNoticeHours: 24,
}

/** The terms of notices by preset. */
export const noticeTermsOf = {
  S0: shared,
  S1: shared,
  S2: { ...shared, maintenanceNoticeHours: null },
  S3: { ...shared, addressChange: { n: 10, unit: 'day' } },
  S4: shared,
} satisfies Record<string, NoticeTerms>

const isPercent = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 100
/** Each is looked at by every hold, so they are few. */
const isShortListOf =
  (isItem: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    isListOf(isItem)(value) && Array.isArray(value) && value.length <= 10

/** The shape of every member of `NoticeTerms`. */
export const noticeShapes: Readonly<Record<keyof NoticeTerms, Shape>> = {
  addressChange: orNull(
    isObjectOf({ n: (value) => isPositive(value) && value <= 366, unit: isOneOf(['workday', 'day', 'month', 'year']) }),
  ),
  balanceWarnings: isShortListOf(isPercent),
  expiryWarningDays: isShortListOf((value) => isPositive(value) && value <= 366),
  maintenanceNoticeHours: orNull((value) => isPositive(value) && value <= 10_000),
}
