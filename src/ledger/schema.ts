import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import type { ConsentDetails } from '../core/consent.ts'

/*
 * Tables of one ledger. Hashes are TEXT and ids are integers below 2^53, because both drivers then agree byte for byte.
 * Every row names its account, so that one schema serves one file of many accounts and one object of one account.
 * Insert-only: agreements, verifications, outcomes, doubts, entries. Their ids are time-ordered, so a commit
 * touches the last page of each table and no other (reference figures: cost follows the number of dirtied pages).
 */

const suspensionColumns = {
  suspendedGround: text('suspended_ground'),
  suspendedNote: text('suspended_note'),
  suspendedBy: text('suspended_by'),
  suspendedAt: integer('suspended_at'),
}

export const accounts = sqliteTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    agreementId: integer('agreement_id'),
    /** When the agreement's trigger happened; the ledger asks nothing else to know whether it is in force. */
    effectiveAt: integer('effective_at'),
    ...suspensionColumns,
    closedAt: integer('closed_at'),
    /** Last operation of the customer, also a refused call (S0 六.2); null before the first. */
    lastOperationAt: integer('last_operation_at'),
    /** Last journal number; entries are gapless per account. */
    seq: integer('seq').notNull(),
    /** Number of leaves in the account's audit log. */
    leaves: integer('leaves').notNull(),
    /** Newest instant this account has seen; its clock never goes back. */
    lastAt: integer('last_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [check('accounts_counts', sql`${t.seq} >= 0 AND ${t.leaves} >= 0 AND ${t.leaves} <= ${t.seq}`)],
)

export const agreements = sqliteTable(
  'agreements',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    version: integer('version').notNull(),
    digest: text('digest').notNull(),
    terms: text('terms').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [unique('agreements_version').on(t.accountId, t.version)],
)

export const orders = sqliteTable(
  'orders',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    externalId: text('external_id').notNull(),
    check: text('check_code').notNull(),
    mode: text('mode', { enum: ['live', 'test'] }).notNull(),
    credits: integer('credits').notNull(),
    listFen: integer('list_fen').notNull(),
    paidFen: integer('paid_fen').notNull(),
    offerSha256: text('offer_sha256'),
    orderedAt: integer('ordered_at').notNull(),
    paidAt: integer('paid_at'),
    bankReference: text('bank_reference'),
  },
  (t) => [
    unique('orders_external').on(t.accountId, t.externalId),
    check('orders_amounts', sql`${t.credits} > 0 AND ${t.listFen} >= 0 AND ${t.paidFen} >= 0`),
  ],
)

export const grants = sqliteTable(
  'grants',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    orderId: integer('order_id').unique('grants_order'),
    check: text('check_code').notNull(),
    mode: text('mode', { enum: ['live', 'test'] }).notNull(),
    priority: integer('priority').notNull(),
    granted: integer('granted').notNull(),
    available: integer('available').notNull(),
    held: integer('held').notNull(),
    captured: integer('captured').notNull(),
    expired: integer('expired').notNull(),
    refunded: integer('refunded').notNull(),
    startsAt: integer('starts_at').notNull(),
    expiresAt: integer('expires_at'),
    /** The lowest share of it, in percent, at which the customer was told how little is left; 100 when never. */
    toldPercent: integer('told_percent').notNull().default(100),
  },
  (t) => [
    index('grants_account').on(t.accountId),
    // I1 and I2: the sum and the signs hold at every commit, whatever code wrote the row.
    check('grants_conserved', sql`${t.granted} = ${t.available} + ${t.held} + ${t.captured} + ${t.expired} + ${t.refunded}`),
    check(
      'grants_signs',
      sql`${t.granted} > 0 AND ${t.available} >= 0 AND ${t.held} >= 0 AND ${t.captured} >= 0 AND ${t.expired} >= 0 AND ${t.refunded} >= 0`,
    ),
  ],
)

export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    name: text('name').notNull(),
    mode: text('mode', { enum: ['live', 'test'] }).notNull(),
    /** HMAC of the whole key; the key itself is never stored. */
    secretDigest: text('secret_digest').notNull(),
    secretKeyId: text('secret_key_id').notNull(),
    scopes: text('scopes', { mode: 'json' }).$type<string[]>().notNull(),
    addresses: text('addresses', { mode: 'json' }).$type<string[]>().notNull(),
    ...suspensionColumns,
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
    replacedBy: integer('replaced_by'),
    /** Who uses it, by the customer's own word for the user (S3 附件3 第四条); null when nobody said. */
    holder: text('holder'),
    /** The project it belongs to (S3 §6.1.12); null when it belongs to none. */
    project: text('project'),
    /** The kind of client (S3 附件1 模块3, 4); null when nobody said. */
    channel: text('channel', { enum: ['web', 'mini_program', 'app', 'server'] }),
    /** Requests per window while the key is slowed down; null when it is not. */
    throttle: integer('throttle'),
  },
  (t) => [index('api_keys_account').on(t.accountId)],
)

