import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose'
import type { Clock, Log, Network } from '../core/ports.ts'

/**
 * Finds the public key behind a token's header among those of its issuer. Throws a JOSEError when there is none, and
 * KeysUnavailable when the issuer's keys cannot be had at all.
 */
export type IssuerKeys = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>

/** Whether the token is good cannot be said now. Thrown, because the way back leads through the library that verifies. */
export class KeysUnavailable extends Error {
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super('the keys of the issuer cannot be had')
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Keys younger than this are not asked for again, unless a token names one that is not among them. */
const freshMs = 10 * 60_000
/** Keys of an issuer that does not answer go on for this long; a key that it has withdrawn meanwhile would not be missed longer. */
const keptMs = 24 * 3_600_000
/** Shortest time between two attempts, failed ones too, so that tokens with made-up key ids do not become requests. */
const coolDownMs = 30_000
/** The same while there are no keys at all and nobody of this issuer can sign in. Longer than one attempt may take. */
const firstCoolDownMs = 5_000
const fetchDeadlineMs = 3_000
const maxResponseBytes = 256 * 1_024
/** RFC 7518 §3.3. */
const leastRsaBits = 2_048

/** Keys that are known from the start. */
export const fixedKeys = (keySet: JSONWebKeySet): IssuerKeys => safely(createLocalJWKSet(keySet))

/** A key that cannot be used is the issuer's fault and not the gateway's, so it reads like a token that names no key. */
const safely =
  (find: IssuerKeys): IssuerKeys =>
  async (header, token) => {
    try {
      const key = await find(header, token)
      const { modulusLength } = key.algorithm as { modulusLength?: number }
      if (modulusLength === undefined || modulusLength >= leastRsaBits) return key
    } catch (error) {
      if (error instanceof errors.JOSEError) throw error
    }
    throw new errors.JWKSInvalid('the key cannot be used')
  }

const parseKeys = (body: string): IssuerKeys | null => {
  try {
    return fixedKeys(JSON.parse(body) as JSONWebKeySet)
  } catch {
    return null
  }
}

interface RemoteKeys {
  /** Names the issuer in the log. */
  name: string
  url: string
  network: Network
  clock: Clock
  log: Log
}

/**
 * The keys that an issuer publishes at one configured address (RFC 7517 §5), fetched when first needed. Own code beside
 * jose's `createRemoteJWKSet`, which reads its own clock, drops good keys once the issuer has been down for its cache time,
 * and has no pause after an attempt that failed.
 */
export const remoteKeys = ({ name, url, network, clock, log }: RemoteKeys): IssuerKeys => {
  let known: { find: IssuerKeys; fetchedAt: number } | null = null
  let triedAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | null = null

  const fetchKeys = async (): Promise<void> => {
    const now = clock()
    const headers = { accept: 'application/jwk-set+json, application/json' }
    const result = await network({ method: 'GET', url, headers, body: null, deadlineAt: now + fetchDeadlineMs, maxResponseBytes })
    const find = result.kind === 'response' && result.status === 200 ? parseKeys(result.body) : null
    if (find) known = { find, fetchedAt: now }
    else {
      const reason = result.kind !== 'response' ? result.reason : result.status === 200 ? 'no_key_set' : `status_${result.status}`
      log('issuer_keys_failed', { issuer: name, reason })
    }
  }

  const nextTryAt = (): number => triedAt + (known ? coolDownMs : firstCoolDownMs)

  /** One attempt, unless the last one was a moment ago; whoever comes while it runs waits for the same one. */
  const refresh = (): Promise<void> => {
    if (clock() < nextTryAt()) return running ?? Promise.resolve()
    triedAt = clock()
    const attempt = fetchKeys().finally(() => {
      if (running === attempt) running = null
    })
    running = attempt
    return attempt
  }

  return async (header, token) => {
    // With older keys at hand only one caller waits for the newer ones: an issuer that hangs must not hold up everybody.
    if (!known || (clock() - known.fetchedAt >= freshMs && !running)) await refresh()
    if (!known || clock() - known.fetchedAt >= keptMs)
      throw new KeysUnavailable(Math.max(1, Math.ceil((nextTryAt() - clock()) / 1_000)))
    const { find } = known
    try {
      return await find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await refresh()
      if (known.find === find) throw error
      return known.find(header, token)
    }
  }
}
