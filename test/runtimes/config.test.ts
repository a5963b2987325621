import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Config, ConfigError, readConfig } from '../../src/runtimes/config.ts'
import { noNotices } from '../../src/runtimes/notice-settings.ts'

type Environment = Record<string, string | undefined>

const refusal = (environment: Environment): string => {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error(`taken: ${JSON.stringify(environment)}`)
}

const url = 'https://kzidcardv1.market.alicloudapi.com'
const byAppcode = { VERIMETER_ALIYUN_URL: url, VERIMETER_ALIYUN_APPCODE: 'code' }
const bySignature = { VERIMETER_ALIYUN_URL: url, VERIMETER_ALIYUN_APP_KEY: 'key', VERIMETER_ALIYUN_APP_SECRET: 'secret' }

test('nothing set is a sandbox on this machine alone, with its keys in its data folder', () => {
  expect(readConfig({ PATH: '/bin', HOME: '/root' })).toEqual({
    mode: 'sandbox',
    host: '127.0.0.1',
    port: 8787,
    dataDir: resolve('data'),
    keysDir: resolve('data/keys'),
    trustedProxies: 0,
    sweepIntervalMs: 1_000,
    askDeadlineMs: 25_000,
    drainDeadlineMs: 30_000,
    publicUrl: null,
    oidc: null,
    sources: { aliyunMarketId2: null },
    door: { securityContact: null, metricsToken: null, logRequests: false },
    notices: noNotices,
  } satisfies Config)
})

test('an empty setting is one that is not set', () => {
  expect(readConfig({ VERIMETER_PORT: '', VERIMETER_MODE: '', VERIMETER_ALIYUN_URL: '' })).toEqual(readConfig({}))
})

const plain: [name: string, good: string, read: (config: Config) => unknown, value: unknown, bad: string[], says: string][] = [
  ['VERIMETER_MODE', 'sandbox', (c) => c.mode, 'sandbox', ['Sandbox', 'prod', ' '], '`sandbox` or `production`'],
  ['VERIMETER_PORT', '0', (c) => c.port, 0, ['-1', '65536', '80 ', '0x50', '8787.0', '9999999999'], 'a port, 0 to 65535'],
  [
    'VERIMETER_TRUSTED_PROXIES',
    '16',
    (c) => c.trustedProxies,
    16,
    ['17', '-1', 'all'],
    'the number of proxies in front, 0 to 16',
  ],
  [
    'VERIMETER_SECURITY_CONTACT',
    'mailto:security@example.com',
    (c) => c.door.securityContact,
    'mailto:security@example.com',
    ['security@example.com', 'http://example.com/', 'https://', 'https://example.com/\nExpires: never', 'mailto:a b@c'],
    'a mailto: or https: address',
  ],
  [
    'VERIMETER_METRICS_TOKEN',
    'a'.repeat(32),
    (c) => c.door.metricsToken,
    'a'.repeat(32),
    ['a'.repeat(31), 'a'.repeat(201), `${'a'.repeat(31)} b`],
    '32 to 200 visible ASCII characters',
  ],
  ['VERIMETER_LOG_REQUESTS', 'on', (c) => c.door.logRequests, true, ['ON', 'true', '1'], '`on` or `off`'],
  ['VERIMETER_SWEEP_INTERVAL_MS', '50', (c) => c.sweepIntervalMs, 50, ['49', '600001', '1s'], 'milliseconds, 50 to 600000'],
  ['VERIMETER_ASK_DEADLINE_MS', '25000', (c) => c.askDeadlineMs, 25_000, ['99', '25001'], 'milliseconds, 100 to 25000'],
  ['VERIMETER_DRAIN_DEADLINE_MS', '0', (c) => c.drainDeadlineMs, 0, ['120001', 'never'], 'milliseconds, 0 to 120000'],
  [
    'VERIMETER_PUBLIC_URL',
    'https://gateway.example/',
    (c) => c.publicUrl,
    'https://gateway.example',
    ['ftp://gateway.example', 'gateway.example', '//'],
    'the http or https address that callers use',
  ],
]
describe.each(plain)('%s', (name, good, read, value, bad, says) => {
  test(`takes ${good}`, () => {
    expect(read(readConfig({ [name]: good }))).toBe(value)
  })

  test.each(bad)('refuses %j and says what it may be', (text) => {
    expect(refusal({ [name]: text })).toBe(`${name} must be ${says}`)
  })
})

