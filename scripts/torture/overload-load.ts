import { parentPort, workerData } from 'node:worker_threads'
import { HttpClient } from './client.ts'
import { consentOf, verificationBody } from './questions.ts'

/** What the load is told: where, with which key, and how many calls a second; null for as many as 64 callers get answered. */
export interface LoadOrder {
  baseUrl: string
  key: string
  perSecond: number | null
  forMs: number
  name: string
}

/** One call: when it was sent and answered, by the machine's clock, and the status; 0 where no answer came. */
export type LoadCall = [sentAt: number, answeredAt: number, status: number]

/**
 * Calls in a thread of their own, so that the staff's client does not wait for the load's event loop. At a rate the load is
 * open: it sends on time, whatever the gateway answers. Posts `begun`, and then every call.
 */
const run = async ({ baseUrl, key, perSecond, forMs, name }: LoadOrder): Promise<LoadCall[]> => {
  const client = new HttpClient(baseUrl, key)
  const calls: LoadCall[] = []
  let sent = 0
  const send = async (): Promise<void> => {
    sent += 1
    const sentAt = Date.now()
    const body = verificationBody('match', { consent_reference: consentOf('match') })
    const status = await client.verify(`${name}-${sent}`, body).then(
      (answer) => answer.status,
      () => 0,
    )
    calls.push([sentAt, Date.now(), status])
  }
  const until = Date.now() + forMs
  if (perSecond === null) {
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (Date.now() < until) await send()
      }),
    )
    return calls
  }
  const startedAt = Date.now()
  const open: Promise<void>[] = []
  while (Date.now() < until) {
    const owed = Math.floor(((Date.now() - startedAt) * perSecond) / 1_000) - open.length
    for (let at = 0; at < owed; at += 1) open.push(send())
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await Promise.all(open)
  return calls
}

parentPort?.postMessage('begun')
parentPort?.postMessage(await run(workerData as LoadOrder))
