import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/*
 * What staff see across accounts. Rows are absolute copies pushed by the ledgers, each with the account's journal number
 * at that moment; the later number wins, so a repeated or late push does no harm. No balance is decided from here.
 */

export const directoryAccounts = sqliteTable(
  'directory_accounts',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    standing: text('standing', { enum: ['open', 'suspended', 'closed'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    seq: integer('seq').notNull(),
    pushedAt: integer('pushed_at').notNull(),
  },
  (t) => [index('directory_accounts_name').on(t.name)],
)

export const directoryUsage = sqliteTable(
  'directory_usage',
  {
    settledDay: text('settled_day').notNull(),
    serviceDay: text('service_day').notNull(),
    accountId: text('account_id').notNull(),
    keyId: integer('key_id').notNull(),
    mode: text('mode', { enum: ['live', 'test'] }).notNull(),
    check: text('check_code').notNull(),
    source: text('source').notNull(),
    outcome: text('outcome', { enum: ['match', 'mismatch', 'no_record', 'rejected', 'unavailable', 'unknown'] }).notNull(),
    count: integer('count').notNull(),
    credits: integer('credits').notNull(),
    seq: integer('seq').notNull(),
  },
  (t) => [primaryKey({ columns: [t.settledDay, t.serviceDay, t.accountId, t.keyId, t.mode, t.check, t.source, t.outcome] })],
)
