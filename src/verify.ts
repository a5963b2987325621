import { checks, readInput, subjectOf } from './core/checks.ts'
import { readCredentials } from './core/credentials.ts'
import { makeId } from './core/ids.ts'
import { marksOf } from './core/marks.ts'
import type { Clock, Crypto, LedgerOf, Log, SourceAnswer, SourceCall, Sources } from './core/ports.ts'
import type { Query } from './core/query.ts'
import type { InputFault, RateState, Refusal } from './core/refusal.ts'
import { shanghaiDay } from './core/shanghai.ts'
import type { VerificationView } from './core/views.ts'

export interface VerifyDeps {
  ledgerOf: LedgerOf
  sources: Sources
  crypto: Crypto
  clock: Clock
  log: Log
  /** All attempts of one verification together, milliseconds. */
  askDeadlineMs: number
}

/** What the door made of a request. Faults of its form are values: whether they are what is answered, the ledger decides. */
export interface VerificationRequest {
  apiKey: string | null
  address: string
  idempotencyKey: string
  /** The body in one fixed spelling: what tells the same request from another under the same key. */
  canonicalBody: string
  check: string | null
  purpose: string | null
  /** As it came: its members are judged by the check's input schema. Personal data. */
  dataSubject: unknown
  consent: { id: number } | { reference: string } | null
  reference: string | null
  formFaults: InputFault[]
  /** When the request began to arrive, by the clock of the door. Its body can be long in coming. */
  arrivedAt: number
  /** The trace that the call belongs to, or null. */
  traceId: string | null
}

export type VerificationEnd =
  | { kind: 'answered'; verification: VerificationView; replayed: boolean; rate: RateState | null }
  | Refusal

/** The life of one verification: two commits, and one call to the source between them. */
export const verify = async (deps: VerifyDeps, request: VerificationRequest): Promise<VerificationEnd> => {
  // 1. Who calls. A wrong checksum is refused before any read; the account part routes to the ledger.
  const credentials = readCredentials(deps.crypto, request.apiKey, request.address)
  if ('kind' in credentials) return credentials
  const ledger = deps.ledgerOf(credentials.accountId)

  // 2. Rules that need no state: findings are kept, nothing is refused yet.
  const { query, subject, faults } = readQuery(request, shanghaiDay(deps.clock()))

  // 3. First commit: key, rate, scope, address; replay; the standing checks; then hold, use of the consent, journal entry.
  const held = await ledger.submit({
    kind: 'hold',
    accountId: credentials.accountId,
    credentials,
    idempotency: deps.crypto.digest('fingerprint', `key ${credentials.accountId} ${request.idempotencyKey}`),
    fingerprint: deps.crypto.digest('fingerprint', `body ${credentials.accountId} ${request.canonicalBody}`),
    check: request.check,
    purpose: request.purpose,
    inputFaults: faults,
    subject: subject === null ? null : deps.crypto.digest('subject', `${credentials.accountId} ${subject}`),
    marks: marksOf(deps.crypto, credentials.accountId, query),
    consent: request.consent,
    reference: request.reference,
    candidates: request.check === null ? [] : deps.sources.candidates(request.check, credentials.mode),
    deadlineMs: deps.askDeadlineMs,
    waitedMs: Math.max(0, deps.clock() - request.arrivedAt),
    traceId: request.traceId,
  })
  if (held.kind === 'refused') return held
  if (held.kind === 'replayed') return { kind: 'answered', verification: held.verification, replayed: true, rate: held.rate }

  // 4. The only slow step. It cannot throw, and nothing the caller does can stop it: every ending is an outcome.
  const id = makeId('ver', credentials.accountId, held.verificationId)
  const consent = { ...held.consent, id: makeId('con', credentials.accountId, held.consent.id) }
  const call = { reference: id, check: query.check, deadlineAt: held.deadlineAt, consent }
  const { sourceId, answer } = await askInTurn(deps, held.sources, query, call)
  if (answer.outcome === 'unknown')
    deps.log('verification_in_doubt', {
      verification: id,
      source: sourceId,
      reason: answer.reason,
      trace_id: request.traceId,
    })

  // 5. Second commit: capture, release, or in doubt; outcome, rollup, audit leaf. Only then the answer.
  const settled = await ledger.submit({
    kind: 'settle',
    accountId: credentials.accountId,
    verificationId: held.verificationId,
    sourceId,
    answer,
    by: 'source',
  })
  return endOf(settled.verification, id, held.rate)
}

/** The normalised query, the text that recognises its data subject, and every broken rule; never a value. */
const readQuery = (
  request: VerificationRequest,
  today: string,
): { query: Query; subject: string | null; faults: InputFault[] } => {
  const check = request.check === null ? undefined : checks.get(request.check)
  // An unknown check is refused as not granted; without a schema there is nothing to read.
  if (!check) return { query: { check: '', fields: {} }, subject: null, faults: request.formFaults }
  const reading = readInput(check, request.dataSubject, today)
  if (reading.kind === 'faults')
    return { query: { check: check.code, fields: {} }, subject: null, faults: [...request.formFaults, ...reading.faults] }
  return {
    query: { check: check.code, fields: reading.fields },
    subject: subjectOf(check, reading.fields),
    faults: request.formFaults,
  }
}

/** Asks the sources one after the other, and the next one only after a definite no: a call in doubt is never repeated elsewhere. */
const askInTurn = async (
  deps: VerifyDeps,
  sources: string[],
  query: Query,
  call: SourceCall,
): Promise<{ sourceId: string | null; answer: SourceAnswer }> => {
  let last: { sourceId: string | null; answer: SourceAnswer } = {
    sourceId: null,
    answer: { outcome: 'unavailable', sourceReference: null, sourceBilled: false, reason: 'no_source', rawDigest: null },
  }
  for (const sourceId of sources) {
    last = { sourceId, answer: await deps.sources.ask(sourceId, query, call) }
    if (last.answer.outcome !== 'unavailable') return last
  }
  return last
}

/** A delivered answer, or the refusal that says where the verification stands. */
const endOf = (verification: VerificationView, verificationId: string, rate: RateState | null): VerificationEnd => {
  const more = { verificationId, ...(rate ? { rate } : {}) }
  if (verification.outcome === 'unknown' && verification.state === 'unknown')
    return { kind: 'refused', code: 'source_unknown', ...more }
  if (verification.outcome === 'unavailable' || verification.outcome === 'unknown')
    return { kind: 'refused', code: 'source_unavailable', ...more }
  return { kind: 'answered', verification, replayed: false, rate }
}
