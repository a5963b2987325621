import { vi } from 'vitest'
import { runOperator } from '../../scripts/operator/run.ts'
import type { Environment } from './process-gateway.ts'

/** What a run of the operator's command printed, and its exit code. */
export interface Said {
  code: number
  stdout: string
  stderr: string
}

/** Runs the operator's command in this process: the same code as the script, without the second that a process costs. */
export const runHere = async (args: string[], environment: Environment): Promise<Said> => {
  const out: string[] = []
  const err: string[] = []
  const spies = [
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
