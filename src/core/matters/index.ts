import type { IdPrefix } from '../ids.ts'
import type { Acceptance, AcceptanceAct, AcceptanceResultAct } from './acceptance.ts'
import type { Amendment, AmendmentAct } from './amendment.ts'
import type { AuthorityRequest, AuthorityRequestAct } from './authority-request.ts'
import type { Bill, BillAct } from './bill.ts'
import type { Build, BuildAct } from './build.ts'
import type { Claim, ClaimAct, ClaimStaffAct } from './claim.ts'
import type { Closing, ClosingAct, ClosingStaffAct } from './closing.ts'
import type { Contact, ContactAct } from './contact.ts'
import type { Disclosure, DisclosureAct } from './disclosure.ts'
import type { Dispute, DisputeAct } from './dispute.ts'
import type { Difference, DifferenceAct } from './difference.ts'
import type { AgreementDocument, DocumentAct } from './document.ts'
import type { Evidence, EvidenceAct, EvidenceRequest, EvidenceRequestAct, EvidenceRequestStaffAct } from './evidence.ts'
import type { FeeNotice, FeeNoticeAct, FeeObjectionAct } from './fee-notice.ts'
import type { ForceMajeure, ForceMajeureAct, ForceMajeureStaffAct } from './force-majeure.ts'
import type { GrantExpiry } from './grant-expiry.ts'
import type { InactivityWatch } from './inactivity.ts'
import type { MaintenanceAct, MaintenanceWindow } from './maintenance-window.ts'
import type { Milestone, MilestoneAct } from './milestone.ts'
import type { Notice, NoticeAct } from './notice.ts'
import type { Outage, OutageAct } from './outage.ts'
import type { QualityIssue, QualityIssueAct, QualityIssueStaffAct } from './quality-issue.ts'
import type { SecurityCheck, SecurityCheckAct } from './security-check.ts'
import type { SettlementAct, SettlementFigures } from './settlement-figures.ts'
import type { Signing, SigningAct } from './signing.ts'
import type { SourceChange, SourceChangeAct } from './source-change.ts'
import type { SubjectRequest, SubjectRequestAct } from './subject-request.ts'
import type { Ticket, TicketAct, TicketStaffAct } from './ticket.ts'

/*
 * A matter is something between the two sides that has steps and takes time: a ticket, a notice, a paper, a change, a closing.
 * Its kinds differ in what they keep and in the acts on them; they are stored, listed, timed and journaled alike.
 */

/** What a matter of each kind keeps beside its state and its clocks. Plain JSON. */
export interface MatterData {
  amendment: Amendment
  contact: Contact
  grant_expiry: GrantExpiry
  maintenance_window: MaintenanceWindow
  difference: Difference
  document: AgreementDocument
  notice: Notice
  signing: Signing
  source_change: SourceChange
  closing: Closing
  evidence: Evidence
  evidence_request: EvidenceRequest
  inactivity_watch: InactivityWatch
  subject_request: SubjectRequest
  acceptance: Acceptance
  bill: Bill
  build: Build
  fee_notice: FeeNotice
  milestone: Milestone
  settlement_figures: SettlementFigures
  ticket: Ticket
  authority_request: AuthorityRequest
  claim: Claim
  disclosure: Disclosure
  dispute: Dispute
  force_majeure: ForceMajeure
  outage: Outage
  quality_issue: QualityIssue
  security_check: SecurityCheck
}
export type MatterKind = keyof MatterData

/** What the public ids of each kind begin with. */
export const matterPrefixes: Record<MatterKind, IdPrefix> = {
  amendment: 'ame',
  contact: 'cot',
  grant_expiry: 'exp',
  maintenance_window: 'mai',
  difference: 'dif',
  document: 'doc',
  notice: 'not',
  signing: 'sig',
  source_change: 'chg',
  closing: 'clo',
  evidence: 'evi',
  evidence_request: 'evr',
  inactivity_watch: 'ina',
  subject_request: 'sur',
  acceptance: 'apt',
  bill: 'bil',
  build: 'bui',
  fee_notice: 'fee',
  milestone: 'mil',
  settlement_figures: 'set',
  ticket: 'tic',
  authority_request: 'aut',
  claim: 'cla',
  disclosure: 'dsc',
  dispute: 'dis',
  force_majeure: 'fmj',
  outage: 'out',
  quality_issue: 'qis',
  security_check: 'sec',
}

interface StaffActs {
  amendment: AmendmentAct
  difference: DifferenceAct
  document: DocumentAct
  signing: SigningAct
  contact: ContactAct
  maintenance_window: MaintenanceAct
  notice: NoticeAct
  source_change: SourceChangeAct
  closing: ClosingStaffAct
  evidence_request: EvidenceRequestStaffAct
  subject_request: SubjectRequestAct
  acceptance: AcceptanceAct
  bill: BillAct
  build: BuildAct
  fee_notice: FeeNoticeAct
  milestone: MilestoneAct
  settlement_figures: SettlementAct
  ticket: TicketAct | TicketStaffAct
  authority_request: AuthorityRequestAct
  claim: ClaimAct | ClaimStaffAct
  disclosure: DisclosureAct
  dispute: DisputeAct
  force_majeure: ForceMajeureAct | ForceMajeureStaffAct
  outage: OutageAct
  quality_issue: QualityIssueAct | QualityIssueStaffAct
  security_check: SecurityCheckAct
}
/** Acts on matters by staff. Each leaves an entry of its name with a leaf. */
export type StaffMatterAct = StaffActs[keyof StaffActs]

interface CustomerActs {
  amendment: Exclude<AmendmentAct, { kind: 'propose_amendment' }>
  contact: ContactAct
  closing: ClosingAct
  evidence: EvidenceAct
  evidence_request: EvidenceRequestAct
  acceptance: AcceptanceResultAct
  fee_notice: FeeObjectionAct
  notice: NoticeAct
  document: Extract<DocumentAct, { kind: 'download_document' }>
  signing: Extract<SigningAct, { kind: 'accept_agreement' }>
  source_change: SourceChangeAct
  ticket: TicketAct
  claim: ClaimAct
  dispute: DisputeAct
  force_majeure: ForceMajeureAct
  quality_issue: QualityIssueAct
}
/** Acts on matters by a customer, with a key whose scope is `account:write`. */
export type CustomerMatterAct = CustomerActs[keyof CustomerActs]

/** A clock of a matter as anybody sees it: from what event, under which clause, and when it is due. */
export interface ClockView {
  name: string
  /** As the agreement is printed, such as `S1 §2.1`. */
  clause: string
  startedAt: number
  /** Last day of a period of days, Asia/Shanghai; null for one of hours. */
  lastDay: string | null
  /** First instant after the last day, or the instant that is still in time for one of hours. */
  dueAt: number
  /** True while days of a year are counted whose arrangement of holidays is not published: nothing is done on its end. */
  provisional: boolean
  endedAt: number | null
  /** `met`: what was asked for came in time. `missed`: it did not. `stopped`: it is no longer asked for. */
  ending: 'met' | 'missed' | 'stopped' | null
}

export interface MatterView<K extends MatterKind = MatterKind> {
  accountId: string
  id: number
  kind: K
  state: string
  reference: string | null
  data: MatterData[K]
  clocks: ClockView[]
  /** `staff:<sub>`, `key:<number>` or `clock`. */
  openedBy: string
  openedAt: number
  changedAt: number
  /** Null while something may still happen to it. */
  closedAt: number | null
}

/** A matter of whatever kind: what a list across kinds holds. */
export type AnyMatterView = { [K in MatterKind]: MatterView<K> }[MatterKind]
