import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { person, purpose } from './customer.ts'

/** What the load generator counted in one turn. */
export interface Turn {
  /** Answers with status 200. */
  answers: number
  /** Answers with another status, and requests without an answer. Either voids the run. */
  failures: number
  rps: number
  p50Ms: number
  p99Ms: number
}

export interface Load {
  port: number
  apiKey: string
  /** Begins every Idempotency-Key of the turn; no two turns share it. */
  prefix: string
  consents: number
  connections: number
  seconds: number
}

export type GeneratorName = 'wrk' | 'autocannon'

const bodyOf = (consentReference: string): string =>
  JSON.stringify({ check: 'id2', data_subject: person, consent_reference: consentReference, purpose })

const script = fileURLToPath(new URL('load.lua', import.meta.url))

const runWrk = async (load: Load): Promise<Turn> => {
  const { stdout } = await promisify(execFile)('wrk', [
    ...['-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', '30s', '-s', script],
    `http://127.0.0.1:${load.port}/v1/verifications`,
    ...['--', load.apiKey, load.prefix, String(load.consents), bodyOf('CONSENT')],
  ])
  const line = /^BENCH (.*)$/m.exec(stdout)?.[1]
  if (line === undefined) throw new Error(`wrk said nothing of its run: ${stdout}`)
  const counted = JSON.parse(line) as Record<'answers' | 'durationUs' | 'refused' | 'broken' | 'p50Us' | 'p99Us', number>
  return {
    answers: counted.answers - counted.refused,
    failures: counted.refused + counted.broken,
    rps: counted.answers / (counted.durationUs / 1_000_000),
    p50Ms: counted.p50Us / 1_000,
    p99Ms: counted.p99Us / 1_000,
  }
}

const runAutocannon = async (load: Load): Promise<Turn> => {
  const bodies = Array.from({ length: load.consents }, (_, n) => bodyOf(`consent-${n}`))
  const headers = { authorization: `Bearer ${load.apiKey}`, 'content-type': 'application/json' }
  let sent = 0
  const result = await autocannon({
    url: `http://127.0.0.1:${load.port}/v1/verifications`,
    connections: load.connections,
    duration: load.seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          sent += 1
          return {
            ...request,
            headers: { ...headers, 'idempotency-key': `${load.prefix}-${sent}` },
            body: bodies[sent % bodies.length] ?? '',
          }
        },
      },
    ],
  })
  return {
    answers: result['2xx'],
    failures: result.non2xx + result.errors,
    rps: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }
}

/** True where the Debian package wrk, or a build of one's own, is installed. */
export const isWrkInstalled = (): boolean => spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined

/** wrk costs a quarter of what autocannon does, which counts where both share the processors with what is measured. */
export const runLoad = (generator: GeneratorName, load: Load): Promise<Turn> =>
  generator === 'wrk' ? runWrk(load) : runAutocannon(load)
