import { join, resolve } from 'node:path'
import { z } from 'zod'
import { registeredSources, type SourcesConfig } from '../sources/index.ts'
import { type NoticesConfig, noticeSettings, readNotices } from './notice-settings.ts'
import { ConfigError, integer, secureUrl } from './setting.ts'

export { ConfigError } from './setting.ts'

/** Everything that can be set, from the environment alone; the README's table lists the same names. */
export interface Config {
  mode: 'sandbox' | 'production'
  host: string
  port: number
  dataDir: string
  keysDir: string
  trustedProxies: number
  sweepIntervalMs: number
  askDeadlineMs: number
  drainDeadlineMs: number
  publicUrl: string | null
  /** A file with the calendar of further years (`calendar-setting.ts`); absent where there is none. */
  calendarFile?: string
  /** The OpenID provider whose access tokens staff may use beside those of the built-in issuer. */
  oidc: OidcConfig | null
  sources: SourcesConfig
  door: DoorConfig
  notices: NoticesConfig
}

/** What the door shows of itself, on both runtimes. */
export interface DoorConfig {
  /** A `mailto:` or `https:` address (RFC 9116), or null. */
  securityContact: string | null
  /** A secret that opens `GET /metrics`, or null: then only staff read them. */
  metricsToken: string | null
  logRequests: boolean
}

/** One OpenID provider: everything that a token of its must say, and where its keys are. */
export interface OidcConfig {
  /** Stands before its subjects in the books. */
  name: string
  issuer: string
  audience: string
  jwksUrl: string
  rolesClaim: string
  tokenType: 'at+jwt' | 'JWT'
}

