import type { Rows } from './book.ts'

export type FoldedGrant = Pick<Rows['grants'], 'granted' | 'available' | 'held' | 'captured' | 'expired' | 'refunded'>

const moves: Record<string, Partial<Record<keyof FoldedGrant, 1 | -1>>> = {
  grant: { granted: 1, available: 1 },
  hold: { available: -1, held: 1 },
  capture: { held: -1, captured: 1 },
  release: { held: -1, available: 1 },
  expire: { available: -1, expired: 1 },
  refund: { available: -1, refunded: 1 },
}

interface Heads {
  seq: number
  leaves: number
  suspended: boolean
  closed: boolean
  suspendedKeys: Set<string>
}

/** Adds up the journal from its first line: balances, numbering, and who was stopped when (I12, I14). Reads nothing but entries. */
export class Fold {
  readonly grants = new Map<number, FoldedGrant>()
  private readonly heads = new Map<string, Heads>()

  headsOf(accountId: string): Heads {
    let heads = this.heads.get(accountId)
    if (!heads) {
      heads = { seq: 0, leaves: 0, suspended: false, closed: false, suspendedKeys: new Set() }
      this.heads.set(accountId, heads)
    }
    return heads
  }

  /** Takes in the next entry; returns the invariants it breaks. */
  add(entry: Rows['entries']): string[] {
    const faults: string[] = []
    const heads = this.headsOf(entry.accountId)
    heads.seq += 1
    if (entry.seq !== heads.seq) faults.push('I12 the journal of an account is gapless')
    if (entry.leafIndex !== null) {
      if (entry.leafIndex !== heads.leaves) faults.push('I11 the leaves of an account are gapless')
      heads.leaves += 1
    }
    this.move(entry)
    if (entry.kind === 'hold' && (heads.suspended || heads.closed || heads.suspendedKeys.has(entry.actor)))
      faults.push('I14 nothing is held after a suspension or closing')
    this.follow(entry, heads)
    return faults
  }

  private move(entry: Rows['entries']): void {
    const move = moves[entry.kind]
    if (!move || entry.grantId === null) return
    const grant = this.grants.get(entry.grantId) ?? { granted: 0, available: 0, held: 0, captured: 0, expired: 0, refunded: 0 }
    for (const [bucket, sign] of Object.entries(move) as [keyof FoldedGrant, 1 | -1][]) grant[bucket] += sign * entry.credits
    this.grants.set(entry.grantId, grant)
  }

  private follow(entry: Rows['entries'], heads: Heads): void {
    if (entry.kind === 'suspend_account') heads.suspended = true
    if (entry.kind === 'resume_account') heads.suspended = false
    if (entry.kind === 'close_account') heads.closed = true
    if (entry.kind !== 'suspend_key' && entry.kind !== 'resume_key' && entry.kind !== 'revoke_key') return
    const leaf: unknown = JSON.parse(entry.leaf ?? '{}')
    const key = typeof leaf === 'object' && leaf !== null && 'key' in leaf ? `key:${String(leaf.key)}` : ''
    if (entry.kind === 'resume_key') heads.suspendedKeys.delete(key)
    else heads.suspendedKeys.add(key)
  }
}
