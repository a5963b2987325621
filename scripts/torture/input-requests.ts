import { matterPrefixes } from '../../src/core/matters/index.ts'
import type { OpenApiDocument, Operation } from './contract.ts'
import { canary, hostileValue, type Random, type Schema, specimens, validValue } from './input-values.ts'

export type Bearer = 'key' | 'other_key' | 'admin' | 'ops' | 'finance' | 'auditor' | 'stranger' | 'none' | 'broken'

/** One request as it will be sent. */
export interface InputRequest {
  /** `METHOD /path` of the route that it was made for. */
  route: string
  method: string
  path: string
  bearer: Bearer
  headers: Record<string, string>
  body: string | Uint8Array<ArrayBuffer> | undefined
  /** Which changes were made to a good request; none of them is a good request. */
  changes: string[]
}

type Parameter = NonNullable<Operation['parameters']>[number] & { schema?: Schema }

interface Route {
  name: string
  method: string
  template: string
  operation: Operation
  parameters: Parameter[]
  weight: number
}

/** Ids by their prefix, seen in answers so far. */
export type SeenIds = Map<string, string[]>

const prefixByParameter: Readonly<Record<string, string>> = {
  account_id: 'acc',
  order_id: 'ord',
  grant_id: 'gra',
  consent_id: 'con',
  verification_id: 'ver',
  key_id: 'key',
  approval_id: 'app',
  ...Object.fromEntries(Object.entries(matterPrefixes).map(([kind, prefix]) => [`${kind}_id`, prefix])),
}

/** Routes of matters name one, or are its noun: there are many of them, and together they get as much as the others. */
export const isOfMatter = (template: string): boolean => matterNouns.test(template)

const matterNouns = new RegExp(
  `/(?:${Object.keys(matterPrefixes)
    .map((kind) => `${kind.replaceAll('_', '-').replace(/y$/, 'ie')}`)
    .join('|')})(?:e?s)?(?:/|$)|-cases`,
)

const weightOf = (method: string, template: string): number => {
  if (costly.includes(template)) return 4
  if (method === 'post' && template === '/v1/verifications') return 200
  return isOfMatter(template) ? 8 : 40
}

/** A reading of the books or of a whole document costs as much as hundreds of requests. */
const costly = ['/v1/integrity', '/openapi.json', '/docs', '/docs/problems', '/metrics']

const hostileSegments = [
  canary,
  '..',
  '.',
  '%00',
  '%2e%2e%2f',
  '%ff',
  '%',
  '%E5%BC%A0',
  '__proto__',
  `${canary}\u{1f600}`,
  ' ',
  '-1',
]

