import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'
import type * as schema from './schema.ts'

/** Any synchronous SQLite that Drizzle drives: better-sqlite3 on Node, the object's storage on Workers. */
export type Db = BaseSQLiteDatabase<'sync', unknown, typeof schema>

/** A value as SQLite stores it. */
export type Stored = string | number | null

/** What every commit asks of the driver itself, past Drizzle. */
export interface Driver {
  /**
   * A write, prepared once. Drizzle makes the text of every statement, but looks at each value again at each run, which costs
   * as much as the row.
   */
  prepareWrite(text: string): (values: Stored[]) => void
  /** A reading, prepared once, for what every call asks: the rows, each as its values in order. */
  prepareRead(text: string): (values: Stored[]) => Stored[][]
  /** All that `work` writes or, when it throws, nothing. Drizzle's own makes an object for each table at every commit. */
  transaction<T>(work: () => T): T
}

type Sync<T> = T extends PromiseLike<unknown> ? never : T

/**
 * All or nothing, without a pause. A promise is refused by the compiler, and at run time too, because inside a Durable
 * Object an async callback commits early and silently.
 */
export const transact = <T>(driver: Driver, work: () => Sync<T>): T =>
  driver.transaction(() => {
    const result = work()
    if (result instanceof Promise) throw new TypeError('a transaction cannot wait')
    return result as T
  })
