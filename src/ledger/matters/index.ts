import type { ActResult } from '../../core/commands.ts'
import type { MatterKind } from '../../core/matters/index.ts'
import type { Rows } from '../book.ts'
import { type ActContext, writeAct } from '../decide/act-context.ts'
import type { Decision } from '../draft.ts'
import { acceptanceRules } from './acceptance.ts'
import { amendmentRules } from './amendment.ts'
import { authorityRequestRules } from './authority-request.ts'
import { bankAccountChangeRules } from './bank-account-change.ts'
import { bankStatementRules } from './bank-statement.ts'
import { billRules } from './bill.ts'
import { breachCaseRules } from './breach-case.ts'
import { buildRules } from './build.ts'
import { chargeDisputeRules } from './charge-dispute.ts'
import { claimRules } from './claim.ts'
import { closingRules } from './closing.ts'
import { contactRules } from './contact.ts'
import { contactPersonRules } from './contact-person.ts'
import { creditNoteRules } from './credit-note.ts'
import { customerChangeRules } from './customer-change.ts'
import { differenceRules } from './difference.ts'
import { disclosureRules } from './disclosure.ts'
import { disputeRules } from './dispute.ts'
import { documentRules } from './document.ts'
import { evidenceRules } from './evidence.ts'
import { evidenceRequestRules } from './evidence-request.ts'
import { feeNoticeRules } from './fee-notice.ts'
import { filingRules } from './filing.ts'
import { forceMajeureRules } from './force-majeure.ts'
import { grantExpiryRules } from './grant-expiry.ts'
import { inactivityRules } from './inactivity.ts'
import { inspectionRules } from './inspection.ts'
import { integrationRules } from './integration.ts'
import { maintenanceWindowRules } from './maintenance-window.ts'
import { asMatter, changeMatter, type MatterAct, type MatterRules, missClocks } from './matter.ts'
import { milestoneRules } from './milestone.ts'
import { noticeRules } from './notice.ts'
import { outageRules } from './outage.ts'
import { paperRules } from './paper.ts'
import { partyRules } from './party.ts'
import { paymentOrderRules, receiptRules } from './payment-order.ts'
import { printedCopyRules } from './printed-copy.ts'
import { qualityIssueRules } from './quality-issue.ts'
import { securityCheckRules } from './security-check.ts'
import { settlementRules } from './settlement.ts'
import { settlementFiguresRules } from './settlement-figures.ts'
import { signingRules } from './signing.ts'
import { sourceChangeRules } from './source-change.ts'
import { statementRules } from './statement.ts'
import { subjectRequestRules } from './subject-request.ts'
import { suspensionRules } from './suspension.ts'
import { taxInvoiceRules } from './tax-invoice.ts'
import { ticketRules } from './ticket.ts'
import { usageFlagRules } from './usage-flag.ts'
import { webhookEndpointRules } from './webhook-endpoint.ts'

/** The kinds of matter, one line each. */
const kinds: Record<MatterKind, MatterRules> = {
  acceptance: acceptanceRules,
  amendment: amendmentRules,
  authority_request: authorityRequestRules,
  bank_account_change: bankAccountChangeRules,
  bank_statement: bankStatementRules,
  bill: billRules,
  breach_case: breachCaseRules,
  build: buildRules,
  charge_dispute: chargeDisputeRules,
  claim: claimRules,
  closing: closingRules,
  contact: contactRules,
  contact_person: contactPersonRules,
  credit_note: creditNoteRules,
  customer_change: customerChangeRules,
  difference: differenceRules,
  disclosure: disclosureRules,
  dispute: disputeRules,
  document: documentRules,
  evidence: evidenceRules,
  evidence_request: evidenceRequestRules,
  fee_notice: feeNoticeRules,
  filing: filingRules,
  force_majeure: forceMajeureRules,
  grant_expiry: grantExpiryRules,
  inactivity_watch: inactivityRules,
  inspection: inspectionRules,
  integration: integrationRules,
  maintenance_window: maintenanceWindowRules,
  milestone: milestoneRules,
  notice: noticeRules,
  outage: outageRules,
  paper: paperRules,
  party: partyRules,
  payment_order: paymentOrderRules,
  quality_issue: qualityIssueRules,
  receipt: receiptRules,
  security_check: securityCheckRules,
  settlement: settlementRules,
  settlement_figures: settlementFiguresRules,
  signing: signingRules,
  source_change: sourceChangeRules,
  statement: statementRules,
  subject_request: subjectRequestRules,
  suspension: suspensionRules,
  tax_invoice: taxInvoiceRules,
  ticket: ticketRules,
  usage_flag: usageFlagRules,
  webhook_endpoint: webhookEndpointRules,
  printed_copy: printedCopyRules,
}

const actsByName = new Map(Object.values(kinds).flatMap(({ acts }) => Object.entries(acts)))

const afterClosing = new Set(Object.values(kinds).flatMap((rules) => rules.afterClosing))

/** Whether an act on a matter is still taken when the account is closed. */
export const staysAfterClosing = (actKind: string): boolean => afterClosing.has(actKind)
/** Whether the customer may read this matter: what staff still work on may be kept back. */
export const isShownToCustomer = (row: Rows['matters']): boolean =>
  kinds[row.kind as MatterKind].isShownToCustomer?.(asMatter<MatterKind>(row)) ?? true

/** One act on a matter, by whoever the context says. */
export const decideMatterAct = (at: ActContext, act: MatterAct): Decision<ActResult> => {
  const decideIt = actsByName.get(act.kind)
  if (!decideIt) throw new Error(`nobody decides the act ${act.kind}`)
  return decideIt(at, act as never)
}

/** What the clock makes of a matter that is due. The entry names the clauses of the clocks that were missed. */
export const decideMatterDue = (at: ActContext, row: Rows['matters']): void => {
  const rules = kinds[row.kind as MatterKind]
  const { clocks, missed } = missClocks(at, row, rules.raisesOwnAlarm)
  const marked = changeMatter(at, asMatter<MatterKind>(row), { clocks })
  if (missed.length > 0)
    writeAct(
      { ...at, kind: 'deadline_missed' },
      {
        [row.kind]: row.id,
        clock: missed.map(({ name }) => name).join(' '),
        clause: [...new Set(missed.map(({ clause }) => clause))].join('; '),
      },
    )
  rules.due?.(at, marked, missed)
}
