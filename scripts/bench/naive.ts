import { createHash, randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'
import { Hono } from 'hono'
import { openUpstream, serve, type VerificationBody } from './serve.ts'

/*
 * The plain way to meter: random ids as keys, the usual indexes, rows that are updated in place, and one transaction for
 * each step of a request, as durable as the gateway's (WAL, synchronous=FULL). Prepared statements, no artificial waste.
 */

const db = new Database(process.env.BENCH_DATABASE ?? '')
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.pragma('foreign_keys = ON')
db.exec(`
  CREATE TABLE accounts (id TEXT PRIMARY KEY, status TEXT NOT NULL, remaining INTEGER NOT NULL CHECK (remaining >= 0));
  CREATE TABLE api_keys (hash TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts (id), status TEXT NOT NULL);
  CREATE TABLE consents (
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts (id), reference TEXT NOT NULL, subject TEXT NOT NULL,
    withdrawn_at INTEGER, uses INTEGER NOT NULL, UNIQUE (account_id, reference));
  CREATE TABLE verifications (
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts (id), consent_id TEXT NOT NULL REFERENCES consents (id),
    idempotency_key TEXT NOT NULL, status TEXT NOT NULL, outcome TEXT, answer TEXT, created_at INTEGER NOT NULL,
    completed_at INTEGER, UNIQUE (account_id, idempotency_key));
  CREATE INDEX verifications_by_account ON verifications (account_id, created_at);
  CREATE TABLE audit (
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL, verification_id TEXT NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL,
    hash TEXT NOT NULL);
  CREATE INDEX audit_by_verification ON audit (verification_id);
`)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const findKey = db.prepare<[string], { accountId: string }>(
  "SELECT k.account_id AS accountId FROM api_keys k JOIN accounts a ON a.id = k.account_id WHERE k.hash = ? AND k.status = 'active' AND a.status = 'active'",
)
const findPrior = db.prepare<[string, string], { answer: string | null }>(
  'SELECT answer FROM verifications WHERE account_id = ? AND idempotency_key = ?',
)
const findConsent = db.prepare<[string, string, string], { id: string }>(
  'SELECT id FROM consents WHERE account_id = ? AND reference = ? AND subject = ? AND withdrawn_at IS NULL',
)
const spend = db.prepare<[string]>('UPDATE accounts SET remaining = remaining - 1 WHERE id = ? AND remaining > 0')
const useConsent = db.prepare<[string]>('UPDATE consents SET uses = uses + 1 WHERE id = ?')
const addVerification = db.prepare<[string, string, string, string, number]>(
  "INSERT INTO verifications (id, account_id, consent_id, idempotency_key, status, created_at) VALUES (?, ?, ?, ?, 'held', ?)",
)
const complete = db.prepare<[string, string, number, string]>(
  "UPDATE verifications SET status = 'captured', outcome = ?, answer = ?, completed_at = ? WHERE id = ?",
)
const addAudit = db.prepare<[string, string, string, string, number, string]>(
  'INSERT INTO audit (id, account_id, verification_id, event, at, hash) VALUES (?, ?, ?, ?, ?, ?)',
)

const audit = (accountId: string, verificationId: string, event: string): void => {
  const at = Date.now()
  addAudit.run(randomUUID(), accountId, verificationId, event, at, sha256(`${verificationId} ${event} ${at}`))
}

const hold = db.transaction((id: string, accountId: string, consentId: string, idempotencyKey: string): boolean => {
  if (spend.run(accountId).changes === 0) return false
  useConsent.run(consentId)
  addVerification.run(id, accountId, consentId, idempotencyKey, Date.now())
  audit(accountId, id, 'held')
  return true
})
const capture = db.transaction((id: string, accountId: string, outcome: string, answer: string): void => {
  complete.run(outcome, answer, Date.now(), id)
  audit(accountId, id, 'captured')
})

const seed = db.transaction((apiKey: string, consents: number, subject: string) => {
  const accountId = randomUUID()
  db.prepare('INSERT INTO accounts VALUES (?, ?, ?)').run(accountId, 'active', 1_000_000_000)
  db.prepare('INSERT INTO api_keys VALUES (?, ?, ?)').run(sha256(apiKey), accountId, 'active')
  const add = db.prepare('INSERT INTO consents VALUES (?, ?, ?, ?, NULL, 0)')
  for (let n = 0; n < consents; n += 1) add.run(randomUUID(), accountId, `consent-${n}`, subject)
})
seed(process.env.BENCH_API_KEY ?? '', Number(process.env.BENCH_CONSENTS), sha256(process.env.BENCH_SUBJECT ?? ''))

const upstream = openUpstream('naive')
const app = new Hono()
app.post('/v1/verifications', async (c) => {
  const key = findKey.get(sha256(c.req.header('authorization')?.slice('Bearer '.length) ?? ''))
  if (!key) return c.json({ code: 'key_unknown' }, 401)
  const idempotencyKey = c.req.header('idempotency-key')
  if (idempotencyKey === undefined) return c.json({ code: 'idempotency_key_missing' }, 400)
  const prior = findPrior.get(key.accountId, idempotencyKey)
  if (prior) return prior.answer === null ? c.json({ code: 'in_progress' }, 409) : c.body(prior.answer, 200)
  const { data_subject: person, consent_reference: reference } = await c.req.json<VerificationBody>()
  const consent = findConsent.get(key.accountId, reference, sha256(`${person.id_number} ${person.name}`))
  if (!consent) return c.json({ code: 'consent_missing' }, 403)

  const id = randomUUID()
  if (!hold(id, key.accountId, consent.id, idempotencyKey)) return c.json({ code: 'quota_exhausted' }, 402)
  const { status, body } = await upstream(person.name, person.id_number)
  if (status !== 200) return c.json({ code: 'source_unavailable' }, 502)
  const { data } = JSON.parse(body) as { data: { result: number } }
  const outcome = data.result === 0 ? 'match' : 'mismatch'
  const answer = JSON.stringify({ id, check: 'id2', outcome, charged: true, created_at: new Date().toISOString() })
  capture(id, key.accountId, outcome, answer)
  return c.body(answer, 200, { 'Content-Type': 'application/json; charset=utf-8' })
})
serve(app)
