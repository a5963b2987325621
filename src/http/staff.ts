import type { Context } from 'hono'
import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import type { ActCommand, ActResult, StaffAct } from '../core/commands.ts'
import { bearerOf } from './caller.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem, problemOf } from './problem.ts'

export const roles = ['admin', 'ops', 'finance', 'auditor'] as const
export type Role = (typeof roles)[number]

export interface StaffMember {
  sub: string
  roles: Role[]
}

const claims = z.object({ sub: z.string().regex(/^[\w.@:-]{1,80}$/), roles: z.array(z.enum(roles)).min(1) })

/** Longest life of a staff token, from its `iat`. */
const longestLife = '12h'
const clockToleranceSeconds = 30

/**
 * The staff member behind a token (RFC 7519), or the answer that says why not. Issuer, audience, algorithm, type and the
 * required claims are pinned; keys come from the configuration, never from the token.
 */
export const staffOf = async (deps: AppDeps, c: Context<AppEnv>, allowed: readonly Role[]): Promise<StaffMember | Response> => {
  const token = bearerOf(c)
  if (token === null || token.length > 8_192) return problem(c, 'token_invalid')
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(deps.staff.keys), {
      issuer: deps.staff.issuer,
      audience: deps.staff.audience,
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'iat', 'sub'],
      maxTokenAge: longestLife,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(deps.clock()),
    })
    const member = claims.safeParse(payload)
    if (!member.success) return problem(c, 'token_invalid')
    return member.data.roles.some((role) => role === 'admin' || allowed.includes(role))
      ? member.data
      : problem(c, 'role_required')
  } catch (error) {
    if (error instanceof errors.JOSEError) return problem(c, 'token_invalid')
    throw error
  }
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
