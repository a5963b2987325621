import { asc, gt, type SQL, sql } from 'drizzle-orm'
import type { Crypto } from '../core/ports.ts'
import { shanghaiDay } from '../core/shanghai.ts'
import type { Rows } from './book.ts'
import type { Db } from './db.ts'
import { Fold, type FoldedGrant } from './fold.ts'
import { hashLeaf } from './leaf.ts'
import { SumsFold } from './reconcile-sums.ts'
import * as schema from './schema.ts'

/** One broken invariant: which, and where. Ids only. */
export interface Violation {
  invariant: string
  where: string
}

export interface Reconciliation {
  accounts: number
  entries: number
  verifications: number
  /**
   * Verifications without a charge that a source says it bills: the fee is for passing on a result, so each of them is a cost to
   * explain, not a fault (DESIGN.md §2, I9).
   */
  billedReleases: number[]
  violations: Violation[]
}

/** Questions whose answer must be empty; `at` names the row. The invariants are those of DESIGN.md §3. */
const emptyAnswers: { invariant: string; query: SQL }[] = [
  {
    invariant: 'I1 grants are conserved and I2 never negative',
    query: sql`SELECT id AS at FROM grants WHERE granted <> available + held + captured + expired + refunded OR min(available, held, captured, expired, refunded) < 0`,
  },
  {
    invariant: 'I3 held credits are those of verifications without an ending, captured those of captured ones',
    query: sql`SELECT g.id AS at FROM grants g LEFT JOIN (
        SELECT v.grant_id AS id,
          sum(CASE WHEN o.verification_id IS NULL THEN v.credits ELSE 0 END) AS held,
          sum(CASE WHEN o.disposition = 'captured' THEN o.credits ELSE 0 END) AS captured
        FROM verifications v LEFT JOIN outcomes o ON o.verification_id = v.id GROUP BY v.grant_id) s ON s.id = g.id
      WHERE g.held <> coalesce(s.held, 0) OR g.captured <> coalesce(s.captured, 0)`,
  },
  {
    invariant: 'I3 a hold is paid by a grant of the same account, check and mode',
    query: sql`SELECT v.id AS at FROM verifications v LEFT JOIN grants g ON g.id = v.grant_id
      WHERE v.grant_id IS NOT NULL AND (g.id IS NULL OR g.account_id <> v.account_id OR g.check_code <> v.check_code OR g.mode <> v.mode)`,
  },
  {
    invariant: 'I4 an ending belongs to a hold of the same account and charges what was held or nothing',
    query: sql`SELECT o.verification_id AS at FROM outcomes o LEFT JOIN verifications v ON v.id = o.verification_id
      WHERE v.id IS NULL OR v.account_id <> o.account_id OR (o.disposition = 'captured' AND o.credits <> v.credits)`,
  },
  {
    invariant: 'I4 every ending has one journal entry, and nothing without an ending has one',
    // Not a FULL JOIN: SQLite makes no index for one, so its time grows with the square of the ledger.
    query: sql`SELECT o.verification_id AS at FROM outcomes o
      LEFT JOIN (SELECT verification_id, count(*) AS n, min(kind) AS kind FROM entries WHERE kind IN ('capture', 'release') GROUP BY verification_id) e
        ON e.verification_id = o.verification_id
      WHERE e.n IS NULL OR e.n <> 1 OR (e.kind = 'capture') <> (o.disposition = 'captured')
      UNION SELECT e.verification_id FROM entries e LEFT JOIN outcomes o ON o.verification_id = e.verification_id
      WHERE e.kind IN ('capture', 'release') AND o.verification_id IS NULL`,
  },
  {
    invariant: 'I5 one verification for one idempotency key',
    query: sql`SELECT min(id) AS at FROM verifications GROUP BY account_id, idempotency HAVING count(*) > 1`,
  },
  {
    invariant: 'I5 the idempotency index equals the verifications up to its watermark',
    // Each verification stands once, in `used_keys` or in the table before it, and both hold nothing else.
    query: sql`WITH indexed (upto) AS (SELECT coalesce(max(value), 0) FROM watermarks WHERE name = 'indexed')
      SELECT v.id AS at FROM verifications v, indexed
      WHERE v.id <= upto
        AND (SELECT count(*) FROM used_keys u WHERE u.prefix = substr(v.idempotency, 1, 12) AND u.verification_id = v.id)
          + (SELECT count(*) FROM idempotency_index i WHERE i.account_id = v.account_id AND i.digest = v.idempotency AND i.verification_id = v.id) <> 1
      UNION SELECT u.verification_id FROM indexed, used_keys u LEFT JOIN verifications v ON v.id = u.verification_id
      WHERE v.id IS NULL OR v.id > upto OR u.prefix <> substr(v.idempotency, 1, 12)
      UNION SELECT i.verification_id FROM indexed, idempotency_index i LEFT JOIN verifications v ON v.id = i.verification_id
      WHERE v.id IS NULL OR v.id > upto OR i.account_id <> v.account_id OR i.digest <> v.idempotency`,
  },
  {
    invariant: 'I9 nothing released is charged and nothing is charged that the agreement does not charge',
    query: sql`SELECT o.verification_id AS at FROM outcomes o JOIN verifications v ON v.id = o.verification_id JOIN agreements a ON a.id = v.agreement_id
      WHERE (o.disposition = 'released' AND o.credits <> 0) OR (o.disposition = 'captured') <> EXISTS (
        SELECT 1 FROM json_each(a.terms, '$.checks.' || v.check_code || '.chargedOutcomes') c WHERE c.value = o.outcome)`,
  },
  {
    invariant: 'I10 a doubt belongs to a hold of the same account',
    query: sql`SELECT d.verification_id AS at FROM doubts d LEFT JOIN verifications v ON v.id = d.verification_id WHERE v.id IS NULL OR v.account_id <> d.account_id`,
  },
  {
    invariant: 'I11 every ending has its leaf',
    query: sql`SELECT o.verification_id AS at FROM outcomes o LEFT JOIN entries e ON e.verification_id = o.verification_id AND e.kind IN ('capture', 'release')
      WHERE e.leaf_hash IS NULL OR e.leaf_hash <> o.leaf_hash OR e.leaf_index <> o.leaf_index OR e.seq <> o.seq`,
  },
  {
    invariant: 'I11 an ending says what its leaf says',
    query: sql`SELECT o.verification_id AS at FROM outcomes o JOIN verifications v ON v.id = o.verification_id
        JOIN entries e ON e.verification_id = o.verification_id AND e.kind IN ('capture', 'release') AND e.leaf IS NOT NULL
      WHERE json_array(o.verification_id, o.outcome, o.credits, o.source_id, o.source_reference, v.check_code, v.grant_id, v.key_id, v.consent_id)
        <> json_extract(e.leaf, '$.verification', '$.outcome', '$.credits', '$.source', '$.source_reference', '$.check', '$.grant', '$.key', '$.consent')`,
  },
  {
    invariant: 'I13 every hold names a consent of the same account that was recorded before it',
    query: sql`SELECT v.id AS at FROM verifications v LEFT JOIN consents c ON c.id = v.consent_id
      WHERE c.id IS NULL OR c.account_id <> v.account_id OR c.recorded_at > v.held_at`,
  },
  {
    invariant: 'I13 the uses of a consent are its open verifications and delivered answers',
    query: sql`SELECT c.id AS at FROM consents c LEFT JOIN (
        SELECT v.consent_id AS id, count(*) AS n FROM verifications v LEFT JOIN outcomes o ON o.verification_id = v.id
        WHERE o.verification_id IS NULL OR o.outcome IN ('match', 'mismatch', 'no_record') GROUP BY v.consent_id) u ON u.id = c.id
      WHERE c.uses <> coalesce(u.n, 0)`,
  },
  {
    invariant: 'every consent points to a data subject of the same account',
    query: sql`SELECT c.id AS at FROM consents c LEFT JOIN data_subjects s ON s.id = c.subject_id WHERE s.id IS NULL OR s.account_id <> c.account_id`,
  },
]

