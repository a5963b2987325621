import type { Command, Doubt, DueCommand, Read, ReadResult, ResultOf } from './commands.ts'
import type { NoticeVariables, Scene } from './matters/notice.ts'
import type { Mode } from './mode.ts'
import type { Outcome } from './outcome.ts'
import type { Query } from './query.ts'
import type { UsageColumn, UsageSum } from './usage.ts'
import type { AlarmView, Page, UsageRow } from './views.ts'

/** Milliseconds since the Unix epoch, handed in so that any day can be replayed. */
export type Clock = () => number

/** Purposes that have a key of their own, so that digests of one purpose cannot be matched with another's. */
export type DigestPurpose = 'subject' | 'api_key' | 'fingerprint' | 'answer'

/** A keyed digest and the id of the key that made it (both are stored, so that keys can be rotated). */
export interface KeyedDigest {
  keyId: string
  /** HMAC-SHA-256, lower-case hex. */
  digest: string
}

/** Synchronous cryptography: node:crypto on Node, the same module by `nodejs_compat` on Workers. */
export interface Crypto {
  /** Keyed digest under the current key of that purpose, or under `keyId` when given. Throws for an unknown key id. */
  digest(purpose: DigestPurpose, text: string, keyId?: string): KeyedDigest
  /** Plain SHA-256 of the bytes, lower-case hex. Not for personal data. */
  sha256(bytes: Uint8Array | string): string
  /** `count` random bytes, lower-case hex. */
  randomHex(count: number): string
  /**
   * Seals bytes for one account and one purpose (AES-256-GCM): whoever has the row or the file alone reads nothing, and cannot put
   * it under another account or name. What comes back says which key it needs.
   */
  seal(accountId: string, purpose: string, bytes: Uint8Array): Uint8Array
  /** Opens what `seal` made for the same account and purpose. Throws when it was changed, or belongs elsewhere. */
  unseal(accountId: string, purpose: string, sealed: Uint8Array): Uint8Array
}

/** One account's ledger. On Node every account shares a file; on Workers this is a call into the account's object. */
export interface Ledger {
  /** Decides and commits. Resolves only after the commit is durable; expected endings are values. */
  submit<C extends Command>(command: C): Promise<ResultOf<C>>
  /** Reads what is committed. */
  read<R extends Read>(read: R): Promise<ReadResult<R>>
}

/** The ledger of an account, by the account part that its keys and ids carry. */
export type LedgerOf = (accountId: string) => Ledger

/** What the clock-driven sweep needs to see. On Node over every account, on Workers over one. */
export interface DueList {
  /** Acts whose time has come. */
  due(): Promise<DueCommand[]>
  /** Verifications in doubt. */
  doubts(): Promise<Doubt[]>
  /** Notices that a machine has to send now, oldest first, no more than one round can send. */
  notices?(): Promise<OutgoingNotice[]>
}

/** An account as the directory knows it: a copy, with the account's journal number at that moment. */
export interface DirectoryAccount {
  id: string
  name: string
  standing: 'open' | 'suspended' | 'closed'
  createdAt: number
  /** Verifications in doubt at that moment, by the source that was asked last. */
  inDoubt: Record<string, number>
  seq: number
}

/** An alarm as the directory keeps it. `change` counts its changes; the later number wins. */
export type DirectoryAlarm = AlarmView & { change: number }

/** One act of staff outside any account, or across accounts. Never personal data of a data subject. */
export interface StaffLogEntry {
  sub: string
  roles: string[]
  act: string
  /** What it was about, such as the days of a report; null when there is nothing more to say. */
  target: string | null
  reason: string
}

/** A line of the staff log, numbered in the order of writing. */
export type StaffLogLine = StaffLogEntry & { seq: number; at: number }

/** What became of the questions to one source over a span of days, from all accounts. */
export interface SourceUsage {
  source: string
  outcomes: Partial<Record<Outcome, number>>
  inDoubt: number
}

/** A rollup row as the directory keeps it: absolute, never a difference. */
export type DirectoryUsage = Omit<UsageRow, 'day'> & { settledDay: string; serviceDay: string; seq: number }

