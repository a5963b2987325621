import { describe, expect, test } from 'vitest'
import { type TestLedger, useTestLedgers } from '../support/ledger.ts'
import { take } from '../support/ledger-commands.ts'
import { act, hold, seedWorld, settle, verifyOnce } from '../support/ledger-world.ts'

const open = useTestLedgers()

/** A captured, a released and a doubted verification, a proposal, and a consent that may be used once more. */
const world = (): TestLedger => {
  const ledger = open()
  const account = seedWorld(ledger, { credits: 10 })
  verifyOnce(ledger, account, 'captured', 'match')
  verifyOnce(ledger, account, 'released', 'unavailable')
  const { verificationId } = hold(ledger, account, 'doubted')
  settle(ledger, account, verificationId, 'unknown')
  const proposal = {
    kind: 'propose_settlement',
    verificationId,
    outcome: 'match',
    sourceId: null,
    sourceReference: null,
  } as const
  take(act(ledger, account.accountId, proposal), 'approval')
  return ledger
}

const columnsOf = (ledger: TestLedger, table: string): string[] =>
  ledger.rows<{ name: string }>('SELECT name FROM pragma_table_info(?)', table).map(({ name }) => name)

/** SQL that writes a row once more, with these columns changed. */
const copyOf = (ledger: TestLedger, table: string, changed: Record<string, string>, where = '1'): string => {
  const columns = columnsOf(ledger, table)
  return `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map((name) => changed[name] ?? name).join(', ')} FROM ${table} WHERE ${where}`
}

const refusals: [string, (ledger: TestLedger) => string, string][] = [
  ...['available', 'held', 'captured', 'expired', 'refunded'].map((bucket): [string, (ledger: TestLedger) => string, string] => [
    `fewer than no credits ${bucket}, also when the sum is right`,
    () => `UPDATE grants SET granted = granted - ${bucket} - 1, ${bucket} = -1`,
    'grants_signs',
  ]),
  ['a grant that is not the sum of its buckets', () => 'UPDATE grants SET available = available + 1', 'grants_conserved'],
  ['a grant of nothing', () => 'UPDATE grants SET granted = 0, available = 0, held = 0, captured = 0', 'grants_signs'],
  ['a second grant of an order', (ledger) => copyOf(ledger, 'grants', { id: 'id + 1' }), 'grants.order_id'],
  ['a second ending of a verification', (ledger) => copyOf(ledger, 'outcomes', {}), 'outcomes.verification_id'],
  ['a second doubt of a verification', (ledger) => copyOf(ledger, 'doubts', {}), 'doubts.verification_id'],
  ['a second verification under one number', (ledger) => copyOf(ledger, 'verifications', {}), 'verifications.id'],
  ...['rejected', 'unavailable', 'unknown'].map((outcome): [string, (ledger: TestLedger) => string, string] => [
    `a charge for ${outcome}`,
    () => `UPDATE outcomes SET outcome = '${outcome}' WHERE disposition = 'captured'`,
    'outcomes_charge',
  ]),
  ['a release that charges', () => "UPDATE outcomes SET credits = 1 WHERE disposition = 'released'", 'outcomes_charge'],
  ['a verification that costs credits of no grant', () => 'UPDATE verifications SET grant_id = NULL', 'verifications_credits'],
  ['a verification of a grant that costs nothing', () => 'UPDATE verifications SET credits = 0', 'verifications_credits'],
  ['an approval by the person who proposed', () => 'UPDATE approvals SET decided_by = proposed_by', 'approvals_two_persons'],
  ['a leaf without a hash', () => 'UPDATE entries SET leaf_hash = NULL WHERE leaf IS NOT NULL', 'entries_leaf'],
  ['a leaf without a number', () => 'UPDATE entries SET leaf_index = NULL WHERE leaf IS NOT NULL', 'entries_leaf'],
  ['a hash without a leaf', () => "UPDATE entries SET leaf_hash = 'x' WHERE leaf IS NULL", 'entries_leaf'],
  ['a journal line before the first', () => 'UPDATE entries SET seq = 0', 'entries_credits'],
  ['a journal line of fewer than no credits', () => 'UPDATE entries SET credits = -1', 'entries_credits'],
  ['more leaves than journal lines', () => 'UPDATE accounts SET leaves = seq + 1', 'accounts_counts'],
  ['more uses of a consent than were agreed', () => 'UPDATE consents SET max_uses = uses - 1', 'consents_uses'],
  ['fewer than no uses of a consent', () => 'UPDATE consents SET uses = -1', 'consents_uses'],
  ['a second consent under one reference', (ledger) => copyOf(ledger, 'consents', { id: 'id + 1' }), 'consents.reference'],
  ['a second data subject of one digest', (ledger) => copyOf(ledger, 'data_subjects', { id: 'id + 1' }), 'data_subjects.digest'],
  ['a second order under one number', (ledger) => copyOf(ledger, 'orders', { id: 'id + 1' }), 'orders.external_id'],
  ['an order of nothing', () => 'UPDATE orders SET credits = 0', 'orders_amounts'],
  ['an order below nothing', () => 'UPDATE orders SET paid_fen = -1', 'orders_amounts'],
  ['a second agreement of one version', (ledger) => copyOf(ledger, 'agreements', { id: 'id + 1' }), 'agreements.version'],
  [
    'more denials told than counted',
    () => "INSERT INTO denials VALUES (1, 'acc_0000000000', 1, 'consent_missing', 1, 2)",
    'denials_counts',
  ],
  ['a rollup of nothing', () => 'UPDATE rollups SET count = 0', 'rollups_counts'],
  [
    'a used key that leads to two verifications',
    () => "INSERT INTO idempotency_index VALUES ('a', 'd', 1), ('a', 'd', 2)",
    'idempotency_index.digest',
  ],
]

describe('the database itself refuses', () => {
  test.each(refusals)('%s', (_what, statement, constraint) => {
    const ledger = world()
    const before = ledger.connection.serialize()
    expect(() => ledger.connection.exec(statement(ledger))).toThrow(new RegExp(`constraint failed: .*${constraint}`))
    expect(ledger.connection.serialize().equals(before)).toBe(true)
  })

  test('and nothing else: the same statements with good values are taken', () => {
    const ledger = open({ sound: false })
    const account = seedWorld(ledger)
    verifyOnce(ledger, account, 'captured', 'match')
    for (const statement of [
      'UPDATE grants SET available = available - 1, refunded = refunded + 1',
      copyOf(ledger, 'grants', { id: 'id + 1', order_id: 'order_id + 1' }),
      'UPDATE consents SET max_uses = uses',
      "UPDATE outcomes SET outcome = 'no_record'",
    ])
      expect(ledger.connection.prepare(statement).run().changes).toBe(1)
  })

  test('every CHECK of the schema has a refusal above', () => {
    const ledger = open()
    const tables = ledger.rows<{ sql: string }>("SELECT sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CHECK%'")
    const names = tables.flatMap(({ sql }) => [...sql.matchAll(/CONSTRAINT "(\w+)" CHECK/g)].map((match) => match[1] ?? ''))
    expect(names.length).toBeGreaterThan(8)
    const refused = new Set(refusals.map(([, , constraint]) => constraint))
    expect(names.filter((name) => !refused.has(name))).toEqual([])
  })
})