const pageSize = 5_000

/**
 * Asserts every invariant that the ledger alone can show, reading all of it page by page. What needs the client's or the
 * source's book beside it (I6 to I8) is asserted by the torture tests. An empty list of violations is the only good answer.
 */
export const reconcile = (db: Db, crypto: Pick<Crypto, 'sha256'>): Reconciliation => {
  const violations: Violation[] = []
  for (const { invariant, query } of emptyAnswers) {
    for (const row of db.all<{ at: number | string }>(query)) violations.push({ invariant, where: String(row.at) })
  }

  const fold = new Fold()
  const sums = new SumsFold(db)
  let entries = 0
  for (const entry of pagesOf(db)) {
    entries += 1
    sums.add(entry)
    for (const fault of fold.add(entry)) violations.push({ invariant: fault, where: String(entry.id) })
    if (entry.leaf !== null && hashLeaf(crypto, entry.leaf) !== entry.leafHash)
      violations.push({ invariant: 'I11 a leaf hash is the hash of its leaf', where: String(entry.id) })
    if (entry.leaf !== null && !isHeadOf(entry.leaf, entry))
      violations.push({ invariant: 'I11 a leaf says what its entry says', where: String(entry.id) })
  }
  for (const { id, digest, terms } of db.select().from(schema.agreements).all())
    if (digest !== crypto.sha256(terms))
      violations.push({ invariant: 'the digest of an agreement is that of its terms', where: String(id) })
  const accounts = db.select().from(schema.accounts).all()
  for (const account of accounts) {
    const heads = fold.headsOf(account.id)
    if (heads.seq !== account.seq || heads.leaves !== account.leaves)
      violations.push({ invariant: 'I12 the account counts its entries and leaves', where: account.id })
  }
  for (const grant of db.select().from(schema.grants).all()) {
    if (!equalsFold(grant, fold.grants.get(grant.id)))
      violations.push({ invariant: 'I12 balances are the fold of the journal', where: String(grant.id) })
    fold.grants.delete(grant.id)
  }
  for (const id of fold.grants.keys())
    violations.push({ invariant: 'I12 balances are the fold of the journal', where: String(id) })
  violations.push(...checkRollups(db), ...sums.check(db))
  const verifications = db.all<{ n: number }>(sql`SELECT count(*) AS n FROM verifications`)[0]?.n ?? 0
  const billedReleases = db
    .all<{ id: number }>(
      sql`SELECT verification_id AS id FROM outcomes WHERE disposition = 'released' AND source_billed = 1 ORDER BY verification_id`,
    )
    .map(({ id }) => id)
  return { accounts: accounts.length, entries, verifications, billedReleases, violations }
}

