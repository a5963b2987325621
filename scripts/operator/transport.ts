import { userInfo } from 'node:os'
import { roles as staffRoles } from '../../src/http/staff.ts'
import { type Config, readConfig } from '../../src/runtimes/config.ts'
import { DatabaseError } from '../../src/runtimes/database.ts'
import { openGateway } from '../../src/runtimes/gateway.ts'
import { readKeyring } from '../../src/runtimes/key-files.ts'
import { openLog } from '../../src/runtimes/log.ts'
import { signStaffToken } from '../../src/runtimes/staff-token.ts'

/** What an operator may see: one sentence, and the codes behind it. */
export class OperatorError extends Error {}

/** The command line itself is wrong; nothing was asked. */
export class UsageError extends OperatorError {}

/** The staff API, wherever it runs. */
export interface Api {
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown>
  text(path: string): Promise<string>
  bytes(path: string): Promise<Uint8Array>
  close(): Promise<void>
}

export interface Access {
  url: string | undefined
  token: string | undefined
  /** Who acts; the name stands in the journal. */
  as: string | undefined
  roles: string[]
  /** Why something is read; it stands in the books. */
  reason: string
}

/** Signs a staff token with the built-in issuer's key: whoever can read the key files may do so. */
export const mintToken = async (config: Config, sub: string, roles: string[], hours: number): Promise<string> => {
  // What the gateway would not take is not signed: the answer there could only be that the token is not valid.
  if (!/^[\w.@:-]{1,80}$/.test(sub)) throw new UsageError('the name of who acts takes 1 to 80 letters, digits and . _ @ : -')
  const unknown = roles.find((role) => !staffRoles.some((known) => known === role))
  if (unknown !== undefined) throw new UsageError(`there is no role \`${unknown}\`; roles are ${staffRoles.join(', ')}`)
  return signStaffToken(readKeyring(config.keysDir).staffIssuer, { sub, roles, hours }, Date.now())
}

export const defaultName = (): string => userInfo().username

/**
 * Opens the staff API: at `--url`, at the running gateway of this data folder, or, when none runs, in this process over the
 * same folder. The three speak the same routes.
 */
export const openApi = async (access: Access): Promise<Api> => {
  const config = readConfig(process.env)
  const token = access.token ?? (await mintToken(config, access.as ?? defaultName(), access.roles, 1))
  if (access.url !== undefined)
    return overFetch(
      async (path, init) => fetch(new URL(path, access.url), init),
      { token, reason: access.reason },
      async () => {},
    )
  try {
    const gateway = openGateway(config, {
      clock: Date.now,
      log: openLog((line) => process.stderr.write(line)),
      onInDoubt: () => process.exit(1),
    })
    // The directory is fed by the sweep; without a running gateway nobody else would do it.
    await gateway.sweep()
    const inProcess = async (path: string, init: RequestInit): Promise<Response> =>
      gateway.app.fetch(new Request(`http://operator${path}`, init))
    return overFetch(inProcess, { token, reason: access.reason }, () => gateway.close())
  } catch (error) {
    if (!(error instanceof DatabaseError) || !error.message.includes('is in use')) throw error
    const base = config.publicUrl ?? `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}`
    return overFetch(
      async (path, init) => fetch(new URL(path, base), init),
      { token, reason: access.reason },
      async () => {},
    )
  }
}

/** The staff API over any way of sending a request. A refusal becomes one sentence. */
export const overFetch = (
  send: (path: string, init: RequestInit) => Promise<Response>,
  { token, reason }: { token: string; reason: string },
  close: () => Promise<void>,
): Api => {
  const ask = async (method: string, path: string, body?: object): Promise<Response> => {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(body ? { 'Content-Type': 'application/json' } : {}),
      ...(method === 'GET' ? { 'Verimeter-Reason': encodeURIComponent(reason) } : {}),
    }
    const response = await send(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }).catch(
      (error: unknown) => {
        throw new OperatorError(`the gateway does not answer (${error instanceof Error ? error.message : 'no reason given'})`)
      },
    )
    if (response.ok) return response
    const problem = (await response.json().catch(() => ({}))) as {
      code?: string
      detail?: string
      reason?: string
      errors?: object[]
    }
    const more = [problem.reason, problem.errors && JSON.stringify(problem.errors)].filter((part) => part !== undefined)
    throw new OperatorError(
      `${problem.code ?? response.status}: ${problem.detail ?? 'no detail'}${more.length > 0 ? ` (${more.join('; ')})` : ''}`,
    )
  }
  return {
    call: async (method, path, body) => (await ask(method, path, body)).json(),
    bytes: async (path) => new Uint8Array(await (await ask('GET', path)).arrayBuffer()),
    // The byte order mark belongs to the file that the text becomes, so it is kept.
    text: async (path) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(await (await ask('GET', path)).arrayBuffer()),
    close,
  }
}
