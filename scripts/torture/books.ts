import { createHash } from 'node:crypto'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { makeId, parseId } from '../../src/core/ids.ts'
import { renderVerification } from '../../src/http/render.ts'
import { Book } from '../../src/ledger/book.ts'
import { reconcile } from '../../src/ledger/reconcile.ts'
import * as schema from '../../src/ledger/schema.ts'
import { prepareLoader } from '../../src/ledger/statements.ts'
import { viewVerification } from '../../src/ledger/views.ts'
import { driverOf } from '../../src/runtimes/database.ts'
import type { BookEntry } from '../simulator/book.ts'
import type { HttpAnswer, HttpClient } from './client.ts'
import { jsonOf } from './client.ts'

/** One delivered answer, as the client wrote it down when its last byte had come. */
export interface Delivered {
  verificationId: string
  outcome: string
  charged: boolean
  /** The whole body, byte for byte. */
  text: string
}

/** One Idempotency-Key of the client, and what it has seen under it so far. */
export interface ClientCall {
  key: string
  live: boolean
  /** Sent with the API key that staff suspend and resume all the time. */
  suspendable: boolean
  body: object
  delivered: Delivered | null
  /** A definite no of the source. It is an ending, as a delivered answer is. */
  unavailable: boolean
  /** Where the last answer stands that was no ending: the status, and the verification that it named. */
  pending: { status: number; verificationId: string | null } | null
}

const readDelivered = (answer: HttpAnswer): Delivered => {
  const body = jsonOf(answer) as { id: string; outcome: string; charged: boolean }
  return { verificationId: body.id, outcome: body.outcome, charged: body.charged, text: answer.text }
}

/** The client's own book. It keeps each key before it sends, and retries with the same one. */
export class ClientBook {
  readonly calls: ClientCall[] = []
  /** What no client may ever see: two endings of one key, or an answer that nobody documents. */
  readonly surprises: string[] = []

  add(live: boolean, body: object, suspendable = false): ClientCall {
    const key = `${live ? 'live' : 'test'}-${this.calls.length}`
    const call: ClientCall = { key, live, suspendable, body, delivered: null, unavailable: false, pending: null }
    this.calls.push(call)
    return call
  }

  get delivered(): Delivered[] {
    return this.calls.flatMap((call) => call.delivered ?? [])
  }

  /** Keys without an ending. */
  get open(): ClientCall[] {
    return this.calls.filter((call) => call.delivered === null && !call.unavailable)
  }

  /** Sends once. False when no whole answer came. */
  async send(client: Pick<HttpClient, 'verify'>, call: ClientCall): Promise<boolean> {
    let answer: HttpAnswer
    try {
      answer = await client.verify(call.key, call.body)
    } catch {
      return false
    }
    this.note(call, answer)
    return true
  }

  /** Writes an answer down under its key, and whatever is odd about it. */
  note(call: ClientCall, answer: HttpAnswer): void {
    const surprise = (what: string): void => {
      this.surprises.push(`${call.key}: ${what}`)
    }
    if (answer.status === 200) {
      const delivered = readDelivered(answer)
      if (call.unavailable) surprise('delivered after a definite no')
      if (call.delivered && call.delivered.text !== delivered.text) surprise('two different answers')
      call.delivered ??= delivered
      call.pending = null
      return
    }
    const { code, verification } = jsonOf(answer) as { code: string; verification?: { id: string } }
    if (call.delivered) surprise(`${code} after an answer`)
    if (code === 'source_unavailable') {
      call.unavailable = true
      call.pending = null
      return
    }
    if (call.unavailable) surprise(`${code} after a definite no`)
    // Refused before any hold, so nothing stands under the key; a suspended caller still hears of what it has begun.
    if (code === 'key_suspended' && call.suspendable && call.pending?.verificationId == null) return
    if (code === 'source_unknown' || code === 'verification_in_progress')
      call.pending = { status: answer.status, verificationId: verification?.id ?? null }
    else surprise(`${answer.status} ${code}`)
  }
}

/** Copies what a killed process left on the disk. The -shm file is no part of it: recovery makes it anew. */
export const copyImage = (dataDir: string, folder: string): string => {
  const image = join(folder, 'verimeter.db')
  for (const suffix of ['', '-wal'])
    if (existsSync(join(dataDir, `verimeter.db${suffix}`)))
      copyFileSync(join(dataDir, `verimeter.db${suffix}`), `${image}${suffix}`)
  return image
}

