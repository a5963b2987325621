import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Deprecation, deprecationHeaders } from './deprecation.ts'
import type { AppEnv } from './env.ts'
import { operationIdOf } from './openapi.ts'
import { type ProblemCode, problems } from './problems.ts'
import { reasonHeader } from './reason.ts'
import { problemDocument } from './schemas/common.ts'

/**
 * What a staff route leaves behind. `account`: an entry with its leaf in the account's journal. `staff_log`: a line in the
 * staff log. `report`: the one when the query names an account, else the other. `search`: a line in the staff log when the
 * query looks for a name. `none`: it reads nothing personal, exports nothing and searches nothing.
 */
export type Trace = 'account' | 'staff_log' | 'report' | 'search' | 'none'

/** Who may call a route. */
export type CallerKind = 'key' | 'staff' | 'anyone'

interface RouteAnswer {
  schema: z.ZodType
  description: string
  /** `application/json` unless it says otherwise. */
  contentType?: string
  /** A media type in which the caller can have the same as text. */
  textType?: string
  /** Further media types in which the caller can have the same. */
  otherTypes?: readonly string[]
  /** Headers that such an answer can have, and what they say. */
  headers?: Record<string, string>
}

/** One route: what it promises to the world, and the code behind it. The OpenAPI document and the router are made from the same list. */
export interface RouteSpec {
  method: 'get' | 'post' | 'put' | 'delete'
  /** With parameters in braces, as OpenAPI writes them. */
  path: string
  caller: CallerKind
  /** Of staff routes, each of which has to decide. */
  trace?: Trace
  tag: string
  summary: string
  /** What a caller has to know before the first call. Without it the document says who may call, and how. */
  description?: string
  /** Where the name that is made of method and path would be another route's, too. */
  operationId?: string
  params?: z.ZodObject
  query?: z.ZodObject
  headers?: z.ZodObject
  body?: z.ZodType
  /** A body that is taken as it comes: what it is, for the document. */
  bytes?: string
  answers: Partial<Record<200 | 201, RouteAnswer>>
  /** Besides those that every route of its caller kind can give. */
  problems?: ProblemCode[]
  /** Set when the route is on its way out. */
  deprecated?: Deprecation
  /** The handler sets every header itself: a header that is set afterwards costs more than the whole ledger. */
  setsOwnHeaders?: boolean
}

const callers: Record<CallerKind, string> = {
  key: 'For a customer, with its API key in the header Authorization.',
  staff: 'For staff, with a token in the header Authorization whose roles cover it.',
  anyone: 'For anyone, without a key.',
}

/** What any request can meet before it is read. */
const ofServer: ProblemCode[] = ['request_malformed', 'headers_too_large']
const common: Record<CallerKind, ProblemCode[]> = {
  key: [
    'key_missing',
    'key_malformed',
    'key_unknown',
    'key_expired',
    'key_revoked',
    'abnormal_usage',
    'rate_limited',
    'key_scope',
    'address_not_allowed',
    'overloaded',
    'fault',
  ],
  staff: ['token_invalid', 'rate_limited', 'role_required', 'overloaded', 'fault'],
  anyone: ['fault'],
}
/** Whether staff say why: on every read that leaves something behind. An act says why in its body. */
export const takesReason = (spec: Pick<RouteSpec, 'method' | 'trace'>): boolean =>
  spec.method === 'get' && spec.trace !== undefined && spec.trace !== 'none'

/** A report shows counts alone, and a list without a name is no search. */
const mayLackReason = ({ trace }: Pick<RouteSpec, 'trace'>): boolean => trace === 'search' || trace === 'report'

const ofBodies: ProblemCode[] = ['body_malformed', 'body_too_large', 'media_type_unsupported', 'input_invalid']

type Handler = (c: Context<AppEnv>) => Response | Promise<Response>

/** What every answer says unless it says otherwise: it is what its media type says, and nobody keeps it. */
const withDefaults =
  (handler: Handler): Handler =>
  async (c) => {
    const response = await handler(c)
    response.headers.set('X-Content-Type-Options', 'nosniff')
    if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store')
    return response
  }

const rateLimit = {
  'RateLimit-Policy': 'The limit of the key: requests `q` in `w` seconds (draft-ietf-httpapi-ratelimit-headers-10).',
  RateLimit: 'What is left of it: `r` requests, until `t` seconds from now.',
}

const headersOfProblems = (status: number): Record<string, string> => ({
  'Content-Language': 'Of `title` and `detail`: `en` or `zh`, by Accept-Language.',
  ...(status === 401 ? { 'WWW-Authenticate': '`Bearer`.' } : {}),
  ...(status === 409 || status === 429 || status === 503 ? { 'Retry-After': 'Seconds until it is worth sending again.' } : {}),
})

