import type { WorkingCalendar } from '../agreement/calendar.ts'
import type { Command, Credentials, Doubt, DueCommand, Read, ReadResult, ResultOf } from '../core/commands.ts'
import { nextTimeId } from '../core/ids.ts'
import type { Clock, Crypto, DirectoryPush, OutgoingNotice } from '../core/ports.ts'
import { Book, type Change } from './book.ts'
import { prepareDaySums } from './day-sums.ts'
import { type Db, type Driver, transact } from './db.ts'
import { judgeKey } from './decide/credentials.ts'
import { doubtGraceMs } from './decide/due.ts'
import { decide } from './decide.ts'
import type { Context } from './draft.ts'
import { Guard } from './guard.ts'
import { asMatter } from './matters/matter.ts'
import { outgoingOf } from './matters/sending.ts'
import { Outbox } from './outbox.ts'
import { prepareReads } from './reads.ts'
import { prepareScans } from './scans.ts'
import { prepareLoader, prepareWrites } from './statements.ts'
import { Tail } from './tail.ts'

export interface LedgerDeps {
  clock: Clock
  crypto: Crypto
  /** The working days that are known (contracts.md §5 no. 37). */
  calendar: WorkingCalendar
  /** A random step of 1 or more between two ids of one millisecond. */
  idStep(): number
}

/** What became of one piece of a group: its result, or the fault that it alone met. */
export type Settled<C extends Command> = { kind: 'result'; result: ResultOf<C> } | { kind: 'fault'; error: unknown }

/** A synchronous ledger over one database. The runtimes put a queue, an object and timers around it. */
export interface LedgerCore {
  /**
   * Decides every piece in order and commits them all in one transaction. A piece that throws leaves no trace and fails
   * alone. When this throws, nothing of the group is stored, or it is unknown whether it is: nobody may be answered.
   */
  commit<C extends Command>(commands: readonly C[]): Settled<C>[]
  read<R extends Read>(read: R): ReadResult<R>
  /**
   * The limit that protects the gateway from this key; null when the key is not genuine, so that nobody who merely knows
   * a key's public part can use up its share.
   */
  rateOf(credentials: Credentials): { limit: number; windowSeconds: number } | null
  due(): DueCommand[]
  /** When the next act of the clock falls due, for a runtime that sleeps until then; null when nothing is waiting. */
  nextDueAt(): number | null
  doubts(): Doubt[]
  /** Notices that a machine has to send now, oldest first, at most one round of them. */
  outgoing(): OutgoingNotice[]
  /** Accounts with a verification that has no ending yet: those whose holds hang on the clock. */
  openAccounts(): string[]
  /** Brings the derived lists up to date, at most `limit` rows. Returns how many are left. */
  flushDerived(limit: number): number
  /** What the directory has not been told of yet: absolute rows. Told again after a restart, which does no harm. */
  outbox(): DirectoryPush
  /** The directory has taken it in. */
  delivered(push: DirectoryPush): void
}

/** Accounts whose working copies are kept between commits. */
const mostBooks = 1_000

/** Most notices of one round. */
const mostNotices = 100

const dayMinutes = 1440

/** An error that SQLite gave, also where the query builder has wrapped it. */
const isDatabaseFault = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return code.startsWith('SQLITE_') || error.name === 'DrizzleQueryError' || isDatabaseFault(error.cause)
}

