import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/*
 * Derived: filled after the commit from the primary rows, up to a watermark, and rebuildable from them. In the commit they
 * would cost more than everything else together, because their keys are random.
 */

/**
 * Where a used Idempotency-Key may lead (I5 for every row below the watermark; above it the ledger's own memory holds it). By
 * the beginning of its digest alone, which the verification holds whole: random keys dirty as many pages as the table has,
 * and so it has a quarter of them. Two keys of one beginning are two rows.
 */
export const usedKeys = sqliteTable(
  'used_keys',
  { prefix: text('prefix').notNull(), verificationId: integer('verification_id').notNull() },
  (t) => [primaryKey({ columns: [t.prefix, t.verificationId] })],
)

/** What stood for `used_keys` before there was that table: still read, filled no more. */
export const idempotencyIndex = sqliteTable(
  'idempotency_index',
  {
    accountId: text('account_id').notNull(),
    digest: text('digest').notNull(),
    verificationId: integer('verification_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.digest] })],
)

export const verificationIndex = sqliteTable(
  'verification_index',
  { accountId: text('account_id').notNull(), verificationId: integer('verification_id').notNull() },
  (t) => [primaryKey({ columns: [t.accountId, t.verificationId] })],
)

/** Moves of each grant on each Asia/Shanghai day, in credits: what the statements of a period are made from (DESIGN.md §3, periods). */
export const grantDays = sqliteTable(
  'grant_days',
  {
    accountId: text('account_id').notNull(),
    day: text('day').notNull(),
    grantId: integer('grant_id').notNull(),
    granted: integer('granted').notNull(),
    held: integer('held').notNull(),
    captured: integer('captured').notNull(),
    released: integer('released').notNull(),
    expired: integer('expired').notNull(),
    refunded: integer('refunded').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.day, t.grantId] })],
)

/** The last journal number of each account on each day on which it has entries. */
export const accountDays = sqliteTable(
  'account_days',
  { accountId: text('account_id').notNull(), day: text('day').notNull(), lastSeq: integer('last_seq').notNull() },
  (t) => [primaryKey({ columns: [t.accountId, t.day] })],
)

export const watermarks = sqliteTable('watermarks', { name: text('name').primaryKey(), value: integer('value').notNull() })
