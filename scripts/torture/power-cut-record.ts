import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { orderPath, startSimulator } from '../simulator/simulator.ts'
import { HttpClient, jsonOf } from './client.ts'
import { openProcessCustomer } from './customer.ts'
import { verificationBody } from './questions.ts'
import { type Operation, parseTrace, recordArguments } from './strace.ts'

/** What one run of the real gateway did to the disk and said to its callers. */
export interface Recording {
  /** Folder that holds the data folder; it was there, empty and durable, before the run. */
  root: string
  dataDir: string
  operations: Operation[]
  /** The verification that the caller got for each Idempotency-Key, in the order of the answers. */
  answered: { key: string; verificationId: string }[]
}

export interface RecordOptions {
  /** An empty folder. */
  root: string
  synchronous: 'FULL' | 'NORMAL'
  /** Pages of the WAL after which it is checkpointed. */
  autocheckpoint: number
  /** Answers that are asked for one after the other, before and after a clean restart each. */
  inTurn: number
  /** Answers that are asked for all at once, so that commits are shared. */
  atOnce: number
}

const project = fileURLToPath(new URL('../..', import.meta.url))
const node = join(project, 'node_modules/.bin/node')

/** Runs a gateway under strace from an empty folder, restarts it once, and ends it with SIGKILL under no load. */
export const record = async (options: RecordOptions): Promise<Recording> => {
  const { root, inTurn, atOnce } = options
  const dataDir = join(root, 'data')
  const simulator = await startSimulator()
  const answered: Recording['answered'] = []
  const operations: Operation[] = []
  let liveKey = ''
  try {
    for (const run of ['first', 'second']) {
      const gateway = await start(options, dataDir, simulator.url, `${root}.${run}.strace`)
      try {
        if (liveKey === '') ({ liveKey } = await openProcessCustomer(gateway.baseUrl, dataDir))
        const client = new HttpClient(gateway.baseUrl, liveKey)
        const verify = async (key: string): Promise<void> => {
          const answer = await client.verify(key, verificationBody('match'))
          if (answer.status !== 200) throw new Error(`${answer.status} under strace: ${answer.text}`)
          answered.push({ key, verificationId: String(jsonOf(answer).id) })
        }
        for (let at = 0; at < inTurn; at += 1) await verify(`${run}-turn-${at}`)
        await Promise.all(Array.from({ length: atOnce }, (_, at) => verify(`${run}-once-${at}`)))
      } finally {
        await gateway.end(run === 'first' ? 'SIGTERM' : 'SIGKILL')
      }
      operations.push(...parseTrace(readFileSync(`${root}.${run}.strace`, 'latin1')))
      rmSync(`${root}.${run}.strace`)
    }
  } finally {
    await simulator.close()
  }
  return { root, dataDir, operations, answered }
}

const start = async ({ synchronous, autocheckpoint }: RecordOptions, dataDir: string, vendor: string, trace: string) => {
  const entry = [join(import.meta.dirname, 'power-cut-gateway.ts'), synchronous, String(autocheckpoint)]
  const tracer = spawn('strace', [...recordArguments(trace), node, ...entry], {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      VERIMETER_DATA_DIR: dataDir,
      VERIMETER_PORT: '0',
      VERIMETER_ALIYUN_URL: vendor,
      VERIMETER_ALIYUN_APPCODE: 'simulator',
      VERIMETER_ALIYUN_QUERY_PATH: orderPath,
    },
  })
  const ended = new Promise<void>((resolve) => tracer.once('close', () => resolve()))
  const output = await started(tracer)
  const baseUrl = /listening on (http:\S+)/.exec(output)?.[1]
  if (baseUrl === undefined) throw new Error(`no address was printed: ${output}`)
  const pid = Number(/^(\d+) since/.exec(readFileSync(join(dataDir, 'gateway.pid'), 'utf8'))?.[1])
  return {
    baseUrl,
    /** The signal goes to the gateway itself: strace passes none on. */
    end: async (signal: NodeJS.Signals): Promise<void> => {
      process.kill(pid, signal)
      await ended
    },
  }
}

/** Everything printed until the gateway has started; an end before that is a failure. */
const started = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = ''
    const take = (text: Buffer): void => {
      output += String(text)
      if (output.includes('"event":"started"')) resolve(output)
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', take)
    child.once('error', reject)
    child.once('close', () => reject(new Error(`the gateway did not start under strace: ${output}`)))
  })
