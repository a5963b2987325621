import type { Credentials, Scope } from './commands.ts'
import type { MatterKind, MatterView } from './matters/index.ts'
import type { MonthEndView } from './month-end.ts'
import type { RateState, Refusal } from './refusal.ts'
import type { UsageColumn, UsageSum } from './usage.ts'
import type {
  AccountView,
  AgreementTextView,
  AlarmView,
  ApiKeyView,
  ApprovalView,
  BalanceView,
  ConsentView,
  JournalLineView,
  OrderRecordView,
  Page,
  PartiesView,
  StandingView,
  StatementChargeView,
  VerificationView,
} from './views.ts'

/** Who asks to read: a customer's key with the scope that the route needs, or staff whose role the door has checked. */
export type Reader =
  | { kind: 'key'; credentials: Credentials; scope: Scope; allowSuspended: boolean }
  | { kind: 'staff'; sub: string }

export type Read =
  | { kind: 'verification'; reader: Reader; accountId: string; id: number }
  | { kind: 'verifications'; reader: Reader; accountId: string; before: number | null; limit: number }
  | { kind: 'consent'; reader: Reader; accountId: string; consent: { id: number } | { reference: string } }
  | { kind: 'consents'; reader: Reader; accountId: string; before: number | null; limit: number }
  | { kind: 'account'; reader: Reader; accountId: string }
  /** The agreement with its terms: as it stands, or as it stood at an instant. */
  | { kind: 'agreement'; reader: Reader; accountId: string; at: number | null }
  /** The two sides of the agreement, for print: now, or at an instant. */
  | { kind: 'parties'; reader: Reader; accountId: string; at: number | null }
  | { kind: 'standing'; reader: Reader; accountId: string }
  | { kind: 'balance'; reader: Reader; accountId: string }
  | { kind: 'keys'; reader: Reader; accountId: string }
  /** Sums over everything but the named columns, in the order of the columns. */
  | {
      kind: 'usage'
      reader: Reader
      accountId: string
      fromDay: string
      toDay: string
      dayOf: 'service' | 'settlement'
      columns: readonly UsageColumn[]
    }
  | { kind: 'alarms'; reader: Reader; accountId: string }
  | { kind: 'orders'; reader: Reader; accountId: string }
  | { kind: 'approvals'; reader: Reader; accountId: string }
  | { kind: 'matter'; reader: Reader; accountId: string; matter: MatterKind; id: number }
  /** Matters of a kind, newest first; `open` leaves out those that are closed. */
  | {
      kind: 'matters'
      reader: Reader
      accountId: string
      matter: MatterKind
      open: boolean
      before: number | null
      limit: number
      /** Leaves out those of another state, and those that were not paid on this Shanghai day. */
      only?: MatterFilter
    }
  /** What payees are to get and have, by day of payment (S3 附件1 模块1). */
  | { kind: 'clearing'; reader: Reader; accountId: string; fromDay: string; toDay: string }
  /** Lines of the journal, the newest first, by day, kind and actor. */
  | {
      kind: 'journal'
      reader: Reader
      accountId: string
      fromMs: number
      toMs: number
      entryKind: string | null
      actor: string | null
      before: number | null
      limit: number
    }
  /** Charged calls of an issued statement, oldest first; `after` is the last one of the page before. */
  | { kind: 'statement_charges'; reader: Reader; accountId: string; id: number; after: number; limit: number }
  /** Every matter that has a clock running. */
  | { kind: 'deadlines'; reader: Reader; accountId: string }
  /** Lines of one part of what is handed over, oldest first, up to a journal number (S3 §6.2.10). */
  | { kind: 'export'; reader: Reader; accountId: string; part: ExportPart; uptoSeq: number; after: number; limit: number }
  /** What proves one call that has ended: its record, its consent, its lines of the journal. */
  | { kind: 'call_evidence'; reader: Reader; accountId: string; verificationId: number }
  /** Hashes of the first `size` leaves of the audit log, in their order, a page at a time. */
  | { kind: 'leaf_hashes'; reader: Reader; accountId: string; size: number; after: number; limit: number }
  /** The account at the end of a month `YYYY-MM`, or as it stands while the month runs. */
  | { kind: 'month_end'; reader: Reader; accountId: string; month: string }
  /** What is kept about the person of one consent, masked: consents and the newest verifications (S3 §7.3). */
  | { kind: 'subject_records'; reader: Reader; accountId: string; consentId: number; limit: number }

export interface MatterFilter {
  state: string | null
  paidOn: string | null
}

/** The shares of one payee in what was paid on one day, in fen. */
export interface ClearingLine {
  day: string
  payee: string
  orders: number
  amountFen: number
  clearedFen: number
}

/** Parts of a hand-over that are made from the books. */
export const exportParts = ['all_collected_data', 'ledger', 'audit_log', 'consent_records'] as const
export type ExportPart = (typeof exportParts)[number]

/** One page of an export: a line of JSON for each row, masked or digested as the books hold it. */
export interface ExportPage {
  lines: string[]
  /** Number after which the next page begins; null at the end. */
  next: number | null
  /** The account's journal number at this moment. */
  seq: number
}

/** One call that has ended, with what the books hold of it. */
export interface CallEvidence {
  verification: VerificationView
  consent: ConsentView
  /** The authorisation text, where one was filed. */
  evidence: MatterView<'evidence'> | null
  /** The agreement by which it was charged; `terms` is the text that the digest is of. */
  agreement: { version: number; digest: string; terms: string }
  /** Its hold, its doubt where it had one, and its ending. */
  entries: JournalLineView[]
  /** Leaves of the account's audit log at this moment. */
  size: number
}

export interface LeafHashPage {
  hashes: string[]
  /** Number after which the next page begins; null at the end. */
  next: number | null
}

/** What is kept about one person. */
export interface SubjectRecords {
  subject: { kind: 'person' | 'organisation'; numberMasked: string; nameMasked: string; erasedAt: number | null }
  consents: ConsentView[]
  verifications: VerificationView[]
}

/** The value of a read, with the caller's rate state for the headers. */
export type ReadResult<R extends Read> =
  | {
      kind: 'read'
      value: ValueOf<R>
      rate: RateState | null
      /** Set when the reading is the customer's first operation of the day, which is then to be noted. */
      noteOperation?: true
    }
  | Refusal

/** What each read gives, by its kind. */
export interface Values {
  verification: VerificationView
  verifications: Page<VerificationView>
  consent: ConsentView
  consents: Page<ConsentView>
  account: AccountView
  agreement: AgreementTextView
  parties: PartiesView
  standing: StandingView
  balance: BalanceView
  keys: ApiKeyView[]
  usage: UsageSum[]
  alarms: AlarmView[]
  orders: OrderRecordView[]
  approvals: ApprovalView[]
  matter: MatterView
  matters: Page<MatterView>
  clearing: ClearingLine[]
  journal: Page<JournalLineView>
  export: ExportPage
  call_evidence: CallEvidence
  leaf_hashes: LeafHashPage
  subject_records: SubjectRecords
  deadlines: MatterView[]
  statement_charges: Page<StatementChargeView>
  month_end: MonthEndView
}
export type ValueOf<R extends Read> = Values[R['kind']]