/** Headers that mean something to somebody on the way. */
const oddHeaders: readonly [string, string][] = [
  ['Accept-Language', `${canary};q=2,zh;q=0,,,;`],
  ['Accept-Language', 'zh-CN,zh;q=0.9'],
  ['Accept', `text/${canary}`],
  ['Accept', 'text/csv'],
  ['traceparent', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
  ['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`],
  ['X-Forwarded-For', `${canary}, ::1, 999.1.1.1`],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Range', 'bytes=0-1'],
  ['If-None-Match', '*'],
  ['Cookie', `a=${canary}`],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', canary],
  ['Content-Type', 'text/plain'],
  ['Content-Type', 'application/json; charset=gbk'],
  ['Content-Type', 'application/x-www-form-urlencoded'],
  ['Content-Type', `application/json; ${canary}`],
  ['Idempotency-Key', ''],
  ['Idempotency-Key', `"${canary}"`],
  ['Idempotency-Key', `${canary}\t1`],
  ['Idempotency-Key', 'a'.repeat(256)],
  ['Idempotency-Key', 'same-key-again'],
  ['Verimeter-Reason', `%${canary}`],
  ['Verimeter-Reason', '%00'],
  ['Verimeter-Reason', `11010519491231002X${canary}`],
  ['Verimeter-Reason', canary.repeat(40)],
]

/** Makes requests for every route of a served document: good ones, and good ones with one to three changes. */
export class RequestMaker {
  readonly routes: readonly Route[]
  private readonly schemas: Record<string, Schema>
  private readonly random: Random
  private readonly seen: SeenIds
  private readonly totalWeight: number
  private made = 0

  constructor(document: OpenApiDocument, random: Random, seen: SeenIds) {
    this.schemas = document.components.schemas
    this.random = random
    this.seen = seen
    this.routes = Object.entries(document.paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${template}`,
        method: method.toUpperCase(),
        template,
        operation,
        parameters: operation.parameters ?? [],
        weight: weightOf(method, template),
      })),
    )
    this.totalWeight = this.routes.reduce((sum, { weight }) => sum + weight, 0)
  }

  next(): InputRequest {
    this.made += 1
    const { random } = this
    const route = this.drawRoute()
    const changes: string[] = []
    const times = random.chance(0.3) ? 0 : 1 + random.below(3)
    const request: InputRequest = {
      route: route.name,
      method: route.method,
      path: this.pathOf(route),
      bearer: this.bearerOf(route),
      headers: { 'Content-Type': 'application/json' },
      body: undefined,
      changes,
    }
    for (const parameter of route.parameters)
      if (parameter.in === 'header')
        request.headers[parameter.name] =
          parameter.name === 'idempotency-key' && random.chance(0.8) ? `key-${this.made}` : `word-${this.made % 50}`
    const schema = route.operation.requestBody?.content['application/json']?.schema
    const value = schema === undefined ? undefined : this.bodyFor(route, schema)
    if (value !== undefined) request.body = JSON.stringify(value)
    for (let time = 0; time < times; time += 1) changes.push(this.change(request, value))
    if (request.method === 'GET' || request.method === 'HEAD') request.body = undefined
    return request
  }

  private drawRoute(): Route {
    let left = this.random.below(this.totalWeight)
    for (const route of this.routes) {
      left -= route.weight
      if (left < 0) return route
    }
    throw new Error('the document has no routes')
  }

  private bodyFor(route: Route, schema: Schema): unknown {
    const { random } = this
    const specimen = random.pick(specimens)
    const { id_number, name } = specimen
    const value = validValue(schema, this.schemas, random) as Record<string, unknown>
    if (route.template === '/v1/verifications')
      return {
        check: 'id2',
        data_subject: { id_number, name },
        consent_reference: specimen.consent,
        purpose: 'real_name_registration',
      }
    if (route.template === '/v1/consents/batch')
      return { consents: [validValue(this.schemas.ConsentRequest ?? {}, this.schemas, random), ...(value.consents as unknown[])] }
    if ('order_id' in value) return { ...value, order_id: this.idFor('ord') }
    return value
  }

  private pathOf({ template, parameters }: Route): string {
    const path = template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => this.segmentFor(template, name))
    const query = parameters.flatMap(({ name, in: where, required, schema = {} }) =>
      where === 'query' && (required || this.random.chance(0.3))
        ? [[name, this.queryValue(name, schema)] as [string, string]]
        : [],
    )
    return query.length === 0 ? path : `${path}?${new URLSearchParams(query)}`
  }

  private queryValue(name: string, schema: Schema): string {
    if (name === 'cursor') return this.idFor(this.random.pick(['ver', 'con', 'acc']))
    if (name === 'group_by') return this.random.pick(['day', 'check,outcome', 'day,api_key,source'])
    if (name === 'account_id') return this.idFor('acc')
    return String(validValue(schema, this.schemas, this.random, name))
  }

  private segmentFor(template: string, name: string): string {
    if (this.random.chance(0.05))
      return encodeURI(this.random.pick(hostileSegments).replaceAll('%', '%25').replaceAll('%25', '%'))
    if (name === 'alarm_id') return `late_answer.${this.idFor('ver')}`
    const prefix = prefixByParameter[name] ?? (template.startsWith('/v1/consents') ? 'con' : 'ver')
    // Under the address of an account, mostly what is of this account; the key `key` belongs to the other one.
    const within =
      template.startsWith('/v1/accounts/') && this.random.chance(0.9) ? this.seen.get('acc')?.[0]?.slice(4) : undefined
    return this.idFor(this.random.chance(0.9) ? prefix : this.random.pick(Object.values(prefixByParameter)), within)
  }

  private idFor(prefix: string, accountPart = ''): string {
    const ids = (this.seen.get(prefix) ?? []).filter((id) => id.includes(accountPart))
    return ids.length === 0 || this.random.chance(0.05) ? `${prefix}_0000000000_00000000001` : this.random.pick(ids)
  }

  private bearerOf({ operation }: Route): Bearer {
    const { random } = this
    if (random.chance(0.12)) return random.pick<Bearer>(['none', 'broken', 'stranger', 'key', 'auditor', 'finance', 'ops'])
    const scheme = Object.keys(operation.security[0] ?? {})[0]
    if (scheme === undefined) return 'none'
    return scheme === 'apiKey'
      ? random.pick<Bearer>(['key', 'key', 'key', 'other_key'])
      : random.pick<Bearer>(['admin', 'admin', 'ops'])
  }

  /** One change to the request, and its name. */
  private change(request: InputRequest, value: unknown): string {
    const { random } = this
    const hasBody = typeof request.body === 'string'
    if (hasBody && random.chance(0.7)) return random.chance(0.7) ? this.changeMember(request, value) : this.changeText(request)
    if (random.chance(0.5)) {
      const [name, text] = random.pick(oddHeaders)
      request.headers[name] = text
      return `header ${name}`
    }
    if (random.chance(0.7)) {
      const name = random.pick(['cursor', 'limit', 'from', 'format', '__proto__', 'constructor', canary, 'a[b]', ''])
      const odd = random.pick([
        canary,
        '',
        '-1',
        '1e9',
        '0',
        '%00',
        '%ff',
        '[]',
        '9'.repeat(400),
        '2024-13-01',
        canary.repeat(60),
      ])
      request.path += `${request.path.includes('?') ? '&' : '?'}${name}=${odd}`
      return `query ${name}`
    }
    if (random.chance(0.5)) {
      request.method = random.pick(['PATCH', 'OPTIONS', 'HEAD', 'DELETE', 'PUT', 'POST', 'GET'])
      return 'method'
    }
    const cut = request.path.split('?')[0] ?? ''
    request.path = random.pick([
      `${cut}/`,
      `${cut}//`,
      cut.toUpperCase(),
      `/${cut}`,
      `${cut}/${canary}`,
      `${cut};a=1`,
      `${cut}%2f`,
    ])
    return 'path'
  }

  private changeMember(request: InputRequest, value: unknown): string {
    const { random } = this
    const copy = structuredClone(value) as Record<string, unknown>
    const places = placesOf(copy)
    // A body without members can only be given one, or be replaced whole.
    const [parent, name] = places.length === 0 ? [copy, canary] : random.pick(places)
    const kind = random.pick(['replace', 'replace', 'replace', 'remove', 'add', 'pollute', 'whole'] as const)
    if (kind === 'replace') parent[name] = hostileValue(random)
    if (kind === 'remove') delete parent[name]
    if (kind === 'add')
      parent[random.pick([canary, 'granted', 'account_id', 'price', 'constructor', 'prototype'])] = hostileValue(random)
    if (kind === 'pollute')
      Object.defineProperty(parent, '__proto__', {
        value: { [canary]: true },
        enumerable: true,
        configurable: true,
        writable: true,
      })
    request.body = JSON.stringify(kind === 'whole' ? hostileValue(random) : copy) ?? 'null'
    return `body ${kind}`
  }

  private changeText(request: InputRequest): string {
    const { random } = this
    const text = String(request.body)
    const bytes = new TextEncoder().encode(text)
    request.body = random.pick<() => InputRequest['body']>([
      () => text.slice(0, random.below(text.length)),
      () => `${text}${canary}`,
      () => `\ufeff${text}`,
      () => text.replace('{', `{"${random.pick(['check', 'reason', 'reference', 'source'])}":"${canary}",`),
      () => text.replace('}', `,"reason":"${canary}","check":"${canary}"}`),
      () => text.replace(/"[^"]*"/, 'NaN'),
      () => `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      () => `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
      () => `${text} `.padEnd(66_000),
      () => bytes.map((byte, at) => (at === random.below(bytes.length) ? byte ^ (1 << random.below(8)) : byte)),
      () => new Uint8Array([...bytes, 0xff, 0xfe]),
      () => '',
      () => 'null',
    ])()
    return 'body text'
  }
}

/** Every object of the value with every name in it. */
const placesOf = (value: unknown): [Record<string, unknown>, string][] => {
  if (typeof value !== 'object' || value === null) return []
  const parent = value as Record<string, unknown>
  return Object.keys(parent).flatMap((name) => [[parent, name] as [Record<string, unknown>, string], ...placesOf(parent[name])])
}
