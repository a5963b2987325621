import { toRfc3339 } from '../core/shanghai.ts'
import type { AppDeps } from './deps.ts'
import { numberCursorBy, queryBy } from './reading.ts'
import type { Routes } from './route.ts'
import { pageQuery } from './schemas/common.ts'
import * as schemas from './schemas/staff.ts'
import { staffOf } from './staff.ts'

/** Who did what outside any account, for those who watch the staff. */
export const addStaffLogRoutes = (routes: Routes, deps: AppDeps): void => {
  routes.add(
    {
      method: 'get',
      path: '/v1/staff-log',
      caller: 'staff',
      trace: 'none',
      tag: 'Staff log',
      summary: 'Searches, exports and reports across accounts: who, when, why; newest first',
      query: pageQuery,
      answers: { 200: { schema: schemas.staffLogPage, description: 'One page.' } },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['auditor'])
      if (member instanceof Response) return member
      const query = queryBy(c, pageQuery)
      if (query instanceof Response) return query
      const before = numberCursorBy(c, query.cursor)
      if (before instanceof Response) return before
      const { items, next } = await deps.directory.staffLog({ before, limit: query.limit })
      return c.json(
        {
          items: items.map(({ seq, at, sub, roles, act, target, reason }) => ({
            seq,
            at: toRfc3339(at),
            sub,
            roles,
            act,
            target,
            reason,
          })),
          next: next === null ? null : String(next),
        },
        200,
        { 'Cache-Control': 'no-store' },
      )
    },
  )
}
