import { vi } from 'vitest'
import { runOperator } from '../../scripts/operator/run.ts'
import { judge } from './http-judge.ts'
import type { Environment } from './process-gateway.ts'

/** What a run of the operator's command printed, and its exit code. */
export interface Said {
  code: number
  stdout: string
  stderr: string
}

/** The platform’s own, taken before a run replaces it. */
const send = fetch

/** Calls of the command at a running gateway are held against the contract; what it calls in its own process is the same app. */
export const judgedFetch: typeof fetch = async (input, init) => {
  const response = await send(input, init)
  const { pathname } = new URL(input instanceof Request ? input.url : input)
  const sent: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined
  const { status, headers } = response
  await judge({ method: init?.method ?? 'GET', path: pathname, sent, status, headers, text: await response.clone().text() })
  return response
}

/** Runs the operator's command in this process: the same code as the script, without the second that a process costs. */
export const runHere = async (args: string[], environment: Environment, fetchOne = send): Promise<Said> => {
  const out: string[] = []
  const err: string[] = []
  const spies = [
    vi.spyOn(globalThis, 'fetch').mockImplementation(fetchOne),
    vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text)),
    vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text)),
    // The log of a gateway that runs in this process for the time of the command.
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err.push(String(text))
      return true
    }),
  ]
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  try {
    return { code: await runOperator(args), stdout: out.join('\n'), stderr: err.join('\n') }
  } finally {
    vi.unstubAllEnvs()
    for (const spy of spies) spy.mockRestore()
  }
}
