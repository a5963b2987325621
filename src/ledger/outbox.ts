import { eq, getTableColumns, gte, sql } from 'drizzle-orm'
import type { Doubt } from '../core/commands.ts'
import type { DirectoryAlarm, DirectoryPush } from '../core/ports.ts'
import { addDays } from '../core/shanghai.ts'
import { alarmKey, type Rows } from './book.ts'
import type { Db } from './db.ts'
import * as schema from './schema.ts'
import { viewAlarm } from './views.ts'

const value = (name: string) => sql.placeholder(name)

/**
 * Which accounts the directory has to hear of. Kept in memory: after a restart every account is told once more, as
 * absolute rows with their journal number, so that nothing is lost and nothing is counted twice.
 */
export class Outbox {
  private readonly told = new Map<string, number>()
  private readonly touched = new Set<string>()
  /** Alarms that the directory has not heard of as they are now. */
  private readonly alarms = new Map<string, DirectoryAlarm>()
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
      .select({ ...getTableColumns(schema.rollups), channel: schema.apiKeys.channel })
      .from(schema.rollups)
      .leftJoin(schema.apiKeys, eq(schema.apiKeys.id, schema.rollups.keyId))
      .where(gte(schema.rollups.settledDay, value('from')))
      .prepare()
    for (const { id } of db.select({ id: schema.accounts.id }).from(schema.accounts).all()) this.touched.add(id)
    for (const row of db.select().from(schema.alarms).all()) this.touchAlarm(row)
  }

  touchAlarm(row: Rows['alarms']): void {
    this.alarms.set(nameOf(row), { ...viewAlarm(row), change: changeOf(row) })
  }

  touch(accountId: string): void {
    this.touched.add(accountId)
  }

  /** `doubts` tells who is in doubt now; it is asked only when there is something to tell. */
  read(doubts: () => Doubt[]): DirectoryPush {
    const alarms = [...this.alarms.values()]
    if (this.touched.size === 0) return { accounts: [], usage: [], alarms }
    const inDoubt = bySource(doubts())
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
        inDoubt: inDoubt.get(id) ?? {},
        seq,
      })),
      usage: usage.map(({ keyId, ...row }) => ({ ...row, keyNumber: keyId })),
      alarms,
    }
  }

  /** Everything up to the numbers in this push is known to the directory. */
  delivered(push: DirectoryPush): void {
    for (const { id, seq } of push.accounts) {
      this.told.set(id, seq)
      const now = this.account.get({ id })
      if (now && now.seq === seq) this.touched.delete(id)
    }
    for (const alarm of push.alarms) {
      const name = nameOf(alarm)
      if (this.alarms.get(name)?.change === alarm.change) this.alarms.delete(name)
    }
    for (const { settledDay } of push.usage) {
      // Two days of slack, because each account has a clock of its own that may lag behind another's.
      const day = addDays(settledDay, -2)
      if (day > this.fromDay) this.fromDay = day
    }
  }
}

const nameOf = (alarm: Pick<Rows['alarms'], 'accountId' | 'kind' | 'subject'>): string => `${alarm.accountId} ${alarmKey(alarm)}`

/** An alarm is raised, then seen, then cleared, and each time it is raised again it is counted; so this number only grows. */
const changeOf = (row: Rows['alarms']): number =>
  row.count * 4 + (row.clearedAt === null ? 0 : 2) + (row.acknowledgedBy === null ? 0 : 1)

/** How many are in doubt at which source, by account. Of several sources the first was asked. */
const bySource = (doubts: Doubt[]): Map<string, Record<string, number>> => {
  const accounts = new Map<string, Record<string, number>>()
  for (const { accountId, sources } of doubts) {
    const counts = accounts.get(accountId) ?? {}
    const source = sources[0] ?? ''
    counts[source] = (counts[source] ?? 0) + 1
    accounts.set(accountId, counts)
  }
  return accounts
}