/** What a ledger has to tell the directory. */
export interface DirectoryPush {
  accounts: DirectoryAccount[]
  usage: DirectoryUsage[]
  alarms: DirectoryAlarm[]
}

/** A report across accounts: its rows and when the newest copy behind them was made. */
export interface DirectoryReport<T> {
  rows: T
  asOf: number
}

/** Which account has claimed an organisation's code, and since when. */
export interface OrganisationClaim {
  accountId: string
  claimedAt: number
}

/** The staff index across accounts. It decides nothing: balances, keys and standing are asked of the ledger. */
export interface Directory {
  accounts(query: { before: string | null; limit: number; name: string | null }): Promise<DirectoryReport<DirectoryAccount[]>>
  /** Sums over everything but the named columns, in the order of the columns. */
  usage(query: {
    fromDay: string
    toDay: string
    accountId: string | null
    dayOf: 'service' | 'settlement'
    columns: readonly UsageColumn[]
  }): Promise<DirectoryReport<UsageSum[]>>
  /** Alarms of all accounts, the newest first; standing ones only, unless `cleared`. `next` is the cursor of the following page. */
  alarms(query: { before: number | null; limit: number; cleared: boolean }): Promise<DirectoryReport<Page<AlarmView>>>
  /** Verifications by source and outcome that ended on these days, and those in doubt now. */
  sources(query: { fromDay: string; toDay: string }): Promise<DirectoryReport<SourceUsage[]>>
  /** Adds a line to the staff log; resolves when it is durable. Lines are never changed or removed. */
  record(entry: StaffLogEntry): Promise<void>
  /** Lines of the staff log, the newest first. */
  staffLog(query: { before: number | null; limit: number }): Promise<Page<StaffLogLine>>
  /**
   * Claims an organisation's code for an account, and tells whose it is afterwards: the first account that claims it has it
   * (S2 五(二)). With `insteadOf` it is taken over from that account, if that one still has it.
   */
  claimOrganisation(claim: { uscc: string; accountId: string; insteadOf: string | null }): Promise<OrganisationClaim>
  /** Takes in copies; for each row the later journal number wins. */
  push(push: DirectoryPush): Promise<void>
}

/** What a source said, in our words. */
export interface SourceAnswer {
  outcome: Outcome
  /** The source's own order number, for reconciliation. */
  sourceReference: string | null
  /** Whether the source says that it billed; null when it does not say. Cost only, never the sale price. */
  sourceBilled: boolean | null
  /** Normalised detail such as `answered`, `connection_refused`, `deadline`, `unknown_code`. Never text of the vendor. */
  reason: string
  /** Keyed digest of the raw answer (contracts.md S1 §4.2), null when there was none. */
  rawDigest: string | null
  /** The source's own instant of what it said (S4 §2.2), milliseconds; left out where it tells none. */
  saidAt?: number
  /** What the source says that this call costs the reseller, in millionths of a yuan; left out where it does not say. */
  costMicroYuan?: number
}

/** What a query by reference tells of a verification in doubt. */
export type SourceFinding =
  | { kind: 'executed'; answer: SourceAnswer }
  /** Proof that the source did not and will not execute it. */
  | { kind: 'not_executed' }
  /** Nothing certain yet. */
  | { kind: 'unclear'; reason: string }

/** The registered sources, as the life of a verification sees them. */
export interface Sources {
  /** Ids of the sources that answer this check in this mode, in the order in which they are asked. */
  candidates(check: string, mode: Mode): string[]
  /** One question. Never throws; every ending is an outcome; never later than `deadlineAt`. */
  ask(sourceId: string, query: Query, call: SourceCall): Promise<SourceAnswer>
  /** Query by our reference, for a verification in doubt. Never throws. */
  find(sourceId: string, call: SourceCall): Promise<SourceFinding>
  /** Milliseconds after the hold from which on "not found" is final at this source, or null when it has no query by reference. */
  finalAfterMs(sourceId: string): number | null
  /** Every registered source, in the order in which they are asked, and how it has answered this process lately. */
  health(): SourceHealth[]
}

