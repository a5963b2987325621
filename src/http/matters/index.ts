import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { addAmendmentRoutes } from './amendments.ts'
import { addDeadlineRoutes } from './deadlines.ts'
import { addSigningRoutes } from './signings.ts'
import { addTicketRoutes } from './tickets.ts'

/** The routes of what is between the two sides, one line per noun. */
export const addMatterRoutes = (routes: Routes, deps: AppDeps): void => {
  addAmendmentRoutes(routes, deps)
  addDeadlineRoutes(routes, deps)
  addSigningRoutes(routes, deps)
  addTicketRoutes(routes, deps)
}