/** The one place for what is personal: keyed digest, masked forms, salt. Consents point here; erasing is this row alone. */
export const dataSubjects = sqliteTable(
  'data_subjects',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    kind: text('kind', { enum: ['person', 'organisation'] }).notNull(),
    digest: text('digest').notNull(),
    digestKeyId: text('digest_key_id').notNull(),
    numberMasked: text('number_masked').notNull(),
    nameMasked: text('name_masked').notNull(),
    /** Salts the digests in this subject's audit leaves; without it they say nothing. */
    salt: text('salt').notNull(),
    ...suspensionColumns,
    createdAt: integer('created_at').notNull(),
    /** When what is personal in this row was erased; the row stays, because consents point to it. */
    erasedAt: integer('erased_at'),
    /** Set while an authority's matter keeps the row from being erased (S2 十三(一)). */
    frozenAt: integer('frozen_at'),
  },
  (t) => [unique('data_subjects_digest').on(t.accountId, t.digestKeyId, t.digest)],
)

export const consents = sqliteTable(
  'consents',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    subjectId: integer('subject_id').notNull(),
    reference: text('reference').notNull(),
    fingerprint: text('fingerprint').notNull(),
    type: text('type').notNull(),
    purposes: text('purposes', { mode: 'json' }).$type<string[]>().notNull(),
    checks: text('checks', { mode: 'json' }).$type<string[]>().notNull(),
    sources: text('sources', { mode: 'json' }).$type<string[]>().notNull(),
    details: text('details', { mode: 'json' }).$type<ConsentDetails>().notNull(),
    recordedBy: integer('recorded_by').notNull(),
    grantedAt: integer('granted_at').notNull(),
    recordedAt: integer('recorded_at').notNull(),
    expiresAt: integer('expires_at'),
    maxUses: integer('max_uses'),
    uses: integer('uses').notNull(),
    withdrawnAt: integer('withdrawn_at'),
    withdrawalSource: text('withdrawal_source'),
  },
  (t) => [
    unique('consents_reference').on(t.accountId, t.reference),
    check('consents_uses', sql`${t.uses} >= 0 AND (${t.maxUses} IS NULL OR ${t.uses} <= ${t.maxUses})`),
  ],
)

/** One row per hold (called ⇒ held). It names no person. */
export const verifications = sqliteTable(
  'verifications',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    keyId: integer('key_id').notNull(),
    mode: text('mode', { enum: ['live', 'test'] }).notNull(),
    check: text('check_code').notNull(),
    purpose: text('purpose').notNull(),
    agreementId: integer('agreement_id').notNull(),
    consentId: integer('consent_id').notNull(),
    grantId: integer('grant_id'),
    credits: integer('credits').notNull(),
    idempotency: text('idempotency').notNull(),
    fingerprint: text('fingerprint').notNull(),
    reference: text('reference'),
    sources: text('sources', { mode: 'json' }).$type<string[]>().notNull(),
    heldAt: integer('held_at').notNull(),
    deadlineAt: integer('deadline_at').notNull(),
    seq: integer('seq').notNull(),
  },
  (t) => [check('verifications_credits', sql`${t.credits} >= 0 AND (${t.credits} = 0) = (${t.grantId} IS NULL)`)],
)

