import type { Terms } from '../../src/agreement/terms.ts'
import { startOfDayMs } from '../../src/core/shanghai.ts'
import { alarmKey, type Change, denialKey, type RowKey, type Rows, rollupKey, type TableName } from '../../src/ledger/book.ts'
import type { GrantPeriod } from '../../src/ledger/day-sums.ts'
import type { Loader } from '../../src/ledger/loader.ts'

const keyOf = ({ table, row }: Change): RowKey => {
  switch (table) {
    case 'outcomes':
    case 'doubts':
      return row.verificationId
    case 'denials':
      return denialKey(row)
    case 'rollups':
      return rollupKey(row)
    case 'alarms':
      return alarmKey(row)
    default:
      return row.id
  }
}

const insertOnly: TableName[] = ['agreements', 'verifications', 'outcomes', 'doubts', 'entries']

/** Rows in maps instead of SQL, for a ledger that is decisions alone. An insert-only row cannot be written twice, as in SQL. */
export class MemoryRows implements Loader {
  private readonly tables = new Map<TableName, Map<RowKey, Rows[TableName]>>()

  private readonly terms = new Map<string, Terms>()

  /** Takes in the changes of one commit, all or nothing. */
  write(changes: readonly Change[]): void {
    for (const change of changes)
      if (insertOnly.includes(change.table) && this.rowsOf(change.table).has(keyOf(change)))
        throw new Error(`a second row of ${change.table}: ${keyOf(change)}`)
    for (const change of changes) this.rowsOf(change.table).set(keyOf(change), change.row)
  }

  /** The same rows in maps of their own. Rows are replaced, never changed, so that they can be shared. */
  copy(): MemoryRows {
    const copy = new MemoryRows()
    for (const [table, rows] of this.tables) copy.tables.set(table, new Map(rows))
    for (const [text, terms] of this.terms) copy.terms.set(text, terms)
    return copy
  }

  all<T extends TableName>(table: T): Rows[T][] {
    return [...this.rowsOf(table).values()]
  }

  load<T extends TableName>(table: T, accountId: string, key: RowKey): Rows[T] | null {
    const row = this.rowsOf(table).get(key)
    if (!row) return null
    const owner: unknown = 'accountId' in row ? row.accountId : row.id
    return owner === accountId ? row : null
  }

  findSubject(accountId: string, { digest, keyId }: { digest: string; keyId: string }): Rows['dataSubjects'] | null {
    return this.find('dataSubjects', (row) => row.accountId === accountId && row.digest === digest && row.digestKeyId === keyId)
  }

  findConsent(accountId: string, reference: string): Rows['consents'] | null {
    return this.find('consents', (row) => row.accountId === accountId && row.reference === reference)
  }

  findOrder(accountId: string, externalId: string): Rows['orders'] | null {
    return this.find('orders', (row) => row.accountId === accountId && row.externalId === externalId)
  }

  findVerification(accountId: string, idempotency: string): number | null {
    return this.find('verifications', (row) => row.accountId === accountId && row.idempotency === idempotency)?.id ?? null
  }

  openGrants(accountId: string): Rows['grants'][] {
    return this.all('grants').filter((row) => row.accountId === accountId && (row.available > 0 || row.held > 0))
  }

  agreements(accountId: string): Rows['agreements'][] {
    return this.all('agreements').filter((row) => row.accountId === accountId)
  }

  allGrants(accountId: string): Rows['grants'][] {
    return this.all('grants').filter((row) => row.accountId === accountId)
  }

  usage(accountId: string, fromDay: string, toDay: string): Rows['rollups'][] {
    return this.all('rollups').filter(
      (row) => row.accountId === accountId && row.settledDay >= fromDay && row.settledDay <= toDay,
    )
  }

