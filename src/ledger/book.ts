import type { Terms } from '../agreement/terms.ts'
import { boundsOfPaidDay } from '../core/matters/payment-order.ts'
import type { KeyedDigest } from '../core/ports.ts'
import { addDays, startOfDayMs } from '../core/shanghai.ts'
import type { GrantPeriod } from './day-sums.ts'
import type { Loader } from './loader.ts'
import type * as schema from './schema.ts'

/** Rows by table. Keys of this type are the tables that a decision may write. */
export interface Rows {
  accounts: typeof schema.accounts.$inferSelect
  agreements: typeof schema.agreements.$inferSelect
  orders: typeof schema.orders.$inferSelect
  grants: typeof schema.grants.$inferSelect
  apiKeys: typeof schema.apiKeys.$inferSelect
  dataSubjects: typeof schema.dataSubjects.$inferSelect
  consents: typeof schema.consents.$inferSelect
  verifications: typeof schema.verifications.$inferSelect
  outcomes: typeof schema.outcomes.$inferSelect
  doubts: typeof schema.doubts.$inferSelect
  entries: typeof schema.entries.$inferSelect
  denials: typeof schema.denials.$inferSelect
  rollups: typeof schema.rollups.$inferSelect
  approvals: typeof schema.approvals.$inferSelect
  alarms: typeof schema.alarms.$inferSelect
  matters: typeof schema.matters.$inferSelect
}
export type TableName = keyof Rows
export type RowKey = string | number

/** One row as it is to stand after the commit. */
export type Change = { [T in TableName]: { table: T; row: Rows[T] } }[TableName]

/** How each table's rows are told apart. */
const keyOf: { [T in TableName]: (row: Rows[T]) => RowKey } = {
  accounts: (row) => row.id,
  agreements: (row) => row.id,
  orders: (row) => row.id,
  grants: (row) => row.id,
  apiKeys: (row) => row.id,
  dataSubjects: (row) => row.id,
  consents: (row) => row.id,
  verifications: (row) => row.id,
  outcomes: (row) => row.verificationId,
  doubts: (row) => row.verificationId,
  entries: (row) => row.id,
  denials: (row) => denialKey(row),
  rollups: (row) => rollupKey(row),
  approvals: (row) => row.id,
  alarms: (row) => alarmKey(row),
  matters: (row) => row.id,
}
export const denialKey = (row: Pick<Rows['denials'], 'minute' | 'keyId' | 'code'>): string =>
  `${row.minute}|${row.keyId}|${row.code}`
export const rollupKey = (
  row: Pick<Rows['rollups'], 'settledDay' | 'serviceDay' | 'keyId' | 'mode' | 'check' | 'source' | 'outcome'>,
): string => [row.settledDay, row.serviceDay, row.keyId, row.mode, row.check, row.source, row.outcome].join('|')
export const alarmKey = (row: Pick<Rows['alarms'], 'kind' | 'subject'>): string => `${row.kind}|${row.subject}`

/** Rows of which few change and many commits read: they stay in the copy from one commit to the next. */
const keptTables: readonly TableName[] = ['accounts', 'agreements', 'grants', 'apiKeys', 'dataSubjects', 'consents', 'rollups']

/** Most rows of one table that a copy keeps; beyond, it begins anew. */
const mostKeptRows = 10_000

/**
 * The working copy of one account. Decisions read it; what they decide is put into it only when the whole decision stands,
 * so that the next piece of the group sees it and a refused or throwing piece leaves no trace. It outlives a commit only
 * inside the one writer that makes all changes: `keep` after the commit, and thrown away whole when the commit fails.
 */
export class Book {
  readonly accountId: string
  private readonly loader: Loader
  private readonly copies = new Map<TableName, Map<RowKey, Rows[TableName] | null>>()
  private readonly changed = new Map<TableName, Set<RowKey>>()
  private readonly idempotency = new Map<string, number>()
  private readonly subjectIds = new Map<string, number>()
  private readonly consentIds = new Map<string, number>()
  private grantIds: Set<number> | null = null
  /** By kind: those that were open, and those that were changed since. */
  private readonly matterIds = new Map<string, Set<number>>()