/** The ending of a verification. Keyed by it, so that a second ending cannot exist (I4). */
export const outcomes = sqliteTable(
  'outcomes',
  {
    verificationId: integer('verification_id').primaryKey(),
    accountId: text('account_id').notNull(),
    outcome: text('outcome', { enum: ['match', 'mismatch', 'no_record', 'rejected', 'unavailable', 'unknown'] }).notNull(),
    disposition: text('disposition', { enum: ['captured', 'released'] }).notNull(),
    credits: integer('credits').notNull(),
    available: integer('available').notNull(),
    sourceId: text('source_id'),
    sourceReference: text('source_reference'),
    sourceBilled: integer('source_billed', { mode: 'boolean' }),
    /** The source's own instant of what it said, where it tells one (S4 §2.2). */
    sourceAt: integer('source_at'),
    /** What the source says that this call costs the reseller, in millionths of a yuan; null where it does not say. */
    sourceCostMicroYuan: integer('source_cost_micro_yuan'),
    reason: text('reason').notNull(),
    settledBy: text('settled_by', { enum: ['source', 'query', 'time', 'staff'] }).notNull(),
    settledAt: integer('settled_at').notNull(),
    seq: integer('seq').notNull(),
    leafIndex: integer('leaf_index').notNull(),
    leafHash: text('leaf_hash').notNull(),
  },
  (t) => [
    // The fee is for passing on a result: nothing without a delivered answer is ever charged (S1 §1).
    check(
      'outcomes_charge',
      sql`(${t.disposition} = 'captured' AND ${t.outcome} IN ('match', 'mismatch', 'no_record')) OR (${t.disposition} = 'released' AND ${t.credits} = 0)`,
    ),
  ],
)

/** In doubt: the source may have done the work. The hold stays until an outcome row exists. */
export const doubts = sqliteTable('doubts', {
  verificationId: integer('verification_id').primaryKey(),
  accountId: text('account_id').notNull(),
  sourceId: text('source_id'),
  sourceReference: text('source_reference'),
  reason: text('reason').notNull(),
  doubtAt: integer('doubt_at').notNull(),
  seq: integer('seq').notNull(),
})

/** The journal. Balances are its fold; a leaf, where there is one, is the audit log's line for the same fact. */
export const entries = sqliteTable(
  'entries',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    seq: integer('seq').notNull(),
    kind: text('kind').notNull(),
    at: integer('at').notNull(),
    /** `key:<id>`, `staff:<sub>` or `clock`. */
    actor: text('actor').notNull(),
    verificationId: integer('verification_id'),
    grantId: integer('grant_id'),
    credits: integer('credits').notNull(),
    body: text('body'),
    leafIndex: integer('leaf_index'),
    leaf: text('leaf'),
    leafHash: text('leaf_hash'),
  },
  (t) => [
    check('entries_credits', sql`${t.credits} >= 0 AND ${t.seq} > 0`),
    check('entries_leaf', sql`(${t.leaf} IS NULL) = (${t.leafIndex} IS NULL) AND (${t.leaf} IS NULL) = (${t.leafHash} IS NULL)`),
  ],
)

/** Refusals from the standing checks on, counted per minute, key and code; the first 60 have a leaf each, the rest one counting leaf. */
export const denials = sqliteTable(
  'denials',
  {
    minute: integer('minute').notNull(),
    accountId: text('account_id').notNull(),
    keyId: integer('key_id').notNull(),
    code: text('code').notNull(),
    count: integer('count').notNull(),
    /** How many of them the audit log tells of so far. */
    logged: integer('logged').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.minute, t.accountId, t.keyId, t.code] }),
    check('denials_counts', sql`${t.count} > 0 AND ${t.logged} >= 0 AND ${t.logged} <= ${t.count}`),
  ],
)

/** Ended verifications by day and kind. Day first, so that today's rows lie together. Both days are Asia/Shanghai days. */
export const rollups = sqliteTable(
  'rollups',
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
    /** The account's journal number at the last change: what makes an absolute row safe to push, the later wins. */
    seq: integer('seq').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.settledDay, t.serviceDay, t.accountId, t.keyId, t.mode, t.check, t.source, t.outcome] }),
    check('rollups_counts', sql`${t.count} > 0 AND ${t.credits} >= 0`),
  ],
)

/** Two-person approval of one exact change. */
export const approvals = sqliteTable(
  'approvals',
  {
    id: integer('id').primaryKey(),
    accountId: text('account_id').notNull(),
    act: text('act').notNull(),
    change: text('change').notNull(),
    digest: text('digest').notNull(),
    proposedBy: text('proposed_by').notNull(),
    proposedAt: integer('proposed_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: integer('decided_at'),
  },
  (t) => [
    index('approvals_account').on(t.accountId),
    check('approvals_two_persons', sql`${t.decidedBy} IS NULL OR ${t.decidedBy} <> ${t.proposedBy}`),
  ],
)

export const alarms = sqliteTable(
  'alarms',
  {
    accountId: text('account_id').notNull(),
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    since: integer('since').notNull(),
    lastAt: integer('last_at').notNull(),
    count: integer('count').notNull(),
    clearedAt: integer('cleared_at'),
    acknowledgedBy: text('acknowledged_by'),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.kind, t.subject] })],
)

export * from './derived-schema.ts'
export { matters } from './matters/table.ts'
