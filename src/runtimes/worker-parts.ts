import type { D1Database, DurableObjectNamespace, R2Bucket } from '@cloudflare/workers-types'
import type { Clock, Crypto, Log, Sources } from '../core/ports.ts'
import { openSources, registeredSources } from '../sources/index.ts'
import type { AccountObject } from './account-object.ts'
import { readSources } from './config.ts'
import { openCrypto } from './crypto.ts'
import { openFetchNetwork } from './fetch-network.ts'
import { readIssuerPublicKey, unwrapDigestKeys } from './keyring.ts'
import { openLog } from './log.ts'

/** Bindings and secrets of the Worker. Secrets are the contents of the key files, put in with `wrangler secret put`. */
export interface WorkerEnv {
  ACCOUNT: DurableObjectNamespace<AccountObject>
  DIRECTORY: D1Database
  FILES: R2Bucket
  VERIMETER_MASTER_KEY: string
  VERIMETER_KEYRING: string
  /** Public JWK of the staff issuer; the private half stays with the operator. */
  VERIMETER_STAFF_KEY: string
  VERIMETER_SECURITY_CONTACT?: string
  VERIMETER_METRICS_TOKEN?: string
  VERIMETER_LOG_REQUESTS?: string
  [setting: `VERIMETER_ALIYUN_${string}`]: string | undefined
}

/** Rows of eleven columns in one statement: D1 binds at most 100 values. */
export const rowsPerStatement = 9

export interface WorkerParts {
  staffKey: ReturnType<typeof readIssuerPublicKey>
  crypto: Crypto
  log: Log
}

/** The settings among the bindings; the others are not text. */
export const settingsOf = (env: WorkerEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env as unknown as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )

const cached = new WeakMap<WorkerEnv, WorkerParts>()

/** Keys and log from the bindings; the same for the Worker and its objects. Throws for a missing or wrong secret. */
export const openWorkerParts = (env: WorkerEnv): WorkerParts => {
  const known = cached.get(env)
  if (known) return known
  const names = { master: 'the secret VERIMETER_MASTER_KEY', keyring: 'the secret VERIMETER_KEYRING' }
  const crypto = openCrypto(unwrapDigestKeys(env.VERIMETER_MASTER_KEY, env.VERIMETER_KEYRING, names))
  const parts = {
    staffKey: readIssuerPublicKey(env.VERIMETER_STAFF_KEY, 'the variable VERIMETER_STAFF_KEY'),
    crypto,
    log: openLog((line) => {
      process.stderr.write(line)
    }),
  }
  cached.set(env, parts)
  return parts
}

/** The sources over the platform's fetch. */
export const openWorkerSources = (env: WorkerEnv, crypto: Crypto, clock: Clock): Sources =>
  openSources(registeredSources(readSources(settingsOf(env))), {
    // Wrapped, because the platform refuses its fetch as somebody else's method.
    network: openFetchNetwork((url, init) => fetch(url, init), clock),
    clock,
    randomHex: crypto.randomHex,
    digestAnswer: (raw) => crypto.digest('answer', raw).digest,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
