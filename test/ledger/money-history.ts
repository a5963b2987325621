import fc from 'fast-check'
import type { Credentials } from '../../src/core/commands.ts'
import type { Mode } from '../../src/core/mode.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import { addMonths, startOfDayMs } from '../../src/core/shanghai.ts'
import { Book } from '../../src/ledger/book.ts'
import { prepareLoader } from '../../src/ledger/statements.ts'
import { driverOf } from '../../src/runtimes/database.ts'
import type { TestLedger } from '../support/ledger.ts'
import { actCommand, holdCommand, settleCommand, take } from '../support/ledger-commands.ts'
import { approvePapers, changeAgreement, createKey, recordConsent } from '../support/ledger-world.ts'

/*
 * Several months of an account: packs are bought at odd prices, calls are made, answered late or never, the agreement changes, the
 * term ends. Beside the ledger stands what the balances said at the end of every month, taken when it was the end of the month: no
 * journal, no sums by day. What a statement says afterwards has to be the same.
 */

/** One thing that happens. Numbers pick among what there is, so that every list of actions means something. */
export type Action =
  | { kind: 'buy'; mode: Mode; credits: number; paidFen: number }
  | { kind: 'call'; mode: Mode; outcome: Outcome | 'none' }
  | { kind: 'answer'; pick: number; outcome: Outcome }
  | { kind: 'change'; credits: number }
  | { kind: 'pass'; to: 'hours' | 'last' | 'next'; hours: number; sleeps: boolean }
  | { kind: 'straddle'; mode: Mode; lateMs: number }
  | { kind: 'flush' }

const mode = fc.constantFrom<Mode>('live', 'live', 'live', 'test')
const outcome = fc.constantFrom<Outcome>('match', 'match', 'match', 'mismatch', 'no_record', 'rejected', 'unavailable', 'unknown')

export const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('buy' as const),
        mode,
        credits: fc.integer({ min: 1, max: 9 }),
        paidFen: fc.nat({ max: 1_000 }),
      }),
    },
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('call' as const),
        mode,
        outcome: fc.oneof({ weight: 4, arbitrary: outcome }, { weight: 1, arbitrary: fc.constant('none' as const) }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), pick: fc.nat({ max: 20 }), outcome }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('change' as const), credits: fc.integer({ min: 1, max: 3 }) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        to: fc.constantFrom('hours' as const, 'last' as const, 'next' as const),
        hours: fc.integer({ min: 1, max: 400 }),
        sleeps: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('straddle' as const), mode, lateMs: fc.nat({ max: 20_000 }) }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
  ),
  { minLength: 25, maxLength: 70 },
)

export interface Balance {
  id: number
  mode: Mode
  orderId: number
  granted: number
  held: number
  captured: number
  expired: number
  refunded: number
}

const hourMs = 3_600_000
const firstMs = Date.parse('2024-08-01T09:00:00+08:00')
export const lastMonth = '2024-11'
const endMs = Date.parse('2024-12-01T00:00:00+08:00')

