import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { StaffAct } from '../../core/commands.ts'
import { makeId } from '../../core/ids.ts'
import { type CustomerMatterAct, type MatterKind, type MatterView, matterPrefixes } from '../../core/matters/index.ts'
import type { MatterFilter } from '../../core/reads.ts'
import { toRfc3339 } from '../../core/shanghai.ts'
import type { Page } from '../../core/views.ts'
import { credentialsOf, readAsCustomer, refused } from '../caller.ts'
import { answerPage } from '../customer-page.ts'
import type { AppDeps } from '../deps.ts'
import type { AppEnv } from '../env.ts'
import { rateHeaders } from '../rate-headers.ts'
import { bodyBy, cursorBy, numberOf, queryBy } from '../reading.ts'
import type { RouteSpec, Routes } from '../route.ts'
import { nullableTime, page, pageQuery, time } from '../schemas/common.ts'
import type { Role } from '../staff.ts'
import { accountParams, StaffRoutes } from '../staff-routes.ts'

/** A clock, as everybody sees it. */
export const clock = z
  .strictObject({
    name: z.string(),
    clause: z.string().openapi({ description: 'The clause that it rests on; `choice` where the agreement is silent.' }),
    started_at: time,
    last_day: z.string().nullable(),
    due_at: time,
    provisional: z.boolean().openapi({ description: 'Days of a year are counted whose holidays are not published.' }),
    ended_at: nullableTime,
    ending: z.enum(['met', 'missed', 'stopped']).nullable(),
  })
  .openapi('Clock')

export const renderClock = (view: MatterView['clocks'][number]) => ({
  name: view.name,
  clause: view.clause,
  started_at: toRfc3339(view.startedAt),
  last_day: view.lastDay,
  due_at: toRfc3339(view.dueAt),
  provisional: view.provisional,
  ended_at: view.endedAt === null ? null : toRfc3339(view.endedAt),
  ending: view.ending,
})

/** One kind of matter at the door: where it is, and what of it is shown. */
export interface MatterNoun<K extends MatterKind> {
  kind: K
  /** The noun of its address, such as `tickets`. */
  noun: string
  /** The parameter of its address, such as `ticket_id`. */
  param: string
  tag: string
  /** The name of its schema. */
  name: string
  /** What it shows beside id, state, reference, clocks and times. */
  members: z.ZodRawShape
  /** What its lists can be asked for beside cursor and limit, and what that leaves out. */
  filter?: { members: z.ZodRawShape; only(query: Readonly<Record<string, unknown>>): MatterFilter }
  /** Shown to the customer, which sees that staff did it and not who. */
  hidesStaff?: boolean
  render(data: MatterView<K>['data'], view: MatterView<K>): Record<string, unknown>
}

type StaffMatter = {
  method: 'post' | 'put' | 'delete'
  /** After the noun; the id of the matter where it begins with `/{`. */
  path?: string
  summary: string
  operationId?: string
  roles: Role[]
  status: 200 | 201
  problems?: NonNullable<RouteSpec['problems']>
  /** Bytes of the largest body, where it is a batch. */
  largest?: number
}

/**
 * The routes of one kind of matter, for staff under the account and for customers under their key: list, one, and acts. Every
 * act is a ledger decision with an entry.
 */
export class MatterRoutes<K extends MatterKind> {
  readonly schema: z.ZodObject
  private readonly routes: Routes
  private readonly deps: AppDeps
  private readonly noun: MatterNoun<K>
  private readonly staff: StaffRoutes
  private readonly listQuery: typeof pageQuery

  constructor(routes: Routes, deps: AppDeps, noun: MatterNoun<K>) {
    this.routes = routes
    this.deps = deps
    this.noun = noun
    this.staff = new StaffRoutes(routes, deps, noun.tag)
    this.listQuery = noun.filter ? (pageQuery.extend(noun.filter.members) as unknown as typeof pageQuery) : pageQuery
    this.schema = z
      .strictObject({
        id: z.string(),
        state: z.string(),
        reference: z.string().nullable(),
        clocks: z.array(clock),
        ...noun.members,
        opened_by: z.string(),
        opened_at: time,
        changed_at: time,
        closed_at: nullableTime,
      })
      .openapi(noun.name)
  }

