import type { prepareDaySums } from './day-sums.ts'
import { type Driver, transact } from './db.ts'
import type { prepareScans } from './scans.ts'

type Scans = ReturnType<typeof prepareScans>
type DaySums = ReturnType<typeof prepareDaySums>

/** A verification that has no ending yet. */
export interface Open {
  accountId: string
  /** Null once it is in doubt. */
  deadlineAt: number | null
}

interface Fresh {
  id: number
  accountId: string
  idempotency: string
}

/**
 * What the ledger keeps in memory of its newest rows: used Idempotency-Keys that the derived index has not taken in yet,
 * and the verifications without an ending. Both are read back from the rows at start, from stored watermarks on, so a
 * crash loses nothing; both change only after the commit that they follow.
 */
export class Tail {
  private readonly driver: Driver
  private readonly scans: Scans
  private readonly daySums: DaySums
  private readonly fresh: Fresh[] = []
  private readonly idByKey = new Map<string, number>()
  readonly open = new Map<number, Open>()
  /** Up to this id the derived tables have everything. */
  private indexed: number
  /** Up to this entry the sums by day have everything. */
  private summed: number

  constructor(driver: Driver, scans: Scans, daySums: DaySums) {
    this.driver = driver
    this.scans = scans
    this.daySums = daySums
    this.summed = this.watermark('summed')
    this.indexed = this.watermark('indexed')
    for (const row of scans.after.all({ id: this.indexed })) this.add(row)
    const holds = scans.openHolds.all({ from: this.watermark('open_from') })
    const doubts = scans.openDoubts.all({ from: this.watermark('doubts_from') })
    // Oldest first, as they stood before the restart: what is due comes in the same order on every runtime.
    const all = [...holds, ...doubts.map((row) => ({ ...row, deadlineAt: null }))].sort((a, b) => a.id - b.id)
    for (const { id, accountId, deadlineAt } of all) this.open.set(id, { accountId, deadlineAt })
  }

  find(accountId: string, idempotency: string): number | null {
    return this.idByKey.get(`${accountId} ${idempotency}`) ?? null
  }

  /** Verifications of one account without an ending, as of the last commit. */
  openOf(accountId: string): number[] {
    return [...this.open].filter(([, open]) => open.accountId === accountId).map(([id]) => id)
  }

  add(row: Fresh): void {
    this.fresh.push(row)
    this.idByKey.set(`${row.accountId} ${row.idempotency}`, row.id)
  }

  /** Entries above this number are not in the sums by day yet. */
  summedUpTo(): number {
    return this.summed
  }

  /** Brings the derived tables on by up to `limit` rows each. Returns how many are left, at least. */
  flush(limit: number, lastId: number): number {
    const left = this.flushIndex(limit, lastId)
    return Math.max(left, this.flushSums(limit))
  }

  private flushSums(limit: number): number {
    const taken = transact(this.driver, () => {
      const share = this.daySums.take(this.summed, limit)
      if (share !== null) this.scans.setWatermark.run({ name: 'summed', value: share.upTo })
      return share
    })
    if (taken === null) return 0
    this.summed = taken.upTo
    return taken.count < limit ? 0 : 1
  }

  private flushIndex(limit: number, lastId: number): number {
    // A commit adds its accounts one after the other, and the watermark may pass no row that is not taken along.
    this.fresh.sort((a, b) => a.id - b.id)
    const rows = this.fresh.slice(0, limit)
    const last = rows.at(-1)
    if (!last) return 0
    let openFrom = lastId + 1
    let doubtsFrom = lastId + 1
    for (const [id, { deadlineAt }] of this.open) {
      // Every open hold may yet fall in doubt, and nothing says that another flush comes before a crash.
      doubtsFrom = Math.min(doubtsFrom, id)
      if (deadlineAt !== null) openFrom = Math.min(openFrom, id)
    }
    transact(this.driver, () => {
      const range = { above: this.indexed, upTo: last.id }
      this.scans.addUsedKeys.run(range)
      this.scans.addVerification.run(range)
      this.scans.setWatermark.run({ name: 'indexed', value: last.id })
      this.scans.setWatermark.run({ name: 'open_from', value: openFrom })
      this.scans.setWatermark.run({ name: 'doubts_from', value: doubtsFrom })
    })
    this.indexed = last.id
    this.fresh.splice(0, rows.length)
    for (const row of rows) this.idByKey.delete(`${row.accountId} ${row.idempotency}`)
    return this.fresh.length
  }

  private watermark(name: string): number {
    return this.scans.watermark.get({ name })?.value ?? 0
  }
}
