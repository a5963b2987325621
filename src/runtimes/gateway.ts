import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { collectDefaultMetrics } from 'prom-client'
import type { WorkingCalendar } from '../agreement/calendar.ts'
import type { Metrics } from '../core/metrics.ts'
import type { Clock, Ledger, Log, Sources } from '../core/ports.ts'
import { deliver, type Underway } from '../deliver.ts'
import { openDirectory } from '../directory/index.ts'
import { type App, createApp } from '../http/app.ts'
import type { Integrity } from '../http/deps.ts'
import { type LedgerCore, openLedger } from '../ledger/index.ts'
import { reconcile } from '../ledger/reconcile.ts'
import { openSources, registeredSources } from '../sources/index.ts'
import { sandboxPersonViews } from '../sources/sandbox.ts'
import { registerRowViews } from '../sources/sandbox-registers.ts'
import { type AskSchedule, sweep } from '../sweep.ts'
import { type Admission, openAdmission } from './admission.ts'
import { readCalendar } from './calendar-setting.ts'
import { type Config, ConfigError } from './config.ts'
import { openCrypto, randomStep } from './crypto.ts'
import { openDatabase, tryToWrite } from './database.ts'
import { documentIssuer, openDocumentSigner } from './document-keys.ts'
import { filesFolder, openFolderFiles } from './folder-files.ts'
import { asOverload, isInDoubt, isWriteInDoubt, openGroupCommit } from './group-commit.ts'
import { openJournalHead } from './journal-head.ts'
import { readDocumentKeys, readKeyring } from './key-files.ts'
import { publicKeyOf } from './keyring.ts'
import { openLimiter } from './limiter.ts'
import { measureLedger, measureSources } from './measured.ts'
import { openMetrics, type Reading } from './metrics.ts'
import { openNetwork } from './network.ts'
import { openNoticeSender } from './notice-sender.ts'
import { openPublicNetwork } from './public-network.ts'
import { withRate } from './rate.ts'
import { openSmtp } from './smtp.ts'
import { openStaffIssuers } from './staff-issuers.ts'
import { timers } from './timers.ts'

export interface GatewayDeps {
  clock: Clock
  /** True once for each leap of the machine's clock (steady-clock.ts); absent where the clock is handed in. */
  takeLeap?(): boolean
  log: Log
  /** The state of the disk is unknown: end the process without answering anybody. */
  onInDoubt(error: unknown): void
  /** What a harness puts around a part, to watch it or to stop at it. Left out, the parts are as they are. */
  around?: { ledger?(ledger: Ledger): Ledger; sources?(sources: Sources): Sources }
}

/** A gateway on one machine, without a listening socket: what the server, the operator's command and the tests share. */
export interface Gateway {
  app: App
  /** Who asks before it takes in a verification from a socket. */
  admission: Pick<Admission, 'enter'>
  ledger: Ledger
  /** Runs everything that time has made due, once. */
  sweep(): Promise<void>
  integrity(): Integrity
  accountCount(): number
  /** From now on `/ready` says `draining`; everything is still answered. */
  beginDrain(): void
  /** Waits for the requests under way, commits what is waiting, closes the files. */
  close(): Promise<void>
}

/** Their keys are random, so a page costs as much for one row as for many: seldom, and then more at once. */
const derivedRowsPerFlush = 10_000
const derivedIntervalMs = 1_000
/** What was committed since the head was written is history whose loss a start would not notice. */
const headIntervalMs = 100
const directoryRowsPerStatement = 1_000

/** The version of this project. */
export const version = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
  .version

