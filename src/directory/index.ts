import { and, asc, desc, eq, gt, gte, isNull, like, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { BaseSQLiteDatabase, SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Clock, Directory, DirectoryPush, SourceUsage } from '../core/ports.ts'
import type { UsageColumn } from '../core/usage.ts'
import * as schema from './schema.ts'

/** Any SQLite that Drizzle drives, waiting or not: the local file on Node, D1 on Workers. */
export type DirectoryDb = BaseSQLiteDatabase<'sync' | 'async', unknown, typeof schema>

const { directoryAccounts, directoryAlarms, directoryOrganisations, directoryUsage, staffLog } = schema

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

  async usage({ fromDay, toDay, accountId, dayOf, columns }) {
    const day = dayOf === 'service' ? directoryUsage.serviceDay : directoryUsage.settledDay
    const every: Record<UsageColumn, SQL> = {
      day: sql`${day}`,
      month: sql`substr(${day}, 1, 7)`,
      accountId: sql`${directoryUsage.accountId}`,
      keyNumber: sql`${directoryUsage.keyId}`,
      mode: sql`${directoryUsage.mode}`,
      check: sql`${directoryUsage.check}`,
      source: sql`${directoryUsage.source}`,
      outcome: sql`${directoryUsage.outcome}`,
      channel: sql`${directoryUsage.channel}`,
    }
    const asked = columns.map((column) => every[column])
    const rows = await db
      .select({
        ...Object.fromEntries(columns.map((column) => [column, every[column]])),
        count: sum(directoryUsage.count),
        credits: sum(directoryUsage.credits),
        costMicroYuan: sum(directoryUsage.costMicroYuan),
      })
      .from(directoryUsage)
      .where(
        and(
          gte(day, fromDay),
          lte(day, toDay),
          // Nothing ends before it began, and the days of endings are what the table is in the order of.
          gte(directoryUsage.settledDay, fromDay),
          accountId === null ? undefined : eq(directoryUsage.accountId, accountId),
        ),
      )
      .groupBy(...asked)
      .having(sql`count(*) > 0`)
      .orderBy(...asked)
    return { rows, asOf: await newestPush(db, clock) }
  },

  async alarms({ before, limit, cleared }) {
    const rows = await db
      .select()
      .from(directoryAlarms)
      .where(
        and(
          before === null ? undefined : lt(directoryAlarms.id, before),
          cleared ? undefined : isNull(directoryAlarms.clearedAt),
        ),
      )
      .orderBy(desc(directoryAlarms.id))
      .limit(limit + 1)
    const shown = rows.slice(0, limit)
    const items = shown.map(({ id: _id, change: _change, ...alarm }) => alarm)
    return {
      rows: { items, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null },
      asOf: await newestPush(db, clock),
    }
  },

  async sources({ fromDay, toDay }) {
    const ended = await db
      .select({
        source: directoryUsage.source,
        outcome: directoryUsage.outcome,
        count: sql<number>`sum(${directoryUsage.count})`,
      })
      .from(directoryUsage)
      .where(and(gte(directoryUsage.settledDay, fromDay), lte(directoryUsage.settledDay, toDay)))
      .groupBy(directoryUsage.source, directoryUsage.outcome)
    const doubted = await db
      .select({ source: sql<string>`doubt.key`, count: sql<number>`sum(doubt.value)` })
      .from(sql`${directoryAccounts}, json_each(${directoryAccounts.inDoubt}) AS doubt`)
      .groupBy(sql`doubt.key`)
    const sources = new Map<string, SourceUsage>()
    const of = (source: string): SourceUsage => {
      const usage = sources.get(source) ?? { source, outcomes: {}, inDoubt: 0 }
      sources.set(source, usage)
      return usage
    }
    for (const { source, outcome, count } of ended) of(source).outcomes[outcome] = count
    for (const { source, count } of doubted) of(source).inDoubt = count
    return { rows: [...sources.values()], asOf: await newestPush(db, clock) }
  },

  async record(entry) {
    await db.insert(staffLog).values({ ...entry, at: clock() })
  },

  async staffLog({ before, limit }) {
    const rows = await db
      .select()
      .from(staffLog)
      .where(before === null ? undefined : lt(staffLog.seq, before))
      .orderBy(desc(staffLog.seq))
      .limit(limit + 1)
    const items = rows.slice(0, limit)
    return { items, next: rows.length > limit ? (items.at(-1)?.seq ?? null) : null }
  },

  async claimOrganisation({ uscc, accountId, insteadOf }) {
    const claim = { uscc, accountId, claimedAt: clock() }
    const insert = db.insert(directoryOrganisations).values(claim)
    // One statement each, so that of two claims at once one is the first.
    if (insteadOf === null) await insert.onConflictDoNothing()
    else
      await insert.onConflictDoUpdate({
        target: directoryOrganisations.uscc,
        set: { accountId, claimedAt: claim.claimedAt },
        setWhere: eq(directoryOrganisations.accountId, insteadOf),
      })
    const [standing] = await db.select().from(directoryOrganisations).where(eq(directoryOrganisations.uscc, uscc))
    return standing ?? claim
  },

  async push(push: DirectoryPush) {
    const pushedAt = clock()
    for (const accounts of chunksOf(push.accounts, rowsPerStatement)) {
      await db
        .insert(directoryAccounts)
        .values(accounts.map((account) => ({ ...account, pushedAt })))
        .onConflictDoUpdate({
          target: directoryAccounts.id,
          set: {
            name: excluded('name'),
            standing: excluded('standing'),
            inDoubt: excluded('in_doubt'),
            seq: excluded('seq'),
            pushedAt: excluded('pushed_at'),
          },
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
          set: {
            count: excluded('count'),
            credits: excluded('credits'),
            costMicroYuan: excluded('cost_micro_yuan'),
            channel: excluded('channel'),
            seq: excluded('seq'),
          },
          setWhere: sql`${directoryUsage.seq} < ${excluded('seq')}`,
        })
    }
    for (const alarms of chunksOf(push.alarms, rowsPerStatement)) {
      await db
        .insert(directoryAlarms)
        .values(alarms)
        .onConflictDoUpdate({
          target: [directoryAlarms.accountId, directoryAlarms.kind, directoryAlarms.subject],
          set: {
            since: excluded('since'),
            lastAt: excluded('last_at'),
            count: excluded('count'),
            clearedAt: excluded('cleared_at'),
            acknowledgedBy: excluded('acknowledged_by'),
            change: excluded('change'),
          },
          setWhere: sql`${directoryAlarms.change} < ${excluded('change')}`,
        })
    }
  },
})

const sum = (column: SQLiteColumn) => sql<number>`sum(${column})`

const excluded = (column: string) => sql.raw(`excluded."${column}"`)

function* chunksOf<T>(rows: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size)
}

const newestPush = async (db: DirectoryDb, clock: Clock): Promise<number> => {
  const rows = await db.select({ at: sql<number | null>`max(${directoryAccounts.pushedAt})` }).from(directoryAccounts)
  return rows[0]?.at ?? clock()
}