  /** The matter as it is shown. */
  readonly render = (found: unknown): Record<string, unknown> & { id: string } => {
    const view = found as MatterView<K>
    return {
      id: makeId(matterPrefixes[view.kind], view.accountId, view.id),
      state: view.state,
      reference: view.reference,
      clocks: view.clocks.map(renderClock),
      ...this.noun.render(view.data, view),
      opened_by: this.noun.hidesStaff ? view.openedBy.replace(/^staff:.*$/s, 'staff') : view.openedBy,
      opened_at: toRfc3339(view.openedAt),
      changed_at: toRfc3339(view.changedAt),
      closed_at: view.closedAt === null ? null : toRfc3339(view.closedAt),
    }
  }

  private filterOf(query: Readonly<Record<string, unknown>>): { only?: MatterFilter } {
    const { filter } = this.noun
    return filter ? { only: filter.only(query) } : {}
  }

  /** The number of the matter that the path names; null when it is none of this account. */
  numberIn(c: Context<AppEnv>, accountId: string): number | null {
    return numberOf(c.req.param(this.noun.param), matterPrefixes[this.noun.kind], accountId)
  }

  /** The same for a customer: its ledger is asked about the number of nothing, so that its key is judged as for any other. */
  ownNumberIn(c: Context<AppEnv>, accountId: string): number {
    return this.numberIn(c, accountId) ?? 0
  }

  /** Staff's list and single matter. `noted`: reading needs a reason, because what is read is somebody's. */
  addStaffReads(summaries: { list: string; one: string }, noted?: string): void {
    const { kind, noun, param, name } = this.noun
    const prefix = matterPrefixes[kind]
    const more = noted === undefined ? {} : { noted }
    this.staff.addRead({
      ...more,
      path: `/${noun}`,
      summary: summaries.list,
      schema: page(this.schema, `${name}Page`),
      query: this.listQuery,
      question: (accountId, c) => {
        const query = queryBy(c, this.listQuery)
        if (query instanceof Response) return query
        const before = cursorBy(c, query.cursor, prefix, accountId)
        if (before instanceof Response) return before
        return { kind: 'matters', matter: kind, open: false, before, limit: query.limit, ...this.filterOf(query) }
      },
      render: (found) => {
        const { items, next } = found as Page<MatterView<K>>
        const accountId = items[0]?.accountId
        const cursor = next === null || accountId === undefined ? null : makeId(prefix, accountId, next)
        return { items: items.map(this.render), next: cursor }
      },
    })
    this.staff.addRead({
      ...more,
      path: `/${noun}/{${param}}`,
      summary: summaries.one,
      schema: this.schema,
      params: accountParams.extend({ [param]: z.string() }),
      question: (accountId, c) => {
        const id = this.numberIn(c, accountId)
        return id === null ? null : { kind: 'matter', matter: kind, id }
      },
      render: this.render,
    })
  }

  /** One act of staff. `wanted` is null when an id in path or body is none of this account. */
  addStaffAct<S extends z.ZodType<{ reason: string }>>(
    route: StaffMatter & {
      body: S
      wanted(
        body: z.output<S>,
        accountId: string,
        c: Context<AppEnv>,
      ): StaffAct | Response | null | Promise<StaffAct | Response | null>
    },
  ): void {
    const path = `/${this.noun.noun}${route.path ?? ''}`
    this.staff.addAct({
      method: route.method,
      path,
      summary: route.summary,
      ...(route.operationId === undefined ? {} : { operationId: route.operationId }),
      roles: route.roles,
      ...(path.includes('{') ? { params: accountParams.extend(paramsOf(path)) } : {}),
      body: route.body,
      status: route.status,
      schema: this.schema,
      ...(route.problems ? { problems: route.problems } : {}),
      ...(route.largest === undefined ? {} : { largest: route.largest }),
      wanted: async (body, accountId, c) => {
        const act = await route.wanted(body, accountId, c)
        return act === null || act instanceof Response ? act : { reason: body.reason, act }
      },
      kind: 'matter',
      render: (done) => this.render(done.matter),
    })
  }

