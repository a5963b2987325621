import { and, asc, eq, gt, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import * as schema from './schema.ts'

/*
 * The journal summed by Asia/Shanghai day, for the statements of a period. The sums are derived: they are brought up to date after
 * the commits, from a watermark on, and what lies above it is summed when somebody asks. So no commit pays for them, and every
 * answer is that of the journal.
 */

const { accountDays, entries, grantDays } = schema

/** As in `statements.ts`: a value that is handed in when the statement runs. */
const value = (name: string) => sql`${sql.placeholder(name)}`

/** Shanghai keeps a fixed +08:00 (core/shanghai.ts). */
const dayOf = sql<string>`date((${entries.at} + 28800000) / 1000, 'unixepoch')`

const moved = (kind: string, name: string) =>
  sql<number>`sum(CASE ${entries.kind} WHEN ${sql.raw(`'${kind}'`)} THEN ${entries.credits} ELSE 0 END)`.as(name)

const grantSums = {
  granted: moved('grant', 'granted'),
  held: moved('hold', 'held'),
  captured: moved('capture', 'captured'),
  released: moved('release', 'released'),
  expired: moved('expire', 'expired'),
  refunded: moved('refund', 'refunded'),
}
const buckets = Object.keys(grantSums) as (keyof typeof grantSums)[]

/** What became of one grant: over some days, or up to a day. In credits; `held` counts what was ever held. */
export type GrantMoves = Record<keyof typeof grantSums, number>

const nothing: GrantMoves = { granted: 0, held: 0, captured: 0, released: 0, expired: 0, refunded: 0 }

/** One grant in a period: what had happened to it before, and what happened in it. */
export interface GrantPeriod {
  grantId: number
  before: GrantMoves
  within: GrantMoves
}

/** The sums of the entries above one number up to another, added to what is stored. */
export const prepareDaySums = (db: Db) => {
  const grantSumsWhere = (where: SQL | undefined) =>
    db
      .select({ accountId: entries.accountId, day: dayOf.as('day'), grantId: entries.grantId, ...grantSums })
      .from(entries)
      .where(and(where, sql`${entries.grantId} IS NOT NULL`))
      .groupBy(entries.accountId, sql`2`, entries.grantId)
  const lastSeqsWhere = (where: SQL | undefined) =>
    db
      .select({ accountId: entries.accountId, day: dayOf.as('day'), lastSeq: sql<number>`max(${entries.seq})`.as('last_seq') })
      .from(entries)
      .where(where)
      .groupBy(entries.accountId, sql`2`)
  const fresh = and(gt(entries.id, value('above')), lte(entries.id, value('upTo')))
  const added = Object.fromEntries(buckets.map((bucket) => [bucket, sql.raw(`"${bucket}" + excluded."${bucket}"`)]))
  // SQLite reads `ON` after a bare select as that of a join (sqlite.org/lang_upsert.html §2.2), so both end in a condition.
  const conditioned = (select: SQL | { getSQL(): SQL }) => sql`SELECT * FROM (${select}) WHERE true`
  const addGrants = db
    .insert(grantDays)
    .select(conditioned(grantSumsWhere(fresh)))
    .onConflictDoUpdate({ target: [grantDays.accountId, grantDays.day, grantDays.grantId], set: added })
    .prepare()
  const addSeqs = db
    .insert(accountDays)
    .select(conditioned(lastSeqsWhere(fresh)))
    .onConflictDoUpdate({ target: [accountDays.accountId, accountDays.day], set: { lastSeq: sql.raw('excluded."last_seq"') } })
    .prepare()
  /** The number up to which a bounded share of the entries above `above` reaches; null where there is none. */
  const shareEnd = db
    .select({ id: sql<number | null>`max(id)`, count: sql<number>`count(*)` })
    .from(
      db
        .select({ id: entries.id })
        .from(entries)
        .where(gt(entries.id, value('above')))
        .orderBy(asc(entries.id))
        .limit(sql.placeholder('limit'))
        .as('share'),
    )
    .prepare()
  const storedGrants = db
    .select()
    .from(grantDays)
    .where(and(eq(grantDays.accountId, value('account')), lte(grantDays.day, value('to'))))
    .prepare()
  const freshOfAccount = and(
    gt(entries.id, value('above')),
    eq(entries.accountId, value('account')),
    lt(entries.at, value('endMs')),
  )
  const freshGrants = grantSumsWhere(freshOfAccount).prepare()
  const storedSeq = db
    .select({ seq: sql<number | null>`max(${accountDays.lastSeq})` })
    .from(accountDays)
    .where(and(eq(accountDays.accountId, value('account')), lte(accountDays.day, value('to'))))
    .prepare()
  const freshSeq = db
    .select({ seq: sql<number | null>`max(${entries.seq})` })
    .from(entries)
    .where(freshOfAccount)
    .prepare()

  return {
    /** Takes in at most `limit` entries above a number: up to which it came, and how many they were. Null where there was none. */
    take(above: number, limit: number): { upTo: number; count: number } | null {
      const share = shareEnd.get({ above, limit })
      if (!share || share.id === null) return null
      addGrants.run({ above, upTo: share.id })
      addSeqs.run({ above, upTo: share.id })
      return { upTo: share.id, count: share.count }
    },
    /** Every grant with entries up to the end of `toDay`. `above` is the watermark, `endMs` the first instant after that day. */
    grantPeriods(account: string, period: { fromDay: string; toDay: string; endMs: number }, above: number): GrantPeriod[] {
      const periods = new Map<number, GrantPeriod>()
      const add = (row: GrantMoves & { day: string; grantId: number | null }): void => {
        if (row.grantId === null) return
        const sums = periods.get(row.grantId) ?? { grantId: row.grantId, before: { ...nothing }, within: { ...nothing } }
        const part = row.day < period.fromDay ? sums.before : sums.within
        for (const bucket of buckets) part[bucket] += row[bucket]
        periods.set(row.grantId, sums)
      }
      for (const row of storedGrants.all({ account, to: period.toDay })) add(row)
      for (const row of freshGrants.all({ account, above, endMs: period.endMs })) add(row)
      return [...periods.values()].sort((one, other) => one.grantId - other.grantId)
    },
    /** The last journal number up to the end of `toDay`; 0 where there is none. */
    lastSeq(account: string, { toDay, endMs }: { toDay: string; endMs: number }, above: number): number {
      const ofStored = storedSeq.get({ account, to: toDay })?.seq ?? 0
      return Math.max(ofStored, freshSeq.get({ account, above, endMs })?.seq ?? 0)
    },
  }
}
