import { statSync } from 'node:fs'
import { join } from 'node:path'
import { startOfDayMs } from '../../src/core/shanghai.ts'
import { rebuildSums } from '../../src/ledger/rebuild-sums.ts'
import { databaseName, type NodeDatabase, openDatabase } from '../../src/runtimes/database.ts'

export const accountCount = 50
/** The month that every verification lies in. */
export const month = { from: '2024-08-01', to: '2024-08-31', endMs: startOfDayMs('2024-09-01') }

const startMs = startOfDayMs(month.from)
/** Rows of one transaction. */
const share = 100_000

const accountId = (at: string): string => `'acc_' || substr('0000000000' || (${at}), -10)`
export const firstAccount = 'acc_0000000001'

/** What was built, for whoever reads the figures. */
export interface Built {
  verifications: number
  entries: number
  rollups: number
  megabytes: number
  buildSeconds: number
  /** The sums told again from all rows, which is also what `npm run operator -- rebuild --repair` does. */
  rebuildSeconds: number
}

const numbers = 'WITH RECURSIVE c(n) AS (VALUES (@from) UNION ALL SELECT n + 1 FROM c WHERE n + 1 < @to)'
const outcome = "CASE n % 10 WHEN 8 THEN 'mismatch' WHEN 9 THEN 'no_record' ELSE 'match' END"
const charged = 'n % 10 <> 9'
const digest = 'lower(hex(randomblob(32)))'

/** Statements that write one share of the month: as the gateway's rows, but with short leaves and without the index of used keys. */
const statements = (stepMs: number): string[] => {
  const account = accountId(`n % ${accountCount} + 1`)
  const heldAt = `(${startMs} + CAST(n * ${stepMs} AS INTEGER))`
  const seq = `(2 * (n / ${accountCount}) + 1)`
  const key = `(2 * (n % ${accountCount}) + (n / ${accountCount}) % 2 + 1)`
  const grant = `(n % ${accountCount} + 1)`
  const source = "CASE n % 3 WHEN 0 THEN 'source_b' ELSE 'source_a' END"
  return [
    `${numbers} INSERT INTO verifications (id, account_id, key_id, mode, check_code, purpose, agreement_id, consent_id, grant_id, credits, idempotency, fingerprint, sources, held_at, deadline_at, seq)
      SELECT n + 1, ${account}, ${key}, 'live', 'id2', 'real_name_registration', 1, 1, ${grant}, 1, ${digest}, ${digest}, '["source_a"]', ${heldAt}, ${heldAt} + 25000, ${seq} FROM c`,
    `${numbers} INSERT INTO outcomes (verification_id, account_id, outcome, disposition, credits, available, source_id, source_reference, source_billed, reason, settled_by, settled_at, seq, leaf_index, leaf_hash, source_cost_micro_yuan)
      SELECT n + 1, ${account}, ${outcome}, iif(${charged}, 'captured', 'released'), ${charged}, 1, ${source}, 'order-' || n, 1, 'answered', 'source', ${heldAt} + 300, ${seq} + 1, ${seq}, ${digest}, 15000 FROM c`,
    `${numbers} INSERT INTO entries (id, account_id, seq, kind, at, actor, verification_id, grant_id, credits)
      SELECT 2 * n + 1, ${account}, ${seq}, 'hold', ${heldAt}, 'key:1', n + 1, ${grant}, 1 FROM c`,
    `${numbers} INSERT INTO entries (id, account_id, seq, kind, at, actor, verification_id, grant_id, credits, leaf_index, leaf, leaf_hash)
      SELECT 2 * n + 2, ${account}, ${seq} + 1, iif(${charged}, 'capture', 'release'), ${heldAt} + 300, 'key:1', n + 1, ${grant}, 1, ${seq}, '{}', ${digest} FROM c`,
    `${numbers} INSERT INTO verification_index (account_id, verification_id) SELECT ${account}, n + 1 FROM c`,
  ]
}

/** A data folder with so many verifications in one month, of fifty accounts with two keys each, and its sums. */
export const buildBooks = (
  folder: string,
  verifications: number,
  onProgress: (count: number) => void,
): { database: NodeDatabase; built: Built } => {
  const started = Date.now()
  const database = openDatabase(folder)
  const { connection } = database
  // Nothing is answered from here until it is built.
  connection.pragma('synchronous = OFF')
  connection.exec(`WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < ${2 * accountCount})
    INSERT INTO api_keys (id, account_id, name, mode, secret_digest, secret_key_id, scopes, addresses, created_at)
    SELECT n, ${accountId('(n + 1) / 2')}, 'app', 'live', ${digest}, 'k', '[]', '[]', ${startMs} FROM c`)
  const stepMs = (month.endMs - startMs - 1_000) / verifications
  const writes = statements(stepMs).map((text) => connection.prepare(text))
  for (let from = 0; from < verifications; from += share) {
    const to = Math.min(from + share, verifications)
    connection.transaction(() => {
      for (const write of writes) write.run({ from, to })
    })()
    onProgress(to - from)
  }
  connection
    .prepare("INSERT INTO watermarks (name, value) VALUES ('summed', @last) ON CONFLICT (name) DO UPDATE SET value = @last")
    .run({ last: 2 * verifications })
  const builtAt = Date.now()
  rebuildSums(database.ledger, database.driver)
  const rebuiltAt = Date.now()
  connection.exec(`INSERT INTO directory_usage (settled_day, service_day, account_id, key_id, mode, check_code, source, outcome, count, credits, seq, cost_micro_yuan)
    SELECT settled_day, service_day, account_id, key_id, mode, check_code, source, outcome, count, credits, seq, cost_micro_yuan FROM rollups`)
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.pragma('synchronous = FULL')
  const rollups = connection.prepare('SELECT count(*) FROM rollups').pluck().get() as number
  return {
    database,
    built: {
      verifications,
      entries: 2 * verifications,
      rollups,
      megabytes: Math.round(statSync(join(folder, databaseName)).size / 1e6),
      buildSeconds: (builtAt - started) / 1_000,
      rebuildSeconds: (rebuiltAt - builtAt) / 1_000,
    },
  }
}
