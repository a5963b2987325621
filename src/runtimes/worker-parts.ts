import type { D1Database, DurableObjectNamespace, R2Bucket } from '@cloudflare/workers-types'
import type { WorkingCalendar } from '../agreement/calendar.ts'
import type { Clock, Crypto, Log, Network, Sources } from '../core/ports.ts'
import type { DocumentSigner, StaffIssuer } from '../http/deps.ts'
import { openSources, registeredSources } from '../sources/index.ts'
import type { AccountObject } from './account-object.ts'
import { readCalendar } from './calendar-setting.ts'
import { ConfigError, readNoticeSettings, readOidc, readPublicUrl, readSources } from './config.ts'
import { openCrypto } from './crypto.ts'
import { documentIssuer, openDocumentSigner } from './document-keys.ts'
import { openFetchNetwork } from './fetch-network.ts'
import { deriveSealRoot, readIssuerPublicKey, readSuite, unwrapDigestKeys } from './keyring.ts'
import { openLog } from './log.ts'
import type { NoticesConfig } from './notice-settings.ts'
import { openStaffIssuers } from './staff-issuers.ts'
import { timers } from './timers.ts'

/** Bindings and secrets of the Worker. Secrets are the contents of the key files, put in with `wrangler secret put`. */
export interface WorkerEnv {
  ACCOUNT: DurableObjectNamespace<AccountObject>
  DIRECTORY: D1Database
  FILES: R2Bucket
  VERIMETER_MASTER_KEY: string
  VERIMETER_KEYRING: string
  /** Public JWK of the staff issuer; the private half stays with the operator. */
  VERIMETER_STAFF_KEY: string
  /** The keys that sign documents, the whole file; left out, documents are not signed. */
  VERIMETER_DOCUMENT_KEYS?: string
  /** The address that callers use; it is the issuer of signed documents. */
  VERIMETER_PUBLIC_URL?: string
  VERIMETER_SECURITY_CONTACT?: string
  VERIMETER_METRICS_TOKEN?: string
  VERIMETER_LOG_REQUESTS?: string
  VERIMETER_SOURCE_COSTS?: string
  /** The calendar of further years, as JSON (`calendar-setting.ts`). */
  VERIMETER_CALENDAR?: string
  [setting: `VERIMETER_ALIYUN_${string}`]: string | undefined
  [setting: `VERIMETER_OIDC_${string}`]: string | undefined
  [setting: `VERIMETER_MAIL_${string}`]: string | undefined
  [setting: `VERIMETER_SMS_${string}`]: string | undefined
  [setting: `VERIMETER_WEBHOOK_${string}`]: string | undefined
}

/** Rows of thirteen columns in one statement: D1 binds at most 100 values. */
export const rowsPerStatement = 7

export interface WorkerParts {
  staffKey: ReturnType<typeof readIssuerPublicKey>
  crypto: Crypto
  log: Log
  calendar: WorkingCalendar
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
  const crypto = openCrypto(
    unwrapDigestKeys(env.VERIMETER_MASTER_KEY, env.VERIMETER_KEYRING, names),
    deriveSealRoot(env.VERIMETER_MASTER_KEY, names.master),
    readSuite(env.VERIMETER_KEYRING, names.keyring),
  )
  const parts = {
    staffKey: readIssuerPublicKey(env.VERIMETER_STAFF_KEY, 'the variable VERIMETER_STAFF_KEY'),
    crypto,
    calendar: readCalendar(env.VERIMETER_CALENDAR || null, 'VERIMETER_CALENDAR'),
    log: openLog((line) => {
      process.stderr.write(line)
    }),
  }
  cached.set(env, parts)
  return parts
}

/** The platform's fetch, wrapped, because the platform refuses it as somebody else's method. */
export const openWorkerNetwork = (clock: Clock): Network => openFetchNetwork((url, init) => fetch(url, init), clock)

/** Whose staff tokens the Worker takes. Throws ConfigError for a wrong setting. */
export const openWorkerStaff = (env: WorkerEnv, clock: Clock): StaffIssuer[] => {
  const { staffKey, log } = openWorkerParts(env)
  return openStaffIssuers(staffKey, readOidc(settingsOf(env)), { network: openWorkerNetwork(clock), clock, log })
}

/** Who signs documents; null without the secret. Throws for a wrong secret or setting. */
export const openWorkerSigner = (env: WorkerEnv): DocumentSigner | null =>
  env.VERIMETER_DOCUMENT_KEYS
    ? openDocumentSigner(
        env.VERIMETER_DOCUMENT_KEYS,
        documentIssuer(readPublicUrl(settingsOf(env))),
        'the secret VERIMETER_DOCUMENT_KEYS',
      )
    : null

/** How notices leave a Worker. Throws ConfigError for a wrong setting. */
export const openWorkerNotices = (env: WorkerEnv): NoticesConfig => {
  const config = readNoticeSettings(settingsOf(env))
  if (config.smtp !== null) throw new ConfigError('VERIMETER_SMTP_URL is for Node; a Worker sends by VERIMETER_MAIL_API_URL')
  return config
}

/** The sources over the platform's fetch. */
export const openWorkerSources = (env: WorkerEnv, crypto: Crypto, clock: Clock): Sources =>
  openSources(registeredSources(readSources(settingsOf(env))), {
    network: openWorkerNetwork(clock),
    clock,
    log: openWorkerParts(env).log,
    randomHex: crypto.randomHex,
    digestAnswer: (raw) => crypto.digest('answer', raw).digest,
    ...timers,
  })
