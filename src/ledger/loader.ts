import type { Terms } from '../agreement/terms.ts'
import type { KeyedDigest } from '../core/ports.ts'
import type { RowKey, Rows, TableName } from './book.ts'
import type { GrantPeriod } from './day-sums.ts'

/** Where a row that is not in the working copy comes from. SQL in the ledger, nothing at all in a model test. */
export interface Loader {
  load<T extends TableName>(table: T, accountId: string, key: RowKey): Rows[T] | null
  findSubject(accountId: string, digest: KeyedDigest): Rows['dataSubjects'] | null
  findConsent(accountId: string, reference: string): Rows['consents'] | null
  findOrder(accountId: string, externalId: string): Rows['orders'] | null
  findVerification(accountId: string, idempotency: string): number | null
  openGrants(accountId: string): Rows['grants'][]
  agreements(accountId: string): Rows['agreements'][]
  allGrants(accountId: string): Rows['grants'][]
  /** Rollups by the day of settlement, both days included. */
  usage(accountId: string, fromDay: string, toDay: string): Rows['rollups'][]
  /** Moves of every grant before and in a period, as far as they are committed. */
  grantPeriods(accountId: string, period: { fromDay: string; toDay: string; endMs: number }): GrantPeriod[]
  /** The last committed journal number up to the end of a day; 0 where there is none. */
  lastSeq(accountId: string, upTo: { toDay: string; endMs: number }): number
  openMatters(accountId: string, kind: string): Rows['matters'][]
  /** Every matter of a kind, closed ones too, oldest first. */
  allMatters(accountId: string, kind: string): Rows['matters'][]
  findMatter(accountId: string, kind: string, reference: string): Rows['matters'] | null
  /** Verifications of the account without an ending. */
  openVerifications(accountId: string): number[]
  /** Data subjects that nobody erased or froze, at most `limit`. */
  erasableSubjects(accountId: string, limit: number): Rows['dataSubjects'][]
  frozenSubjects(accountId: string): number
  consentsOfSubject(accountId: string, subjectId: number): Rows['consents'][]
  keysOf(accountId: string): Rows['apiKeys'][]
  /** Matters above an id, oldest first, at most `limit`. */
  mattersAfter(accountId: string, after: number, limit: number): Rows['matters'][]
  /** Payment orders whose money came on this day, among those with numbers from `fromId` on that changed at `sinceMs` or later. */
  paymentOrdersOf(accountId: string, paid: { day: string; fromId: number; sinceMs: number }): Rows['matters'][]
  /** Orders of packs whose payment was recorded from one instant until before another. */
  paidOrders(accountId: string, fromMs: number, toMs: number): Rows['orders'][]
  parseTerms(row: Rows['agreements']): Terms
}
