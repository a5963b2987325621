import { workingCalendar } from '../../src/agreement/calendar.ts'
import type { Command, Credentials, ResultOf, StaffAct } from '../../src/core/commands.ts'
import { scopes } from '../../src/core/commands.ts'
import { nextTimeId } from '../../src/core/ids.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import { Book } from '../../src/ledger/book.ts'
import { decide } from '../../src/ledger/decide.ts'
import {
  accountA,
  actCommand,
  answerOf,
  approvalOf,
  consentInput,
  holdCommand,
  licenceAct,
  madeUp,
  partyAct,
  recordCommand,
  settleCommand,
  take,
  withdrawCommand,
} from '../support/ledger-commands.ts'
import { seededCrypto } from '../support/ledger-crypto.ts'
import { MemoryRows } from '../support/ledger-memory.ts'
import { ModelBook, type Purse, settleDays } from './model-book.ts'
import { checkRows, expectEqual, Journal } from './model-rules.ts'

export type Decide = typeof decide

/** One thing that happens. Numbers pick among what there is, so that every list of actions means something. */
export type Action =
  | { kind: 'call'; name: number; body: number; apiKey: number; consent: number; deadlineMs: number }
  | { kind: 'answer'; pick: number; outcome: Outcome }
  | { kind: 'withdraw'; consent: number }
  | { kind: 'suspend' | 'resume'; what: number }
  | { kind: 'pay'; credits: number }
  | { kind: 'clock'; ms: number }
  | { kind: 'doubt' | 'release_doubt'; pick: number }
  | { kind: 'expire'; pick: number }

const start = Date.parse('2024-08-02T10:00:00+08:00')
const termEnd = Date.parse('2024-08-05T00:00:00+08:00')
const dayMs = 86_400_000

const orderAct = (number: number, credits: number): StaffAct => ({
  kind: 'record_order',
  externalId: `order ${number}`,
  check: 'id2',
  mode: 'live',
  credits,
  listFen: 1,
  paidFen: 1,
  offerSha256: null,
})

const newPurse = (credits: number): Purse => ({
  granted: credits,
  available: credits,
  held: 0,
  captured: 0,
  expired: 0,
  expiresAt: termEnd,
})

/** An account with an agreement, two keys, four consents and a paid order, as every life finds it. */
interface Beginning {
  rows: MemoryRows
  model: ModelBook
  keys: Credentials[]
  journal: Journal
  lastId: number
}

let beginning: Beginning | null = null

/** The ledger as decisions over maps, and the model beside it. Every action goes to both, and what they say is compared. */
export class Machine {
  readonly rows: MemoryRows
  readonly model: ModelBook
  private readonly crypto = seededCrypto()
  private readonly journal: Journal
  private readonly keys: Credentials[]
  private clock = start
  /** The newest instant of a decision that changed something. */
  private seen = 0
  private lastId: number
  private orders = 0
  private book: Book | null = null
  private pieces = 0

  private readonly decide: Decide
  /** Pieces of one commit, unless the clock moves before. */
  private readonly groupSize: number

  constructor(decide: Decide, groupSize: number) {
    this.decide = decide
    this.groupSize = groupSize
    beginning ??= begin()
    this.rows = beginning.rows.copy()
    this.model = beginning.model.copy()
    this.journal = beginning.journal.copy()
    this.keys = beginning.keys
    this.lastId = beginning.lastId
    this.orders = beginning.model.purses.size
    this.seen = start
  }

  private key(at: number): Credentials {
    const key = this.keys[at % this.keys.length]
    if (!key) throw new Error('there are two keys')
    return key
  }

  /** Ends the commit: the rows are written, and only then compared with the model. */
  private flush(): void {
    if (this.book) this.rows.write([...this.book.changes()])
    this.book = null
    this.pieces = 0
    checkRows(this.rows, this.model, this.seen, this.journal)
  }

  /** One piece of the open commit. */
  private commit<C extends Command>(command: C): ResultOf<C> {
    this.tick()
    this.book ??= new Book(accountA, this.rows)
    const book = this.book
    const nextId = () => {
      this.lastId = nextTimeId(this.lastId, this.clock, 1)
      return this.lastId
    }
    const { result, changes } = this.decide(book, command, {
      now: this.clock,
      nextId,
      crypto: this.crypto,
      calendar: workingCalendar,
    })
    book.apply(changes)
    // What changes nothing leaves no trace of its instant either.
    if (changes.length > 0) this.seen = this.model.now
    return result
  }

