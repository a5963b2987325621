import { z } from '@hono/zod-openapi'
import { makeId } from '../../core/ids.ts'
import { abusePatterns } from '../../core/matters/usage-flag.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { AppDeps } from '../deps.ts'
import type { Routes } from '../route.ts'
import { note, time } from '../schemas/common.ts'
import { MatterRoutes } from './matter-routes.ts'

const clearanceBody = z.strictObject({ reason: note }).openapi('UsageFlagClearanceRequest')

/** Keys that look like probing: warned, throttled, stopped, and back (S2 五(四)). Staff only: what was seen is not told. */
export const addUsageFlagRoutes = (routes: Routes, deps: AppDeps): void => {
  const flags = new MatterRoutes(routes, deps, {
    kind: 'usage_flag',
    noun: 'usage-flags',
    param: 'usage_flag_id',
    tag: 'Usage flags (staff)',
    name: 'UsageFlag',
    members: {
      key_id: z.string(),
      steps: z.array(
        z.strictObject({
          rung: z.enum(['warned', 'throttled', 'stopped', 'cleared']),
          at: time,
          by: z.string(),
          pattern: z.enum(abusePatterns).nullable(),
          note: z.string().nullable(),
        }),
      ),
    },
    render: ({ keyNumber, steps }, { accountId }) => ({
      key_id: makeId('key', accountId, keyNumber),
      steps: steps.map(({ rung, at, by, pattern, note }) => ({ rung, at: toRfc3339(at), by, pattern, note })),
    }),
  })
  flags.addStaffReads({
    list: 'Keys of an account whose use looked like probing, newest first',
    one: 'One key of an account whose use looked like probing',
  })
  flags.addStaffAct({
    method: 'post',
    path: '/{usage_flag_id}/clearance',
    summary: 'Take the warning, the throttle and the stop of a key back',
    roles: ['ops'],
    body: clearanceBody,
    status: 200,
    wanted: ({ reason }, accountId, c) => {
      const flagId = flags.numberIn(c, accountId)
      return flagId === null ? null : { kind: 'clear_usage_flag', flagId, note: reason }
    },
  })
}
