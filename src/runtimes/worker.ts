import type { ExecutionContext } from '@cloudflare/workers-types'
import { drizzle } from 'drizzle-orm/d1'
import packageJson from '../../package.json' with { type: 'json' }
import type { LedgerOf } from '../core/ports.ts'
import { openDirectory } from '../directory/index.ts'
import * as directorySchema from '../directory/schema.ts'
import { type App, createApp } from '../http/app.ts'
import type { AppDeps, Integrity } from '../http/deps.ts'
import { sandboxPersonViews } from '../sources/sandbox.ts'
import { registerRowViews } from '../sources/sandbox-registers.ts'
import type { ObjectAnswer } from './account-object.ts'
import { openBucketFiles } from './bucket-files.ts'
import { readDoor } from './config.ts'
import { openIsolateMetrics } from './isolate-metrics.ts'
import { openLimiter } from './limiter.ts'
import { measureLedger, measureSources } from './measured.ts'
import { Overloaded } from './overloaded.ts'
import {
  openWorkerNotices,
  openWorkerParts,
  openWorkerSigner,
  openWorkerSources,
  openWorkerStaff,
  rowsPerStatement,
  settingsOf,
  type WorkerEnv,
} from './worker-parts.ts'

export { AccountObject } from './account-object.ts'

/** Milliseconds that never go back. */
const ticks = (): number => performance.now()

const unwrap = <T>(answer: ObjectAnswer<T>): T => {
  if (answer.kind === 'overloaded') throw new Overloaded(answer.reason)
  return answer.value
}

/** The ledger port over the account's object. The name of the object is the account's id, so a key routes by itself. */
const ledgersOf =
  (env: WorkerEnv): LedgerOf =>
  (accountId) => {
    const object = env.ACCOUNT.getByName(accountId)
    return {
      submit: async (command) => unwrap((await object.submit(command)) as ObjectAnswer<never>),
      read: async (read) => unwrap((await object.read(read)) as ObjectAnswer<never>),
    }
  }

/** The same door as on Node over objects, D1 and the platform's fetch. `more` replaces parts of it, for a test. */
export const openWorkerApp = (env: WorkerEnv, more: Partial<AppDeps> = {}): App => {
  const { crypto, log } = openWorkerParts(env)
  const clock = more.clock ?? Date.now
  // Of this isolate alone: the platform runs as many of them as it likes, and the objects count nothing.
  const { metrics, text } = openIsolateMetrics()
  const ledgerOf = ledgersOf(env)
  const directory = openDirectory(drizzle(env.DIRECTORY, { schema: directorySchema }), clock, rowsPerStatement)
  const integrity = async (): Promise<Integrity> => {
    const sum: Integrity = { accounts: 0, entries: 0, verifications: 0, violations: [] }
    let before: string | null = null
    for (;;) {
      const { rows } = await directory.accounts({ before, limit: 100, name: null })
      for (const { id } of rows) {
        const one = await env.ACCOUNT.getByName(id).integrity()
        if (!one) continue
        sum.accounts += one.accounts
        sum.entries += one.entries
        sum.verifications += one.verifications
        sum.violations.push(...one.violations)
      }
      before = rows.at(-1)?.id ?? null
      if (before === null) return sum
    }
  }
  return createApp({
    ledgerOf: (accountId) => measureLedger(ledgerOf(accountId), metrics),
    crypto,
    clock,
    log,
    askDeadlineMs: 25_000,
    directory,
    files: openBucketFiles(env.FILES, crypto),
    staff: openWorkerStaff(env, clock),
    documentSigner: openWorkerSigner(env),
    failedKeys: openLimiter(),
    socketAddress: (environment) => (environment as { address: string }).address,
    trustedProxies: 0,
    version: packageJson.version,
    readiness: async () => ({ ready: true, reasons: [] }),
    integrity,
    sandboxPersons: [...sandboxPersonViews, ...registerRowViews],
    ...readDoor(settingsOf(env)),
    webhookLoopback: openWorkerNotices(env).webhookLoopback,
    metrics,
    metricsText: text,
    ticks,
    ...more,
    sources: measureSources(more.sources ?? openWorkerSources(env, crypto, clock), metrics, ticks),
  })
}

const apps = new WeakMap<WorkerEnv, App>()

export default {
  async fetch(request: Request, env: WorkerEnv, ctx: ExecutionContext): Promise<Response> {
    const app = apps.get(env) ?? openWorkerApp(env)
    apps.set(env, app)
    // The platform writes this header; what a caller sends under its name never arrives.
    const address = request.headers.get('cf-connecting-ip') ?? '127.0.0.1'
    const response = Promise.resolve(app.fetch(request, { address }))
    // A verification goes on when its caller has left.
    ctx.waitUntil(
      response.then(
        () => undefined,
        () => undefined,
      ),
    )
    return response
  },
}
