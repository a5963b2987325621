import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { addAbuseReportRoutes } from './abuse-reports.ts'
import { addAcceptanceRoutes } from './acceptances.ts'
import { addAmendmentRoutes } from './amendments.ts'
import { addAuthorityRequestRoutes } from './authority-requests.ts'
import { addBankAccountChangeRoutes } from './bank-account-changes.ts'
import { addBankStatementRoutes } from './bank-statements.ts'
import { addBillRoutes } from './bills.ts'
import { addBreachCaseRoutes } from './breach-cases.ts'
import { addBuildRoutes } from './builds.ts'
import { addChargeDisputeRoutes } from './charge-disputes.ts'
import { addClaimRoutes } from './claims.ts'
import { addClosingRoutes } from './closings.ts'
import { addContactPersonRoutes } from './contact-persons.ts'
import { addContactRoutes } from './contacts.ts'
import { addCreditNoteRoutes } from './credit-notes.ts'
import { addCustomerChangeRoutes } from './customer-changes.ts'
import { addDeadlineRoutes } from './deadlines.ts'
import { addDifferenceRoutes } from './differences.ts'
import { addDisclosureRoutes } from './disclosures.ts'
import { addDisputeRoutes } from './disputes.ts'
import { addDocumentRoutes } from './documents.ts'
import { addEvidenceRoutes } from './evidence.ts'
import { addFeeNoticeRoutes } from './fee-notices.ts'
import { addFilingRoutes } from './filings.ts'
import { addForceMajeureRoutes } from './force-majeure.ts'
import { addInspectionRoutes } from './inspections.ts'
import { addIntegrationRoutes } from './integrations.ts'
import { addMaintenanceWindowRoutes } from './maintenance-windows.ts'
import { addMilestoneRoutes } from './milestones.ts'
import { addNoticeRoutes } from './notices.ts'
import { addOutageRoutes } from './outages.ts'
import { addPaperRoutes } from './papers.ts'
import { addPartyRoutes } from './parties.ts'
import { addPaymentOrderRoutes } from './payment-orders.ts'
import { addPrintedCopyRoutes } from './printed-copies.ts'
import { addPrintedDocumentRoutes } from './printed-documents.ts'
import { addQualityIssueRoutes } from './quality-issues.ts'
import { addSecurityCheckRoutes } from './security-checks.ts'
import { addSettlementFiguresRoutes } from './settlement-figures.ts'
import { addSigningRoutes } from './signings.ts'
import { addSourceChangeRoutes } from './source-changes.ts'
import { addStatementRoutes } from './statements.ts'
import { addSubjectRequestRoutes } from './subject-requests.ts'
import { addSuspensionRoutes } from './suspensions.ts'
import { addTaxInvoiceRoutes } from './tax-invoices.ts'
import { addTicketRoutes } from './tickets.ts'
import { addUsageFlagRoutes } from './usage-flags.ts'
import { addWebhookEndpointRoutes } from './webhook-endpoints.ts'

/** The routes of what is between the two sides, one line per noun. */
export const addMatterRoutes = (routes: Routes, deps: AppDeps): void => {
  addAbuseReportRoutes(routes, deps)
  addAcceptanceRoutes(routes, deps)
  addAmendmentRoutes(routes, deps)
  addAuthorityRequestRoutes(routes, deps)
  addBankAccountChangeRoutes(routes, deps)
  addBankStatementRoutes(routes, deps)
  addBillRoutes(routes, deps)
  addBreachCaseRoutes(routes, deps)
  addBuildRoutes(routes, deps)
  addChargeDisputeRoutes(routes, deps)
  addClaimRoutes(routes, deps)
  addClosingRoutes(routes, deps)
  addContactPersonRoutes(routes, deps)
  addContactRoutes(routes, deps)
  addCreditNoteRoutes(routes, deps)
  addCustomerChangeRoutes(routes, deps)
  addDeadlineRoutes(routes, deps)
  addDifferenceRoutes(routes, deps)
  addDisclosureRoutes(routes, deps)
  addDisputeRoutes(routes, deps)
  addDocumentRoutes(routes, deps)
  addEvidenceRoutes(routes, deps)
  addFeeNoticeRoutes(routes, deps)
  addFilingRoutes(routes, deps)
  addForceMajeureRoutes(routes, deps)
  addInspectionRoutes(routes, deps)
  addIntegrationRoutes(routes, deps)
  addMaintenanceWindowRoutes(routes, deps)
  addMilestoneRoutes(routes, deps)
  addNoticeRoutes(routes, deps)
  addOutageRoutes(routes, deps)
  addPaperRoutes(routes, deps)
  addPartyRoutes(routes, deps)
  addPaymentOrderRoutes(routes, deps)
  addPrintedCopyRoutes(routes, deps)
  addPrintedDocumentRoutes(routes, deps)
  addQualityIssueRoutes(routes, deps)
  addSecurityCheckRoutes(routes, deps)
  addSettlementFiguresRoutes(routes, deps)
  addSigningRoutes(routes, deps)
  addSourceChangeRoutes(routes, deps)
  addStatementRoutes(routes, deps)
  addSubjectRequestRoutes(routes, deps)
  addSuspensionRoutes(routes, deps)
  addTaxInvoiceRoutes(routes, deps)
  addTicketRoutes(routes, deps)
  addUsageFlagRoutes(routes, deps)
  addWebhookEndpointRoutes(routes, deps)
}