const settings = {
  VERIMETER_MODE: { schema: z.enum(['sandbox', 'production']), says: '`sandbox` or `production`' },
  VERIMETER_HOST: { schema: z.string().min(1), says: 'an address to listen on, such as 127.0.0.1' },
  VERIMETER_PORT: { schema: integer(0, 65_535), says: 'a port, 0 to 65535' },
  VERIMETER_DATA_DIR: { schema: z.string().min(1), says: 'a folder' },
  VERIMETER_KEYS_DIR: { schema: z.string().min(1), says: 'a folder' },
  VERIMETER_TRUSTED_PROXIES: { schema: integer(0, 16), says: 'the number of proxies in front, 0 to 16' },
  VERIMETER_SWEEP_INTERVAL_MS: { schema: integer(50, 600_000), says: 'milliseconds, 50 to 600000' },
  VERIMETER_ASK_DEADLINE_MS: { schema: integer(100, 25_000), says: 'milliseconds, 100 to 25000' },
  VERIMETER_DRAIN_DEADLINE_MS: { schema: integer(0, 120_000), says: 'milliseconds, 0 to 120000' },
  VERIMETER_PUBLIC_URL: { schema: z.url({ protocol: /^https?$/ }), says: 'the http or https address that callers use' },
  VERIMETER_CALENDAR_FILE: { schema: z.string().min(1), says: 'a file with the holidays of further years' },
  VERIMETER_CHROMIUM: { schema: z.string().min(1), says: 'a Chromium that prints PDF for the operator' },
  VERIMETER_SECURITY_CONTACT: {
    schema: z.string().regex(/^(?:mailto:[\w.+-]+@[\w.-]+|https:\/\/[!-;=?-~]+)$/),
    says: 'a mailto: or https: address',
  },
  VERIMETER_METRICS_TOKEN: { schema: z.string().regex(/^[!-~]{32,200}$/), says: '32 to 200 visible ASCII characters' },
  VERIMETER_LOG_REQUESTS: { schema: z.enum(['on', 'off']), says: '`on` or `off`' },
  ...noticeSettings,
  VERIMETER_OIDC_ISSUER: {
    schema: secureUrl.refine((text) => !/[?#]/.test(text)),
    says: 'the https address that the OpenID provider writes into `iss`, to the letter',
  },
  VERIMETER_OIDC_AUDIENCE: { schema: z.string().regex(/^\S{1,255}$/), says: 'what the tokens for this gateway say in `aud`' },
  VERIMETER_OIDC_JWKS_URL: { schema: secureUrl, says: "the https address of the provider's keys (`jwks_uri`)" },
  VERIMETER_OIDC_ROLES_CLAIM: { schema: z.string().regex(/^\S{1,255}$/), says: 'the name of the claim that lists the roles' },
  VERIMETER_OIDC_TOKEN_TYPE: { schema: z.enum(['at+jwt', 'JWT']), says: '`at+jwt` or `JWT`' },
  VERIMETER_OIDC_NAME: {
    schema: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
    says: 'a short name of the provider: 1 to 20 small letters, digits and -',
  },
  VERIMETER_ALIYUN_URL: { schema: z.url({ protocol: /^https?$/ }), says: 'the base address of the market API' },
  VERIMETER_ALIYUN_APPCODE: { schema: z.string().min(1), says: 'the AppCode' },
  VERIMETER_ALIYUN_APP_KEY: { schema: z.string().min(1), says: 'the AppKey' },
  VERIMETER_ALIYUN_APP_SECRET: { schema: z.string().min(1), says: 'the AppSecret' },
  VERIMETER_ALIYUN_QUERY_PATH: {
    schema: z.string().regex(/^\/[\w./-]*$/),
    says: 'the path of the query by reference, beginning with /',
  },
  VERIMETER_ALIYUN_DEADLINE_MS: { schema: integer(100, 25_000), says: 'milliseconds, 100 to 25000' },
  VERIMETER_ALIYUN_FINAL_AFTER_MS: { schema: integer(0, 86_400_000), says: 'milliseconds' },
  VERIMETER_SOURCE_COSTS: {
    schema: z.string().regex(/^[a-z0-9_]+=\d{1,3}(?:\.\d{1,6})?(?:,[a-z0-9_]+=\d{1,3}(?:\.\d{1,6})?)*$/),
    says: 'sources and yuan per billed call with up to six places, such as aliyun_market_id2=0.0150',
  },
} as const
type Name = keyof typeof settings
type Environment = Record<string, string | undefined>

/** Reads one setting by its schema. An empty one counts as not set. */
const readerOf =
  (environment: Environment) =>
  <N extends Name>(name: N): z.infer<(typeof settings)[N]['schema']> | undefined => {
    const text = environment[name]
    if (text === undefined || text === '') return undefined
    const parsed = settings[name].schema.safeParse(text)
    if (!parsed.success) throw new ConfigError(`${name} must be ${settings[name].says}`)
    return parsed.data as z.infer<(typeof settings)[N]['schema']>
  }

/**
 * Environment to configuration, or ConfigError: a wrong setting, an unknown VERIMETER_ name (a typing mistake that would
 * otherwise be silently ignored) and a half-configured source all stop the start.
 */
export const readConfig = (environment: Environment): Config => {
  for (const name of Object.keys(environment))
    if (name.startsWith('VERIMETER_') && !Object.hasOwn(settings, name))
      throw new ConfigError(`${name} is not a setting; see the table of settings in the README`)
  const read = readerOf(environment)
  const mode = read('VERIMETER_MODE') ?? 'sandbox'
  const dataDir = resolve(read('VERIMETER_DATA_DIR') ?? 'data')
  const keysDir = read('VERIMETER_KEYS_DIR')
  const calendarFile = read('VERIMETER_CALENDAR_FILE')
  if (mode === 'production' && keysDir === undefined)
    throw new ConfigError(
      'VERIMETER_KEYS_DIR must name the folder of the key files in production; make them with `npm run operator -- keys create`',
    )
  return {
    mode,
    host: read('VERIMETER_HOST') ?? '127.0.0.1',
    port: read('VERIMETER_PORT') ?? 8787,
    dataDir,
    keysDir: keysDir === undefined ? join(dataDir, 'keys') : resolve(keysDir),
    trustedProxies: read('VERIMETER_TRUSTED_PROXIES') ?? 0,
    sweepIntervalMs: read('VERIMETER_SWEEP_INTERVAL_MS') ?? 1_000,
    askDeadlineMs: read('VERIMETER_ASK_DEADLINE_MS') ?? 25_000,
    drainDeadlineMs: read('VERIMETER_DRAIN_DEADLINE_MS') ?? 30_000,
    publicUrl: readPublicUrl(environment),
    ...(calendarFile === undefined ? {} : { calendarFile: resolve(calendarFile) }),
    oidc: readOidc(environment),
    sources: readSources(environment),
    door: readDoor(environment),
    notices: readNoticeSettings(environment),
  }
}

/** The settings of the door alone, for a runtime whose other settings come from elsewhere. Throws ConfigError. */
/** The address that callers use, without a slash at its end. Throws ConfigError for another text. */
export const readPublicUrl = (environment: Environment): string | null =>
  readerOf(environment)('VERIMETER_PUBLIC_URL')?.replace(/\/+$/, '') ?? null

export const readDoor = (environment: Environment): DoorConfig => {
  const read = readerOf(environment)
  return {
    securityContact: read('VERIMETER_SECURITY_CONTACT') ?? null,
    metricsToken: read('VERIMETER_METRICS_TOKEN') ?? null,
    logRequests: read('VERIMETER_LOG_REQUESTS') === 'on',
  }
}

/** How notices leave, for a runtime whose other settings come from elsewhere. Throws ConfigError. */
export const readNoticeSettings = (environment: Environment): NoticesConfig => readNotices(readerOf(environment))

/** The settings of the OpenID provider alone; null when there is none. Throws ConfigError. */
export const readOidc = (environment: Environment): OidcConfig | null => {
  const read = readerOf(environment)
  const issuer = read('VERIMETER_OIDC_ISSUER')
  const audience = read('VERIMETER_OIDC_AUDIENCE')
  const jwksUrl = read('VERIMETER_OIDC_JWKS_URL')
  const rolesClaim = read('VERIMETER_OIDC_ROLES_CLAIM')
  const tokenType = read('VERIMETER_OIDC_TOKEN_TYPE')
  const name = read('VERIMETER_OIDC_NAME')
  if (issuer === undefined) {
    if ([audience, jwksUrl, rolesClaim, tokenType, name].some((value) => value !== undefined))
      throw new ConfigError('VERIMETER_OIDC_ISSUER must be set when another VERIMETER_OIDC_ setting is')
    return null
  }
  if (audience === undefined || jwksUrl === undefined)
    throw new ConfigError('VERIMETER_OIDC_ISSUER needs VERIMETER_OIDC_AUDIENCE and VERIMETER_OIDC_JWKS_URL beside it')
  return {
    name: name ?? 'oidc',
    issuer,
    audience,
    jwksUrl,
    rolesClaim: rolesClaim ?? 'roles',
    tokenType: tokenType ?? 'at+jwt',
  }
}

const defaultDeadlineMs = 10_000
const defaultFinalAfterMs = 60_000

/** The settings of the sources alone, for a runtime whose other settings come from elsewhere. Throws ConfigError. */
export const readSources = (environment: Environment): SourcesConfig => {
  const read = readerOf(environment)
  const config: SourcesConfig = { aliyunMarketId2: readAliyun(read) }
  const costs = read('VERIMETER_SOURCE_COSTS')
  return costs === undefined ? config : { ...config, costsMicroYuan: readCosts(costs, config) }
}

/** `source=yuan` pairs, each of a source that is set up and named once: a price under a wrong name would never be counted. */
const readCosts = (text: string, config: SourcesConfig): Record<string, number> => {
  const known = new Set(registeredSources(config).map(({ id }) => id))
  const costs = new Map<string, number>()
  for (const pair of text.split(',')) {
    const [id = '', yuan = ''] = pair.split('=')
    if (!known.has(id)) throw new ConfigError(`VERIMETER_SOURCE_COSTS names ${id}, which is not a source that is set up`)
    if (costs.has(id)) throw new ConfigError(`VERIMETER_SOURCE_COSTS names ${id} twice`)
    const [whole = '', places = ''] = yuan.split('.')
    costs.set(id, Number(`${whole}${places.padEnd(6, '0')}`))
  }
  return Object.fromEntries(costs)
}

const readAliyun = (read: ReturnType<typeof readerOf>): SourcesConfig['aliyunMarketId2'] => {
  const baseUrl = read('VERIMETER_ALIYUN_URL')
  const appcode = read('VERIMETER_ALIYUN_APPCODE')
  const appKey = read('VERIMETER_ALIYUN_APP_KEY')
  const appSecret = read('VERIMETER_ALIYUN_APP_SECRET')
  const queryPath = read('VERIMETER_ALIYUN_QUERY_PATH')
  const deadlineMs = read('VERIMETER_ALIYUN_DEADLINE_MS')
  const finalAfterMs = read('VERIMETER_ALIYUN_FINAL_AFTER_MS')
  if (baseUrl === undefined) {
    if ([appcode, appKey, appSecret, queryPath, deadlineMs, finalAfterMs].some((value) => value !== undefined))
      throw new ConfigError('VERIMETER_ALIYUN_URL must be set when another VERIMETER_ALIYUN_ setting is')
    return null
  }
  if ((finalAfterMs ?? defaultFinalAfterMs) < (deadlineMs ?? defaultDeadlineMs))
    throw new ConfigError(
      'VERIMETER_ALIYUN_FINAL_AFTER_MS must not be less than VERIMETER_ALIYUN_DEADLINE_MS: the vendor may still be at work',
    )
  const bySignature = appKey !== undefined && appSecret !== undefined
  if (appcode === undefined ? !bySignature : appKey !== undefined || appSecret !== undefined)
    throw new ConfigError('set either VERIMETER_ALIYUN_APPCODE, or VERIMETER_ALIYUN_APP_KEY and VERIMETER_ALIYUN_APP_SECRET')
  return {
    baseUrl,
    auth:
      appcode === undefined
        ? { kind: 'signature', appKey: appKey ?? '', appSecret: appSecret ?? '' }
        : { kind: 'appcode', appcode },
    queryPath: queryPath ?? null,
    deadlineMs: deadlineMs ?? defaultDeadlineMs,
    finalAfterMs: finalAfterMs ?? defaultFinalAfterMs,
  }
}
