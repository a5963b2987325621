import { and, asc, eq, getTableColumns, gt, gte, is, isNotNull, isNull, lt, lte, or, Placeholder, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { readTerms } from '../agreement/stored-terms.ts'
import type { Terms } from '../agreement/terms.ts'
import type { KeyedDigest } from '../core/ports.ts'
import type { Change, RowKey, Rows, TableName } from './book.ts'
import { prepareDaySums } from './day-sums.ts'
import type { Db, Driver, Stored } from './db.ts'
import type { Loader } from './loader.ts'
import { keyPrefixLength } from './scans.ts'
import * as schema from './schema.ts'
import type { Tail } from './tail.ts'

/**
 * A value that is handed in when the statement runs, as it is to be stored. As a piece of SQL, because Drizzle would give a
 * bare placeholder the column's encoder, and asks each of those for its kind at every run, which costs more than the run.
 */
const value = (name: string) => sql`${sql.placeholder(name)}`

const tables: { [T in TableName]: SQLiteTable } = {
  accounts: schema.accounts,
  agreements: schema.agreements,
  orders: schema.orders,
  grants: schema.grants,
  apiKeys: schema.apiKeys,
  dataSubjects: schema.dataSubjects,
  consents: schema.consents,
  verifications: schema.verifications,
  outcomes: schema.outcomes,
  doubts: schema.doubts,
  entries: schema.entries,
  denials: schema.denials,
  rollups: schema.rollups,
  approvals: schema.approvals,
  alarms: schema.alarms,
  matters: schema.matters,
}

/** Tables whose rows change after they are written; every other table is insert-only, so a second row with the same key fails the commit. */
const keysOfMutable: Partial<Record<TableName, SQLiteColumn[]>> = {
  accounts: [schema.accounts.id],
  orders: [schema.orders.id],
  grants: [schema.grants.id],
  apiKeys: [schema.apiKeys.id],
  dataSubjects: [schema.dataSubjects.id],
  consents: [schema.consents.id],
  denials: [schema.denials.minute, schema.denials.accountId, schema.denials.keyId, schema.denials.code],
  rollups: [
    schema.rollups.settledDay,
    schema.rollups.serviceDay,
    schema.rollups.accountId,
    schema.rollups.keyId,
    schema.rollups.mode,
    schema.rollups.check,
    schema.rollups.source,
    schema.rollups.outcome,
  ],
  approvals: [schema.approvals.id],
  alarms: [schema.alarms.accountId, schema.alarms.kind, schema.alarms.subject],
  matters: [schema.matters.id],
}

type Write = (row: Record<string, unknown>) => void

/** JSON of lists and objects of rows. A changed row mostly has those that it had before, so their text is made once. */
const jsonTexts = new WeakMap<object, string>()
const jsonOf = (value: object): string => {
  let text = jsonTexts.get(value)
  if (text === undefined) {
    text = JSON.stringify(value)
    jsonTexts.set(value, text)
  }
  return text
}

/** Null stays null: "the source does not say" is not "no". */
const stored = (value: unknown): Stored => {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'object' && value !== null ? jsonOf(value) : null
}

const prepareWrite = (db: Db, driver: Driver, name: TableName): Write => {
  const columns = getTableColumns(tables[name])
  const values = Object.fromEntries(Object.keys(columns).map((property) => [property, value(property)]))
  const { sql: text, params } = prepareUpsert(db, name, columns, values)
  const properties = params.map((param) => {
    if (!is(param, Placeholder)) throw new TypeError(`a write into ${name} has a value of its own`)
    return param.name
  })
  const run = driver.prepareWrite(text)
  return (row) => run(properties.map((property) => stored(row[property])))
}

const prepareUpsert = (db: Db, name: TableName, columns: Record<string, SQLiteColumn>, values: Record<string, unknown>) => {
  const insert = db.insert(tables[name]).values(values)
  const keys = keysOfMutable[name]
  if (!keys) return insert.toSQL()
  const set = Object.fromEntries(
    Object.entries(columns)
      .filter(([, column]) => !keys.some((key) => key.name === column.name))
      .map(([property, column]) => [property, sql.raw(`excluded."${column.name}"`)]),
  )
  return insert.onConflictDoUpdate({ target: keys, set }).toSQL()
}

/** Writes one changed row. Prepared once: building a query costs ten times what running it does. */
export const prepareWrites = (db: Db, driver: Driver): ((change: Change) => void) => {
  const writes = new Map((Object.keys(tables) as TableName[]).map((name) => [name, prepareWrite(db, driver, name)]))
  return (change) => writes.get(change.table)?.(change.row)
}

const prepareSelects = (db: Db) => {
  const byId = <T extends SQLiteTable & { id: SQLiteColumn }>(table: T) =>
    db
      .select()
      .from(table)
      .where(eq(table.id, value('key')))
      .prepare()
  return {
    accounts: byId(schema.accounts),
    agreements: byId(schema.agreements),
    orders: byId(schema.orders),
    grants: byId(schema.grants),
    apiKeys: byId(schema.apiKeys),
    dataSubjects: byId(schema.dataSubjects),
    consents: byId(schema.consents),
    verifications: byId(schema.verifications),
    entries: byId(schema.entries),
    approvals: byId(schema.approvals),
    matters: byId(schema.matters),
    outcomes: db
      .select()
      .from(schema.outcomes)
      .where(eq(schema.outcomes.verificationId, value('key')))
      .prepare(),
    doubts: db
      .select()
      .from(schema.doubts)
      .where(eq(schema.doubts.verificationId, value('key')))
      .prepare(),
    denials: db
      .select()
      .from(schema.denials)
      .where(
        and(
          eq(schema.denials.minute, value('p0')),
          eq(schema.denials.accountId, value('account')),
          eq(schema.denials.keyId, value('p1')),
          eq(schema.denials.code, value('p2')),
        ),
      )
      .prepare(),
    rollups: db
      .select()
      .from(schema.rollups)
      .where(
        and(
          eq(schema.rollups.settledDay, value('p0')),
          eq(schema.rollups.serviceDay, value('p1')),
          eq(schema.rollups.accountId, value('account')),
          eq(schema.rollups.keyId, value('p2')),
          eq(schema.rollups.mode, value('p3')),
          eq(schema.rollups.check, value('p4')),
          eq(schema.rollups.source, value('p5')),
          eq(schema.rollups.outcome, value('p6')),
        ),
      )
      .prepare(),
    alarms: db
      .select()
      .from(schema.alarms)
      .where(
        and(
          eq(schema.alarms.accountId, value('account')),
          eq(schema.alarms.kind, value('p0')),
          eq(schema.alarms.subject, value('p1')),
        ),
      )
      .prepare(),
  }
}

/** Rows from SQL. A row of another account is no row: the scope is checked here, once, for every table. */
export const prepareLoader = (
  db: Db,
  driver: Driver,
  { find: findInTail, openOf, summedUpTo }: Pick<Tail, 'find' | 'openOf' | 'summedUpTo'>,
): Loader => {
  const selects: Record<TableName, { get(values: Record<string, unknown>): unknown }> = prepareSelects(db)
  const subject = db
    .select()
    .from(schema.dataSubjects)
    .where(
      and(
        eq(schema.dataSubjects.accountId, value('account')),
        eq(schema.dataSubjects.digestKeyId, value('keyId')),
        eq(schema.dataSubjects.digest, value('digest')),
      ),
    )
    .prepare()
  const consent = db
    .select()
    .from(schema.consents)
    .where(and(eq(schema.consents.accountId, value('account')), eq(schema.consents.reference, value('reference'))))
    .prepare()
  const order = db
    .select()
    .from(schema.orders)
    .where(and(eq(schema.orders.accountId, value('account')), eq(schema.orders.externalId, value('externalId'))))
    .prepare()
  const grants = db
    .select()
    .from(schema.grants)
    .where(and(eq(schema.grants.accountId, value('account')), or(gt(schema.grants.available, 0), gt(schema.grants.held, 0))))
    .orderBy(asc(schema.grants.id))
    .prepare()
  const agreements = db
    .select()
    .from(schema.agreements)
    .where(eq(schema.agreements.accountId, value('account')))
    .prepare()
  const allGrants = db
    .select()
    .from(schema.grants)
    .where(eq(schema.grants.accountId, value('account')))
    .orderBy(asc(schema.grants.id))
    .prepare()
  const usage = db
    .select()
    .from(schema.rollups)
    .where(
      and(
        eq(schema.rollups.accountId, value('account')),
        gte(schema.rollups.settledDay, value('from')),
        lte(schema.rollups.settledDay, value('to')),
      ),
    )
    .prepare()
  const matters = db
    .select()
    .from(schema.matters)
    .where(
      and(
        eq(schema.matters.accountId, value('account')),
        eq(schema.matters.kind, value('kind')),
        isNull(schema.matters.closedAt),
      ),
    )
    .orderBy(asc(schema.matters.id))
    .prepare()
  const matter = db
    .select()
    .from(schema.matters)
    .where(
      and(
        eq(schema.matters.accountId, value('account')),
        eq(schema.matters.kind, value('kind')),
        eq(schema.matters.reference, value('reference')),
      ),
    )
    .prepare()
  const erasable = db
    .select()
    .from(schema.dataSubjects)
    .where(
      and(
        eq(schema.dataSubjects.accountId, value('account')),
        isNull(schema.dataSubjects.erasedAt),
        isNull(schema.dataSubjects.frozenAt),
      ),
    )
    .limit(sql.placeholder('limit'))
    .prepare()
  const consentsOfSubject = db
    .select()
    .from(schema.consents)
    .where(and(eq(schema.consents.accountId, value('account')), eq(schema.consents.subjectId, value('subject'))))
    .orderBy(asc(schema.consents.id))
    .prepare()
  const frozen = db
    .select({ n: sql<number>`count(*)` })
    .from(schema.dataSubjects)
    .where(and(eq(schema.dataSubjects.accountId, value('account')), isNotNull(schema.dataSubjects.frozenAt)))
    .prepare()
  const keys = db
    .select()
    .from(schema.apiKeys)
    .where(eq(schema.apiKeys.accountId, value('account')))
    .prepare()
  const allMatters = db
    .select()
    .from(schema.matters)
    .where(and(eq(schema.matters.accountId, value('account')), eq(schema.matters.kind, value('kind'))))
    .orderBy(asc(schema.matters.id))
    .prepare()
  const mattersAfter = db
    .select()
    .from(schema.matters)
    .where(and(eq(schema.matters.accountId, value('account')), gt(schema.matters.id, value('after'))))
    .orderBy(asc(schema.matters.id))
    .limit(sql.placeholder('limit'))
    .prepare()
  const paymentOrders = db
    .select()
    .from(schema.matters)
    .where(
      and(
        eq(schema.matters.accountId, value('account')),
        eq(schema.matters.kind, 'payment_order'),
        gte(schema.matters.id, value('fromId')),
        gte(schema.matters.changedAt, value('sinceMs')),
        sql`json_extract(${schema.matters.data}, '$.paidOn') = ${value('day')}`,
      ),
    )
    .orderBy(asc(schema.matters.id))
    .prepare()
  const paidOrders = db
    .select()
    .from(schema.orders)
    .where(
      and(
        eq(schema.orders.accountId, value('account')),
        gte(schema.orders.paidAt, value('fromMs')),
        lt(schema.orders.paidAt, value('toMs')),
      ),
    )
    .prepare()
  const { sql: usedKeysText } = db
    .select({ id: schema.usedKeys.verificationId })
    .from(schema.usedKeys)
    .where(eq(schema.usedKeys.prefix, value('prefix')))
    .toSQL()
  const usedKeys = driver.prepareRead(usedKeysText)
  const findUsedKey = (account: string, digest: string): number | null => {
    for (const [key] of usedKeys([digest.slice(0, keyPrefixLength)])) {
      const row = selects.verifications.get({ key }) as Rows['verifications'] | undefined
      if (row?.accountId === account && row.idempotency === digest) return row.id
    }
    return null
  }
  const earlierKey = db
    .select({ id: schema.idempotencyIndex.verificationId })
    .from(schema.idempotencyIndex)
    .where(and(eq(schema.idempotencyIndex.accountId, value('account')), eq(schema.idempotencyIndex.digest, value('digest'))))
    .prepare()
  // Nothing is added to it, so it is asked only where it has something.
  const hasEarlierKeys = db.select().from(schema.idempotencyIndex).limit(1).all().length > 0
  const daySums = prepareDaySums(db)
  const termsByDigest = new Map<string, Terms>()

  return {
    load<T extends TableName>(table: T, accountId: string, key: RowKey): Rows[T] | null {
      const parts = typeof key === 'string' ? Object.fromEntries(key.split('|').map((part, at) => [`p${at}`, part])) : {}
      const row = selects[table].get({ key, account: accountId, ...parts }) as Rows[T] | undefined
      if (!row) return null
      const owner = 'accountId' in row ? row.accountId : row.id
      return owner === accountId ? row : null
    },
    findSubject: (account: string, { digest, keyId }: KeyedDigest) => subject.get({ account, digest, keyId }) ?? null,
    findConsent: (account, reference) => consent.get({ account, reference }) ?? null,
    findOrder: (account, externalId) => order.get({ account, externalId }) ?? null,
    findVerification: (account, digest) =>
      findInTail(account, digest) ??
      findUsedKey(account, digest) ??
      (hasEarlierKeys ? earlierKey.get({ account, digest })?.id : null) ??
      null,
    openGrants: (account) => grants.all({ account }),
    agreements: (account) => agreements.all({ account }),
    allGrants: (account) => allGrants.all({ account }),
    usage: (account, from, to) => usage.all({ account, from, to }),
    grantPeriods: (account, period) => daySums.grantPeriods(account, period, summedUpTo()),
    lastSeq: (account, upTo) => daySums.lastSeq(account, upTo, summedUpTo()),
    openMatters: (account, kind) => matters.all({ account, kind }),
    allMatters: (account, kind) => allMatters.all({ account, kind }),
    findMatter: (account, kind, reference) => matter.get({ account, kind, reference }) ?? null,
    openVerifications: openOf,
    erasableSubjects: (account, limit) => erasable.all({ account, limit }),
    consentsOfSubject: (account, subject) => consentsOfSubject.all({ account, subject }),
    frozenSubjects: (account) => frozen.get({ account })?.n ?? 0,
    keysOf: (account) => keys.all({ account }),
    mattersAfter: (account, after, limit) => mattersAfter.all({ account, after, limit }),
    paymentOrdersOf: (account, paid) => paymentOrders.all({ account, ...paid }),
    paidOrders: (account, fromMs, toMs) => paidOrders.all({ account, fromMs, toMs }),
    parseTerms(row) {
      let terms = termsByDigest.get(row.digest)
      if (!terms) {
        terms = readTerms(row.terms)
        termsByDigest.set(row.digest, terms)
      }
      return terms
    },
  }
}
