import { and, asc, eq, gt, gte, isNotNull, lt, lte, ne, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import * as schema from './schema.ts'

/** As in `statements.ts`: a value that is handed in when the statement runs. */
const value = (name: string) => sql`${sql.placeholder(name)}`

/** How much of a digest `used_keys` holds: 48 bits as hex, seldom the beginning of two keys. */
export const keyPrefixLength = 12
const keyPrefix = sql<string>`substr(${schema.verifications.idempotency}, 1, ${sql.raw(String(keyPrefixLength))})`

/** Verifications above one watermark up to the next. */
const between = and(gt(schema.verifications.id, value('above')), lte(schema.verifications.id, value('upTo')))

/** Lists that the clock and the derived tables are made from. */
export const prepareScans = (db: Db) => ({
  /** The newest id. Every commit ends in an entry or in a matter that follows from one. */
  lastId: db
    .select({
      id: sql<
        number | null
      >`max(max(${schema.entries.id}), coalesce((SELECT max(${schema.matters.id}) FROM ${schema.matters}), 0))`,
    })
    .from(schema.entries)
    .prepare(),
  /** A matter can have the last number of a commit: what is told after the journal line. */
  lastMatterId: db
    .select({ id: sql<number | null>`max(${schema.matters.id})` })
    .from(schema.matters)
    .prepare(),
  watermark: db
    .select()
    .from(schema.watermarks)
    .where(eq(schema.watermarks.name, value('name')))
    .prepare(),
  setWatermark: db
    .insert(schema.watermarks)
    .values({ name: value('name'), value: value('value') })
    .onConflictDoUpdate({ target: schema.watermarks.name, set: { value: sql.raw('excluded."value"') } })
    .prepare(),
  /** Verifications above a watermark, oldest first. */
  after: db
    .select({
      id: schema.verifications.id,
      accountId: schema.verifications.accountId,
      idempotency: schema.verifications.idempotency,
    })
    .from(schema.verifications)
    .where(gt(schema.verifications.id, value('id')))
    .orderBy(asc(schema.verifications.id))
    .prepare(),
  openHolds: db
    .select({
      id: schema.verifications.id,
      accountId: schema.verifications.accountId,
      deadlineAt: schema.verifications.deadlineAt,
    })
    .from(schema.verifications)
    .leftJoin(schema.outcomes, eq(schema.outcomes.verificationId, schema.verifications.id))
    .leftJoin(schema.doubts, eq(schema.doubts.verificationId, schema.verifications.id))
    .where(
      and(
        gte(schema.verifications.id, value('from')),
        sql`${schema.outcomes.verificationId} IS NULL`,
        sql`${schema.doubts.verificationId} IS NULL`,
      ),
    )
    .prepare(),
  openDoubts: db
    .select({ id: schema.doubts.verificationId, accountId: schema.doubts.accountId })
    .from(schema.doubts)
    .leftJoin(schema.outcomes, eq(schema.outcomes.verificationId, schema.doubts.verificationId))
    .where(and(gte(schema.doubts.verificationId, value('from')), sql`${schema.outcomes.verificationId} IS NULL`))
    .prepare(),
  lapsedGrants: db
    .select({ id: schema.grants.id, accountId: schema.grants.accountId })
    .from(schema.grants)
    .where(and(gt(schema.grants.available, 0), sql`${schema.grants.expiresAt} <= ${value('now')}`))
    .prepare(),
  nextLapse: db
    .select({ at: sql<number | null>`min(${schema.grants.expiresAt})` })
    .from(schema.grants)
    .where(gt(schema.grants.available, 0))
    .prepare(),
  dueMatters: db
    .select({ id: schema.matters.id, accountId: schema.matters.accountId })
    .from(schema.matters)
    .where(and(lte(schema.matters.dueAt, value('now')), ne(schema.matters.kind, 'notice')))
    .orderBy(asc(schema.matters.dueAt), asc(schema.matters.id))
    .prepare(),
  /** Notices that wait for a machine, whose time to be sent has come. */
  dueNotices: db
    .select()
    .from(schema.matters)
    .where(and(lte(schema.matters.dueAt, value('now')), eq(schema.matters.kind, 'notice')))
    .orderBy(asc(schema.matters.dueAt), asc(schema.matters.id))
    .limit(sql.placeholder('limit'))
    .prepare(),
  nextMatter: db
    .select({ at: sql<number | null>`min(${schema.matters.dueAt})` })
    .from(schema.matters)
    .where(isNotNull(schema.matters.dueAt))
    .prepare(),
  uncertainMatters: db
    .select({ id: schema.matters.id, accountId: schema.matters.accountId })
    .from(schema.matters)
    .where(ne(schema.matters.provisionalUnder, value('version')))
    .prepare(),
  uncountedDenials: db
    .select()
    .from(schema.denials)
    .where(
      and(
        gte(schema.denials.minute, value('from')),
        lt(schema.denials.minute, value('minute')),
        sql`${schema.denials.logged} < ${schema.denials.count}`,
      ),
    )
    .prepare(),
  addUsedKeys: db
    .insert(schema.usedKeys)
    .select(
      db
        .select({ prefix: keyPrefix.as('prefix'), verificationId: schema.verifications.id })
        .from(schema.verifications)
        .where(between)
        // In the order of the table, so that each of its pages is looked for once.
        .orderBy(keyPrefix),
    )
    .prepare(),
  addVerification: db
    .insert(schema.verificationIndex)
    .select(
      db
        .select({ accountId: schema.verifications.accountId, verificationId: schema.verifications.id })
        .from(schema.verifications)
        .where(between),
    )
    .prepare(),
})
