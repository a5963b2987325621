import type { WorkingCalendar } from '../agreement/calendar.ts'
import type { Crypto } from '../core/ports.ts'
import type { Book, Change, Rows, TableName } from './book.ts'
import { encodeLeaf, hashLeaf, type LeafFacts } from './leaf.ts'

/** What a decision is handed besides the book: the commit's instant, ids, cryptography. */
export interface Context {
  /** The clock, read once for the whole commit. */
  now: number
  /** Next time-ordered id. */
  nextId(): number
  crypto: Crypto
  /** The working days, as far as they are known. */
  calendar: WorkingCalendar
}

export interface EntryFacts {
  kind: string
  actor: string
  verificationId?: number
  grantId?: number | null
  credits?: number
  /** What the journal keeps beyond the columns; canonical JSON. */
  body?: string
  /** Present when the audit log has a leaf for this fact. */
  leaf?: LeafFacts
}

/** A decision in the making: the changes so far, and the account's numbers as they move on. */
export class Draft {
  readonly changes: Change[] = []
  readonly context: Context
  private head: Rows['accounts']

  constructor(context: Context, account: Rows['accounts']) {
    this.context = context
    // The clock of an account never goes back, whatever the machine's does.
    this.head = { ...account, lastAt: Math.max(account.lastAt, context.now) }
  }

  /** This commit's instant for this account. */
  get now(): number {
    return this.head.lastAt
  }

  get account(): Rows['accounts'] {
    return this.head
  }

  get crypto(): Crypto {
    return this.context.crypto
  }

  /** Changes columns of the account itself. */
  set(columns: Partial<Omit<Rows['accounts'], 'id' | 'seq' | 'leaves' | 'lastAt'>>): void {
    this.head = { ...this.head, ...columns }
  }

  /** The customer did something, or tried to: from here silence is counted anew (S0 六.2). */
  operated(): void {
    this.set({ lastOperationAt: this.now })
  }

  put<T extends TableName>(table: T, row: Rows[T]): Rows[T] {
    this.changes.push({ table, row } as Change)
    return row
  }

  /** Adds the next journal line, with its leaf when the fact has one. */
  entry(facts: EntryFacts): Rows['entries'] {
    const seq = this.head.seq + 1
    const index = this.head.leaves
    const leaf = facts.leaf
      ? encodeLeaf({ account: this.head.id, index, seq, at: this.now, event: facts.kind }, facts.leaf)
      : null
    this.head = { ...this.head, seq, leaves: leaf === null ? index : index + 1 }
    return this.put('entries', {
      id: this.context.nextId(),
      accountId: this.head.id,
      seq,
      kind: facts.kind,
      at: this.now,
      actor: facts.actor,
      verificationId: facts.verificationId ?? null,
      grantId: facts.grantId ?? null,
      credits: facts.credits ?? 0,
      body: facts.body ?? null,
      leafIndex: leaf === null ? null : index,
      leaf,
      leafHash: leaf === null ? null : hashLeaf(this.context.crypto, leaf),
    })
  }

  /** The decision: its result, and everything that changes with it. */
  done<R>(result: R): Decision<R> {
    return { result, changes: [...this.changes, { table: 'accounts', row: this.head }] }
  }
}

export interface Decision<R> {
  result: R
  changes: Change[]
}

/** A decision that changes nothing. */
export const unchanged = <R>(result: R): Decision<R> => ({ result, changes: [] })

/** The instant of this commit or read for this account: its clock never goes back, whatever the machine's does. */
export const accountNow = (book: Book, { now }: Pick<Context, 'now'>): number => Math.max(now, book.account()?.lastAt ?? 0)
