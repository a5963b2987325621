import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What a process of the benchmark tells its parent once it takes requests. */
export interface Listening {
  kind: 'listening'
  port: number
}

/** How often the upstream was called, by contender. */
export interface UpstreamCalls {
  kind: 'calls'
  calls: Record<string, number>
}

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url))

/** A process that the benchmark has started, and that ends with it. */
export interface Running {
  pid: number
  port: number
  /** CPU time so far of all its threads, user and system, microseconds; null where the platform does not tell. */
  cpuUs(): number | null
  /** Sends a word and waits for one answer. */
  ask(): Promise<unknown>
  stop(): Promise<void>
}

/** Clock ticks of /proc in a second: fixed at 100 for programs on Linux, whatever the kernel's own rate is. */
const ticksPerSecond = 100

const readCpuUs = (pid: number): number | null => {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return null
  const text = readFileSync(path, 'utf8')
  // The second field is the program's name in brackets and may hold spaces; user and system time are fields 14 and 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / ticksPerSecond
}

const once = <T>(child: ChildProcess, what: string, wanted: (found: (value: T) => void) => () => void): Promise<T> =>
  new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`${what} ended too early (exit code ${code ?? 'none'})`))
    const stop = wanted((value) => {
      stop()
      child.off('exit', onExit)
      resolve(value)
    })
    child.once('exit', onExit)
  })

const messageOf = (child: ChildProcess, what: string): Promise<unknown> =>
  once(child, what, (found) => {
    child.on('message', found)
    return () => child.off('message', found)
  })

const running = (child: ChildProcess, what: string, port: number, signal: NodeJS.Signals): Running => {
  const pid = child.pid ?? 0
  return {
    pid,
    port,
    cpuUs: () => readCpuUs(pid),
    ask: () => {
      const answer = messageOf(child, what)
      child.send('tell')
      return answer
    },
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill(signal)
      }),
  }
}

const start = (path: string, environment: NodeJS.ProcessEnv, pipeOut: boolean, nodeOptions: string[] = []): ChildProcess => {
  const child = fork(fileURLToPath(new URL(path, import.meta.url)), {
    cwd: projectFolder,
    env: environment,
    execArgv: nodeOptions,
    stdio: ['ignore', pipeOut ? 'pipe' : 'ignore', 'inherit', 'ipc'],
  })
  // Nothing of the benchmark outlives it, also when it is broken off.
  process.once('exit', () => child.kill('SIGKILL'))
  return child
}

/** One of the small servers of the benchmark; it says by message where it listens. */
export const startServer = async (name: string, environment: Record<string, string> = {}): Promise<Running> => {
  const child = start(`./${name}.ts`, { ...process.env, ...environment }, false)
  const { port } = (await messageOf(child, name)) as Listening
  return running(child, name, port, 'SIGTERM')
}

/** The real gateway, as `npm start` runs it; it prints where it listens. With `profileFolder` it leaves a CPU profile there. */
export const startGateway = async (environment: Record<string, string>, profileFolder: string | null): Promise<Running> => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VERIMETER_'))
  const profile = profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]
  const child = start('../../src/runtimes/main.ts', { ...Object.fromEntries(inherited), ...environment }, true, profile)
  const port = await once<number>(child, 'the gateway', (found) => {
    let printed = ''
    const read = (chunk: Buffer): void => {
      printed += chunk.toString()
      const port = /listening on http:\/\/[^\s/]*:(\d+)/.exec(printed)?.[1]
      if (port !== undefined) found(Number(port))
    }
    child.stdout?.on('data', read)
    return () => void child.stdout?.off('data', read).resume()
  })
  return running(child, 'the gateway', port, 'SIGTERM')
}