/** The month in Shanghai, by the platform's own table of time zones. */
const months = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit' })
export const monthAt = (ms: number): string => {
  const parts = months.formatToParts(ms)
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}`
}
export const monthAfter = (month: string): string => addMonths(`${month}-01`, 1).slice(0, 7)

/** Every month of a history, first to last. */
export const allMonths = (): string[] => {
  const list: string[] = []
  for (let month = monthAt(firstMs); month <= lastMonth; month = monthAfter(month)) list.push(month)
  return list
}

const term = { start: '2024-08-01', end: '2024-10-20' }

export class MoneyHistory {
  readonly accountId: string
  /** What every grant had come to at the end of a month, as the balances said it then. */
  readonly balancesAtEnd = new Map<string, Balance[]>()
  /** Told at the end of each month, before anything of the next one happens. */
  onMonthEnd: (month: string) => void = () => {}
  private readonly ledger: TestLedger
  private readonly keys: Record<Mode, Credentials>
  private readonly waiting: number[] = []
  private orders = 0
  private calls = 0

  constructor(ledger: TestLedger, accountId: string) {
    this.ledger = ledger
    this.accountId = accountId
    ledger.clock.now = firstMs
    take(ledger.submit(actCommand(accountId, { kind: 'create_account', name: 'customer' })), 'account')
    take(ledger.submit(actCommand(accountId, { kind: 'put_agreement', preset: 'S1', overrides: { term } })), 'agreement')
    approvePapers(ledger, accountId)
    this.keys = { live: createKey(ledger, accountId, { mode: 'live' }), test: createKey(ledger, accountId, { mode: 'test' }) }
    this.buy('live', 7, 1_000)
    this.buy('test', 20, 0)
    recordConsent(ledger, this.keys.live)
  }

  /** The account as a decision of the ledger reads it. */
  get book(): Book {
    const { ledger } = this
    const summed = ledger.rows<{ value: number }>("SELECT value FROM watermarks WHERE name = 'summed'")[0]?.value ?? 0
    const tail = { find: () => null, openOf: () => [], summedUpTo: () => summed }
    return new Book(this.accountId, prepareLoader(ledger.db, driverOf(ledger.connection), tail))
  }

  balances(): Balance[] {
    return this.ledger.rows<Balance>(
      'SELECT id, mode, order_id AS orderId, granted, held, captured, expired, refunded FROM grants WHERE account_id = ? ORDER BY id',
      this.accountId,
    )
  }

  paidFen(orderId: number): number {
    return this.ledger.row<{ n: number }>('SELECT paid_fen AS n FROM orders WHERE id = ?', orderId).n
  }

  private buy(wanted: Mode, credits: number, paidFen: number): void {
    this.orders += 1
    const externalId = `order-${this.orders}`
    const order = { externalId, check: 'id2', mode: wanted, credits, listFen: paidFen, paidFen, offerSha256: null }
    const ordered = this.ledger.submit(actCommand(this.accountId, { kind: 'record_order', ...order }))
    if (ordered.kind !== 'order') return
    const payment = { kind: 'record_payment', orderId: ordered.order.id, bankReference: `bank-${externalId}` } as const
    this.ledger.submit(actCommand(this.accountId, payment))
  }

  private call(wanted: Mode, ending: Outcome | 'none'): void {
    this.calls += 1
    const held = this.ledger.submit(holdCommand(this.keys[wanted], `call ${this.calls}`))
    if (held.kind !== 'held') return
    if (ending === 'none') this.waiting.push(held.verificationId)
    else this.settle(held.verificationId, ending)
  }

  private settle(id: number, ending: Outcome): void {
    if (ending === 'unknown') this.waiting.push(id)
    this.ledger.submit(settleCommand(this.accountId, id, ending))
  }

  private runDue(): void {
    for (const command of this.ledger.core.due()) this.ledger.submit(command)
  }

  /** The clock goes on. At the end of every month on the way the balances are written down. */
  private passTo(target: number, sleeps: boolean): void {
    const { clock, core } = this.ledger
    const stop = Math.min(target, endMs - 1)
    for (;;) {
      const month = monthAt(clock.now)
      const monthEndMs = this.monthEndMs()
      const due = sleeps ? null : core.nextDueAt()
      const next = Math.min(stop, monthEndMs, due === null ? stop : Math.max(due, clock.now))
      if (next >= monthEndMs) this.endMonth(month)
      const isStill = next === clock.now
      clock.now = next
      if (!sleeps || next === stop) this.runDue()
      if (next === stop) return
      // What is due and does not go away is not waited for.
      if (isStill && due !== null && (core.nextDueAt() ?? stop) <= next) clock.now += 1
    }
  }

  private endMonth(month: string): void {
    if (this.balancesAtEnd.has(month)) return
    this.balancesAtEnd.set(month, this.balances())
    this.onMonthEnd(month)
  }

  run(action: Action): void {
    const { clock } = this.ledger
    // A quarter of an hour between two acts: nobody is slowed down.
    if (action.kind !== 'pass') this.passTo(clock.now + hourMs / 4, false)
    switch (action.kind) {
      case 'buy':
        this.buy(action.mode, action.credits, action.paidFen)
        break
      case 'call':
        this.call(action.mode, action.outcome)
        break
      case 'answer': {
        const id = this.waiting[action.pick % Math.max(this.waiting.length, 1)]
        if (id !== undefined) this.settle(id, action.outcome)
        break
      }
      case 'change':
        changeAgreement(this.ledger, this.accountId, { term, checks: { id2: { credits: action.credits } } })
        break
      case 'pass': {
        const targets = { hours: clock.now + action.hours * hourMs, last: this.monthEndMs() - 1, next: this.monthEndMs() }
        this.passTo(targets[action.to], action.sleeps)
        break
      }
      case 'straddle':
        this.straddle(action.mode, action.lateMs)
        break
      case 'flush':
        this.ledger.core.flushDerived(20)
    }
  }

  /** First instant after the month that runs. */
  private monthEndMs(): number {
    return startOfDayMs(`${monthAfter(monthAt(this.ledger.clock.now))}-01`)
  }

  /** A call in the last millisecond of a month that is answered in the next one. */
  private straddle(wanted: Mode, lateMs: number): void {
    this.passTo(this.monthEndMs() - 1, false)
    this.call(wanted, 'none')
    const id = this.waiting.at(-1)
    this.passTo(this.ledger.clock.now + 1 + lateMs, true)
    if (id !== undefined) this.settle(id, 'match')
  }

  /** Does what is due now. */
  wake(): void {
    this.runDue()
  }

  /** Lives until every month is over. */
  finish(): void {
    this.passTo(endMs - 1, false)
    this.endMonth(lastMonth)
    this.ledger.clock.now = endMs
    this.runDue()
  }
}