/** A registered source, and what one process has seen of its own questions in the last quarter of an hour. */
export interface SourceHealth {
  id: string
  mode: Mode
  checks: string[]
  /** `degraded`: at least a tenth of the questions got no answer. */
  state: 'ok' | 'degraded'
  /** Start of what was seen: the last quarter of an hour, or the start of the process. */
  since: number
  asked: number
  outcomes: Partial<Record<Outcome, number>>
  /** Null when nothing was asked. */
  averageMs: number | null
  longestMs: number | null
  /** Since the start of the process; null when there was none. A refusal of the input is a success of the source. */
  lastSuccessAt: number | null
  lastFailureAt: number | null
}

export interface SourceCall {
  /** Public id of the verification: what the source is told as our reference. */
  reference: string
  check: string
  /** Absolute end, milliseconds since the Unix epoch. */
  deadlineAt: number
  /** The consent that the call rests on: its reference and the digest of the authorisation, never the text (S1 §4.2). Null for a query by reference. */
  consent: ConsentMark | null
  /** The source's own order number, when an earlier answer in doubt told one; for a query by reference. */
  sourceReference?: string | null
}

/** A recorded consent, as a source may know it. */
export interface ConsentMark {
  /** Public id of the record. */
  id: string
  /** SHA-256 of the authorisation text, lower-case hex. */
  evidenceSha256: string
}

/** A request to the outside, as plain data. */
export interface NetworkRequest {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body: string | null
  /** Absolute end of connecting, sending and reading together, milliseconds since the Unix epoch. */
  deadlineAt: number
  maxResponseBytes: number
  /** The status is all that is asked: a body beyond the limit is left unread, and the response counts. */
  statusOnly?: boolean
}

/**
 * Every way in which a request can end. `not_sent` is a definite no: no byte of the request can have reached the other side.
 * Everything else without a whole response is in doubt.
 */
export type NetworkResult =
  | { kind: 'response'; status: number; headers: Record<string, string>; body: string }
  | {
      kind: 'not_sent'
      reason: 'connection_refused' | 'name_not_resolved' | 'address_not_public' | 'connect_timeout' | 'deadline' | 'not_sent'
    }
  | { kind: 'in_doubt'; reason: 'reset' | 'deadline' | 'too_large' | 'short_body' | 'network' }

/** The outside network. Never throws, never follows a redirect, never retries. */
export type Network = (request: NetworkRequest) => Promise<NetworkResult>

/** A notice that a machine has to send now. `to` is where it goes and stands in no log. */
export interface OutgoingNotice {
  accountId: string
  noticeId: number
  channel: 'email' | 'sms' | 'webhook'
  /** An e-mail address, a mobile number, or the id of a webhook endpoint of the account. */
  to: string
  language: 'zh' | 'en'
  scene: Scene
  variables: NoticeVariables
  /** When what it tells of happened. */
  openedAt: number
  /** How often it was tried before. */
  attempts: number
}

/** What became of one try. `refused` is for good: the other side will never take it. */
export type Sending =
  | { kind: 'sent'; reference: string | null }
  | { kind: 'failed'; reason: string; retryAfterMs: number | null }
  | { kind: 'refused'; reason: string }

/** Sends one notice. Never throws, never logs what it sends or to whom. */
export type SendNotice = (notice: OutgoingNotice) => Promise<Sending>

/** Files of accounts, each sealed with the key of its account. Names are ids, never what a caller wrote. */
export interface Files {
  /** Stores the bytes; resolves when they are durable. The same name again replaces them. */
  put(accountId: string, name: string, bytes: Uint8Array): Promise<void>
  /** Null when there is no such file. Throws when what is stored was changed. */
  get(accountId: string, name: string): Promise<Uint8Array | null>
  remove(accountId: string, name: string): Promise<void>
}

/** One structured event for the operator. Fields are ids, codes and numbers; never personal data. */
export type Log = (event: string, fields?: Record<string, string | number | boolean | null>) => void
