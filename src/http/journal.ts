import { z } from '@hono/zod-openapi'
import { addDays, startOfDayMs, toRfc3339 } from '../core/shanghai.ts'
import type { JournalLineView, Page } from '../core/views.ts'
import type { AppDeps } from './deps.ts'
import { problem } from './problem.ts'
import { numberCursorBy, queryBy } from './reading.ts'
import type { Routes } from './route.ts'
import { day, pageQuery, time } from './schemas/common.ts'
import { StaffRoutes } from './staff-routes.ts'

const journalQuery = pageQuery.extend({
  from: day.openapi({ description: 'First day, Asia/Shanghai.' }),
  to: day.openapi({ description: 'Last day, Asia/Shanghai.' }),
  kind: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .optional()
    .openapi({ description: 'Lines of one kind, such as `suspend_account`.' }),
  actor: z
    .string()
    .max(300)
    .optional()
    .openapi({ description: 'Lines of one actor: `staff:` and the `sub`, `key:` and the number of the key, or `clock`.' }),
})

const journal = z
  .strictObject({
    items: z.array(
      z.strictObject({
        seq: z.int(),
        kind: z.string(),
        at: time,
        actor: z.string(),
        credits: z.int(),
        leaf: z
          .strictObject({
            index: z.int(),
            hash: z.string(),
            text: z.string().openapi({ description: 'The bytes that are hashed: canonical JSON.' }),
          })
          .nullable(),
      }),
    ),
    next: z.string().nullable(),
    sha256: z.string().openapi({ description: 'SHA-256 of `items` as it stands here, for whoever keeps the export.' }),
  })
  .openapi('Journal')

/**
 * The journal of an account, searched and exported (S3 附件1 模块5, §6.2.12): what was done, by whom and when, each line with its
 * line of the audit log. Free text and salts stay inside.
 */
export const addJournalRoutes = (routes: Routes, deps: AppDeps): void => {
  new StaffRoutes(routes, deps, 'Calls and consents (staff)').addRead({
    path: '/journal',
    summary: 'The journal of an account, newest line first',
    schema: journal,
    query: journalQuery,
    question: (_accountId, c) => {
      const query = queryBy(c, journalQuery)
      if (query instanceof Response) return query
      if (query.from > query.to) return problem(c, 'query_invalid', { faults: [{ pointer: '/to', rule: 'before_from' }] })
      const before = numberCursorBy(c, query.cursor)
      if (before instanceof Response) return before
      return {
        kind: 'journal',
        fromMs: startOfDayMs(query.from),
        toMs: startOfDayMs(addDays(query.to, 1)),
        entryKind: query.kind ?? null,
        actor: query.actor ?? null,
        before,
        limit: query.limit,
      }
    },
    render: (found) => {
      const { items, next } = found as Page<JournalLineView>
      const shown = items.map((line) => ({ ...line, at: toRfc3339(line.at) }))
      return { items: shown, next: next === null ? null : String(next), sha256: deps.crypto.sha256(JSON.stringify(shown)) }
    },
    noted: 'journal',
  })
}
