import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'
import type * as schema from './schema.ts'

/** Any synchronous SQLite that Drizzle drives: better-sqlite3 on Node, the object's storage on Workers. */
export type Db = BaseSQLiteDatabase<'sync', unknown, typeof schema>

/** A value as SQLite stores it. */
export type Stored = string | number | null

/**
 * A write that was prepared once, by the driver itself and not by Drizzle, which makes the text of every statement here but
 * looks at each value again at each run; that costs as much as the row.
 */
export type PrepareWrite = (text: string) => (values: Stored[]) => void

type Sync<T> = T extends PromiseLike<unknown> ? never : T

/**
 * All or nothing, without a pause. A promise is refused by the compiler, and at run time too, because inside a Durable
 * Object an async callback commits early and silently.
 */
export const transact = <T>(db: Db, work: () => Sync<T>): T =>
  db.transaction(() => {
    const result = work()
    if (result instanceof Promise) throw new TypeError('a transaction cannot wait')
    return result as T
  })