  constructor(accountId: string, loader: Loader) {
    this.accountId = accountId
    this.loader = loader
  }

  get<T extends TableName>(table: T, key: RowKey): Rows[T] | null {
    const copies = this.copiesOf(table)
    const copy = copies.get(key)
    if (copy !== undefined) return copy
    const row = this.loader.load(table, this.accountId, key)
    return row === null ? null : this.remember(table, row)
  }

  account(): Rows['accounts'] | null {
    return this.get('accounts', this.accountId)
  }

  /** The terms of one version; immutable, so parsed once. */
  terms(agreementId: number): Terms {
    const row = this.get('agreements', agreementId)
    if (!row) throw new Error(`agreement ${agreementId} is missing`)
    return this.loader.parseTerms(row)
  }

  subjectByDigest(digest: KeyedDigest): Rows['dataSubjects'] | null {
    const id = this.subjectIds.get(`${digest.keyId} ${digest.digest}`)
    return id === undefined
      ? this.remember('dataSubjects', this.loader.findSubject(this.accountId, digest))
      : this.get('dataSubjects', id)
  }

  consentByReference(reference: string): Rows['consents'] | null {
    const id = this.consentIds.get(reference)
    return id === undefined
      ? this.remember('consents', this.loader.findConsent(this.accountId, reference))
      : this.get('consents', id)
  }

  orderByExternalId(externalId: string): Rows['orders'] | null {
    return (
      this.scan('orders', (row) => row.externalId === externalId) ??
      this.remember('orders', this.loader.findOrder(this.accountId, externalId))
    )
  }

  verificationByIdempotency(digest: string): Rows['verifications'] | null {
    const id = this.idempotency.get(digest) ?? this.loader.findVerification(this.accountId, digest)
    return id === null ? null : this.get('verifications', id)
  }

  /** Grants that still have credits available or held. */
  openGrants(): Rows['grants'][] {
    if (this.grantIds === null) {
      this.grantIds = new Set()
      for (const grant of this.loader.openGrants(this.accountId))
        this.grantIds.add(this.remember('grants', grant)?.id ?? grant.id)
      for (const key of this.changed.get('grants') ?? []) this.grantIds.add(Number(key))
    }
    return [...this.grantIds].map((id) => this.get('grants', id)).filter((grant) => grant !== null)
  }

  /** Every version of the agreement, oldest first, with its terms. */
  versions(): { version: number; createdAt: number; terms: Terms }[] {
    return this.asTheyStand('agreements', this.loader.agreements(this.accountId)).map((row) => ({
      version: row.version,
      createdAt: row.createdAt,
      terms: this.loader.parseTerms(row),
    }))
  }

  /** Every grant there ever was, oldest first. */
  allGrants(): Rows['grants'][] {
    return this.asTheyStand('grants', this.loader.allGrants(this.accountId))
  }

  /** What was settled from one day to another, both included. */
  usage(fromDay: string, toDay: string): Rows['rollups'][] {
    const rows = new Map(this.loader.usage(this.accountId, fromDay, toDay).map((row) => [rollupKey(row), row]))
    for (const key of this.changed.get('rollups') ?? []) {
      const row = this.get('rollups', key)
      if (row && row.settledDay >= fromDay && row.settledDay <= toDay) rows.set(rollupKey(row), row)
    }
    return [...rows.values()]
  }

  /**
   * What happened to every grant before and in a period of Shanghai days, both included, oldest grant first. The period has to be
   * over: what this very commit adds is not in it.
   */
  grantPeriods(fromDay: string, toDay: string): GrantPeriod[] {
    return this.loader.grantPeriods(this.accountId, { fromDay, toDay, endMs: startOfDayMs(addDays(toDay, 1)) })
  }

  /** The last journal number up to the end of a Shanghai day that is over; 0 where there is none. */
  lastSeq(toDay: string): number {
    return this.loader.lastSeq(this.accountId, { toDay, endMs: startOfDayMs(addDays(toDay, 1)) })
  }

