import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url))
export const node24 = join(projectFolder, 'node_modules/.bin/node')
export const gatewayEntry = 'src/runtimes/main.ts'
export const operatorEntry = 'scripts/operator.ts'

export type Environment = Record<string, string>

/** How a process ended, and everything that it wrote. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A child process of this project: the real process itself, so that a signal reaches it and nothing in between. */
export class Child {
  stdout = ''
  stderr = ''
  readonly ended: Promise<Ended>
  private readonly process: ChildProcess
  private readonly isGroup: boolean

  /** With `isGroup` a signal reaches everything that the process has started, too. */
  constructor(command: string, args: string[], environment: Environment, isGroup = false) {
    const { PATH = '', HOME = '' } = process.env
    this.isGroup = isGroup
    this.process = spawn(command, args, { cwd: projectFolder, env: { PATH, HOME, ...environment }, detached: isGroup })
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.ended = new Promise((resolve, reject) => {
      this.process.once('error', reject)
      this.process.once('close', (code, signal) => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }))
    })
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('the process did not start')
    return this.process.pid
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null
  }

  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ended> {
    if (this.isGroup && this.isRunning) process.kill(-this.pid, signal)
    else this.process.kill(signal)
    return this.ended
  }

  /** Writes one line to the process's standard input. */
  tell(line: string): void {
    this.process.stdin?.write(`${line}\n`)
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  /** Waits until `done` is true; a process that ends before is a failure that shows what it wrote. */
  async waitUntil(done: () => boolean): Promise<void> {
    while (!done()) {
      if (!this.isRunning) throw new Error(`the process ended too early: ${JSON.stringify(await this.ended)}`)
      await pause(10)
    }
  }
}

/** A gateway in a process of its own, listening. */
export interface GatewayChild {
  child: Child
  baseUrl: string
  /** What a first start in sandbox mode prints once. */
  apiKey: string | null
  /** The commands to paste into a shell, as printed. */
  commands: string[]
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts processes and makes folders. On `close` what still runs is killed, and the folders go. */
export class Processes {
  private readonly children: Child[] = []
  private readonly folders: string[] = []

  async close(): Promise<void> {
    await Promise.all(this.children.filter((child) => child.isRunning).map((child) => child.end('SIGKILL')))
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true })
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'verimeter-'))
    this.folders.push(folder)
    return folder
  }

  /** Any command. `before` is shell text that runs first in the same process, such as a limit. */
  start(command: string, args: string[], environment: Environment = {}, before?: string): Child {
    const child =
      before === undefined
        ? new Child(command, args, environment)
        : new Child('sh', ['-c', `${before}; exec "$@"`, 'sh', command, ...args], environment)
    this.children.push(child)
    return child
  }

  /** A command and everything that it starts, as one: a signal reaches all of it. */
  startGroup(command: string, args: string[], environment: Environment): Child {
    const child = new Child(command, args, environment, true)
    this.children.push(child)
    return child
  }

  /** A TypeScript file on Node 24, started as `npm start` does: without a loader, so that a deployment needs none. */
  run(entry: string, args: string[], environment: Environment = {}, before?: string): Child {
    return this.start(node24, [entry, ...args], environment, before)
  }

  operator(args: string[], environment: Environment): Promise<Ended> {
    return this.run(operatorEntry, args, environment).ended
  }

  /** Starts a gateway on a free port and waits until it listens. */
  async gateway(environment: Environment, before?: string, entry = gatewayEntry): Promise<GatewayChild> {
    const child = this.run(entry, [], { VERIMETER_PORT: '0', ...environment }, before)
    await child.waitUntil(() => child.stderr.includes('"event":"started"'))
    const baseUrl = /listening on (http:\S+)/.exec(child.stdout)?.[1]
    if (baseUrl === undefined) throw new Error(`no address was printed: ${child.stdout}`)
    return {
      child,
      baseUrl,
      apiKey: /^ {2}(vm_test_\w+)$/m.exec(child.stdout)?.[1] ?? null,
      commands: child.stdout.split('\n\n').filter((part) => part.startsWith('curl ')),
    }
  }
}
