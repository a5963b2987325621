import type { ConsentDetails } from './consent.ts'
import type { CallFault } from './fault-of.ts'
import type { KeyChannel } from './key-channel.ts'
import type { MatterView } from './matters/index.ts'
import type { Mode } from './mode.ts'
import type { Outcome } from './outcome.ts'

/** One page of a list, newest first; `next` is the cursor of the following page, null at the end. */
export interface Page<T> {
  items: T[]
  next: number | null
}

/**
 * What is known of one verification. It names no person. Everything an answer prints is in here, so that a replay is
 * made from the same values as the first answer and is byte for byte the same.
 */
export interface VerificationView {
  accountId: string
  id: number
  keyNumber: number
  mode: Mode
  check: string
  purpose: string
  reference: string | null
  consentId: number
  /** `held`: being asked. `unknown`: in doubt. `captured` or `released`: ended. */
  state: 'held' | 'unknown' | 'captured' | 'released'
  /** Null while held. `unknown` while in doubt and after a release without a result. */
  outcome: Outcome | null
  /** Whose it is that there is no result (S0 三(二)3); null where there is one, and while it is being asked. */
  fault: CallFault | null
  /** Credits charged; 0 until captured. */
  credits: number
  /** Credits available to this check right after the ending; null before it, and where no grant pays for it. */
  available: number | null
  /** `saidAt`: the source's own instant of what it said, where it told one (S4 §2.2). */
  source: { id: string; reference: string | null; saidAt: number | null } | null
  audit: { index: number; leafHash: string } | null
  createdAt: number
  completedAt: number | null
}

/** One charged call of a statement, with its place in the audit log. */
export interface StatementChargeView {
  accountId: string
  /** The number of the verification. */
  id: number
  check: string
  outcome: Outcome
  credits: number
  /** The day on which the call arrived. */
  serviceDay: string
  settledAt: number
  audit: { index: number; leafHash: string }
}

export interface ConsentView extends ConsentDetails {
  accountId: string
  id: number
  reference: string
  state: 'active' | 'withdrawn' | 'expired' | 'used_up'
  subject: { kind: 'person' | 'organisation'; numberMasked: string; nameMasked: string }
  type: string
  purposes: string[]
  checks: string[]
  sources: string[]
  grantedAt: number
  recordedAt: number
  expiresAt: number | null
  maxUses: number | null
  uses: number
  withdrawnAt: number | null
  withdrawalSource: string | null
}

export interface Suspension {
  ground: string
  note: string
  by: string
  at: number
}

export interface AccountView {
  id: string
  name: string
  standing: 'open' | 'suspended' | 'closed'
  suspension: Suspension | null
  agreement: AgreementView | null
  createdAt: number
  closedAt: number | null
}

/** Where an account stands now, and why: what a call of each of its keys would meet. */
export interface StandingView {
  account: AccountView
  /** `ok` while calls are within the term of the agreement. */
  term: 'ok' | 'not_effective' | 'term_expired'
  keys: (Pick<ApiKeyView, 'accountId' | 'keyNumber' | 'standing' | 'suspension'> & { throttle: number | null })[]
  /** Suspensions that stand, of the account, its keys and persons. */
  suspensions: MatterView<'suspension'>[]
  /** Nothing is erased while a suspension stands that asks for the records (S3 附件3 第二条). */
  recordsKept: boolean
}

export interface AgreementView {
  accountId: string
  version: number
  preset: string
  digest: string
  /** Null until its trigger (for S1: the payment) has happened. */
  effectiveAt: number | null
  term: { start: string | null; end: string | null; endInclusive: boolean }
  checks: { code: string; credits: number; purposes: string[]; chargedOutcomes: string[] }[]
}

/** One version of an agreement, and since when it has been in force; null for one that never was. */
export interface AgreementVersionView {
  version: number
  digest: string
  createdAt: number
  inForceFrom: number | null
}

