import type { IdPrefix } from '../ids.ts'
import type { Acceptance, AcceptanceAct, AcceptanceResultAct } from './acceptance.ts'
import type { Amendment, AmendmentAct } from './amendment.ts'
import type { AuthorityRequest, AuthorityRequestAct } from './authority-request.ts'
import type { BankAccountChange, BankAccountChangeAct } from './bank-account-change.ts'
import type { BankStatement, BankStatementAct } from './bank-statement.ts'
import type { Bill, BillAct } from './bill.ts'
import type { BreachCase, BreachCaseAct } from './breach-case.ts'
import type { Build, BuildAct } from './build.ts'
import type { ChargeDispute, ChargeDisputeOwnAct, ChargeDisputeStaffAct } from './charge-dispute.ts'
import type { Claim, ClaimAct, ClaimStaffAct } from './claim.ts'
import type { Closing, ClosingAct, ClosingStaffAct } from './closing.ts'
import type { Contact, ContactAct } from './contact.ts'
import type { ContactPerson, ContactPersonAct } from './contact-person.ts'
import type { CreditNote, CreditNoteAct } from './credit-note.ts'
import type { CustomerChange, CustomerChangeAct, OwnCustomerChangeAct } from './customer-change.ts'
import type { Difference, DifferenceAct } from './difference.ts'
import type { Disclosure, DisclosureAct } from './disclosure.ts'
import type { Dispute, DisputeAct } from './dispute.ts'
import type { AgreementDocument, DocumentAct } from './document.ts'
import type { Evidence, EvidenceAct, EvidenceRequest, EvidenceRequestAct, EvidenceRequestStaffAct } from './evidence.ts'
import type { FeeNotice, FeeNoticeAct, FeeObjectionAct } from './fee-notice.ts'
import type { Filing, FilingAct, OwnFilingAct } from './filing.ts'
import type { ForceMajeure, ForceMajeureAct, ForceMajeureStaffAct } from './force-majeure.ts'
import type { GrantExpiry } from './grant-expiry.ts'
import type { InactivityWatch } from './inactivity.ts'
import type { Inspection, InspectionCustomerAct, InspectionStaffAct } from './inspection.ts'
import type { Integration, IntegrationAct, OwnIntegrationAct } from './integration.ts'
import type { MaintenanceAct, MaintenanceWindow } from './maintenance-window.ts'
import type { Milestone, MilestoneAct } from './milestone.ts'
import type { Notice, NoticeAct } from './notice.ts'
import type { Outage, OutageAct } from './outage.ts'
import type { OwnPaperAct, Paper, PaperAct } from './paper.ts'
import type { Party, PartyAct } from './party.ts'
import type { PaymentOrder, PaymentOrderAct, VerifyPaymentAct } from './payment-order.ts'
import type { PrintedCopy, PrintedCopyAct } from './printed-copy.ts'
import type { QualityIssue, QualityIssueAct, QualityIssueStaffAct } from './quality-issue.ts'
import type { Receipt } from './receipt.ts'
import type { SecurityCheck, SecurityCheckAct } from './security-check.ts'
import type { Settlement, SettlementCustomerAct, SettlementStaffAct } from './settlement.ts'
import type { SettlementAct, SettlementFigures } from './settlement-figures.ts'
import type { Signing, SigningAct } from './signing.ts'
import type { SourceChange, SourceChangeAct } from './source-change.ts'
import type { OwnStatementAct, Statement, StatementAct } from './statement.ts'
import type { SubjectRequest, SubjectRequestAct } from './subject-request.ts'
import type { SuspensionAct, SuspensionRecord } from './suspension.ts'
import type { TaxInvoice, TaxInvoiceAct } from './tax-invoice.ts'
import type { Ticket, TicketAct, TicketStaffAct } from './ticket.ts'
import type { UsageFlag, UsageFlagAct } from './usage-flag.ts'
import type { WebhookEndpoint, WebhookEndpointAct } from './webhook-endpoint.ts'

/*
 * A matter is something between the two sides that has steps and takes time: a ticket, a notice, a paper, a change, a closing.
 * Its kinds differ in what they keep and in the acts on them; they are stored, listed, timed and journaled alike.
 */

/** What a matter of each kind keeps beside its state and its clocks. Plain JSON. */
export interface MatterData {
  acceptance: Acceptance
  amendment: Amendment
  authority_request: AuthorityRequest
  bank_account_change: BankAccountChange
  bank_statement: BankStatement
  bill: Bill
  breach_case: BreachCase
  build: Build
  charge_dispute: ChargeDispute
  claim: Claim
  closing: Closing
  contact: Contact
  contact_person: ContactPerson
  credit_note: CreditNote
  customer_change: CustomerChange
  difference: Difference
  disclosure: Disclosure
  dispute: Dispute
  document: AgreementDocument
  evidence: Evidence
  evidence_request: EvidenceRequest
  fee_notice: FeeNotice
  filing: Filing
  force_majeure: ForceMajeure
  grant_expiry: GrantExpiry
  inactivity_watch: InactivityWatch
  inspection: Inspection
  integration: Integration
  maintenance_window: MaintenanceWindow
  milestone: Milestone
  notice: Notice
  outage: Outage
  paper: Paper
  party: Party
  payment_order: PaymentOrder
  quality_issue: QualityIssue
  receipt: Receipt
  security_check: SecurityCheck
  settlement: Settlement
  settlement_figures: SettlementFigures
  signing: Signing
  source_change: SourceChange
  statement: Statement
  subject_request: SubjectRequest
  suspension: SuspensionRecord
  tax_invoice: TaxInvoice
  ticket: Ticket
  usage_flag: UsageFlag
  webhook_endpoint: WebhookEndpoint
  printed_copy: PrintedCopy
}
export type MatterKind = keyof MatterData

