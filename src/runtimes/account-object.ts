import { DurableObject } from 'cloudflare:workers'
import { drizzle as drizzleD1 } from 'drizzle-orm/d1'
import { drizzle } from 'drizzle-orm/durable-sqlite'
import { migrate } from 'drizzle-orm/durable-sqlite/migrator'
import ledgerMigrations from '../../drizzle/ledger/migrations.js'
import type { Command, Doubt, DueCommand, Read, ReadResult, ResultOf } from '../core/commands.ts'
import type { Clock, Ledger, Log, Network } from '../core/ports.ts'
import { refuse } from '../core/refusal.ts'
import { deliver, type Underway } from '../deliver.ts'
import { openDirectory } from '../directory/index.ts'
import * as directorySchema from '../directory/schema.ts'
import type { Driver, Stored } from '../ledger/db.ts'
import { type LedgerCore, type LedgerDeps, openLedger } from '../ledger/index.ts'
import { type Reconciliation, reconcile } from '../ledger/reconcile.ts'
import * as schema from '../ledger/schema.ts'
import { type AskSchedule, nextAskAt, sweep } from '../sweep.ts'
import { randomStep } from './crypto.ts'
import { type GroupCommit, openGroupCommit } from './group-commit.ts'
import { openLimiter } from './limiter.ts'
import { openNoticeSender } from './notice-sender.ts'
import type { NoticesConfig } from './notice-settings.ts'
import { withRate } from './rate.ts'
import {
  openWorkerNetwork,
  openWorkerNotices,
  openWorkerParts,
  openWorkerSources,
  rowsPerStatement,
  type WorkerEnv,
} from './worker-parts.ts'

/** What comes back from an object: expected endings are values here too, because an error loses its class on the way. */
export type ObjectAnswer<T> = { kind: 'done'; value: T } | { kind: 'overloaded'; reason: string }

interface Open {
  core: LedgerCore
  group: GroupCommit
  check(): Reconciliation
}

/** An object holds 10 GB; before that what is open must still be able to end, so no new verification is held. */
const mostBytes = 9_900_000_000

/** After a change the directory hears of it this much later, with everything that happened meanwhile. */
const pushDelayMs = 1_000
/** An alarm that failed rings again after this long, as often as it takes. */
const alarmRetryMs = 60_000
const derivedRowsPerFlush = 500

/** What the ledger asks of an object's storage past Drizzle. */
export const driverOf = (storage: DurableObjectStorage): Driver => ({
  prepareWrite: (text) => (values) => void storage.sql.exec(text, ...values),
  prepareRead: (text) => (values) => [...storage.sql.exec(text, ...values).raw<Stored[]>()],
  transaction: (work) => storage.transactionSync(work),
})

/**
 * One account: its ledger, its limiter, its alarm. It decides and commits; the Worker asks the sources. Until staff open
 * the account it creates no table and answers as if the key were not known.
 */
export class AccountObject extends DurableObject<WorkerEnv> {
  /** What the ledger is handed; a test hands in other ones. */
  protected ledgerDeps(): LedgerDeps {
    const { crypto, calendar } = openWorkerParts(this.env)
    return { clock: Date.now, crypto, calendar, idStep: randomStep }
  }

  /** How notices leave; a test hands in other ways. */
  protected notices(): { config: NoticesConfig; network: Network } {
    return { config: openWorkerNotices(this.env), network: openWorkerNetwork(this.clock) }
  }

  protected get log(): Log {
    return openWorkerParts(this.env).log
  }

  protected get clock(): Clock {
    return this.ledgerDeps().clock
  }

  private readonly limiter = openLimiter()
  private readonly schedule: AskSchedule = new Map()
  private readonly underway: Underway = new Set()
  /** Ends when what is being sent has been recorded. */
  protected delivery: Promise<void> = Promise.resolve()
  private parts: Promise<Open | null> | null = null
  private alarmAt: number | null = null

  async submit<C extends Command>(command: C): Promise<ObjectAnswer<ResultOf<C>>> {
    const opens = command.kind === 'act' && command.act.kind === 'create_account'
    const open = await this.open(opens)
    if (open === 'newer') return { kind: 'overloaded', reason: 'schema_newer' }
    if (open === null)
      return { kind: 'done', value: refuse('credentials' in command ? 'key_unknown' : 'not_found') as ResultOf<C> }
    if (this.isFull() && command.kind === 'hold') return { kind: 'overloaded', reason: 'storage_full' }
    const rated = await withRate(open.core, this.limiter, command)
    // Before the commit, so that no end of the object leaves a hold that nothing wakes up for; after it, for an alarm that went
    // off in between.
    this.wake(this.clock() + pushDelayMs)
    const value = await open.group.submit(rated)
    this.wake(this.clock() + pushDelayMs)
    return { kind: 'done', value }
  }

  async read<R extends Read>(read: R): Promise<ObjectAnswer<ReadResult<R>>> {
    const open = await this.open(false)
    if (open === 'newer') return { kind: 'overloaded', reason: 'schema_newer' }
    if (open === null)
      return { kind: 'done', value: refuse(read.reader.kind === 'key' ? 'key_unknown' : 'not_found') as ReadResult<R> }
    return { kind: 'done', value: open.core.read(await withRate(open.core, this.limiter, read)) }
  }

