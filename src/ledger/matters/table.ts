import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import type { Clock } from '../../agreement/clock.ts'

/**
 * What is between the two sides and takes time: tickets, notices, papers, changes, closings. A row is the state as it stands;
 * its history is in the journal.
 */
export const matters = sqliteTable(
  'matters',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    kind: text('kind').notNull(),
    state: text('state').notNull(),
    /** The caller's own reference, unique within the kind; null when it gave none. */
    reference: text('reference'),
    /** SHA-256 of the act that opened it, so that a repeated reference can be told from a reused one. */
    fingerprint: text('fingerprint').notNull(),
    data: text('data', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    clocks: text('clocks', { mode: 'json' }).$type<Clock[]>().notNull(),
    /** When the clock has something to do with it; null when never. */
    dueAt: integer('due_at'),
    /** Version of the calendar by which its clocks were counted while some of their days are uncertain; null when none is. */
    provisionalUnder: text('provisional_under'),
    openedBy: text('opened_by').notNull(),
    openedAt: integer('opened_at').notNull(),
    changedAt: integer('changed_at').notNull(),
    closedAt: integer('closed_at'),
  },
  (t) => [
    index('matters_account').on(t.accountId, t.kind, t.id),
    unique('matters_reference').on(t.accountId, t.kind, t.reference),
    index('matters_due').on(t.dueAt).where(sql`${t.dueAt} IS NOT NULL`),
    index('matters_provisional').on(t.provisionalUnder).where(sql`${t.provisionalUnder} IS NOT NULL`),
  ],
)
