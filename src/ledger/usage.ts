import { and, eq, gte, lte, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Read } from '../core/reads.ts'
import type { UsageColumn, UsageSum } from '../core/usage.ts'
import type { Db } from './db.ts'
import { apiKeys, rollups } from './schema.ts'

const sum = (column: SQLiteColumn) => sql<number>`sum(${column})`

/** Ended verifications of one account, added up by the database over everything but the columns that are asked for. */
export const sumUsage = (
  db: Db,
  accountId: string,
  { fromDay, toDay, dayOf, columns }: Pick<Extract<Read, { kind: 'usage' }>, 'fromDay' | 'toDay' | 'dayOf' | 'columns'>,
): UsageSum[] => {
  const day = dayOf === 'service' ? rollups.serviceDay : rollups.settledDay
  const every: Record<UsageColumn, SQL> = {
    day: sql`${day}`,
    month: sql`substr(${day}, 1, 7)`,
    accountId: sql`${rollups.accountId}`,
    keyNumber: sql`${rollups.keyId}`,
    mode: sql`${rollups.mode}`,
    check: sql`${rollups.check}`,
    source: sql`${rollups.source}`,
    outcome: sql`${rollups.outcome}`,
    channel: sql`${apiKeys.channel}`,
  }
  const asked = columns.map((column) => every[column])
  return db
    .select({
      ...Object.fromEntries(columns.map((column) => [column, every[column]])),
      count: sum(rollups.count),
      credits: sum(rollups.credits),
      costMicroYuan: sum(rollups.costMicroYuan),
    })
    .from(rollups)
    .leftJoin(apiKeys, eq(apiKeys.id, rollups.keyId))
    .where(
      and(
        gte(day, fromDay),
        lte(day, toDay),
        // Nothing ends before it began, and the days of endings are what the table is in the order of.
        gte(rollups.settledDay, fromDay),
        eq(rollups.accountId, accountId),
      ),
    )
    .groupBy(...asked)
    .having(sql`count(*) > 0`)
    .orderBy(...asked)
    .all()
}