  /** Asserts every invariant of this account's books. */
  async integrity(): Promise<Reconciliation | null> {
    const open = await this.open(false)
    return open === null || open === 'newer' ? null : open.check()
  }

  /** Acts whose time has come. */
  async due(): Promise<DueCommand[]> {
    const open = await this.open(false)
    return open === null || open === 'newer' ? [] : open.core.due()
  }

  /** Verifications in doubt. */
  async doubts(): Promise<Doubt[]> {
    const open = await this.open(false)
    return open === null || open === 'newer' ? [] : open.core.doubts()
  }

  override async alarm(): Promise<void> {
    this.alarmAt = null
    const open = await this.open(false)
    if (open === null || open === 'newer') return
    try {
      await this.doDueWork(open)
    } catch (error) {
      // The platform gives up after six failures in a row, and what is in doubt would wait for the account's next call.
      this.log('alarm_failed', { kind: error instanceof Error ? error.name : 'unknown' })
      this.wake(this.clock() + alarmRetryMs)
    }
  }

  private async doDueWork(open: Open): Promise<void> {
    const { core } = open
    const { crypto } = openWorkerParts(this.env)
    const ledger: Ledger = { submit: (command) => open.group.submit(command), read: async (read) => core.read(read) }
    const due = { due: async () => core.due(), doubts: async () => core.doubts() }
    await sweep(
      { due, ledgerOf: () => ledger, sources: openWorkerSources(this.env, crypto, this.clock), clock: this.clock, log: this.log },
      this.schedule,
    )
    // Not waited for: the next alarm rings only when this one is over, and a receiver may be slow.
    this.delivery = Promise.all([this.delivery, this.deliverDue(open, ledger)]).then(() => undefined)
    while (core.flushDerived(derivedRowsPerFlush) > 0);
    const push = core.outbox()
    if (push.accounts.length + push.alarms.length > 0) {
      const db = drizzleD1(this.env.DIRECTORY, { schema: directorySchema })
      await openDirectory(db, this.clock, rowsPerStatement).push(push)
      core.delivered(push)
    }
    const next = [core.nextDueAt(), nextAskAt(this.schedule)].filter((at) => at !== null)
    if (next.length > 0) this.wake(Math.max(Math.min(...next), this.clock() + pushDelayMs))
  }

  /** Sends the notices whose time has come. The platform's fetch reaches the open internet alone, so it needs no lookup of ours. */
  private async deliverDue({ core }: Open, ledger: Ledger): Promise<void> {
    const { crypto } = openWorkerParts(this.env)
    try {
      const { config, network } = this.notices()
      const ledgerOf = () => ledger
      const send = openNoticeSender({
        config,
        network,
        publicNetwork: network,
        clock: this.clock,
        crypto,
        ledgerOf,
        smtp: null,
      })
      const sent = await deliver({ outgoing: async () => core.outgoing(), ledgerOf, send, log: this.log }, this.underway)
      // A failed one is tried again later; what else is due has set its own alarm.
      const next = sent === 0 ? null : core.nextDueAt()
      if (next !== null) this.wake(Math.max(next, this.clock() + pushDelayMs))
    } catch (error) {
      this.log('delivery_failed', { kind: error instanceof Error ? error.name : 'unknown' })
      this.wake(this.clock() + alarmRetryMs)
    }
  }

  protected isFull(): boolean {
    return this.ctx.storage.sql.databaseSize >= mostBytes
  }

  /** Sets the alarm, unless an earlier one is set. */
  protected wake(at: number): void {
    if (this.alarmAt !== null && this.alarmAt <= at) return
    this.alarmAt = at
    void this.ctx.storage.setAlarm(at)
  }

  protected async open(create: boolean): Promise<Open | null | 'newer'> {
    if (this.parts === null) {
      const state = this.schemaState()
      if (state === 'newer') return 'newer'
      if (state === 'none' && !create) return null
      this.parts = this.ctx.blockConcurrencyWhile(() => this.openParts())
    }
    return this.parts
  }

  private async openParts(): Promise<Open> {
    const db = drizzle(this.ctx.storage, { schema })
    await migrate(db, ledgerMigrations)
    const deps = this.ledgerDeps()
    const core = openLedger(db, driverOf(this.ctx.storage), deps)
    const group = openGroupCommit({
      commit: (commands) => core.commit(commands),
      // The platform resets the object by itself when its storage fails; nobody is answered.
      onInDoubt: (error) => this.ctx.abort(error instanceof Error ? error.name : 'storage'),
    })
    this.alarmAt = await this.ctx.storage.getAlarm()
    return { core, group, check: () => reconcile(db, deps.crypto) }
  }

  /** Whether this object has tables, and whether a later version of the code has changed them: then only that version may write. */
  private schemaState(): 'none' | 'known' | 'newer' {
    const sql = this.ctx.storage.sql
    if (sql.exec("SELECT name FROM sqlite_master WHERE name = '__drizzle_migrations'").toArray().length === 0) return 'none'
    const applied = Number(sql.exec('SELECT max(created_at) AS at FROM __drizzle_migrations').one().at)
    const known = Math.max(...ledgerMigrations.journal.entries.map((entry) => entry.when))
    return applied > known ? 'newer' : 'known'
  }
}
