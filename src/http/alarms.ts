import { z } from '@hono/zod-openapi'
import { parseAlarmId } from '../core/alarms.ts'
import { toRfc3339 } from '../core/shanghai.ts'
import type { AlarmView } from '../core/views.ts'
import type { AppDeps } from './deps.ts'
import { numberCursorBy, queryBy } from './reading.ts'
import { renderAlarm } from './render.ts'
import type { Routes } from './route.ts'
import * as schemas from './schemas/staff.ts'
import { staffOf } from './staff.ts'
import { accountParams, StaffRoutes } from './staff-routes.ts'

/** Alarms: of one account from its ledger, of all from the directory; and that somebody has seen one. */
export const addAlarmRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Alarms (staff)'
  const staff = new StaffRoutes(routes, deps, tag)
  staff.addRead({
    path: '/alarms',
    summary: 'Alarms of an account',
    schema: schemas.alarmList,
    question: { kind: 'alarms' },
    render: (alarms) => ({ items: (alarms as AlarmView[]).map(renderAlarm) }),
  })
  staff.addAct({
    method: 'put',
    path: '/alarms/{alarm_id}/acknowledgement',
    summary: 'Say that you have seen an alarm; one that tells of a fact is over with that',
    roles: ['ops'],
    params: accountParams.extend({ alarm_id: z.string() }),
    body: schemas.noteBody,
    status: 200,
    schema: schemas.alarm,
    wanted: ({ note }, accountId, c) => {
      const named = parseAlarmId(accountId, c.req.param('alarm_id') ?? '')
      return named && { reason: note, act: { kind: 'acknowledge_alarm', ...named, note } }
    },
    kind: 'alarm',
    render: (done) => renderAlarm(done.alarm),
  })
  routes.add(
    {
      method: 'get',
      path: '/v1/alarms',
      caller: 'staff',
      trace: 'none',
      tag,
      summary: 'Alarms across accounts, from the directory',
      query: schemas.alarmQuery,
      answers: { 200: { schema: schemas.alarmPage, description: 'One page of those that stand, the newest first.' } },
    },
    async (c) => {
      const member = await staffOf(deps, c, ['ops', 'finance', 'auditor'])
      if (member instanceof Response) return member
      const query = queryBy(c, schemas.alarmQuery)
      if (query instanceof Response) return query
      const before = numberCursorBy(c, query.cursor)
      if (before instanceof Response) return before
      const { rows, asOf } = await deps.directory.alarms({ before, limit: query.limit, cleared: query.cleared === 'true' })
      return c.json(
        {
          items: rows.items.map(renderAlarm),
          next: rows.next === null ? null : String(rows.next),
          as_of: toRfc3339(asOf),
        },
        200,
        { 'Cache-Control': 'no-store' },
      )
    },
  )
}