describe('folders and host', () => {
  test('folders become absolute, and the keys may lie apart from the data', () => {
    const config = readConfig({ VERIMETER_DATA_DIR: 'there', VERIMETER_KEYS_DIR: 'elsewhere', VERIMETER_HOST: '::1' })
    expect(config).toMatchObject({ dataDir: resolve('there'), keysDir: resolve('elsewhere'), host: '::1' })
    expect(readConfig({ VERIMETER_DATA_DIR: '/srv/v' }).keysDir).toBe('/srv/v/keys')
  })

  test('production must name its folder of keys', () => {
    expect(refusal({ VERIMETER_MODE: 'production' })).toBe(
      'VERIMETER_KEYS_DIR must name the folder of the key files in production; make them with `npm run operator -- keys create`',
    )
    expect(readConfig({ VERIMETER_MODE: 'production', VERIMETER_KEYS_DIR: '/etc/keys' })).toMatchObject({
      mode: 'production',
      keysDir: '/etc/keys',
    })
  })
})

test.each(['VERIMETER_PROT', 'VERIMETER_', 'VERIMETER_toString'])('%s is not a setting and is refused', (name) => {
  expect(refusal({ [name]: '1' })).toBe(`${name} is not a setting; see the table of settings in the README`)
})

test('the README lists every setting, and no other', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  // The secrets of the other runtime are no settings of this one.
  const listed = new Set(readme.match(/\bVERIMETER_(?!MASTER_KEY|KEYRING|STAFF_KEY|DOCUMENT_KEYS)\w+/g))
  for (const name of listed) expect(readConfig({ [name]: '' })).toEqual(readConfig({}))
  const code = ['config.ts', 'notice-settings.ts']
    .map((name) => readFileSync(join(import.meta.dirname, '../../src/runtimes', name), 'utf8'))
    .join('\n')
  const known = [...code.matchAll(/^ {2}(VERIMETER_\w+): \{/gm)].map(([, name]) => name)
  expect(known.length).toBeGreaterThan(10)
  expect([...listed].sort()).toEqual([...known].sort())
})