/** What a verification's row says, in the bytes that its caller is answered with. */
export const answersIn = (database: Database.Database): ((verificationId: string) => string | null) => {
  const loader = prepareLoader(drizzle(database, { schema }), driverOf(database), {
    find: () => null,
    openOf: () => [],
    summedUpTo: () => 0,
  })
  return (verificationId) => {
    const id = parseId(verificationId, 'ver')
    const book = new Book(id?.accountId ?? '', loader)
    const [row, ending] = [book.get('verifications', id?.n ?? 0), book.get('outcomes', id?.n ?? 0)]
    return row && ending ? JSON.stringify(renderVerification(viewVerification(row, ending, book.get('doubts', row.id)))) : null
  }
}

/**
 * What must hold at the instant of any crash, before any repair: answered ⇒ recorded with the same bytes, called ⇒ held,
 * grants conserved, and every invariant that the ledger alone can show. An empty list is the only good answer.
 */
export const checkImage = (image: string, delivered: readonly Delivered[], vendorReferences: readonly string[]): string[] => {
  const database = new Database(image)
  try {
    const violations: string[] = []
    const db = drizzle(database, { schema })
    const answerOf = answersIn(database)
    for (const { verificationId, text } of delivered) {
      const recorded = answerOf(verificationId)
      if (recorded === null) violations.push(`answered, not recorded: ${verificationId}`)
      else if (recorded !== text) violations.push(`answered and recorded differ: ${verificationId}`)
    }
    const holdOf = database.prepare('SELECT id FROM verifications WHERE account_id = ? AND id = ?').pluck()
    for (const reference of vendorReferences) {
      const id = parseId(reference, 'ver')
      if (holdOf.get(id?.accountId, id?.n) === undefined) violations.push(`called, not held: ${reference}`)
    }
    const unconserved = database.prepare(
      'SELECT id FROM grants WHERE granted <> available + held + captured + expired + refunded',
    )
    for (const id of unconserved.pluck().all()) violations.push(`grant not conserved: ${String(id)}`)
    if (database.pragma('integrity_check', { simple: true }) !== 'ok') violations.push('SQLite: not intact')
    const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
    for (const { invariant, where } of reconcile(db, { sha256 }).violations) violations.push(`${invariant}: ${where}`)
    return violations
  } finally {
    database.close()
  }
}

interface Ending {
  id: number
  account_id: string
  mode: string
  held_at: number
  outcome: string | null
  disposition: string | null
  credits: number | null
  reason: string | null
  settled_by: string | null
  settled_at: number | null
}

/** What the vendor's code says in our words. */
const outcomeOf: Readonly<Record<string, string>> = { '0': 'match', '1': 'mismatch', '2': 'no_record' }

/**
 * The three books against each other, once everything has its ending: what was given to the customer is what the vendor
 * found, once; what was given back the vendor never did, unless two persons decided it; what was charged the client saw.
 */
export const compareBooks = (image: string, client: ClientBook, vendor: readonly BookEntry[]): string[] => {
  const database = new Database(image)
  try {
    const faults: string[] = []
    const executed = new Map<string | null, BookEntry>()
    for (const entry of vendor) {
      if (executed.has(entry.reference)) faults.push(`executed twice: ${entry.reference}`)
      executed.set(entry.reference, entry)
    }
    const seen = new Map(client.delivered.map((delivered) => [delivered.verificationId, delivered]))
    const rows = database
      .prepare<[], Ending>(
        `SELECT v.id, v.account_id, v.mode, v.held_at, o.outcome, o.disposition, o.credits, o.reason, o.settled_by, o.settled_at
         FROM verifications v LEFT JOIN outcomes o ON o.verification_id = v.id`,
      )
      .all()
    for (const row of rows) {
      const reference = makeId('ver', row.account_id, row.id)
      const entry = executed.get(reference)
      const delivered = seen.get(reference)
      const fault = (what: string): void => {
        faults.push(`${what}: ${reference} ${JSON.stringify({ ...row, executedAt: entry?.at, result: entry?.result })}`)
      }
      if (row.outcome === null) fault('without an ending')
      if ((row.disposition === 'captured') !== (delivered?.charged === true))
        fault('charged and not seen, or seen and not charged')
      if (row.mode !== 'live' || row.settled_by === 'staff') continue
      // What nobody could read is given back when the agreement's time for settling is over.
      if (row.settled_by === 'time' && entry?.result === '7') continue
      if (delivered && outcomeOf[entry?.result ?? ''] !== delivered.outcome) fault('given, and not what the vendor found')
      if (!delivered && entry) fault('given back, and the vendor did it')
    }
    return faults
  } finally {
    database.close()
  }
}