  /** Matters of a kind that are not closed, oldest first. */
  openMatters(kind: string): Rows['matters'][] {
    let ids = this.matterIds.get(kind)
    if (!ids) {
      ids = new Set(this.loader.openMatters(this.accountId, kind).map((row) => this.remember('matters', row)?.id ?? row.id))
      for (const key of this.changed.get('matters') ?? []) if (this.get('matters', key)?.kind === kind) ids.add(Number(key))
      this.matterIds.set(kind, ids)
    }
    return this.mattersOf(ids).filter((row) => row.closedAt === null)
  }

  private mattersOf(ids: ReadonlySet<number>): Rows['matters'][] {
    return [...ids].sort((a, b) => a - b).flatMap((id) => this.get('matters', id) ?? [])
  }

  /** Every matter of a kind there ever was, oldest first. For kinds of which an account has few. */
  allMatters(kind: string): Rows['matters'][] {
    const rows = this.asTheyStand('matters', this.loader.allMatters(this.accountId, kind))
    return rows.filter((row) => row.kind === kind)
  }

  matterByReference(kind: string, reference: string): Rows['matters'] | null {
    return (
      this.scan('matters', (row) => row.kind === kind && row.reference === reference) ??
      this.remember('matters', this.loader.findMatter(this.accountId, kind, reference))
    )
  }

  /** Verifications without an ending. */
  openVerifications(): Rows['verifications'][] {
    const ids = new Set(this.loader.openVerifications(this.accountId))
    for (const key of this.changed.get('verifications') ?? []) ids.add(Number(key))
    const open = [...ids].filter((id) => this.get('outcomes', id) === null)
    return open.flatMap((id) => this.get('verifications', id) ?? [])
  }

  /** Data subjects that nobody erased or froze, at most `limit`. Fewer than that when some were erased in this very commit. */
  erasableSubjects(limit: number): Rows['dataSubjects'][] {
    return this.asTheyStand('dataSubjects', this.loader.erasableSubjects(this.accountId, limit))
      .filter(({ erasedAt, frozenAt }) => erasedAt === null && frozenAt === null)
      .slice(0, limit)
  }

  /** How many data subjects an authority's matter keeps. */
  frozenSubjects(): number {
    return this.loader.frozenSubjects(this.accountId)
  }

  /** Every key of the account. */
  keys(): Rows['apiKeys'][] {
    return this.asTheyStand('apiKeys', this.loader.keysOf(this.accountId))
  }

  /** Stored matters above an id, oldest first, at most `limit`, as they stand now. */
  mattersAfter(after: number, limit: number): Rows['matters'][] {
    return this.loader.mattersAfter(this.accountId, after, limit).flatMap(({ id }) => this.get('matters', id) ?? [])
  }

  /** Payment orders whose money came on a Shanghai day, oldest first. */
  paymentOrdersOf(day: string): Rows['matters'][] {
    const stored = this.loader.paymentOrdersOf(this.accountId, { day, ...boundsOfPaidDay(day) })
    const isPaid = ({ kind, data }: Rows['matters']) => kind === 'payment_order' && data.paidOn === day
    return this.asTheyStand('matters', stored).filter(isPaid)
  }

  /** Orders of packs whose payment was recorded on a Shanghai day, oldest first. */
  paidOrders(day: string): Rows['orders'][] {
    const [fromMs, toMs] = [startOfDayMs(day), startOfDayMs(addDays(day, 1))]
    const stored = this.loader.paidOrders(this.accountId, fromMs, toMs)
    return this.asTheyStand('orders', stored).filter(({ paidAt }) => paidAt !== null && paidAt >= fromMs && paidAt < toMs)
  }

  /** Every consent that points to this data subject, oldest first. */
  consentsOfSubject(subjectId: number): Rows['consents'][] {
    const stored = this.asTheyStand('consents', this.loader.consentsOfSubject(this.accountId, subjectId))
    return stored.filter((row) => row.subjectId === subjectId)
  }