  private staff(act: StaffAct) {
    return this.commit(actCommand(accountA, act))
  }

  /** The instant of the next decision: the machine's clock, but never before what the account has seen. */
  private tick(): void {
    this.model.now = Math.max(this.seen, this.clock)
  }

  private pay(credits: number): void {
    this.orders += 1
    const ordered = take(this.staff(orderAct(this.orders, credits)), 'order')
    const paid = this.staff({ kind: 'record_payment', orderId: ordered.order.id, bankReference: 'bank' })
    if (this.model.now >= termEnd) {
      expectEqual(paid, { kind: 'refused', code: 'term_expired' }, 'a payment after the term')
      return
    }
    const grantId = take(paid, 'order').grant?.id ?? -1
    this.model.purses.set(grantId, newPurse(credits))
  }

  private pickCall(pick: number): number | null {
    const ids = [...this.model.calls.keys()]
    return ids[pick % Math.max(ids.length, 1)] ?? null
  }

  run(action: Action): void {
    if (action.kind === 'clock') {
      this.flush()
      this.clock = Math.max(start - dayMs, this.clock + action.ms)
      return
    }
    this.tick()
    this.decideAndCompare(action)
    this.pieces += 1
    if (this.pieces >= this.groupSize) this.flush()
  }

  private decideAndCompare(action: Exclude<Action, { kind: 'clock' }>): void {
    const { model } = this
    switch (action.kind) {
      case 'call': {
        const { name, body, apiKey, consent, deadlineMs } = action
        const expected = model.expectCall(name, body, apiKey % 2, consent)
        const command = holdCommand(this.key(apiKey), `call ${name}`, {
          consent: { reference: `consent ${consent}` },
          deadlineMs,
        })
        const result = this.commit({ ...command, fingerprint: madeUp(`body ${body}`) })
        expectEqual(result.kind === 'refused' ? result.code : result.kind, expected, `call ${name}`)
        if (result.kind === 'held') model.hold(result.verificationId, name, { body, apiKey: apiKey % 2, consent }, deadlineMs)
        return
      }
      case 'answer': {
        const id = this.pickCall(action.pick)
        const call = id === null ? undefined : model.calls.get(id)
        if (id === null || !call) return
        const isEnded = call.state === 'captured' || call.state === 'released'
        const late = isEnded || (call.state === 'unknown' && action.outcome === 'unknown')
        const result = this.commit(settleCommand(accountA, id, action.outcome, { answer: answerOf(action.outcome) }))
        model.answer(id, action.outcome)
        const { state, outcome, credits } = result.verification
        const expected = {
          state: call.state,
          outcome: call.state === 'unknown' ? 'unknown' : call.outcome,
          credits: call.state === 'captured' ? 1 : 0,
        }
        expectEqual({ state, outcome, credits, late: result.late }, { ...expected, late }, `answer of ${id}`)
        return
      }
      case 'withdraw': {
        const permit = model.permits[action.consent]
        const result = this.commit(withdrawCommand(this.key(0), { reference: `consent ${action.consent}` }))
        expectEqual(result.kind, permit ? 'withdrawn' : 'refused', 'withdrawal')
        if (permit) permit.withdrawn = true
        return
      }
      case 'suspend':
      case 'resume':
        this.suspend(action.kind === 'suspend', action.what % 3)
        return
      case 'pay':
        this.pay(action.credits)
        return
      case 'expire': {
        const ids = [...model.purses.keys()]
        const grantId = ids[action.pick % ids.length] ?? -1
        const result = this.commit({ kind: 'expire_grant', accountId: accountA, grantId })
        expectEqual(result.changed, model.expire(grantId), `expiry of ${grantId}`)
        return
      }
      case 'doubt':
      case 'release_doubt': {
        const id = this.pickCall(action.pick)
        if (id === null) return
        const result = this.commit({ kind: action.kind, accountId: accountA, verificationId: id })
        expectEqual(result.changed, action.kind === 'doubt' ? model.doubt(id) : model.releaseDoubt(id), `${action.kind} of ${id}`)
        return
      }
    }
  }

