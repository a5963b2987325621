import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ActResult, StaffAct } from '../core/commands.ts'
import { isAccountId } from '../core/ids.ts'
import { readAs } from './caller.ts'
import type { AppDeps } from './deps.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import { bodyBy } from './reading.ts'
import { noteReading, reasonOf } from './reason.ts'
import type { RouteSpec, Routes } from './route.ts'
import { act, type Role, staffOf } from './staff.ts'

export const accountParams = z.object({ account_id: z.string() })

/** An act that the ledger did. */
export type Done = Exclude<ActResult, { kind: 'refused' }>

/** What a route asks the ledger to do, and why. */
export interface Wanted {
  reason: string
  act: StaffAct
}

type Question = Parameters<typeof readAs>[4]

interface ReadRoute {
  path: string
  summary: string
  schema: z.ZodType
  params?: z.ZodObject
  query?: z.ZodObject
  /** Null when an id in the path is not one of this account. */
  question: Question | ((accountId: string, c: Context<AppEnv>) => Question | Response | null)
  /** Null when what was read does not hold the one thing that the path names. */
  render(value: unknown, c: Context<AppEnv>): object | null
  /** A read that needs a reason: what the journal says was read. */
  noted?: string
}

interface ActRoute<S extends z.ZodType, K extends Done['kind']> {
  method: 'post' | 'put' | 'delete'
  path: string
  summary: string
  /** Where the name that is made of method and path would be another route's, too. */
  operationId?: string
  roles: Role[]
  params?: z.ZodObject
  body: S
  status: 200 | 201
  schema: z.ZodType
  problems?: NonNullable<RouteSpec['problems']>
  /** Bytes of the largest body, where it is a batch. */
  largest?: number
  /** Null when an id in the path or the body is not one of this account. */
  wanted(body: z.output<S>, accountId: string, c: Context<AppEnv>): Wanted | Response | null | Promise<Wanted | Response | null>
  kind: K
  render(done: Extract<Done, { kind: K }>): object
}

/** The two kinds of staff route on one account: read one thing, or do one thing. Role first, then the address, then the body. */
export class StaffRoutes {
  private readonly routes: Routes
  private readonly deps: AppDeps
  private readonly tag: string

  constructor(routes: Routes, deps: AppDeps, tag: string) {
    this.routes = routes
    this.deps = deps
    this.tag = tag
  }

  addRead({ path, summary, schema, params, query, question, render, noted }: ReadRoute): void {
    this.routes.add(
      {
        method: 'get',
        path: `/v1/accounts/{account_id}${path}`,
        caller: 'staff',
        trace: noted === undefined ? 'none' : 'account',
        tag: this.tag,
        summary,
        params: params ?? accountParams,
        ...(query ? { query } : {}),
        answers: { 200: { schema, description: summary } },
      },
      async (c) => {
        const member = await staffOf(this.deps, c, ['ops', 'finance', 'auditor'])
        if (member instanceof Response) return member
        const accountId = c.req.param('account_id') ?? ''
        if (!isAccountId(accountId)) return problem(c, 'not_found')
        const reason = noted === undefined ? '' : reasonOf(c)
        if (reason instanceof Response) return reason
        const asked = typeof question === 'function' ? question(accountId, c) : question
        if (asked === null) return problem(c, 'not_found')
        if (asked instanceof Response) return asked
        const found = await readAs(this.deps, c, { kind: 'staff', sub: member.sub }, accountId, asked)
        if (found.kind === 'answer') return found.response
        const shown = render(found.value, c)
        if (shown === null) return problem(c, 'not_found')
        if (noted !== undefined) {
          const target = 'id' in shown ? String(shown.id) : null
          const refusal = await noteReading(this.deps, c, member, accountId, { what: noted, target, reason })
          if (refusal) return refusal
        }
        return c.json(shown, 200, { 'Cache-Control': 'no-store' })
      },
    )
  }

  addAct<S extends z.ZodType, K extends Done['kind']>(route: ActRoute<S, K>): void {
    this.routes.add(
      {
        method: route.method,
        path: `/v1/accounts/{account_id}${route.path}`,
        caller: 'staff',
        trace: 'account',
        tag: this.tag,
        summary: route.summary,
        ...(route.operationId === undefined ? {} : { operationId: route.operationId }),
        params: route.params ?? accountParams,
        body: route.body,
        answers: { [route.status]: { schema: route.schema, description: route.summary } },
        problems: ['state_conflict', 'account_closed', ...(route.problems ?? [])],
      },
      async (c) => {
        const member = await staffOf(this.deps, c, route.roles)
        if (member instanceof Response) return member
        const accountId = c.req.param('account_id') ?? ''
        if (!isAccountId(accountId)) return problem(c, 'not_found')
        const body = await bodyBy(c, route.body, route.largest)
        if (body instanceof Response) return body
        const wanted = await route.wanted(body, accountId, c)
        if (wanted === null) return problem(c, 'not_found')
        if (wanted instanceof Response) return wanted
        const done = await act(this.deps, c, member, accountId, wanted.reason, wanted.act)
        if (done instanceof Response) return done
        if (done.kind !== route.kind) throw new Error(`an act answered ${done.kind} instead of ${route.kind}`)
        return c.json(route.render(done as Extract<Done, { kind: K }>), route.status, { 'Cache-Control': 'no-store' })
      },
    )
  }
}
