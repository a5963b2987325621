import { z } from 'zod'
import type { App } from '../../src/http/app.ts'

/** What of one exchange the contract is held against. */
export interface Exchange {
  method: string
  /** Without the query. */
  path: string
  /** The JSON that was sent, or undefined. */
  sent: unknown
  status: number
  headers: Headers
  text: string
}

export type JsonSchema = Record<string, unknown>
type Content = Record<string, { schema: JsonSchema }>

/** The parts of an OpenAPI 3.1 document that the tests read. */
export interface OpenApiDocument {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, JsonSchema> }
}

export interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string; required: boolean }[]
  requestBody?: { required: boolean; content: Content }
  responses: Record<string, { description: string; content: Content; headers?: Record<string, object> }>
}

/** Codes that a response's description lists: `Problem: `code`, `code``. */
export const codesOf = (description: string): string[] => [...description.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => code)

const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)

/** Members of a problem that the document describes and that have to agree with the answer around them. */
const problemShape = z.looseObject({
  type: z.string(),
  status: z.int(),
  code: z.string(),
  request_id: z.string(),
  retry: z.string(),
})

/**
 * Holds exchanges against the document that the running gateway serves: that the status is documented for the route, the
 * media type for the status, the body valid by its schema, the code listed. Schemas are made from the document's own JSON
 * Schemas, not from those of the source, so that what the document says is what is judged.
 */
export class Contract {
  private readonly made = new Map<JsonSchema, z.ZodType>()

  readonly document: OpenApiDocument

  constructor(document: OpenApiDocument) {
    this.document = document
  }

  /** Everything in which an answer to what never became a request differs from a problem of the server. */
  unreadFaultsOf(answer: Pick<Exchange, 'status' | 'headers' | 'text'>): string[] {
    const where = `what is no request was answered ${answer.status}`
    const exchange = { ...answer, method: 'GET', path: '', sent: undefined }
    const documented = ['Content-Language']
    return [
      ...headerFaults(exchange, documented, where),
      ...this.problemFaults(exchange, ['request_malformed', 'headers_too_large'], where),
    ]
  }

  /** Everything in which the exchange differs from the document. */
  faultsOf(exchange: Exchange): string[] {
    const { method, path, status, sent } = exchange
    const where = `${method} ${path} answered ${status}`
    const templates = Object.keys(this.document.paths).filter((template) => patternOf(template).test(path))
    const operations = templates.flatMap((template) => this.document.paths[template]?.[verbOf(method)] ?? [])
    const operation = operations[0]
    if (!operation)
      return [
        ...headerFaults(exchange, ['Content-Language', 'Allow'], where),
        ...this.problemFaults(exchange, [templates.length === 0 ? 'not_found' : 'method_not_allowed'], where),
      ]

    const response = operation.responses[String(status)]
    if (!response) return [`${where}, which is not documented`]
    const faults = headerFaults(exchange, Object.keys(response.headers ?? {}), where)
    if (status >= 300) return [...faults, ...this.problemFaults(exchange, codesOf(response.description), where)]
    const mediaType = mediaTypeOf(exchange)
    const content = response.content[mediaType]
    if (!content) return [...faults, `${where} with ${mediaType}, which is not documented`]
    if (method === 'HEAD') return faults
    const value: unknown = mediaType === 'application/json' ? JSON.parse(exchange.text) : exchange.text
    const request = operation.requestBody?.content['application/json']
    return [
      ...faults,
      ...this.schemaFaults(content.schema, value, where),
      ...(request ? this.schemaFaults(request.schema, sent, `${where} to a body`) : []),
    ]
  }

  private problemFaults({ headers, status, text, method }: Exchange, codes: string[], where: string): string[] {
    const mediaType = headers.get('content-type')
    if (mediaType !== 'application/problem+json; charset=utf-8') return [`${where} with ${mediaType} instead of a problem`]
    if (method === 'HEAD') return []
    const value: unknown = JSON.parse(text)
    const faults = this.schemaFaults(this.document.components.schemas.Problem ?? { not: {} }, value, where)
    const problem = problemShape.safeParse(value).data
    if (!problem) return faults
    const wrong = (what: string): void => void faults.push(`${where}: ${what}`)
    if (problem.status !== status) wrong(`the problem says ${problem.status}`)
    if (!codes.includes(problem.code)) wrong(`the code ${problem.code} is not documented here`)
    if (problem.type !== `/docs/problems#${problem.code}`) wrong(`the type leads to ${problem.type}`)
    if (!/^req_[0-9a-f]{24}$/.test(problem.request_id)) wrong('the request id is malformed')
    if (headers.get('cache-control') !== 'no-store') wrong('a problem may be cached')
    if (status === 401 && headers.get('www-authenticate') !== 'Bearer') wrong('WWW-Authenticate is missing')
    if (status === 405 && !headers.get('allow')) wrong('Allow is missing')
    if ((status === 429 || status === 503) && !/^[1-9]\d*$/.test(headers.get('retry-after') ?? ''))
      wrong('Retry-After is missing')
    return faults
  }

  private schemaFaults(schema: JsonSchema, value: unknown, where: string): string[] {
    const parsed = this.schemaOf(schema).safeParse(value)
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${where}: /${path.join('/')} ${message}`)
  }

  private schemaOf(schema: JsonSchema): z.ZodType {
    const known = this.made.get(schema)
    if (known) return known
    // Zod resolves references into $defs only; the document keeps its schemas among the components.
    const whole = JSON.stringify({ ...schema, $defs: this.document.components.schemas }).replaceAll(
      '#/components/schemas/',
      '#/$defs/',
    )
    const made = z.fromJSONSchema(JSON.parse(whole))
    this.made.set(schema, made)
    return made
  }
}

/** Of the connection, or of every answer: the document need not name them. */
const generalHeaders = new Set([
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
  'x-content-type-options',
])

/** Headers that nobody documented, and those that every answer needs and this one lacks. */
const headerFaults = ({ headers }: Exchange, documented: string[], where: string): string[] => {
  const known = new Set(documented.map((name) => name.toLowerCase()))
  const faults = [...headers.keys()]
    .filter((name) => !generalHeaders.has(name) && !known.has(name))
    .map((name) => `${where} with the header ${name}, which is not documented`)
  if (headers.get('x-content-type-options') !== 'nosniff') faults.push(`${where} without nosniff`)
  if (!/^no-(?:store|cache)$/.test(headers.get('cache-control') ?? '')) faults.push(`${where} and does not say who may keep it`)
  if (headers.get('content-type')?.startsWith('text/html'))
    for (const name of ['content-security-policy', 'referrer-policy'])
      if (!headers.has(name)) faults.push(`${where} with a page without ${name}`)
  return faults
}

/** Contract of this very code, without a gateway to ask: for answers of processes, and of a door that nobody opened. */
export const contractOf = async (app: Pick<App, 'fetch'>): Promise<Contract> => {
  const answer = await app.fetch(new Request('http://gateway.test/openapi.json'))
  return new Contract((await answer.json()) as OpenApiDocument)
}

const verbOf = (method: string): string => (method === 'HEAD' ? 'get' : method.toLowerCase())
const mediaTypeOf = ({ headers }: Exchange): string => headers.get('content-type')?.split(';')[0] ?? ''