/** The hash proves the leaf; this ties the leaf to the line that everything else is computed from. */
const isHeadOf = (leaf: string, entry: Rows['entries']): boolean => {
  const { account, index, seq, at, event } = JSON.parse(leaf) as Record<string, unknown>
  return account === entry.accountId && index === entry.leafIndex && seq === entry.seq && at === entry.at && event === entry.kind
}

const equalsFold = (grant: Rows['grants'], folded: FoldedGrant | undefined): boolean =>
  folded !== undefined &&
  (['granted', 'available', 'held', 'captured', 'expired', 'refunded'] as const).every(
    (bucket) => folded[bucket] === grant[bucket],
  )

function* pagesOf(db: Db): Generator<Rows['entries']> {
  let after = 0
  for (;;) {
    const page = db
      .select()
      .from(schema.entries)
      .where(gt(schema.entries.id, after))
      .orderBy(asc(schema.entries.id))
      .limit(pageSize)
      .all()
    yield* page
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    after = last.id
  }
}

/** The rollups against the endings they count; the days are computed again, not read. */
const checkRollups = (db: Db): Violation[] => {
  const folded = new Map<string, { count: number; credits: number; costMicroYuan: number }>()
  const keyOf = (parts: (string | number)[]): string => parts.join('|')
  const { outcomes, verifications } = schema
  const rows = db
    .select({ outcome: outcomes, verification: verifications })
    .from(outcomes)
    .innerJoin(verifications, sql`${verifications.id} = ${outcomes.verificationId}`)
    .all()
  for (const { outcome, verification } of rows) {
    const key = keyOf([
      shanghaiDay(outcome.settledAt),
      shanghaiDay(verification.heldAt),
      verification.accountId,
      verification.keyId,
      verification.mode,
      verification.check,
      outcome.sourceId ?? '',
      outcome.outcome,
    ])
    const sum = folded.get(key) ?? { count: 0, credits: 0, costMicroYuan: 0 }
    folded.set(key, {
      count: sum.count + 1,
      credits: sum.credits + outcome.credits,
      costMicroYuan: sum.costMicroYuan + (outcome.sourceCostMicroYuan ?? 0),
    })
  }
  const violations: Violation[] = []
  for (const row of db.select().from(schema.rollups).all()) {
    const key = keyOf([row.settledDay, row.serviceDay, row.accountId, row.keyId, row.mode, row.check, row.source, row.outcome])
    const sum = folded.get(key)
    if (!sum || sum.count !== row.count || sum.credits !== row.credits || sum.costMicroYuan !== row.costMicroYuan)
      violations.push({ invariant: 'rollups are the fold of the endings', where: key })
    folded.delete(key)
  }
  for (const key of folded.keys()) violations.push({ invariant: 'rollups are the fold of the endings', where: key })
  return violations
}