export const openLedger = (db: Db, driver: Driver, deps: LedgerDeps): LedgerCore => {
  const scans = prepareScans(db)
  const tail = new Tail(driver, scans, prepareDaySums(db))
  const outbox = new Outbox(db)
  const loader = prepareLoader(db, driver, {
    find: (accountId, idempotency) => tail.find(accountId, idempotency),
    openOf: (accountId) => tail.openOf(accountId),
    summedUpTo: () => tail.summedUpTo(),
  })
  const write = prepareWrites(db, driver)
  const reads = prepareReads(db)
  const guard = new Guard()
  let lastId = Math.max(scans.lastId.get()?.id ?? 0, scans.lastMatterId.get()?.id ?? 0)
  /** Oldest minute whose denials may lack their counting leaf. At start that is any: no standstill is too long for the log. */
  let uncountedFrom = 0

  const contextAt = (now: number): Context => ({
    now,
    nextId: () => {
      lastId = nextTimeId(lastId, now, deps.idStep())
      return lastId
    },
    crypto: deps.crypto,
    calendar: deps.calendar,
  })

  const follow = (changes: readonly Change[]): void => {
    for (const { table, row } of changes) {
      if (table === 'accounts') outbox.touch(row.id)
      if (table === 'alarms') outbox.touchAlarm(row)
      if (table === 'verifications') {
        tail.add(row)
        tail.open.set(row.id, { accountId: row.accountId, deadlineAt: row.deadlineAt })
      }
    }
    for (const { table, row } of changes)
      if (table === 'doubts') tail.open.set(row.verificationId, { accountId: row.accountId, deadlineAt: null })
    for (const { table, row } of changes) if (table === 'outcomes') tail.open.delete(row.verificationId)
  }

  /** Working copies of the accounts in use, the longest unused first. */
  const books = new Map<string, Book>()
  const bookOf = (accountId: string): Book => {
    const book = books.get(accountId) ?? new Book(accountId, loader)
    books.delete(accountId)
    books.set(accountId, book)
    return book
  }
  const dropUnused = (): void => {
    for (const accountId of books.keys()) {
      if (books.size <= mostBooks) return
      books.delete(accountId)
    }
  }

  /** When a verification in doubt is given back without a result. */
  const releaseTimeOf = (accountId: string, verificationId: number): number | null => {
    const book = new Book(accountId, loader)
    const verification = book.get('verifications', verificationId)
    return verification && verification.heldAt + book.terms(verification.agreementId).settleWithinDays * dayMinutes * 60_000
  }

  const readDoubts = (): Doubt[] => {
    const doubts: Doubt[] = []
    for (const [verificationId, { accountId, deadlineAt }] of tail.open) {
      if (deadlineAt !== null) continue
      const book = new Book(accountId, loader)
      const verification = book.get('verifications', verificationId)
      const doubt = book.get('doubts', verificationId)
      if (!verification || !doubt) continue
      const { check, heldAt } = verification
      const sources = doubt.sourceId === null ? verification.sources : [doubt.sourceId]
      const { sourceReference, doubtAt } = doubt
      doubts.push({ accountId, verificationId, check, sources, sourceReference, heldAt, doubtAt })
    }
    return doubts
  }

  const dueNotices = (now: number) =>
    scans.dueNotices
      .all({ now, limit: mostNotices })
      .map((row) => ({ row, outgoing: outgoingOf(new Book(row.accountId, loader), asMatter(row), now) }))

  return {
    commit(commands) {
      const touched = new Map(commands.map(({ accountId }) => [accountId, bookOf(accountId)]))
      const changed: Change[] = []
      try {
        const settled = transact(driver, () => {
          const context = contextAt(deps.clock())
          const results = commands.map((command): Settled<typeof command> => {
            const book = bookOf(command.accountId)
            try {
              const { result, changes } = guard.after(book, command, decide(book, command, context), context)
              book.apply(changes)
              return { kind: 'result', result }
            } catch (error) {
              // A fault of the database is everybody's: it may have ended the transaction, and then nothing of the group stands.
              if (isDatabaseFault(error)) throw error
              return { kind: 'fault', error }
            }
          })
          for (const book of touched.values()) changed.push(...book.changes())
          for (const change of changed) write(change)
          return results
        })
        follow(changed)
        for (const book of touched.values()) book.keep()
        dropUnused()
        return settled
      } catch (error) {
        // What is stored is no longer what the copies say.
        books.clear()
        guard.clear()
        throw error
      }
    },

    read(read) {
      const now = deps.clock()
      const isIndexed = read.kind === 'verifications' || read.kind === 'statement_charges'
      if (isIndexed) while (tail.flush(1_000, lastId) > 0);
      return reads(new Book(read.accountId, loader), read, now)
    },

    rateOf(credentials) {
      const book = bookOf(credentials.accountId)
      dropUnused()
      const caller = judgeKey(book, credentials, deps.clock())
      if (caller.kind === 'refused') return null
      const agreementId = book.account()?.agreementId ?? null
      if (agreementId === null) return null
      const { rate } = book.terms(agreementId)
      const { throttle } = caller.key
      return throttle === null ? rate : { ...rate, limit: Math.min(rate.limit, throttle) }
    },

    due() {
      const now = deps.clock()
      const commands: DueCommand[] = []
      for (const [verificationId, { accountId, deadlineAt }] of tail.open) {
        if (deadlineAt !== null) {
          if (now >= deadlineAt + doubtGraceMs) commands.push({ kind: 'doubt', accountId, verificationId })
          continue
        }
        const releaseAt = releaseTimeOf(accountId, verificationId)
        if (releaseAt !== null && now >= releaseAt) commands.push({ kind: 'release_doubt', accountId, verificationId })
      }
      for (const grant of scans.lapsedGrants.all({ now }))
        commands.push({ kind: 'expire_grant', accountId: grant.accountId, grantId: grant.id })
      // First what was counted with uncertain days, so that nothing is done on an end that has moved.
      for (const matter of scans.uncertainMatters.all({ version: deps.calendar.version }))
        commands.push({ kind: 'recount_matter', accountId: matter.accountId, matterId: matter.id })
      for (const matter of scans.dueMatters.all({ now }))
        commands.push({ kind: 'matter_due', accountId: matter.accountId, matterId: matter.id })
      // A notice is sent by a machine, not moved by the clock; but one whose address is gone would wait for ever.
      for (const { row, outgoing } of dueNotices(now))
        if (outgoing === null) commands.push({ kind: 'matter_due', accountId: row.accountId, matterId: row.id })
      const minute = Math.floor(now / 60_000)
      const denials = scans.uncountedDenials.all({ from: Math.min(uncountedFrom, minute - dayMinutes), minute })
      uncountedFrom = denials.reduce((oldest, denial) => Math.min(oldest, denial.minute), minute)
      for (const denial of denials)
        commands.push({
          kind: 'count_denials',
          accountId: denial.accountId,
          minute: denial.minute,
          keyNumber: denial.keyId,
          code: denial.code,
        })
      return commands
    },

    nextDueAt() {
      const times: number[] = []
      for (const [verificationId, { accountId, deadlineAt }] of tail.open) {
        if (deadlineAt !== null) times.push(deadlineAt + doubtGraceMs)
        else {
          const releaseAt = releaseTimeOf(accountId, verificationId)
          if (releaseAt !== null) times.push(releaseAt)
        }
      }
      const lapse = scans.nextLapse.get()?.at ?? null
      if (lapse !== null) times.push(lapse)
      const matter = scans.nextMatter.get()?.at ?? null
      if (matter !== null) times.push(matter)
      const minute = Math.floor(deps.clock() / 60_000)
      if (scans.uncountedDenials.all({ from: minute - dayMinutes, minute: minute + 1 }).length > 0)
        times.push((minute + 1) * 60_000)
      return times.length === 0 ? null : Math.min(...times)
    },

    doubts: readDoubts,
    outgoing: () => dueNotices(deps.clock()).flatMap(({ outgoing }) => outgoing ?? []),
    openAccounts: () => [...new Set([...tail.open.values()].map(({ accountId }) => accountId))],

    flushDerived: (limit) => tail.flush(limit, lastId),
    outbox: () => outbox.read(readDoubts),
    delivered: (push) => outbox.delivered(push),
  }
}
