import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { addAmendmentRoutes } from './amendments.ts'
import { addClosingRoutes } from './closings.ts'
import { addContactRoutes } from './contacts.ts'
import { addDeadlineRoutes } from './deadlines.ts'
import { addEvidenceRoutes } from './evidence.ts'
import { addMaintenanceWindowRoutes } from './maintenance-windows.ts'
import { addNoticeRoutes } from './notices.ts'
import { addSigningRoutes } from './signings.ts'
import { addSourceChangeRoutes } from './source-changes.ts'
import { addSubjectRequestRoutes } from './subject-requests.ts'
import { addTicketRoutes } from './tickets.ts'

/** The routes of what is between the two sides, one line per noun. */
export const addMatterRoutes = (routes: Routes, deps: AppDeps): void => {
  addAmendmentRoutes(routes, deps)
  addDeadlineRoutes(routes, deps)
  addSigningRoutes(routes, deps)
  addContactRoutes(routes, deps)
  addMaintenanceWindowRoutes(routes, deps)
  addNoticeRoutes(routes, deps)
  addSourceChangeRoutes(routes, deps)
  addClosingRoutes(routes, deps)
  addEvidenceRoutes(routes, deps)
  addSubjectRequestRoutes(routes, deps)
  addTicketRoutes(routes, deps)
}
