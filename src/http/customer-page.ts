import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type IdPrefix, makeId } from '../core/ids.ts'
import type { Page } from '../core/views.ts'
import { credentialsOf, type Found, refused } from './caller.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { rateHeaders } from './rate-headers.ts'
import { cursorBy, queryBy } from './reading.ts'
import { pageQuery } from './schemas/common.ts'

/** A list of the caller's own rows. */
export interface CustomerList<V> {
  /** Prefix of the rows' ids; the cursor is such an id. */
  prefix: IdPrefix
  /** What may be asked for beside cursor and limit. */
  query?: typeof pageQuery
  read(
    from: { before: number | null; limit: number; accountId: string },
    query: z.output<typeof pageQuery>,
  ): Promise<Found<Page<V>>>
  render(row: V): object
}

/** One page of a list, newest first, or the problem of its key, its query or its cursor. */
export const answerPage = async <V>(deps: AppDeps, c: Context<AppEnv>, list: CustomerList<V>): Promise<Response> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return refused(deps, c, credentials)
  const query = queryBy(c, list.query ?? pageQuery)
  if (query instanceof Response) return query
  const before = cursorBy(c, query.cursor, list.prefix, credentials.accountId)
  if (before instanceof Response) return before
  const found = await list.read({ before, limit: query.limit, accountId: credentials.accountId }, query)
  if (found.kind === 'answer') return found.response
  const { items, next } = found.value
  return c.json(
    { items: items.map(list.render), next: next === null ? null : makeId(list.prefix, credentials.accountId, next) },
    200,
    { 'Cache-Control': 'no-store', ...rateHeaders(found.rate) },
  )
}