/** The working days, with those of the file that the settings name. Throws ConfigError. */
const openCalendar = ({ calendarFile }: Config): WorkingCalendar => {
  const name = 'VERIMETER_CALENDAR_FILE'
  if (calendarFile === undefined) return readCalendar(null, name)
  let text: string
  try {
    text = readFileSync(calendarFile, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new ConfigError(`${name} cannot be read (${code})`)
  }
  return readCalendar(text, name)
}

/** Opens keys, data folder, sources and timers, and wires them. Throws KeyringError or DatabaseError when something is in the way. */
export const openGateway = (config: Config, { clock, takeLeap, log, onInDoubt, around = {} }: GatewayDeps): Gateway => {
  const calendar = openCalendar(config)
  const keyring = readKeyring(config.keysDir)
  const documentKeys = readDocumentKeys(config.keysDir)
  const documentSigner = documentKeys === null ? null : openDocumentSigner(documentKeys, documentIssuer(config.publicUrl))
  const crypto = openCrypto(keyring.digestKeys, keyring.sealRoot, keyring.suite)
  const database = openDatabase(config.dataDir)
  const head = openJournalHead(database.connection, config.dataDir)
  const core = openLedger(database.ledger, database.driver, { clock, crypto, calendar, idStep: randomStep })
  const { network, close: closeNetwork } = openNetwork({ clock })
  const { network: publicNetwork, close: closePublicNetwork } = openPublicNetwork({
    clock,
    loopback: config.notices.webhookLoopback,
  })
  let draining = false
  let pushedAt = ticks()
  const { metrics, registry, text } = openMetrics({
    verimeter_commit_waiting: () => ledger.waiting(),
    verimeter_in_doubt: () => core.doubts().length,
    verimeter_alarms_standing: () => standingAlarms(database.connection),
    verimeter_directory_push_age_seconds: () => (ticks() - pushedAt) / 1000,
    verimeter_draining: () => Number(draining),
  })
  // Memory, event loop and open files of the process, by the names that every Node dashboard knows.
  collectDefaultMetrics({ register: registry })
  const openedSources = openSources(registeredSources(config.sources), {
    network,
    clock,
    log,
    randomHex: crypto.randomHex,
    digestAnswer: (raw) => crypto.digest('answer', raw).digest,
    ...timers,
  })
  const admission = openAdmission(metrics)
  const measured = admission.watch(measureSources(openedSources, metrics, ticks))
  const sources = around.sources?.(measured) ?? measured
  const ledger = openNodeLedger(core, onInDoubt, log, () => tryToWrite(database.connection), metrics)
  const directory = openDirectory(database.directory, clock, directoryRowsPerStatement)
  const port = around.ledger?.(ledger.port) ?? ledger.port
  const ledgerOf = () => port

  const smtp = config.notices.smtp && openSmtp(config.notices.smtp, clock)
  const send = openNoticeSender({
    config: config.notices,
    network,
    publicNetwork,
    clock,
    crypto,
    ledgerOf,
    smtp: smtp?.send ?? null,
  })
  const underway: Underway = new Set()
  const runDelivery = (): Promise<unknown> =>
    deliver({ outgoing: async () => core.outgoing(), ledgerOf, send, log, isStopping: () => draining }, underway)

  const schedule: AskSchedule = new Map()
  const due = { due: async () => core.due(), doubts: async () => core.doubts() }
  const tellLeap = async (): Promise<void> => {
    if (takeLeap?.() !== true) return
    for (const accountId of core.openAccounts())
      await ledger.port.submit({ kind: 'alarm', accountId, alarm: 'clock_leaped', subject: 'machine', raised: true })
  }
  const runSweep = async (): Promise<void> => {
    await tellLeap()
    await sweep({ due, ledgerOf, sources, clock, log }, schedule)
    const push = core.outbox()
    if (push.accounts.length + push.alarms.length > 0) {
      await directory.push(push)
      core.delivered(push)
    }
    pushedAt = ticks()
  }
  /** What a timer does can fail as a commit can: a full disk is tried again by the next turn, an unknown one ends the process. */
  const onTimerFault = (event: 'sweep_failed' | 'delivery_failed' | 'flush_failed', error: unknown): void => {
    log(event, { kind: error instanceof Error ? error.name : 'unknown' })
    if (isInDoubt(error)) onInDoubt(error)
  }
  const running = startTimers(config, onTimerFault, { sweep_failed: runSweep, delivery_failed: runDelivery }, [
    [derivedIntervalMs, () => core.flushDerived(derivedRowsPerFlush)],
    [headIntervalMs, head.write],
  ])

  const integrity = (): Integrity => reconcile(database.ledger, crypto)
  const app = createApp({
    ledgerOf,
    sources,
    crypto,
    clock,
    log,
    askDeadlineMs: config.askDeadlineMs,
    directory,
    files: openFolderFiles(join(config.dataDir, filesFolder), crypto),
    staff: openStaffIssuers(publicKeyOf(keyring.staffIssuer), config.oidc, { network, clock, log }),
    documentSigner,
    failedKeys: openLimiter(),
    socketAddress,
    trustedProxies: config.trustedProxies,
    version,
    readiness: async () => {
      const reasons = [...(draining ? ['draining'] : []), ...(ledger.isWritable() ? [] : ['ledger_not_writable'])]
      return { ready: reasons.length === 0, reasons }
    },
    integrity: async () => integrity(),
    sandboxPersons: [...sandboxPersonViews, ...registerRowViews],
    webhookLoopback: config.notices.webhookLoopback,
    ...config.door,
    metrics,
    metricsText: text,
    ticks,
  })
  const requests = countRequests(app)

  return {
    app: requests.app,
    admission,
    ledger: port,
    async sweep() {
      await runSweep()
      await runDelivery()
    },
    integrity,
    accountCount: () => Number(database.connection.prepare('SELECT count(*) FROM accounts').pluck().get()),
    beginDrain() {
      draining = true
    },
    async close() {
      draining = true
      await requests.idle()
      await running.stop()
      await ledger.drain()
      while (core.flushDerived(derivedRowsPerFlush) > 0);
      head.write()
      head.close()
      database.close()
      smtp?.close()
      await closeNetwork()
      await closePublicNetwork()
    },
  }
}

/** The app with its requests counted, also those whose caller has gone: what was held gets its ending all the same. */
const countRequests = (app: App): { app: App; idle(): Promise<void> } => {
  let running = 0
  const waiting: (() => void)[] = []
  return {
    app: {
      routes: app.routes,
      async fetch(request, environment) {
        running += 1
        try {
          return await app.fetch(request, environment)
        } finally {
          running -= 1
          if (running === 0) for (const resume of waiting.splice(0)) resume()
        }
      },
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  }
}

/** Milliseconds that never go back. */
const ticks = (): number => performance.now()

const standingAlarms = (connection: Database.Database): Reading =>
  new Map(
    connection
      .prepare<[], { kind: string; standing: number }>(
        'SELECT kind, count(*) AS standing FROM alarms WHERE cleared_at IS NULL GROUP BY kind',
      )
      .all()
      .map(({ kind, standing }) => [kind, standing]),
  )

/** The ledger port over the group commit, with the caller's rate taken where the ledger lives. */
const openNodeLedger = (
  core: LedgerCore,
  onInDoubt: (error: unknown) => void,
  log: Log,
  tryWrite: () => void,
  metrics: Metrics,
) => {
  let waiting = 0
  const limiter = openLimiter()
  let failed = false
  /** After a failed commit nobody sends work any more, so whether it goes again is tried here. */
  const isWritable = (): boolean => {
    if (!failed) return true
    try {
      tryWrite()
      failed = false
    } catch (error) {
      if (isInDoubt(error)) onInDoubt(error)
    }
    return !failed
  }
  const group = openGroupCommit({
    commit: (commands) => {
      const begunAt = ticks()
      try {
        const settled = core.commit(commands)
        metrics.observe('verimeter_commit_seconds', (ticks() - begunAt) / 1000)
        metrics.observe('verimeter_commit_pieces', commands.length)
        return settled
      } catch (error) {
        failed = true
        log('commit_failed', { pieces: commands.length, kind: error instanceof Error ? error.name : 'unknown' })
        throw error
      }
    },
    onInDoubt,
  })
  const port: Ledger = {
    async submit(command) {
      const rated = 'credentials' in command ? await withRate(core, limiter, command) : command
      waiting += 1
      try {
        return await group.submit(rated)
      } finally {
        waiting -= 1
      }
    },
    async read(read) {
      const rated = await withRate(core, limiter, read)
      try {
        return core.read(rated)
      } catch (error) {
        // A list first takes in what is new, which is a write.
        if (isWriteInDoubt(error)) onInDoubt(error)
        throw asOverload(error)
      }
    },
  }
  return { port: measureLedger(port, metrics), drain: group.drain, isWritable, waiting: () => waiting }
}

const startTimers = (
  config: Config,
  onFault: (event: 'sweep_failed' | 'delivery_failed' | 'flush_failed', error: unknown) => void,
  turns: Record<'sweep_failed' | 'delivery_failed', () => Promise<unknown>>,
  flushes: readonly (readonly [intervalMs: number, flush: () => void])[],
) => {
  const underWay = new Map<string, Promise<unknown>>()
  // Each turn on a timer of its own: a receiver that is slow holds up the next delivery, and nothing else.
  const turnTimers = (['sweep_failed', 'delivery_failed'] as const).map((event) => {
    return setInterval(() => {
      if (underWay.has(event)) return
      const turn = turns[event]()
        .catch((error: unknown) => onFault(event, error))
        .finally(() => underWay.delete(event))
      underWay.set(event, turn)
    }, config.sweepIntervalMs)
  })
  const flushTimers = flushes.map(([intervalMs, flush]) =>
    setInterval(() => {
      try {
        flush()
      } catch (error) {
        onFault('flush_failed', error)
      }
    }, intervalMs),
  )
  const timers = [...turnTimers, ...flushTimers]
  for (const timer of timers) timer.unref()
  return {
    /** Waits for what is under way: a notice that was sent has to be recorded. */
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(underWay.values())
    },
  }
}

/** The other end of the connection, from what @hono/node-server passes along with a request. */
const socketAddress = (environment: unknown): string => {
  const incoming = (environment as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming
  return incoming?.socket?.remoteAddress ?? '127.0.0.1'
}
