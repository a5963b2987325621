import type { z } from '@hono/zod-openapi'
import type { StaffAct } from '../../core/commands.ts'
import type { MatterKind } from '../../core/matters/index.ts'
import type { Role } from '../staff.ts'
import type { MatterRoutes } from './matter-routes.ts'

/** One step of staff on a matter that the path names: `POST …/{id}/<path>`. */
export const addStaffStep = <K extends MatterKind, S extends z.ZodType<{ reason: string }>>(
  matters: MatterRoutes<K>,
  step: { param: string; path: string; summary: string; roles: Role[]; body: S },
  act: (body: z.output<S>, id: number) => StaffAct,
): void =>
  matters.addStaffAct({
    method: 'post',
    path: `/{${step.param}}/${step.path}`,
    summary: step.summary,
    roles: step.roles,
    body: step.body,
    status: 200,
    wanted: (given, accountId, c) => {
      const id = matters.numberIn(c, accountId)
      return id === null ? null : act(given, id)
    },
  })
