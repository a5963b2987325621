import { sql } from 'drizzle-orm'
import { shanghaiDay } from '../core/shanghai.ts'
import type { Rows } from './book.ts'
import type { GrantMoves } from './day-sums.ts'
import type { Db } from './db.ts'
import type { Violation } from './reconcile.ts'
import * as schema from './schema.ts'

const bucketOf: Readonly<Record<string, keyof GrantMoves>> = {
  grant: 'granted',
  hold: 'held',
  capture: 'captured',
  release: 'released',
  expire: 'expired',
  refund: 'refunded',
}
const buckets = Object.values(bucketOf)

const keyOf = (accountId: string, day: string, grantId: number | null): string => `${accountId}|${day}|${grantId ?? ''}`

/**
 * The sums by day once more, from the journal alone and another way than `day-sums.ts`: entry by entry, with the days of
 * `core/shanghai.ts`. Up to the watermark they must be what is stored; what lies above it is summed when somebody asks.
 */
export class SumsFold {
  private readonly summedUpTo: number
  private readonly grants = new Map<string, GrantMoves>()
  private readonly lastSeqs = new Map<string, number>()
  private readonly captured = new Map<string, number>()
  private reached = 0

  constructor(db: Db) {
    this.summedUpTo = db.all<{ value: number }>(sql`SELECT value FROM watermarks WHERE name = 'summed'`)[0]?.value ?? 0
  }

  /** Takes in the next entry. */
  add({ id, accountId, at, seq, kind, grantId, credits }: Rows['entries']): void {
    if (kind === 'capture') this.captured.set(accountId, (this.captured.get(accountId) ?? 0) + credits)
    if (id > this.summedUpTo) return
    this.reached = id
    const day = shanghaiDay(at)
    this.lastSeqs.set(keyOf(accountId, day, null), seq)
    if (grantId === null) return
    const key = keyOf(accountId, day, grantId)
    const sums = this.grants.get(key) ?? { granted: 0, held: 0, captured: 0, released: 0, expired: 0, refunded: 0 }
    const bucket = bucketOf[kind]
    if (bucket) sums[bucket] += credits
    this.grants.set(key, sums)
  }

  /** What the stored sums, and the rollups of every account, say otherwise than the journal. */
  check(db: Db): Violation[] {
    return [...this.checkGrants(db), ...this.checkSeqs(db), ...this.checkWatermark(), ...this.checkCaptured(db)]
  }

  private checkGrants(db: Db): Violation[] {
    const wrong: string[] = []
    for (const row of db.select().from(schema.grantDays).all()) {
      const key = keyOf(row.accountId, row.day, row.grantId)
      const sums = this.grants.get(key)
      this.grants.delete(key)
      if (!sums || buckets.some((bucket) => sums[bucket] !== row[bucket])) wrong.push(key)
    }
    return [...wrong, ...this.grants.keys()].map((where) => ({
      invariant: 'the moves of grants by day are the fold of the journal up to their watermark',
      where,
    }))
  }

  private checkSeqs(db: Db): Violation[] {
    const wrong: string[] = []
    for (const row of db.select().from(schema.accountDays).all()) {
      const key = keyOf(row.accountId, row.day, null)
      if (this.lastSeqs.get(key) !== row.lastSeq) wrong.push(key)
      this.lastSeqs.delete(key)
    }
    return [...wrong, ...this.lastSeqs.keys()].map((where) => ({
      invariant: 'the last journal number of a day is that of the journal up to the watermark',
      where,
    }))
  }

  /** A watermark above the journal would leave out what comes next. */
  private checkWatermark(): Violation[] {
    if (this.summedUpTo === this.reached) return []
    return [{ invariant: 'the watermark of the sums by day is the number of an entry', where: String(this.summedUpTo) }]
  }

  /** What is billed comes from the rollups, what is used up from the journal: both are the same credits, of live and of test calls. */
  private checkCaptured(db: Db): Violation[] {
    const charged = db.all<{ accountId: string; credits: number }>(
      sql`SELECT account_id AS accountId, sum(credits) AS credits FROM rollups GROUP BY account_id`,
    )
    const rolled = new Map(charged.map(({ accountId, credits }) => [accountId, credits]))
    return [...new Set([...rolled.keys(), ...this.captured.keys()])]
      .filter((accountId) => (rolled.get(accountId) ?? 0) !== (this.captured.get(accountId) ?? 0))
      .map((where) => ({ invariant: 'the rollups of an account charge what its journal captured', where }))
  }
}
