import { and, desc, eq, gte, lt, sql } from 'drizzle-orm'
import { boundsOfPaidDay } from '../core/matters/payment-order.ts'
import type { ClearingLine, MatterFilter } from '../core/reads.ts'
import type { Rows } from './book.ts'
import type { Db } from './db.ts'
import { matters } from './schema.ts'

const value = (name: string) => sql.placeholder(name)

/** The shares of the payment orders that were paid on these days, both included, by day and payee, and what of them is confirmed. */
export const prepareClearing = (db: Db): ((account: string, fromDay: string, toDay: string) => ClearingLine[]) => {
  const paidOn = sql`json_extract(${matters.data}, '$.paidOn')`
  const lines = db
    .select({
      day: sql<string>`paid.day`.as('day'),
      payee: sql<string>`json_extract(share.value, '$.payee')`.as('payee'),
      orders: sql<number>`count(*)`,
      amountFen: sql<number>`sum(json_extract(share.value, '$.amountFen'))`,
      clearedFen: sql<number>`sum(CASE WHEN json_extract(share.value, '$.cleared') IS NULL THEN 0 ELSE json_extract(share.value, '$.amountFen') END)`,
    })
    .from(
      sql`(SELECT ${paidOn} AS day, json_extract(${matters.data}, '$.shares') AS shares FROM ${matters}
        WHERE ${matters.accountId} = ${value('account')} AND ${matters.kind} = 'payment_order'
          AND ${matters.id} >= ${value('fromId')} AND ${matters.changedAt} >= ${value('sinceMs')}
          AND ${paidOn} BETWEEN ${value('fromDay')} AND ${value('toDay')}) AS paid, json_each(paid.shares) AS share`,
    )
    .groupBy(sql`1`, sql`2`)
    .orderBy(sql`1`, sql`2`)
    .prepare()
  return (account, fromDay, toDay) => lines.all({ account, fromDay, toDay, ...boundsOfPaidDay(fromDay) })
}

/** One page of matters of a kind by their state and their day of payment, newest first. */
export const prepareFiltered = (
  db: Db,
): ((asked: { account: string; kind: string; before: number; limit: number }, only: MatterFilter) => Rows['matters'][]) => {
  const rows = db
    .select()
    .from(matters)
    .where(
      and(
        eq(matters.accountId, value('account')),
        eq(matters.kind, value('kind')),
        lt(matters.id, value('before')),
        gte(matters.id, value('fromId')),
        gte(matters.changedAt, value('sinceMs')),
        sql`(${value('state')} IS NULL OR ${matters.state} = ${value('state')})`,
        sql`(${value('paidOn')} IS NULL OR json_extract(${matters.data}, '$.paidOn') = ${value('paidOn')})`,
      ),
    )
    .orderBy(desc(matters.id))
    .limit(value('limit'))
    .prepare()
  return (asked, { state, paidOn }) => {
    const bounds = paidOn === null ? { fromId: 0, sinceMs: 0 } : boundsOfPaidDay(paidOn)
    return rows.all({ ...asked, ...bounds, state, paidOn })
  }
}
