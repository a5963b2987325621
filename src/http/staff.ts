import type { Context } from 'hono'
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import type { ActCommand, ActResult, StaffAct } from '../core/commands.ts'
import { bearerOf, slowedDown } from './caller.ts'
import type { AppDeps, StaffIssuer } from './deps.ts'
import type { AppEnv } from './env.ts'
import { KeysUnavailable } from './issuer-keys.ts'
import { problem, problemOf } from './problem.ts'

export const roles = ['admin', 'ops', 'finance', 'auditor'] as const
export type Role = (typeof roles)[number]

export interface StaffMember {
  /** Who acts, as the books name them; never the same for two issuers. */
  sub: string
  roles: Role[]
}

/** Subjects of the built-in issuer hold no slash; those of another one (OpenID Connect Core §2) stand behind its name and a slash. */
const builtInSub = z.string().regex(/^[\w.@:-]{1,80}$/)
const foreignSub = z.string().regex(/^[\w.@:|+=~/-]{1,255}$/)
const roleList = z.array(z.enum(roles)).min(1)

/** Characters of a token that is looked at at all. */
const longestToken = 8_192
/** Longest life of a staff token, from its `iat`. */
const longestLife = '12h'
const clockToleranceSeconds = 30

/** Claims that only an ID token has (OpenID Connect Core §2, §3.3.2.11). It says who signed in somewhere, not what they may do here. */
const idTokenClaims = ['nonce', 'at_hash', 'c_hash']

/**
 * The staff member behind a token (RFC 7519, RFC 9068), or the answer that says why not. The token's own `iss` only chooses
 * among the configured issuers; issuer, audience, algorithms, type and the required claims are pinned, and keys come from
 * the configuration, never from the token. 503 when the issuer's keys cannot be had; 429 after many failures.
 */
export const staffOf = async (deps: AppDeps, c: Context<AppEnv>, allowed: readonly Role[]): Promise<StaffMember | Response> => {
  const token = bearerOf(c)
  const member = token === null || token.length > longestToken ? null : await memberOf(deps, token)
  if (member instanceof KeysUnavailable)
    return problem(c, 'overloaded', { reason: 'issuer_keys_unavailable', retryAfterSeconds: member.retryAfterSeconds })
  if (member === null) return (await slowedDown(deps, c)) ?? problem(c, 'token_invalid')
  return member.roles.some((role) => role === 'admin' || allowed.includes(role)) ? member : problem(c, 'role_required')
}

/** Null for a token that is not good. */
const memberOf = async (deps: AppDeps, token: string): Promise<StaffMember | KeysUnavailable | null> => {
  try {
    const { iss } = decodeJwt(token)
    const issuer = deps.staff.find((known) => known.issuer === iss)
    if (!issuer) return null
    const { payload } = await jwtVerify(token, issuer.keys, {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: [...issuer.algorithms],
      typ: issuer.tokenType,
      requiredClaims: ['exp', 'iat', 'sub'],
      maxTokenAge: longestLife,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(deps.clock()),
    })
    return readMember(issuer, payload)
  } catch (error) {
    if (error instanceof KeysUnavailable) return error
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

const readMember = (issuer: StaffIssuer, payload: JWTPayload): StaffMember | null => {
  if (idTokenClaims.some((name) => name in payload)) return null
  const sub = (issuer.name === null ? builtInSub : foreignSub).safeParse(payload.sub)
  const held = roleList.safeParse(payload[issuer.rolesClaim])
  if (!sub.success || !held.success) return null
  return { sub: issuer.name === null ? sub.data : `${issuer.name}/${sub.data}`, roles: held.data }
}

/** One act of staff on one account: decided by its ledger, refused as a problem. */
export const act = async (
  deps: AppDeps,
  c: Context<AppEnv>,
  member: StaffMember,
  accountId: string,
  reason: string,
  staffAct: StaffAct,
): Promise<Exclude<ActResult, { kind: 'refused' }> | Response> => {
  const command: ActCommand = { kind: 'act', accountId, actor: member.sub, reason, act: staffAct }
  const result = await deps.ledgerOf(accountId).submit(command)
  return result.kind === 'refused' ? problemOf(c, result) : result
}