  /** The commit stands: the copy is what is stored. Rows that nobody will ask for soon leave it. */
  keep(): void {
    for (const id of this.changed.get('outcomes') ?? [])
      for (const table of ['verifications', 'outcomes', 'doubts'] as const) this.copies.get(table)?.delete(id)
    const open = this.copies.get('verifications')?.size ?? 0
    for (const [table, copies] of this.copies) {
      const isOpen = table === 'verifications' || table === 'outcomes' || table === 'doubts'
      const isKept = isOpen ? open <= mostKeptRows : keptTables.includes(table) && copies.size <= mostKeptRows
      if (isKept) continue
      this.copies.delete(table)
      if (table === 'dataSubjects') this.subjectIds.clear()
      if (table === 'consents') this.consentIds.clear()
      if (table === 'grants') this.grantIds = null
    }
    this.changed.clear()
    this.idempotency.clear()
    this.matterIds.clear()
  }

  /** Puts what was decided into the copy. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) this.put(change.table, change.row)
  }

  /** Every changed row, once, as it stands now. */
  *changes(): Generator<Change> {
    for (const [table, keys] of this.changed) {
      for (const key of keys) {
        const row = this.copiesOf(table).get(key)
        if (row) yield { table, row } as Change
      }
    }
  }

  private put<T extends TableName>(table: T, row: Rows[T]): void {
    const key = keyOf[table](row)
    const copies = this.copiesOf(table)
    if (table === 'dataSubjects') this.forgetDigest(copies.get(key) as Rows['dataSubjects'] | undefined)
    copies.set(key, row)
    this.index(table, row)
    let keys = this.changed.get(table)
    if (!keys) {
      keys = new Set()
      this.changed.set(table, keys)
    }
    keys.add(key)
    if (table === 'grants') this.grantIds?.add(Number(key))
    if (table === 'matters') this.matterIds.get((row as Rows['matters']).kind)?.add(Number(key))
    if (table !== 'verifications') return
    const { idempotency, id } = row as Rows['verifications']
    this.idempotency.set(idempotency, id)
    // A verification is put once, when it is held: it has no ending and no doubt, and nobody need look for one.
    this.copiesOf('outcomes').set(id, null)
    this.copiesOf('doubts').set(id, null)
  }

  /** An erased row is no longer found by the digest that it had. */
  private forgetDigest(prior: Rows['dataSubjects'] | null | undefined): void {
    if (prior) this.subjectIds.delete(`${prior.digestKeyId} ${prior.digest}`)
  }

  /** How a row is found by what callers know of it. */
  private index<T extends TableName>(table: T, row: Rows[T]): void {
    if (table === 'dataSubjects') {
      const { digestKeyId, digest, id } = row as Rows['dataSubjects']
      this.subjectIds.set(`${digestKeyId} ${digest}`, id)
    }
    if (table === 'consents') {
      const { reference, id } = row as Rows['consents']
      this.consentIds.set(reference, id)
    }
  }

  /** What was found and what this copy has changed, each once and as it stands now, the lowest key first. */
  private asTheyStand<T extends TableName>(table: T, found: readonly Rows[T][]): Rows[T][] {
    for (const row of found) this.remember(table, row)
    const keys = new Set([...found.map((row) => keyOf[table](row)), ...(this.changed.get(table) ?? [])])
    const rows = [...keys].map((key) => this.get(table, key)).filter((row) => row !== null)
    return rows.sort((one, other) => Number(keyOf[table](one)) - Number(keyOf[table](other)))
  }

  /** Takes a found row into the copy, unless the copy has a newer one. */
  private remember<T extends TableName>(table: T, row: Rows[T] | null): Rows[T] | null {
    if (!row) return null
    const copies = this.copiesOf(table)
    const key = keyOf[table](row)
    const copy = copies.get(key)
    if (copy) return copy
    copies.set(key, row)
    this.index(table, row)
    return row
  }

  private scan<T extends TableName>(table: T, wanted: (row: Rows[T]) => boolean): Rows[T] | null {
    for (const key of this.changed.get(table) ?? []) {
      const row = this.copiesOf(table).get(key)
      if (row && wanted(row)) return row
    }
    return null
  }

  private copiesOf<T extends TableName>(table: T): Map<RowKey, Rows[T] | null> {
    let copies = this.copies.get(table)
    if (!copies) {
      copies = new Map()
      this.copies.set(table, copies)
    }
    return copies as Map<RowKey, Rows[T] | null>
  }
}
