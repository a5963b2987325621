import { index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'

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
    /** Verifications in doubt by source. One value, so that it is replaced as a whole and none of it can be left behind. */
    inDoubt: text('in_doubt', { mode: 'json' }).$type<Record<string, number>>().notNull().default({}),
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
    /** What the sources said that these calls cost, in millionths of a yuan. */
    costMicroYuan: integer('cost_micro_yuan').notNull().default(0),
    /** The kind of client that the key serves (S3 附件1 模块3, 4); null when nobody said. */
    channel: text('channel', { enum: ['web', 'mini_program', 'app', 'server'] }),
    seq: integer('seq').notNull(),
  },
  (t) => [primaryKey({ columns: [t.settledDay, t.serviceDay, t.accountId, t.keyId, t.mode, t.check, t.source, t.outcome] })],
)

export const directoryAlarms = sqliteTable(
  'directory_alarms',
  {
    /** In the order in which the directory heard of them: what a page goes on from. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    accountId: text('account_id').notNull(),
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    since: integer('since').notNull(),
    lastAt: integer('last_at').notNull(),
    count: integer('count').notNull(),
    clearedAt: integer('cleared_at'),
    acknowledgedBy: text('acknowledged_by'),
    /** Number of the alarm's own changes; not every one of them moves the account's journal. */
    change: integer('change').notNull(),
  },
  (t) => [unique('directory_alarms_alarm').on(t.accountId, t.kind, t.subject)],
)

/** Which account has which organisation's code (S2 五(二)). A code of an organisation is not personal. */
export const directoryOrganisations = sqliteTable('directory_organisations', {
  uscc: text('uscc').primaryKey(),
  accountId: text('account_id').notNull(),
  claimedAt: integer('claimed_at').notNull(),
})

/**
 * What staff did outside any account or across accounts. Lines are added and nothing else: the migration that makes the
 * table also makes triggers that refuse a change, a removal and a replacement, whatever code asks for it.
 */
export const staffLog = sqliteTable('staff_log', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  at: integer('at').notNull(),
  sub: text('sub').notNull(),
  roles: text('roles', { mode: 'json' }).$type<string[]>().notNull(),
  act: text('act').notNull(),
  target: text('target'),
  reason: text('reason').notNull(),
})