  /** The customer's own list and single matter. */
  addCustomerReads(summaries: { list: string; one: string }): void {
    const { kind, noun, param, name, tag } = this.noun
    this.routes.add(
      {
        method: 'get',
        path: `/v1/${noun}`,
        caller: 'key',
        tag,
        summary: summaries.list,
        query: this.listQuery,
        answers: { 200: { schema: page(this.schema, `${name}Page`), description: summaries.list } },
        problems: ['key_suspended'],
      },
      (c) =>
        answerPage(this.deps, c, {
          prefix: matterPrefixes[kind],
          query: this.listQuery,
          read: (from, query) => {
            const question = { kind: 'matters', matter: kind, open: false, ...from, ...this.filterOf(query) } as const
            return readAsCustomer(this.deps, c, 'account:read', question)
          },
          render: this.render,
        }),
    )
    this.routes.add(
      {
        method: 'get',
        path: `/v1/${noun}/{${param}}`,
        caller: 'key',
        tag,
        summary: summaries.one,
        params: z.object({ [param]: z.string() }),
        answers: { 200: { schema: this.schema, description: summaries.one } },
        problems: ['key_suspended'],
      },
      async (c) => {
        const credentials = credentialsOf(this.deps, c)
        if ('kind' in credentials) return refused(this.deps, c, credentials)
        const id = this.ownNumberIn(c, credentials.accountId)
        const found = await readAsCustomer(this.deps, c, 'account:read', { kind: 'matter', matter: kind, id })
        if (found.kind === 'answer') return found.response
        return c.json(this.render(found.value), 200, { 'Cache-Control': 'no-store', ...rateHeaders(found.rate) })
      },
    )
  }

  /** One act of the customer, by a key with `account:write`. A repeated reference is answered 200 with what it had opened. */
  addCustomerAct<S extends z.ZodType = z.ZodUndefined>(route: {
    method: 'post' | 'put' | 'delete'
    path?: string
    /** Where the act is at home when it is not under the noun. */
    address?: string
    summary: string
    description?: string
    /** Left out where the address says everything. */
    body?: S
    status: 200 | 201
    problems?: NonNullable<RouteSpec['problems']>
    wanted(body: z.output<S>, accountId: string, c: Context<AppEnv>): CustomerMatterAct | Response
    /** What the answer shows beyond the matter, this once. */
    more?: { schema: z.ZodObject; render(act: CustomerMatterAct, repeated: boolean, accountId: string): Record<string, unknown> }
  }): void {
    const path = route.address ?? `/v1/${this.noun.noun}${route.path ?? ''}`
    const schema = route.more?.schema ?? this.schema
    this.routes.add(
      {
        method: route.method,
        path,
        caller: 'key',
        tag: this.noun.tag,
        summary: route.summary,
        ...(route.description === undefined ? {} : { description: route.description }),
        ...(path.includes('{') ? { params: z.object(paramsOf(path)) } : {}),
        ...(route.body ? { body: route.body } : {}),
        answers: {
          [route.status]: { schema, description: route.summary },
          ...(route.status === 201 ? { 200: { schema, description: 'It was opened by the same request before.' } } : {}),
        },
        problems: ['key_suspended', 'account_closed', 'state_conflict', ...(route.problems ?? [])],
      },
      async (c) => {
        const credentials = credentialsOf(this.deps, c)
        if ('kind' in credentials) return refused(this.deps, c, credentials)
        const body = route.body ? await bodyBy(c, route.body) : undefined
        if (body instanceof Response) return body
        const { accountId } = credentials
        const act = route.wanted(body as z.output<S>, accountId, c)
        if (act instanceof Response) return act
        const done = await this.deps.ledgerOf(accountId).submit({ kind: 'customer_act', accountId, credentials, act })
        if (done.kind === 'refused') return refused(this.deps, c, done)
        const { result, rate } = done
        if (result.kind !== 'matter') throw new Error(`an act on a matter answered ${result.kind}`)
        const status = result.repeated ? 200 : route.status
        const shown = { ...this.render(result.matter), ...route.more?.render(act, result.repeated, accountId) }
        return c.json(shown, status, { 'Cache-Control': 'no-store', ...rateHeaders(rate) })
      },
    )
  }
}

/** The parameters that a path names. */
const paramsOf = (path: string): z.ZodRawShape =>
  Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, z.string()]))
