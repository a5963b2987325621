import type { ConsentDetails } from './consent.ts'
import type { KeyChannel } from './key-channel.ts'
import type { Marks } from './marks.ts'
import type { CustomerMatterAct, MatterView, StaffMatterAct } from './matters/index.ts'
import type { AgreeingParty } from './matters/suspension.ts'
import type { Mode } from './mode.ts'
import type { DeliveredOutcome } from './outcome.ts'
import type { KeyedDigest, Sending, SourceAnswer } from './ports.ts'
import type { InputFault, RateState, Refusal } from './refusal.ts'
import type {
  AccountView,
  AgreementView,
  AlarmView,
  ApiKeyView,
  ApprovalView,
  ConsentView,
  GrantView,
  OrderView,
  VerificationView,
} from './views.ts'

/** What a key may be used for. */
export const scopes = [
  'verifications:write',
  'verifications:read',
  'consents:write',
  'consents:read',
  'account:read',
  'account:write',
] as const
export type Scope = (typeof scopes)[number]

/** A parsed API key. Whether it is known, valid and allowed is judged inside the ledger. */
export interface Credentials {
  accountId: string
  keyNumber: number
  mode: Mode
  secret: KeyedDigest
  /** The caller's network address, as the door saw it. */
  address: string
  /** Filled in where the ledger lives, because the limiter lives there too; null until then. */
  rate: RateState | null
}

/** First commit of a verification (DESIGN.md §2 step 3). Findings about the input are values here; the ledger decides their turn. */
export interface HoldCommand {
  kind: 'hold'
  accountId: string
  credentials: Credentials
  /** Keyed digest of the caller's Idempotency-Key. */
  idempotency: KeyedDigest
  /** Keyed digest of the canonical request body. */
  fingerprint: KeyedDigest
  check: string | null
  purpose: string | null
  inputFaults: InputFault[]
  /** Keyed digest of the data subject that the query speaks of; null when the input does not tell. */
  subject: KeyedDigest | null
  /** By which probing is recognised; null when the input does not tell. */
  marks: Marks | null
  consent: { id: number } | { reference: string } | null
  reference: string | null
  /** Sources that could answer, in order; the ledger keeps those that the consent covers. */
  candidates: string[]
  /** All attempts together may take this long. */
  deadlineMs: number
  /**
   * Time from the arrival of the request to this command, milliseconds. A duration, because the clocks of the door and of the
   * ledger can differ: what had to be there before the submission is judged by it (S1 §2.1).
   */
  waitedMs: number
  /** The caller's trace, kept with the hold's journal entry; null when there is none. */
  traceId: string | null
}

export type HoldResult =
  | {
      kind: 'held'
      verificationId: number
      sources: string[]
      heldAt: number
      deadlineAt: number
      consent: { id: number; evidenceSha256: string }
      rate: RateState | null
    }
  | { kind: 'replayed'; verification: VerificationView; rate: RateState | null }
  | Refusal

/** Who found out how a verification ended. */
export type SettledBy = 'source' | 'query' | 'time' | 'staff'

/** Second commit of a verification: capture, release, or in doubt, by the answer. */
export interface SettleCommand {
  kind: 'settle'
  accountId: string
  verificationId: number
  sourceId: string | null
  answer: SourceAnswer
  by: SettledBy
}

/** `late` is true when the verification had its ending already: the answer changed nothing. */
export type SettleResult = { kind: 'settled'; verification: VerificationView; late: boolean }

/** What a customer states about one act of consent (sources.md §8.3). Personal fields go to the data-subject row, masked and digested. */
export interface ConsentInput extends ConsentDetails {
  reference: string
  subject: { kind: 'person' | 'organisation'; digest: KeyedDigest; numberMasked: string; nameMasked: string }
  type: string
  purposes: string[]
  checks: string[]
  /** Sources disclosed to the data subject (PIPL art. 23). */
  sources: string[]
  grantedAt: number
  expiresAt: number | null
  maxUses: number | null
  /** Keyed digest of the canonical statement, so that a repeated reference can be told from a reused one. */
  fingerprint: KeyedDigest
}

/** Records one consent or a batch; each item succeeds or is refused on its own, all in one commit. */
export interface RecordConsentsCommand {
  kind: 'record_consents'
  accountId: string
  credentials: Credentials
  items: ConsentInput[]
}
export type RecordConsentResult = { kind: 'recorded'; consent: ConsentView; repeated: boolean } | Refusal
export type RecordConsentsResult = { kind: 'consents'; items: RecordConsentResult[]; rate: RateState | null } | Refusal

export interface WithdrawConsentCommand {
  kind: 'withdraw_consent'
  accountId: string
  credentials: Credentials
  consent: { id: number } | { reference: string }
  /** Who told us: `data_subject`, `customer`, `authority`. */
  source: string
}
export type WithdrawConsentResult =
  | { kind: 'withdrawn'; consent: ConsentView; repeated: boolean; rate: RateState | null }
  | Refusal

