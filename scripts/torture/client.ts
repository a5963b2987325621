import { readConfig } from '../../src/runtimes/config.ts'
import { mintToken } from '../operator/transport.ts'

/** A whole answer: it counts only when its last byte has come. */
export interface HttpAnswer {
  status: number
  headers: Headers
  text: string
}

export const jsonOf = (answer: HttpAnswer): Record<string, unknown> => JSON.parse(answer.text) as Record<string, unknown>

/** One caller of a gateway in another process, over real HTTP. */
export class HttpClient {
  readonly baseUrl: string
  private readonly bearer: string

  constructor(baseUrl: string, bearer: string) {
    this.baseUrl = baseUrl
    this.bearer = bearer
  }

  /** Rejects when no whole answer came. */
  async call(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      headers: {
        Authorization: `Bearer ${this.bearer}`,
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  /** The JSON of an answer that must be a success. */
  async ask(method: string, path: string, json?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.call(method, path, json)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return jsonOf(answer)
  }

  verify(idempotencyKey: string, json: unknown): Promise<HttpAnswer> {
    return this.call('POST', '/v1/verifications', json, { 'Idempotency-Key': idempotencyKey })
  }
}

/** Staff of an installation: signed with the key files of its data folder. */
export const staffClient = async (baseUrl: string, dataDir: string, sub = 'staff-1'): Promise<HttpClient> =>
  new HttpClient(baseUrl, await mintToken(readConfig({ VERIMETER_DATA_DIR: dataDir }), sub, ['admin'], 1))
