import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { Agent, type Dispatcher } from 'undici'
import type { Listening } from './processes.ts'

/** Serves an app on a free port of this machine, tells the parent process, and ends with it. */
export const serve = (app: Hono): void => {
  const server = createServer(getRequestListener(app.fetch))
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ kind: 'listening', port: (server.address() as AddressInfo).port } satisfies Listening)
  })
  process.on('SIGTERM', () => process.exit(0))
  process.on('disconnect', () => process.exit(0))
}

/** A whole answer of the upstream. */
export interface UpstreamAnswer {
  status: number
  body: string
}

const setting = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

/**
 * Asks the upstream as the gateway does: the same pool settings, undici `dispatch`, a form with name and ID number. No
 * deadline, no limit on the answer, no line between "not sent" and "in doubt": what a plain proxy has.
 */
export const openUpstream = (contender: string): ((name: string, idNumber: string) => Promise<UpstreamAnswer>) => {
  const origin = setting('BENCH_UPSTREAM')
  const path = `/${contender}/api-mall/api/id_card/check`
  const agent = new Agent({ connections: 128, pipelining: 1 })
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8', authorization: 'APPCODE bench' }
  return (name, idcard) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let status = 0
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, code) => {
          status = code
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk)
        },
        onResponseEnd: () => resolve({ status, body: Buffer.concat(chunks).toString() }),
        onResponseError: (_controller, error) => reject(error),
      }
      agent.dispatch({ origin, path, method: 'POST', headers, body: new URLSearchParams({ name, idcard }).toString() }, handler)
    })
}

/** The body of a verification, as far as every contender needs it. */
export interface VerificationBody {
  check: string
  data_subject: { id_number: string; name: string }
  consent_reference: string
  purpose: string
}
