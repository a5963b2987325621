import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { addAmendmentRoutes } from './amendments.ts'
import { addDeadlineRoutes } from './deadlines.ts'
import { addSigningRoutes } from './signings.ts'
import { addContactRoutes } from './contacts.ts'
import { addDeadlineRoutes } from './deadlines.ts'
import { addMaintenanceWindowRoutes } from './maintenance-windows.ts'
import { addNoticeRoutes } from './notices.ts'
import { addSourceChangeRoutes } from './source-changes.ts'
import { addTicketRoutes } from './tickets.ts'

/** The routes of what is between the two sides, one line per noun. */
export const addMatterRoutes = (routes: Routes, deps: AppDeps): void => {
  addAmendmentRoutes(routes, deps)
  addDeadlineRoutes(routes, deps)
  addSigningRoutes(routes, deps)
  addContactRoutes(routes, deps)
  addDeadlineRoutes(routes, deps)
  addMaintenanceWindowRoutes(routes, deps)
  addNoticeRoutes(routes, deps)
  addSourceChangeRoutes(routes, deps)
  addTicketRoutes(routes, deps)
}