describe('the OpenID provider', () => {
  const oidc = {
    VERIMETER_OIDC_ISSUER: 'https://login.example.com/staff/',
    VERIMETER_OIDC_AUDIENCE: 'https://gateway.example/staff',
    VERIMETER_OIDC_JWKS_URL: 'https://login.example.com/staff/keys?v=1',
  }

  test('is set by its name to the letter, its audience and the address of its keys', () => {
    expect(readConfig(oidc).oidc).toEqual({
      name: 'oidc',
      issuer: 'https://login.example.com/staff/',
      audience: 'https://gateway.example/staff',
      jwksUrl: 'https://login.example.com/staff/keys?v=1',
      rolesClaim: 'roles',
      tokenType: 'at+jwt',
    })
  })

  test('is set with everything of its own', () => {
    const more = {
      VERIMETER_OIDC_NAME: 'corp-2',
      VERIMETER_OIDC_ROLES_CLAIM: 'https://gateway.example/roles',
      VERIMETER_OIDC_TOKEN_TYPE: 'JWT',
    }
    expect(readConfig({ ...oidc, ...more }).oidc).toMatchObject({
      name: 'corp-2',
      rolesClaim: 'https://gateway.example/roles',
      tokenType: 'JWT',
    })
  })

  test('without encryption only on this machine', () => {
    for (const host of ['127.0.0.1:9000', 'localhost', '[::1]:9000'])
      expect(readConfig({ ...oidc, VERIMETER_OIDC_JWKS_URL: `http://${host}/keys` }).oidc?.jwksUrl).toBe(`http://${host}/keys`)
    for (const host of ['login.example.com', '127.0.0.1.example.com', '10.0.0.1', 'localhost.example.com'])
      expect(refusal({ ...oidc, VERIMETER_OIDC_JWKS_URL: `http://${host}/keys` })).toBe(
        "VERIMETER_OIDC_JWKS_URL must be the https address of the provider's keys (`jwks_uri`)",
      )
  })

  test.each(Object.keys(oidc).slice(1))('needs %s', (name) => {
    expect(refusal({ ...oidc, [name]: '' })).toBe(
      'VERIMETER_OIDC_ISSUER needs VERIMETER_OIDC_AUDIENCE and VERIMETER_OIDC_JWKS_URL beside it',
    )
  })

  test.each([
    ['VERIMETER_OIDC_AUDIENCE', 'staff'],
    ['VERIMETER_OIDC_JWKS_URL', 'https://login.example.com/keys'],
    ['VERIMETER_OIDC_ROLES_CLAIM', 'groups'],
    ['VERIMETER_OIDC_TOKEN_TYPE', 'JWT'],
    ['VERIMETER_OIDC_NAME', 'corp'],
  ])('%s without an issuer is refused, because it would be ignored', (name, value) => {
    expect(refusal({ [name]: value })).toBe('VERIMETER_OIDC_ISSUER must be set when another VERIMETER_OIDC_ setting is')
  })

  const issuerSays = 'the https address that the OpenID provider writes into `iss`, to the letter'
  test.each([
    ['VERIMETER_OIDC_ISSUER', 'login.example.com', issuerSays],
    ['VERIMETER_OIDC_ISSUER', 'http://login.example.com', issuerSays],
    ['VERIMETER_OIDC_ISSUER', 'https://login.example.com/?a=b', issuerSays],
    ['VERIMETER_OIDC_ISSUER', 'verimeter', issuerSays],
    ['VERIMETER_OIDC_AUDIENCE', 'a b', 'what the tokens for this gateway say in `aud`'],
    ['VERIMETER_OIDC_JWKS_URL', 'file:///etc/keys', "the https address of the provider's keys (`jwks_uri`)"],
    ['VERIMETER_OIDC_ROLES_CLAIM', ' ', 'the name of the claim that lists the roles'],
    ['VERIMETER_OIDC_TOKEN_TYPE', 'id+jwt', '`at+jwt` or `JWT`'],
    ['VERIMETER_OIDC_NAME', 'a/b', 'a short name of the provider: 1 to 20 small letters, digits and -'],
    ['VERIMETER_OIDC_NAME', 'Corp', 'a short name of the provider: 1 to 20 small letters, digits and -'],
  ])('%s refuses %j, with the provider set and without', (name, text, says) => {
    expect(refusal({ ...oidc, [name]: text })).toBe(`${name} must be ${says}`)
    expect(refusal({ [name]: text })).toBe(`${name} must be ${says}`)
  })
})

describe('VERIMETER_SOURCE_COSTS', () => {
  test('is what a billed call of a source costs, exact to the millionth of a yuan', () => {
    const VERIMETER_SOURCE_COSTS = 'aliyun_market_id2=0.0150,sandbox=12.000001'
    expect(readConfig({ ...byAppcode, VERIMETER_SOURCE_COSTS }).sources.costsMicroYuan).toEqual({
      aliyun_market_id2: 15_000,
      sandbox: 12_000_001,
    })
  })

  test.each(['aliyun_market_id2', '=0.01', 'sandbox=-0.01', 'sandbox=0.0000001', 'sandbox=1000', 'sandbox=1,', 'sandbox=1e2'])(
    'does not take %s',
    (text) => {
      expect(refusal({ VERIMETER_SOURCE_COSTS: text })).toBe(
        'VERIMETER_SOURCE_COSTS must be sources and yuan per billed call with up to six places, such as aliyun_market_id2=0.0150',
      )
    },
  )

  test('of a source that is not set up, or named twice, is refused, because it would be ignored', () => {
    expect(refusal({ VERIMETER_SOURCE_COSTS: 'aliyun_market_id2=0.01' })).toBe(
      'VERIMETER_SOURCE_COSTS names aliyun_market_id2, which is not a source that is set up',
    )
    expect(refusal({ VERIMETER_SOURCE_COSTS: 'sandbox=1,sandbox=2' })).toBe('VERIMETER_SOURCE_COSTS names sandbox twice')
  })
})