  /** The journal folded anew each time. */
  grantPeriods(accountId: string, period: { fromDay: string; endMs: number }): GrantPeriod[] {
    const fromMs = startOfDayMs(period.fromDay)
    const none = { granted: 0, held: 0, captured: 0, released: 0, expired: 0, refunded: 0 }
    const buckets: Record<string, keyof typeof none> = {
      grant: 'granted',
      hold: 'held',
      capture: 'captured',
      release: 'released',
      expire: 'expired',
      refund: 'refunded',
    }
    const periods = new Map<number, GrantPeriod>()
    for (const entry of this.all('entries')) {
      if (entry.accountId !== accountId || entry.grantId === null || entry.at >= period.endMs) continue
      const { grantId } = entry
      const found = periods.get(grantId) ?? { grantId, before: { ...none }, within: { ...none } }
      periods.set(grantId, found)
      const bucket = buckets[entry.kind]
      if (bucket) found[entry.at < fromMs ? 'before' : 'within'][bucket] += entry.credits
    }
    return [...periods.values()].sort((one, other) => one.grantId - other.grantId)
  }

  lastSeq(accountId: string, { endMs }: { endMs: number }): number {
    const own = this.all('entries').filter((entry) => entry.accountId === accountId && entry.at < endMs)
    return own.reduce((last, { seq }) => Math.max(last, seq), 0)
  }

  openMatters(accountId: string, kind: string): Rows['matters'][] {
    return this.all('matters').filter((row) => row.accountId === accountId && row.kind === kind && row.closedAt === null)
  }

  allMatters(accountId: string, kind: string): Rows['matters'][] {
    return this.all('matters')
      .filter((row) => row.accountId === accountId && row.kind === kind)
      .sort((a, b) => a.id - b.id)
  }

  findMatter(accountId: string, kind: string, reference: string): Rows['matters'] | null {
    return this.find('matters', (row) => row.accountId === accountId && row.kind === kind && row.reference === reference)
  }

  openVerifications(accountId: string): number[] {
    return this.all('verifications')
      .filter((row) => row.accountId === accountId)
      .map(({ id }) => id)
  }

  erasableSubjects(accountId: string, limit: number): Rows['dataSubjects'][] {
    return this.all('dataSubjects')
      .filter((row) => row.accountId === accountId && row.erasedAt === null && row.frozenAt === null)
      .slice(0, limit)
  }

  consentsOfSubject(accountId: string, subjectId: number): Rows['consents'][] {
    return this.all('consents').filter((row) => row.accountId === accountId && row.subjectId === subjectId)
  }

  frozenSubjects(accountId: string): number {
    return this.all('dataSubjects').filter((row) => row.accountId === accountId && row.frozenAt !== null).length
  }

  keysOf(accountId: string): Rows['apiKeys'][] {
    return this.all('apiKeys').filter((row) => row.accountId === accountId)
  }

  mattersAfter(accountId: string, after: number, limit: number): Rows['matters'][] {
    return this.all('matters')
      .filter((row) => row.accountId === accountId && row.id > after)
      .sort((a, b) => a.id - b.id)
      .slice(0, limit)
  }

  paymentOrdersOf(accountId: string, { day }: { day: string }): Rows['matters'][] {
    return this.all('matters').filter(
      (row) => row.accountId === accountId && row.kind === 'payment_order' && row.data.paidOn === day,
    )
  }

  paidOrders(accountId: string, fromMs: number, toMs: number): Rows['orders'][] {
    return this.all('orders').filter(
      ({ accountId: owner, paidAt }) => owner === accountId && paidAt !== null && paidAt >= fromMs && paidAt < toMs,
    )
  }

  parseTerms(row: Rows['agreements']): Terms {
    const known = this.terms.get(row.terms) ?? (JSON.parse(row.terms) as Terms)
    this.terms.set(row.terms, known)
    return known
  }

  private find<T extends TableName>(table: T, wanted: (row: Rows[T]) => boolean): Rows[T] | null {
    return this.all(table).find(wanted) ?? null
  }

  private rowsOf<T extends TableName>(table: T): Map<RowKey, Rows[T]> {
    let rows = this.tables.get(table)
    if (!rows) {
      rows = new Map()
      this.tables.set(table, rows)
    }
    return rows as Map<RowKey, Rows[T]>
  }
}
