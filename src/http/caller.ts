import type { Context } from 'hono'
import type { Credentials, Read, Reader, Scope, Values } from '../core/commands.ts'
import { readCredentials } from '../core/credentials.ts'
import type { RateState, Refusal } from '../core/refusal.ts'
import { callerAddress } from './address.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem, problemOf } from './problem.ts'

/** Failing keys and tokens from one address in a minute, after which the answer is "slow down" instead of why. */
const failedKeysPerMinute = 30

/** The token of the Authorization header, or null. Only there: never in a query, where it would end in a log. */
export const bearerOf = (c: Context<AppEnv>): string | null =>
  /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null

export const addressOf = (deps: AppDeps, c: Context<AppEnv>): string =>
  callerAddress(deps.socketAddress(c.env), c.req.header('x-forwarded-for'), deps.trustedProxies)

/** The caller's key, or the refusal of a missing or mistyped one. */
export const credentialsOf = (deps: AppDeps, c: Context<AppEnv>): Credentials | Refusal =>
  readCredentials(deps.crypto, bearerOf(c), addressOf(deps, c))

/** The answer to an address from which keys or tokens keep failing, or null while it may go on. Takes one failure of its share. */
export const slowedDown = async (deps: AppDeps, c: Context<AppEnv>): Promise<Response | null> => {
  const share = await deps.failedKeys.take(addressOf(deps, c), failedKeysPerMinute, 60)
  return share.exceeded ? problem(c, 'rate_limited', { retryAfterSeconds: Math.max(1, share.resetSeconds) }) : null
}

/**
 * A refusal as an answer. Keys that keep failing from one address are slowed down; a good key from there is not, because
 * only failures come here.
 */
export const refused = async (deps: AppDeps, c: Context<AppEnv>, refusal: Refusal): Promise<Response> => {
  if (refusal.code === 'key_malformed' || refusal.code === 'key_unknown' || refusal.code === 'key_missing') {
    const slower = await slowedDown(deps, c)
    if (slower) return slower
  }
  return problemOf(c, refusal)
}

type Question = Read extends infer R ? (R extends Read ? Omit<R, 'reader' | 'accountId'> & { kind: R['kind'] } : never) : never

export type Found<V> = { kind: 'found'; value: V; rate: RateState | null } | { kind: 'answer'; response: Response }

/** Reads for a customer: its key is judged in the ledger, in the same moment as the reading. */
export const readAsCustomer = async <Q extends Question>(
  deps: AppDeps,
  c: Context<AppEnv>,
  scope: Scope,
  question: Q,
  allowSuspended = false,
): Promise<Found<Values[Q['kind']]>> => {
  const credentials = credentialsOf(deps, c)
  if ('kind' in credentials) return { kind: 'answer', response: await refused(deps, c, credentials) }
  return readAs(deps, c, { kind: 'key', credentials, scope, allowSuspended }, credentials.accountId, question)
}

export const readAs = async <Q extends Question>(
  deps: AppDeps,
  c: Context<AppEnv>,
  reader: Reader,
  accountId: string,
  question: Q,
): Promise<Found<Values[Q['kind']]>> => {
  const read = { ...question, reader, accountId } as unknown as Extract<Read, { kind: Q['kind'] }>
  const result = await deps.ledgerOf(accountId).read(read)
  if (result.kind === 'refused') return { kind: 'answer', response: await refused(deps, c, result) }
  if (result.noteOperation) await deps.ledgerOf(accountId).submit({ kind: 'note_operation', accountId })
  return { kind: 'found', value: result.value as Values[Q['kind']], rate: result.rate }
}