/** An agreement with all of its terms, for reading and printing. */
export interface AgreementTextView {
  agreement: AgreementView
  terms: Record<string, unknown>
  /** Name and unified social credit code of the provider; null is not on file (S1 §4.1). */
  provider: { name: string; uscc: string } | null
  /** The word or letter by which the contract calls each role (contracts.md §5 no. 5). */
  printedAs: { customer: string; provider: string }
  venue: 'providers_place' | 'customers_place' | null
  /** Null is for ever (contracts.md §5 no. 32). */
  secrecyYears: number | null
  interfaceVersion: string
  authoritativeForm: string
  versions: AgreementVersionView[]
  warnings: string[]
}

/** Who the two sides are on paper, as it stands or as it stood at an instant: what is printed later must not change with it. */
export interface PartiesView {
  /** By the record of its papers; the name of the account before there is one. */
  customer: { name: string; uscc: string | null }
  /** Null is not on file (S1 §4.1). */
  provider: { name: string; uscc: string } | null
  printedAs: { customer: string; provider: string }
}

export interface OrderView {
  accountId: string
  id: number
  externalId: string
  check: string
  mode: Mode
  credits: number
  listFen: number
  paidFen: number
  /** Digest of the page on which it was ordered (S1 二.1). */
  offerSha256: string | null
  paidAt: number | null
}

/** An order in the books: when it was recorded, and by which payment it was paid. */
export interface OrderRecordView extends OrderView {
  orderedAt: number
  bankReference: string | null
}

export interface GrantView {
  accountId: string
  id: number
  check: string
  mode: Mode
  priority: number
  granted: number
  available: number
  held: number
  captured: number
  expired: number
  refunded: number
  startsAt: number
  expiresAt: number | null
}

export interface BalanceView {
  accountId: string
  /** Sums per check and mode over the grants that can be used now. */
  totals: { check: string; mode: Mode; granted: number; available: number; held: number; captured: number }[]
  grants: GrantView[]
  asOf: number
}

export interface ApiKeyView {
  accountId: string
  keyNumber: number
  name: string
  mode: Mode
  scopes: string[]
  addresses: string[]
  standing: 'active' | 'suspended' | 'revoked' | 'expired'
  suspension: Suspension | null
  /** Who uses it, by the customer's own word for the user; never a person's name. */
  holder: string | null
  project: string | null
  channel: KeyChannel | null
  createdAt: number
  expiresAt: number | null
  revokedAt: number | null
  replacedBy: number | null
}

/** Settled verifications of one combination, from the rollups. */
export interface UsageRow {
  accountId: string
  day: string
  keyNumber: number
  mode: Mode
  check: string
  source: string
  outcome: Outcome
  /** The kind of client that its key serves; null when nobody said. */
  channel: KeyChannel | null
  /** Verifications. */
  count: number
  /** Credits charged. */
  credits: number
  /** What the sources said that these calls cost the reseller, in millionths of a yuan. For staff alone. */
  costMicroYuan: number
}

export interface AlarmView {
  accountId: string
  kind: string
  /** As the ledger keeps it; `publicSubjectOf` in core/alarms.ts says how the outside knows it. */
  subject: string
  since: number
  lastAt: number
  count: number
  clearedAt: number | null
  acknowledgedBy: string | null
}

export interface ApprovalView {
  accountId: string
  id: number
  /** `settle`: how a verification in doubt ends. `settle_account`: the settlement of the account. */
  act: string
  /** The one thing that it is about; null where it makes a new one. */
  target: { kind: 'verification' | 'settlement'; id: number } | null
  /** The exact change, as JSON: what the digest is of, and what the second person agrees to. */
  change: string
  digest: string
  proposedBy: string
  proposedAt: number
  expiresAt: number
  decidedBy: string | null
  decidedAt: number | null
}

/** A line of the journal without its free text and salts: who did what, when, and its line in the audit log. */
export interface JournalLineView {
  seq: number
  kind: string
  at: number
  /** `key:<number>`, `staff:<sub>` or `clock`. */
  actor: string
  credits: number
  leaf: { index: number; hash: string; text: string } | null
}
