import { addDays, shanghaiDay, toRfc3339 } from '../core/shanghai.ts'
import type { AppDeps } from './deps.ts'
import { renderSource } from './render.ts'
import type { Routes } from './route.ts'
import * as schemas from './schemas/staff.ts'
import { staffOf } from './staff.ts'

/** How the sources are: what came of the questions of all accounts since yesterday, and what this process has seen just now. */
export const addSourceRoutes = (routes: Routes, deps: AppDeps): void => {
  routes.add(
    {
      method: 'get',
      path: '/v1/sources',
      caller: 'staff',
      trace: 'none',
      tag: 'Sources (staff)',
      summary: 'Registered sources and their health',
      answers: { 200: { schema: schemas.sourceList, description: 'In the order in which they are asked.' } },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops', 'finance', 'auditor'])
      if (member instanceof Response) return member
      const to = shanghaiDay(deps.clock())
      const from = addDays(to, -1)
      const { rows, asOf } = await deps.directory.sources({ fromDay: from, toDay: to })
      const usage = new Map(rows.map((row) => [row.source, row]))
      const items = deps.sources.health().map((source) => renderSource(source, usage.get(source.id)))
      return c.json({ from, to, items, as_of: toRfc3339(asOf) }, 200, { 'Cache-Control': 'no-store' })
    },
  )
}