const headersOf = (headers: Record<string, string>) =>
  Object.keys(headers).length === 0
    ? {}
    : {
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' as const } }]),
        ),
      }

/** Problem codes that a route may answer with. */
export const problemsOf = (spec: RouteSpec): ProblemCode[] => [
  ...new Set<ProblemCode>([
    ...ofServer,
    ...common[spec.caller],
    ...(spec.body ? ofBodies : []),
    ...(spec.bytes === undefined ? [] : (['body_malformed', 'body_too_large', 'media_type_unsupported'] as const)),
    ...(spec.query ? (['query_invalid'] as const) : []),
    ...(takesReason(spec) ? (['reason_missing', 'reason_malformed'] as const) : []),
    ...(spec.path.includes('{') ? (['not_found'] as const) : []),
    ...(spec.problems ?? []),
  ]),
]

/** The routes of one app, in one list. */
export class Routes {
  readonly specs: RouteSpec[] = []
  private readonly app: OpenAPIHono<AppEnv>
  private readonly answered: (c: Context<AppEnv>, status: number) => void

  /** `answered` hears of every answer of a route when it is made. */
  constructor(app: OpenAPIHono<AppEnv>, answered: (c: Context<AppEnv>, status: number) => void) {
    this.app = app
    this.answered = answered
  }

  add(spec: RouteSpec, handler: Handler): void {
    this.specs.push(spec)
    const deprecation = spec.deprecated && Object.entries(deprecationHeaders(spec.deprecated))
    const answer = spec.setsOwnHeaders ? handler : withDefaults(handler)
    this.app.on(spec.method.toUpperCase(), routerPath(spec.path), async (c) => {
      c.set('route', spec.path)
      const response = await answer(c)
      for (const [name, value] of deprecation ?? []) response.headers.set(name, value)
      this.answered(c, response.status)
      return response
    })
    const codesByStatus = new Map<number, ProblemCode[]>()
    for (const code of problemsOf(spec))
      codesByStatus.set(problems[code].status, [...(codesByStatus.get(problems[code].status) ?? []), code])
    this.app.openAPIRegistry.registerPath({
      method: spec.method,
      path: spec.path,
      operationId: spec.operationId ?? operationIdOf(spec),
      summary: spec.summary,
      description: [spec.description, callers[spec.caller]].filter(Boolean).join('\n\n'),
      tags: [spec.tag],
      ...(spec.deprecated ? { deprecated: true } : {}),
      security: spec.caller === 'anyone' ? [] : [spec.caller === 'key' ? { apiKey: [] } : { staffToken: [] }],
      request: {
        ...(spec.params ? { params: spec.params } : {}),
        ...(spec.query ? { query: spec.query } : {}),
        ...(spec.headers
          ? { headers: spec.headers }
          : takesReason(spec)
            ? { headers: mayLackReason(spec) ? reasonHeader.partial() : reasonHeader }
            : {}),
        ...(spec.body ? { body: { required: true, content: { 'application/json': { schema: spec.body } } } } : {}),
        ...(spec.bytes === undefined
          ? {}
          : {
              body: {
                required: true,
                description: spec.bytes,
                content: { 'application/octet-stream': { schema: { type: 'string' as const, format: 'binary' } } },
              },
            }),
      },
      responses: {
        ...Object.fromEntries(
          Object.entries(spec.answers).map(([status, answer]) => [
            status,
            {
              description: answer.description,
              ...headersOf({ ...(spec.caller === 'key' ? rateLimit : {}), ...answer.headers }),
              content: {
                [answer.contentType ?? 'application/json']: { schema: answer.schema },
                ...(answer.textType === undefined ? {} : { [answer.textType]: { schema: { type: 'string' as const } } }),
                ...Object.fromEntries((answer.otherTypes ?? []).map((type) => [type, { schema: { type: 'string' as const } }])),
              },
            },
          ]),
        ),
        ...Object.fromEntries(
          [...codesByStatus].map(([status, codes]) => [
            status,
            {
              description: `Problem: ${codes.map((code) => `\`${code}\``).join(', ')}`,
              ...headersOf({ ...(spec.caller === 'key' ? rateLimit : {}), ...headersOfProblems(status) }),
              content: { 'application/problem+json': { schema: problemDocument } },
            },
          ]),
        ),
      },
    })
  }

  /** Methods that exist for an address, for a 405; empty when the address exists for none. */
  methodsOf(path: string): string[] {
    const methods = this.specs.filter((spec) => patternOf(spec.path).test(path)).map((spec) => spec.method.toUpperCase())
    return methods.includes('GET') ? ['HEAD', ...methods] : methods
  }
}

const routerPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
