import { type SQL, sql } from 'drizzle-orm'
import { type Db, type Driver, transact } from './db.ts'

/*
 * Sums that are kept beside the rows that they count: rollups, and the journal by day. They are told again from those rows alone,
 * with other code than that which keeps them, so that a fault of one cannot hide in the other. For a ledger that nobody writes to.
 */

/** Shanghai keeps a fixed +08:00 (core/shanghai.ts). */
const dayOf = (column: string): SQL => sql.raw(`date((${column} + 28800000) / 1000, 'unixepoch')`)

const moved = (kind: string): SQL => sql.raw(`sum(CASE kind WHEN '${kind}' THEN credits ELSE 0 END)`)

/** Up to this entry the sums by day have been brought; what lies above it is added up by whoever asks. */
const summed = sql`(SELECT coalesce(max(value), 0) FROM watermarks WHERE name = 'summed')`

/** Each table with all of its columns, in the order in which its fold tells them. */
const sums: { table: string; columns: string; fold: SQL }[] = [
  {
    table: 'rollups',
    columns:
      'settled_day, service_day, account_id, key_id, mode, check_code, source, outcome, count, credits, cost_micro_yuan, seq',
    fold: sql`SELECT ${dayOf('o.settled_at')}, ${dayOf('v.held_at')}, v.account_id, v.key_id, v.mode, v.check_code,
        coalesce(o.source_id, ''), o.outcome, count(*), sum(o.credits), sum(coalesce(o.source_cost_micro_yuan, 0)), max(o.seq)
      FROM outcomes o JOIN verifications v ON v.id = o.verification_id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
  },
  {
    table: 'grant_days',
    columns: 'account_id, day, grant_id, granted, held, captured, released, expired, refunded',
    fold: sql`SELECT account_id, ${dayOf('at')}, grant_id, ${moved('grant')}, ${moved('hold')}, ${moved('capture')},
        ${moved('release')}, ${moved('expire')}, ${moved('refund')}
      FROM entries WHERE grant_id IS NOT NULL AND id <= ${summed} GROUP BY 1, 2, 3`,
  },
  {
    table: 'account_days',
    columns: 'account_id, day, last_seq',
    fold: sql`SELECT account_id, ${dayOf('at')}, max(seq) FROM entries WHERE id <= ${summed} GROUP BY 1, 2`,
  },
]

/** One table of sums beside its fold: how many rows it has, how many of them are wrong or too many, and how many it lacks. */
export interface SumsState {
  table: string
  rows: number
  wrong: number
  lacking: number
}

const count = (db: Db, query: SQL): number => db.all<{ n: number }>(sql`SELECT count(*) AS n FROM (${query})`)[0]?.n ?? 0

/** Compares every sum with what its rows say. Reads alone. */
export const compareSums = (db: Db): SumsState[] =>
  sums.map(({ table, columns, fold }) => {
    const stored = sql.raw(`SELECT ${columns} FROM ${table}`)
    return {
      table,
      rows: count(db, stored),
      wrong: count(db, sql`${stored} EXCEPT ${fold}`),
      lacking: count(db, sql`SELECT * FROM (${fold}) EXCEPT ${stored}`),
    }
  })

/** Tells every sum again, in one transaction. */
export const rebuildSums = (db: Db, driver: Driver): void =>
  transact(driver, () => {
    for (const { table, columns, fold } of sums) {
      db.run(sql.raw(`DELETE FROM ${table}`))
      db.run(sql`INSERT INTO ${sql.raw(`${table} (${columns})`)} ${fold}`)
    }
  })
