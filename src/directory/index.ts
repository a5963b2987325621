import { and, asc, eq, gt, gte, like, lte, sql } from 'drizzle-orm'
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'
import type { Clock, Directory, DirectoryPush } from '../core/ports.ts'
import * as schema from './schema.ts'

/** Any SQLite that Drizzle drives, waiting or not: the local file on Node, D1 on Workers. */
export type DirectoryDb = BaseSQLiteDatabase<'sync' | 'async', unknown, typeof schema>

const { directoryAccounts, directoryUsage } = schema

/** The staff index over one database. `rowsPerStatement` is what the database can bind at once: D1 takes 100 values, a local file thousands. */
export const openDirectory = (db: DirectoryDb, clock: Clock, rowsPerStatement: number): Directory => ({
  async accounts({ before, limit, name }) {
    const rows = await db
      .select()
      .from(directoryAccounts)
      .where(
        and(
          before === null ? undefined : gt(directoryAccounts.id, before),
          name === null ? undefined : like(directoryAccounts.name, `%${name.replaceAll(/[%_]/g, '')}%`),
        ),
      )
      .orderBy(asc(directoryAccounts.id))
      .limit(limit)
    return { rows: rows.map(({ pushedAt: _, ...account }) => account), asOf: await newestPush(db, clock) }
  },

  async usage({ fromDay, toDay, accountId, dayOf }) {
    const day = dayOf === 'service' ? directoryUsage.serviceDay : directoryUsage.settledDay
    const rows = await db
      .select()
      .from(directoryUsage)
      .where(and(gte(day, fromDay), lte(day, toDay), accountId === null ? undefined : eq(directoryUsage.accountId, accountId)))
      .orderBy(
        asc(day),
        asc(directoryUsage.accountId),
        asc(directoryUsage.keyId),
        asc(directoryUsage.check),
        asc(directoryUsage.outcome),
      )
    return {
      rows: rows.map(({ keyId, settledDay, serviceDay, seq: _, ...row }) => ({
        ...row,
        keyNumber: keyId,
        day: dayOf === 'service' ? serviceDay : settledDay,
      })),
      asOf: await newestPush(db, clock),
    }
  },

  async push(push: DirectoryPush) {
    const pushedAt = clock()
    for (const accounts of chunksOf(push.accounts, rowsPerStatement)) {
      await db
        .insert(directoryAccounts)
        .values(accounts.map((account) => ({ ...account, pushedAt })))
        .onConflictDoUpdate({
          target: directoryAccounts.id,
          set: { name: excluded('name'), standing: excluded('standing'), seq: excluded('seq'), pushedAt: excluded('pushed_at') },
          setWhere: sql`${directoryAccounts.seq} <= ${excluded('seq')}`,
        })
    }
    for (const usage of chunksOf(push.usage, rowsPerStatement)) {
      await db
        .insert(directoryUsage)
        .values(usage.map(({ keyNumber, ...row }) => ({ ...row, keyId: keyNumber })))
        .onConflictDoUpdate({
          target: [
            directoryUsage.settledDay,
            directoryUsage.serviceDay,
            directoryUsage.accountId,
            directoryUsage.keyId,
            directoryUsage.mode,
            directoryUsage.check,
            directoryUsage.source,
            directoryUsage.outcome,
          ],
          set: { count: excluded('count'), credits: excluded('credits'), seq: excluded('seq') },
          setWhere: sql`${directoryUsage.seq} < ${excluded('seq')}`,
        })
    }
  },
})

const excluded = (column: string) => sql.raw(`excluded."${column}"`)

function* chunksOf<T>(rows: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size)
}

const newestPush = async (db: DirectoryDb, clock: Clock): Promise<number> => {
  const rows = await db.select({ at: sql<number | null>`max(${directoryAccounts.pushedAt})` }).from(directoryAccounts)
  return rows[0]?.at ?? clock()
}
