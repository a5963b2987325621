import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { type MatterView, matterPrefixes } from '../../core/matters/index.ts'
import { readAsCustomer } from '../caller.ts'
import type { AppDeps } from '../deps.ts'
import { rateHeaders } from '../rate-headers.ts'
import type { Routes } from '../route.ts'
import { StaffRoutes } from '../staff-routes.ts'
import { clock, renderClock } from './matter-routes.ts'

const deadlineList = z
  .strictObject({
    items: z.array(clock.extend({ matter: z.strictObject({ id: z.string(), kind: z.string(), state: z.string() }) })),
  })
  .openapi('DeadlineList')

/** Every running clock of these matters, the earliest first. */
const renderDeadlines = (matters: readonly MatterView[]) => {
  const running = matters.flatMap(({ accountId, id, kind, state, clocks }) =>
    clocks
      .filter(({ ending }) => ending === null)
      .map((running) => ({ running, matter: { id: makeId(matterPrefixes[kind], accountId, id), kind, state } })),
  )
  running.sort((a, b) => a.running.dueAt - b.running.dueAt)
  return { items: running.map(({ running, matter }) => ({ ...renderClock(running), matter })) }
}

/** What is due when, and by which clause. */
export const addDeadlineRoutes = (routes: Routes, deps: AppDeps): void => {
  const tag = 'Deadlines'
  routes.add(
    {
      method: 'get',
      path: '/v1/deadlines',
      operationId: 'listOwnDeadlines',
      caller: 'key',
      tag,
      summary: 'The clocks that run for or against you, the earliest first',
      answers: { 200: { schema: deadlineList, description: 'Deadlines.' } },
      problems: ['key_suspended'],
    },
    async (c) => {
      const found = await readAsCustomer(deps, c, 'account:read', { kind: 'deadlines' })
      if (found.kind === 'answer') return found.response
      return c.json(renderDeadlines(found.value), 200, { 'Cache-Control': 'no-store', ...rateHeaders(found.rate) })
    },
  )
  new StaffRoutes(routes, deps, tag).addRead({
    path: '/deadlines',
    summary: 'The clocks that run for an account, the earliest first',
    schema: deadlineList,
    question: { kind: 'deadlines' },
    render: (matters) => renderDeadlines(matters as MatterView[]),
  })
}
