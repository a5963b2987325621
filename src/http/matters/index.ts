import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { addAbuseReportRoutes } from './abuse-reports.ts'
import { addAcceptanceRoutes } from './acceptances.ts'
import { addAmendmentRoutes } from './amendments.ts'
import { addAuthorityRequestRoutes } from './authority-requests.ts'
import { addBillRoutes } from './bills.ts'
import { addBuildRoutes } from './builds.ts'
import { addClaimRoutes } from './claims.ts'
import { addClosingRoutes } from './closings.ts'
import { addContactRoutes } from './contacts.ts'
import { addDeadlineRoutes } from './deadlines.ts'
import { addDisclosureRoutes } from './disclosures.ts'
import { addDisputeRoutes } from './disputes.ts'
import { addDifferenceRoutes } from './differences.ts'
import { addDocumentRoutes } from './documents.ts'
import { addEvidenceRoutes } from './evidence.ts'
import { addFeeNoticeRoutes } from './fee-notices.ts'
import { addForceMajeureRoutes } from './force-majeure.ts'
import { addMaintenanceWindowRoutes } from './maintenance-windows.ts'
import { addMilestoneRoutes } from './milestones.ts'
import { addNoticeRoutes } from './notices.ts'
import { addOutageRoutes } from './outages.ts'
import { addQualityIssueRoutes } from './quality-issues.ts'
import { addSecurityCheckRoutes } from './security-checks.ts'
import { addSettlementFiguresRoutes } from './settlement-figures.ts'
import { addSigningRoutes } from './signings.ts'
import { addSourceChangeRoutes } from './source-changes.ts'
import { addSubjectRequestRoutes } from './subject-requests.ts'
import { addTicketRoutes } from './tickets.ts'

/** The routes of what is between the two sides, one line per noun. */
export const addMatterRoutes = (routes: Routes, deps: AppDeps): void => {
  addAmendmentRoutes(routes, deps)
  addAcceptanceRoutes(routes, deps)
  addBillRoutes(routes, deps)
  addBuildRoutes(routes, deps)
  addDeadlineRoutes(routes, deps)
  addFeeNoticeRoutes(routes, deps)
  addMilestoneRoutes(routes, deps)
  addSettlementFiguresRoutes(routes, deps)
  addDifferenceRoutes(routes, deps)
  addDocumentRoutes(routes, deps)
  addSigningRoutes(routes, deps)
  addContactRoutes(routes, deps)
  addMaintenanceWindowRoutes(routes, deps)
  addNoticeRoutes(routes, deps)
  addSourceChangeRoutes(routes, deps)
  addClosingRoutes(routes, deps)
  addEvidenceRoutes(routes, deps)
  addSubjectRequestRoutes(routes, deps)
  addTicketRoutes(routes, deps)
  addAuthorityRequestRoutes(routes, deps)
  addClaimRoutes(routes, deps)
  addDisclosureRoutes(routes, deps)
  addDisputeRoutes(routes, deps)
  addForceMajeureRoutes(routes, deps)
  addOutageRoutes(routes, deps)
  addQualityIssueRoutes(routes, deps)
  addSecurityCheckRoutes(routes, deps)
  addAbuseReportRoutes(routes, deps)
}
