import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'

const entry = fileURLToPath(new URL('../../src/runtimes/main.ts', import.meta.url))
const house = fileURLToPath(new URL('../..', import.meta.url))

/** A gateway as `npm start` runs it. */
export interface GatewayProcess {
  port: number
  child: ChildProcess
  close(): Promise<void>
}

export const startGatewayProcess = async (environment: Record<string, string> = {}): Promise<GatewayProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'verimeter-'))
  const child = spawn(process.execPath, ['--import', 'tsx', entry], {
    cwd: house,
    env: { PATH: process.env.PATH, VERIMETER_PORT: '0', VERIMETER_DATA_DIR: join(folder, 'data'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const port = await new Promise<number>((resolve, reject) => {
    let said = ''
    const read = (chunk: Buffer): void => {
      said += chunk.toString()
      const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (found !== undefined) resolve(Number(found))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', () => reject(new Error(`the gateway did not start: ${said}`)))
  })
  return {
    port,
    child,
    async close() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

export const useGatewayProcess = (): (() => GatewayProcess) => {
  let running: GatewayProcess | null = null
  beforeAll(async () => {
    running = await startGatewayProcess()
  })
  afterAll(() => running?.close())
  return () => {
    if (!running) throw new Error('the gateway does not run yet')
    return running
  }
}

export interface RawAnswer {
  status: number
  headers: Headers
  text: string
}

/** Sends these very bytes and reads to the end of the connection. */
export const sendRaw = (port: number, bytes: string | Uint8Array): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('connect', () => socket.write(bytes))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const whole = Buffer.concat(chunks).toString('utf8')
      const split = whole.indexOf('\r\n\r\n')
      const [line = '', ...lines] = whole.slice(0, split).split('\r\n')
      const headers = new Headers(
        lines.map((header) => [header.slice(0, header.indexOf(':')), header.slice(header.indexOf(':') + 1).trim()]),
      )
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]), headers, text: whole.slice(split + 4) })
    })
  })
