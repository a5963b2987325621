import type { Outcome } from '../../src/core/outcome.ts'

/*
 * What an account's book must look like, kept beside the ledger by rules of its own. It knows nothing of rows, entries or
 * decisions: the fewer words it shares with the code it checks, the less it can be wrong in the same way.
 */

export interface Purse {
  granted: number
  available: number
  held: number
  captured: number
  expired: number
  expiresAt: number
}

export interface Call {
  body: number
  apiKey: number
  consent: number
  grantId: number
  state: 'held' | 'unknown' | 'captured' | 'released'
  outcome: Outcome | null
  heldAt: number
  deadlineAt: number
}

export interface Permit {
  uses: number
  maxUses: number | null
  withdrawn: boolean
}

const dayMs = 86_400_000
export const graceMs = 5_000
export const settleDays = 1
const charged: readonly Outcome[] = ['match', 'mismatch']
const delivered: readonly Outcome[] = ['match', 'mismatch', 'no_record']

/** The simple book: five piles of credits for each grant, and one state for each call. */
export class ModelBook {
  /** The newest instant that the account has seen. */
  now = 0
  readonly purses = new Map<number, Purse>()
  readonly calls = new Map<number, Call>()
  readonly callByName = new Map<number, number>()
  readonly permits: Permit[] = []
  suspended = false
  readonly suspendedKeys = new Set<number>()

  readonly termStart: number
  readonly termEnd: number

  constructor(termStart: number, termEnd: number) {
    this.termStart = termStart
    this.termEnd = termEnd
  }

  /** The same book, which goes its own way from here on. */
  copy(): ModelBook {
    const copy = new ModelBook(this.termStart, this.termEnd)
    copy.now = this.now
    for (const [id, purse] of this.purses) copy.purses.set(id, { ...purse })
    copy.permits.push(...this.permits.map((permit) => ({ ...permit })))
    return copy
  }

  private payer(): number | null {
    const usable = [...this.purses].filter(([, purse]) => purse.available > 0 && this.now < purse.expiresAt)
    usable.sort(([a, left], [b, right]) => left.expiresAt - right.expiresAt || a - b)
    return usable[0]?.[0] ?? null
  }

  /** What must become of a call: a refusal's code, `replayed`, or `held`. */
  expectCall(name: number, body: number, apiKey: number, consent: number): string {
    const call = this.calls.get(this.callByName.get(name) ?? -1)
    if (call) {
      if (call.body !== body) return 'idempotency_key_reused'
      if (call.state === 'held') return 'verification_in_progress'
      if (call.state === 'unknown') return 'source_unknown'
      return call.outcome === 'unknown' || call.outcome === 'unavailable' ? 'source_unavailable' : 'replayed'
    }
    if (this.now < this.termStart) return 'not_effective'
    if (this.now >= this.termEnd) return 'term_expired'
    if (this.suspended) return 'account_suspended'
    if (this.suspendedKeys.has(apiKey)) return 'key_suspended'
    const permit = this.permits[consent]
    if (!permit) return 'consent_missing'
    if (permit.withdrawn) return 'consent_withdrawn'
    if (permit.maxUses !== null && permit.uses >= permit.maxUses) return 'consent_used_up'
    return this.payer() === null ? 'quota_exhausted' : 'held'
  }

  hold(id: number, name: number, call: Pick<Call, 'body' | 'apiKey' | 'consent'>, deadlineMs: number): void {
    const grantId = this.payer() ?? -1
    const purse = this.purses.get(grantId)
    const permit = this.permits[call.consent]
    if (!purse || !permit) throw new Error('the model holds nothing')
    purse.available -= 1
    purse.held += 1
    permit.uses += 1
    this.calls.set(id, { ...call, grantId, state: 'held', outcome: null, heldAt: this.now, deadlineAt: this.now + deadlineMs })
    this.callByName.set(name, id)
  }

  /** An answer, from wherever. Only a call without an ending takes one. */
  answer(id: number, outcome: Outcome, isFinal = outcome !== 'unknown'): void {
    const call = this.calls.get(id)
    const purse = this.purses.get(call?.grantId ?? -1)
    const permit = this.permits[call?.consent ?? -1]
    if (!call || !purse || !permit) throw new Error('the model knows no such call')
    if (call.state === 'captured' || call.state === 'released') return
    if (!isFinal) {
      call.state = 'unknown'
      return
    }
    call.outcome = outcome
    call.state = charged.includes(outcome) ? 'captured' : 'released'
    purse.held -= 1
    if (call.state === 'captured') purse.captured += 1
    else if (this.now >= purse.expiresAt) purse.expired += 1
    else purse.available += 1
    if (!delivered.includes(outcome)) permit.uses -= 1
  }

  /** Acts of the clock; each says whether it was time. */
  doubt(id: number): boolean {
    const call = this.calls.get(id)
    if (call?.state !== 'held' || this.now < call.deadlineAt + graceMs) return false
    call.state = 'unknown'
    return true
  }

  releaseDoubt(id: number): boolean {
    const call = this.calls.get(id)
    if (call?.state !== 'unknown' || this.now < call.heldAt + settleDays * dayMs) return false
    this.answer(id, 'unknown', true)
    return true
  }

  expire(id: number): boolean {
    const purse = this.purses.get(id)
    if (!purse || purse.available === 0 || this.now < purse.expiresAt) return false
    purse.expired += purse.available
    purse.available = 0
    return true
  }
}
