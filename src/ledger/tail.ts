import { type Driver, transact } from './db.ts'
import type { prepareScans } from './scans.ts'

type Scans = ReturnType<typeof prepareScans>

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
  private readonly fresh: Fresh[] = []
  private readonly idByKey = new Map<string, number>()
  readonly open = new Map<number, Open>()
  /** Up to this id the derived tables have everything. */
  private indexed: number

  constructor(driver: Driver, scans: Scans) {
    this.driver = driver
    this.scans = scans
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

  /** Moves up to `limit` rows into the derived tables. Returns how many are left. */
  flush(limit: number, lastId: number): number {
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