  private suspend(suspend: boolean, what: number): void {
    const { model } = this
    const suspension = { ground: 'fraud', note: '', noticeId: null }
    const wasSuspended = what === 2 ? model.suspended : model.suspendedKeys.has(what)
    const keyNumber = this.key(what).keyNumber
    const account = what === 2
    const result = this.staff(
      suspend
        ? account
          ? { kind: 'suspend_account', ...suspension }
          : { kind: 'suspend_key', keyNumber, ...suspension }
        : account
          ? { kind: 'resume_account', note: '' }
          : { kind: 'resume_key', keyNumber, note: '' },
    )
    expectEqual(result.kind === 'refused', wasSuspended === suspend, 'suspension')
    if (account) model.suspended = suspend
    else if (suspend) model.suspendedKeys.add(what)
    else model.suspendedKeys.delete(what)
  }

  /** With all faults off, time and the sweep alone bring every call to its ending and every credit to its pile. */
  settleEverything(): void {
    for (let hours = 0; hours < 24 * 8 && this.isOpen(); hours += 8) {
      this.run({ kind: 'clock', ms: 8 * 3_600_000 })
      const count = this.model.calls.size
      for (let pick = 0; pick < count; pick += 1) for (const kind of ['doubt', 'release_doubt'] as const) this.run({ kind, pick })
      for (let pick = 0; pick < this.model.purses.size; pick += 1) this.run({ kind: 'expire', pick })
    }
    this.flush()
    expectEqual(this.isOpen(), false, 'everything settles')
  }

  private isOpen(): boolean {
    const calls = [...this.model.calls.values()].some(({ state }) => state === 'held' || state === 'unknown')
    return calls || [...this.model.purses.values()].some(({ available, held }) => available + held > 0)
  }
}

/** Made once, by the ledger as it is: ten thousand lives need not each open an account of their own. */
const begin = (): Beginning => {
  const rows = new MemoryRows()
  const model = new ModelBook(Date.parse('2024-08-01T00:00:00+08:00'), termEnd)
  const crypto = seededCrypto()
  const book = new Book(accountA, rows)
  let lastId = 0
  const nextId = () => {
    lastId = nextTimeId(lastId, start, 1)
    return lastId
  }
  const commit = <C extends Command>(command: C): ResultOf<C> => {
    const { result, changes } = decide(book, command, { now: start, nextId, crypto, calendar: workingCalendar })
    book.apply(changes)
    return result
  }
  const staff = (act: StaffAct) => commit(actCommand(accountA, act))

  staff({ kind: 'create_account', name: 'model' })
  const term = { start: '2024-08-01', end: '2024-08-04' }
  staff({ kind: 'put_agreement', preset: 'S1', overrides: { term, settleWithinDays: settleDays } })
  staff(partyAct)
  const { matter } = take(staff(licenceAct), 'matter')
  commit(actCommand(accountA, approvalOf(matter.id), 'staff-2'))
  const keys = ['one', 'two'].map((name): Credentials => {
    const made = staff({ kind: 'create_key', name, mode: 'live', scopes: [...scopes], addresses: [], expiresAt: null })
    const { key, secret } = take(made, 'key')
    const digest = crypto.digest('api_key', secret ?? '')
    return { accountId: accountA, keyNumber: key.keyNumber, mode: 'live', secret: digest, address: '203.0.113.7', rate: null }
  })
  const [first] = keys
  for (const maxUses of [null, null, 1, 2]) {
    if (first) commit(recordCommand(first, consentInput(`consent ${model.permits.length}`, { maxUses })))
    model.permits.push({ uses: 0, maxUses, withdrawn: false })
  }
  const credits = 5
  const ordered = take(staff(orderAct(1, credits)), 'order')
  const paid = take(staff({ kind: 'record_payment', orderId: ordered.order.id, bankReference: 'bank' }), 'order')
  model.purses.set(paid.grant?.id ?? -1, newPurse(credits))
  rows.write([...book.changes()])
  const journal = new Journal()
  checkRows(rows, model, start, journal)
  return { rows, model, keys, journal, lastId }
}
