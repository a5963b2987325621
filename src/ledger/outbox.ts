import { eq, gte, sql } from 'drizzle-orm'
import type { DirectoryPush } from '../core/ports.ts'
import { addDays } from '../core/shanghai.ts'
import type { Db } from './db.ts'
import * as schema from './schema.ts'

const value = (name: string) => sql.placeholder(name)

/**
 * Which accounts the directory has to hear of. Kept in memory: after a restart every account is told once more, as
 * absolute rows with their journal number, so that nothing is lost and nothing is counted twice.
 */
export class Outbox {
  private readonly told = new Map<string, number>()
  private readonly touched = new Set<string>()
  /** Rollup rows change only on the day they are settled on, so older days than this need no second look. */
  private fromDay = ''
  private readonly account
  private readonly rollups

  constructor(db: Db) {
    this.account = db
      .select()
      .from(schema.accounts)
      .where(eq(schema.accounts.id, value('id')))
      .prepare()
    this.rollups = db
      .select()
      .from(schema.rollups)
      .where(gte(schema.rollups.settledDay, value('from')))
      .prepare()
    for (const { id } of db.select({ id: schema.accounts.id }).from(schema.accounts).all()) this.touched.add(id)
  }

  touch(accountId: string): void {
    this.touched.add(accountId)
  }

  read(): DirectoryPush {
    if (this.touched.size === 0) return { accounts: [], usage: [] }
    const accounts = [...this.touched].flatMap((id) => this.account.get({ id }) ?? [])
    const usage = this.rollups
      .all({ from: this.fromDay })
      .filter((row) => this.touched.has(row.accountId) && row.seq > (this.told.get(row.accountId) ?? 0))
    return {
      accounts: accounts.map(({ id, name, createdAt, seq, closedAt, suspendedAt }) => ({
        id,
        name,
        standing: closedAt !== null ? 'closed' : suspendedAt !== null ? 'suspended' : 'open',
        createdAt,
        seq,
      })),
      usage: usage.map(({ keyId, ...row }) => ({ ...row, keyNumber: keyId })),
    }
  }

  /** Everything up to the numbers in this push is known to the directory. */
  delivered(push: DirectoryPush): void {
    for (const { id, seq } of push.accounts) {
      this.told.set(id, seq)
      const now = this.account.get({ id })
      if (now && now.seq === seq) this.touched.delete(id)
    }
    for (const { settledDay } of push.usage) {
      // Two days of slack, because each account has a clock of its own that may lag behind another's.
      const day = addDays(settledDay, -2)
      if (day > this.fromDay) this.fromDay = day
    }
  }
}