/** What the public ids of each kind begin with. */
export const matterPrefixes: Record<MatterKind, IdPrefix> = {
  acceptance: 'apt',
  amendment: 'ame',
  authority_request: 'aut',
  bank_account_change: 'bac',
  bank_statement: 'bst',
  bill: 'bil',
  breach_case: 'bre',
  build: 'bui',
  charge_dispute: 'cdi',
  claim: 'cla',
  closing: 'clo',
  contact: 'cot',
  contact_person: 'cop',
  credit_note: 'crn',
  customer_change: 'cha',
  difference: 'dif',
  disclosure: 'dsc',
  dispute: 'dis',
  document: 'doc',
  evidence: 'evi',
  evidence_request: 'evr',
  fee_notice: 'fee',
  filing: 'fil',
  force_majeure: 'fmj',
  grant_expiry: 'exp',
  inactivity_watch: 'ina',
  inspection: 'ins',
  integration: 'int',
  maintenance_window: 'mai',
  milestone: 'mil',
  notice: 'not',
  outage: 'out',
  paper: 'pap',
  party: 'par',
  payment_order: 'pay',
  quality_issue: 'qis',
  receipt: 'rct',
  security_check: 'sec',
  settlement: 'set',
  settlement_figures: 'fig',
  signing: 'sig',
  source_change: 'chg',
  statement: 'sta',
  subject_request: 'sur',
  suspension: 'sus',
  tax_invoice: 'inv',
  ticket: 'tic',
  usage_flag: 'flg',
  webhook_endpoint: 'whe',
  printed_copy: 'prc',
}

interface StaffActs {
  acceptance: AcceptanceAct
  amendment: AmendmentAct
  authority_request: AuthorityRequestAct
  bank_account_change: BankAccountChangeAct
  bank_statement: BankStatementAct
  bill: BillAct
  breach_case: BreachCaseAct
  build: BuildAct
  charge_dispute: ChargeDisputeStaffAct
  claim: ClaimAct | ClaimStaffAct
  closing: ClosingStaffAct
  contact: ContactAct
  contact_person: ContactPersonAct
  credit_note: CreditNoteAct
  customer_change: CustomerChangeAct
  difference: DifferenceAct
  disclosure: DisclosureAct
  dispute: DisputeAct
  document: DocumentAct
  evidence_request: EvidenceRequestStaffAct
  fee_notice: FeeNoticeAct
  filing: FilingAct
  force_majeure: ForceMajeureAct | ForceMajeureStaffAct
  inspection: InspectionStaffAct
  integration: IntegrationAct
  maintenance_window: MaintenanceAct
  milestone: MilestoneAct
  notice: NoticeAct
  outage: OutageAct
  paper: PaperAct
  party: PartyAct
  payment_order: PaymentOrderAct
  quality_issue: QualityIssueAct | QualityIssueStaffAct
  security_check: SecurityCheckAct
  settlement: SettlementStaffAct | SettlementCustomerAct
  settlement_figures: SettlementAct
  signing: SigningAct
  source_change: SourceChangeAct
  statement: StatementAct
  subject_request: SubjectRequestAct
  tax_invoice: TaxInvoiceAct
  ticket: TicketAct | TicketStaffAct
  usage_flag: UsageFlagAct
  webhook_endpoint: Extract<WebhookEndpointAct, { kind: 'set_webhook_endpoint' }>
  printed_copy: PrintedCopyAct
}
/** Acts on matters by staff. Each leaves an entry of its name with a leaf. */
export type StaffMatterAct = StaffActs[keyof StaffActs]

interface CustomerActs {
  acceptance: AcceptanceResultAct
  amendment: Exclude<AmendmentAct, { kind: 'propose_amendment' }>
  bank_account_change: BankAccountChangeAct
  charge_dispute: ChargeDisputeOwnAct
  claim: ClaimAct
  closing: ClosingAct
  contact: ContactAct
  contact_person: ContactPersonAct
  customer_change: OwnCustomerChangeAct
  dispute: DisputeAct
  document: Extract<DocumentAct, { kind: 'download_document' }>
  evidence: EvidenceAct
  evidence_request: EvidenceRequestAct
  fee_notice: FeeObjectionAct
  filing: OwnFilingAct
  force_majeure: ForceMajeureAct
  inspection: InspectionCustomerAct
  integration: OwnIntegrationAct
  notice: NoticeAct
  paper: OwnPaperAct
  payment_order: VerifyPaymentAct
  quality_issue: QualityIssueAct
  settlement: SettlementCustomerAct
  signing: Extract<SigningAct, { kind: 'accept_agreement' }>
  source_change: SourceChangeAct
  statement: OwnStatementAct
  suspension: SuspensionAct
  ticket: TicketAct
  webhook_endpoint: WebhookEndpointAct
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
