import { HttpClient as Caller, type HttpAnswer } from '../../scripts/torture/client.ts'
import { judge } from './http-judge.ts'

export { type HttpAnswer, jsonOf, staffClient } from '../../scripts/torture/client.ts'

/** One caller of a gateway in another process, over real HTTP. Every answer is held against the contract. */
export class HttpClient extends Caller {
  override async call(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const answer = await super.call(method, path, json, headers)
    await judge({ method, path: new URL(path, this.baseUrl).pathname, sent: json, ...answer })
    return answer
  }
}