describe('the source aliyun_market_id2', () => {
  test('is set with an AppCode, and has defaults for the rest', () => {
    expect(readConfig(byAppcode).sources.aliyunMarketId2).toEqual({
      baseUrl: url,
      auth: { kind: 'appcode', appcode: 'code' },
      queryPath: null,
      deadlineMs: 10_000,
      finalAfterMs: 60_000,
    })
  })

  test('is set with a key and its secret, and everything of its own', () => {
    const environment = {
      ...bySignature,
      VERIMETER_ALIYUN_QUERY_PATH: '/api-mall/api/id_card/order',
      VERIMETER_ALIYUN_DEADLINE_MS: '100',
      VERIMETER_ALIYUN_FINAL_AFTER_MS: '100',
    }
    expect(readConfig(environment).sources.aliyunMarketId2).toEqual({
      baseUrl: url,
      auth: { kind: 'signature', appKey: 'key', appSecret: 'secret' },
      queryPath: '/api-mall/api/id_card/order',
      deadlineMs: 100,
      finalAfterMs: 100,
    })
  })

  test('a "not found" is never final while the vendor may still be at work', () => {
    expect(refusal({ ...byAppcode, VERIMETER_ALIYUN_FINAL_AFTER_MS: '9999' })).toBe(
      'VERIMETER_ALIYUN_FINAL_AFTER_MS must not be less than VERIMETER_ALIYUN_DEADLINE_MS: the vendor may still be at work',
    )
  })

  test.each<[string, Environment]>([
    ['no credentials', { VERIMETER_ALIYUN_URL: url }],
    ['a key without its secret', { VERIMETER_ALIYUN_URL: url, VERIMETER_ALIYUN_APP_KEY: 'key' }],
    ['a secret without its key', { VERIMETER_ALIYUN_URL: url, VERIMETER_ALIYUN_APP_SECRET: 'secret' }],
    ['an AppCode beside a key', { ...byAppcode, ...bySignature }],
    ['an AppCode beside half a key', { ...byAppcode, VERIMETER_ALIYUN_APP_SECRET: 'secret' }],
  ])('with %s it is half-configured and refused', (_name, environment) => {
    expect(refusal(environment)).toBe(
      'set either VERIMETER_ALIYUN_APPCODE, or VERIMETER_ALIYUN_APP_KEY and VERIMETER_ALIYUN_APP_SECRET',
    )
  })

  test.each([
    ['VERIMETER_ALIYUN_APPCODE', 'code'],
    ['VERIMETER_ALIYUN_APP_KEY', 'key'],
    ['VERIMETER_ALIYUN_APP_SECRET', 'secret'],
    ['VERIMETER_ALIYUN_QUERY_PATH', '/order'],
    ['VERIMETER_ALIYUN_DEADLINE_MS', '100'],
    ['VERIMETER_ALIYUN_FINAL_AFTER_MS', '0'],
  ])('%s without the address of the source is refused, because it would be ignored', (name, value) => {
    expect(refusal({ [name]: value })).toBe('VERIMETER_ALIYUN_URL must be set when another VERIMETER_ALIYUN_ setting is')
  })

  test.each([
    ['VERIMETER_ALIYUN_URL', 'kzidcardv1.market.alicloudapi.com', 'the base address of the market API'],
    ['VERIMETER_ALIYUN_QUERY_PATH', 'order', 'the path of the query by reference, beginning with /'],
    ['VERIMETER_ALIYUN_QUERY_PATH', '/order?reference=1', 'the path of the query by reference, beginning with /'],
    ['VERIMETER_ALIYUN_DEADLINE_MS', '25001', 'milliseconds, 100 to 25000'],
    ['VERIMETER_ALIYUN_FINAL_AFTER_MS', '86400001', 'milliseconds'],
  ])('%s refuses %j, with the source set and without', (name, text, says) => {
    expect(refusal({ ...byAppcode, [name]: text })).toBe(`${name} must be ${says}`)
    expect(refusal({ [name]: text })).toBe(`${name} must be ${says}`)
  })

  test('no refusal repeats a secret', () => {
    const secret = 'do-not-print-me'
    for (const environment of [
      { VERIMETER_ALIYUN_APPCODE: secret },
      { ...bySignature, VERIMETER_ALIYUN_APPCODE: secret },
      { VERIMETER_ALIYUN_URL: url, VERIMETER_ALIYUN_APP_SECRET: secret },
    ])
      expect(refusal(environment)).not.toContain(secret)
  })
})