/** What staff may do to an account. Every act is an entry with a leaf, the actor's `sub` and a reason. */
export type StaffAct =
  | { kind: 'create_account'; name: string }
  | { kind: 'put_agreement'; preset: string; overrides: Record<string, unknown> }
  | {
      kind: 'record_order'
      externalId: string
      check: string
      mode: Mode
      credits: number
      listFen: number
      paidFen: number
      offerSha256: string | null
    }
  | { kind: 'record_payment'; orderId: number; bankReference: string }
  | {
      kind: 'create_key'
      name: string
      mode: Mode
      scopes: Scope[]
      addresses: string[]
      expiresAt: number | null
      /** Who uses it, by the customer's own word for the user; left out when nobody said. */
      holder?: string | null
      project?: string | null
      channel?: KeyChannel | null
    }
  | { kind: 'rotate_key'; keyNumber: number; graceSeconds: number }
  | { kind: 'revoke_key'; keyNumber: number }
  | { kind: 'suspend_key'; keyNumber: number; ground: string; note: string; noticeId: number | null }
  | { kind: 'resume_key'; keyNumber: number; note: string }
  | { kind: 'suspend_account'; ground: string; note: string; noticeId: number | null }
  | { kind: 'resume_account'; note: string }
  | { kind: 'hold_subject'; consentId: number; ground: string; note: string }
  | { kind: 'resume_subject'; consentId: number; note: string; agreedBy: readonly AgreeingParty[] }
  /** Without a ground both sides agreed to it; with one the agreement has to let it end at once. */
  | { kind: 'close_account'; note: string; ground?: string | null; documentSha256?: string | null }
  /** Keeps the row of this consent's person from being erased while an authority's matter needs it, or lets it go (S2 十三(一)). */
  | { kind: 'freeze_subject' | 'release_subject'; consentId: number; note: string }
  | {
      kind: 'propose_settlement'
      verificationId: number
      outcome: DeliveredOutcome | 'released'
      sourceId: string | null
      sourceReference: string | null
    }
  | { kind: 'approve'; approvalId: number }
  | { kind: 'acknowledge_alarm'; alarm: string; subject: string; note: string }
  /** Staff read something that needs a reason: what, and the public id of the one thing, null for a list. Nothing else changes. */
  | { kind: 'note_read'; what: string; target: string | null }
  | StaffMatterAct

export interface ActCommand {
  kind: 'act'
  accountId: string
  /** `sub` of the staff token. */
  actor: string
  reason: string
  act: StaffAct
}

export type ActResult =
  | { kind: 'account'; account: AccountView }
  | { kind: 'agreement'; agreement: AgreementView }
  | { kind: 'order'; order: OrderView; grant: GrantView | null }
  /** `secret` is the whole key; it exists here and nowhere else. */
  | { kind: 'key'; key: ApiKeyView; secret: string | null }
  | { kind: 'approval'; approval: ApprovalView }
  | { kind: 'settlement'; verification: VerificationView }
  | { kind: 'alarm'; alarm: AlarmView }
  /** `repeated`: the same request had opened it before, and nothing was done. */
  | { kind: 'matter'; matter: MatterView; repeated: boolean }
  | { kind: 'done' }
  | Refusal

/** What a customer does itself. Each leaves an entry with a leaf, by the number of its key. */
export interface CustomerActCommand {
  kind: 'customer_act'
  accountId: string
  credentials: Credentials
  act: CustomerMatterAct
}

export type CustomerActResult = { kind: 'acted'; result: Exclude<ActResult, Refusal>; rate: RateState | null } | Refusal

/** What the clock makes due. Each is judged again when it is decided, so a repeated one does nothing. */
export type DueCommand =
  | { kind: 'doubt'; accountId: string; verificationId: number }
  | { kind: 'release_doubt'; accountId: string; verificationId: number }
  | { kind: 'expire_grant'; accountId: string; grantId: number }
  | { kind: 'count_denials'; accountId: string; minute: number; keyNumber: number; code: string }
  /** A clock of a matter is over, or it is time to look at the matter again. */
  | { kind: 'matter_due'; accountId: string; matterId: number }
  /** A matter has clocks that were counted without the arrangement of some year, and the calendar has changed since. */
  | { kind: 'recount_matter'; accountId: string; matterId: number }
export type DueResult = { kind: 'done'; changed: boolean }

/** The customer looked something up: an operation like any other (S0 六.2). Written at most once a day for an account. */
export interface NoteOperationCommand {
  kind: 'note_operation'
  accountId: string
}

/** Raises or clears an alarm that was noticed outside a decision. */
export interface AlarmCommand {
  kind: 'alarm'
  accountId: string
  alarm: string
  subject: string
  raised: boolean
}

/** What became of one try to send a notice. Told twice it counts once. */
export interface RecordSendingCommand {
  kind: 'record_sending'
  accountId: string
  noticeId: number
  sending: Sending
}

export type Command =
  | HoldCommand
  | SettleCommand
  | RecordConsentsCommand
  | WithdrawConsentCommand
  | ActCommand
  | CustomerActCommand
  | DueCommand
  | AlarmCommand
  | RecordSendingCommand
  | NoteOperationCommand

export type ResultOf<C extends Command> = C extends HoldCommand
  ? HoldResult
  : C extends SettleCommand
    ? SettleResult
    : C extends RecordConsentsCommand
      ? RecordConsentsResult
      : C extends WithdrawConsentCommand
        ? WithdrawConsentResult
        : C extends ActCommand
          ? ActResult
          : C extends CustomerActCommand
            ? CustomerActResult
            : DueResult

export type { ExportPage, Read, Reader, ReadResult, SubjectRecords, ValueOf, Values } from './reads.ts'
export { type ExportPart, exportParts } from './reads.ts'

/** A verification in doubt, as the sweep sees it. */
export interface Doubt {
  accountId: string
  verificationId: number
  check: string
  sources: string[]
  /** The source's own order number, where its answer in doubt had one. */
  sourceReference: string | null
  heldAt: number
  doubtAt: number
}
