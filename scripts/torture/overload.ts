import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { staffClient } from './client.ts'
import type { LoadCall, LoadOrder } from './overload-load.ts'
import { type Finding, Rig } from './pause-rig.ts'
import { type Processes, pause } from './processes.ts'

/** How long a suspension may take from the staff's request to its answer (L10). */
const mostMs = 1_000
const overload = 4

/** A load in a thread of its own: `begun` resolves when it sends, `calls` when all of it has ended. */
const load = (order: LoadOrder): { begun: Promise<void>; calls: Promise<LoadCall[]> } => {
  const worker = new Worker(new URL('./overload-load.ts', import.meta.url), { workerData: order })
  const calls = new Promise<LoadCall[]>((resolve, reject) => {
    worker.on('message', (message: 'begun' | LoadCall[]) => {
      if (message !== 'begun') resolve(message)
    })
    worker.once('error', reject)
  })
  return { begun: new Promise((resolve) => worker.once('message', () => resolve())), calls }
}

/** Holds that the journal has after the last suspension, and before the resumption that followed. */
const holdsAfterSuspension = (dataDir: string): number => {
  const database = new Database(join(dataDir, 'verimeter.db'), { readonly: true })
  try {
    return Number(
      database
        .prepare(
          "SELECT count(*) FROM entries WHERE kind = 'hold' AND seq > (SELECT max(seq) FROM entries WHERE kind = 'suspend_account')",
        )
        .pluck()
        .get(),
    )
  } finally {
    database.close()
  }
}

/**
 * Suspends an account, so many times, while four times as many calls come as the gateway answered when nobody pushed it: the
 * answer comes within a second, no call that was sent after it is answered, and the journal has no hold after it.
 */
export const runOverload = async (processes: Processes, { seed, times }: { seed: number; times: number }): Promise<Finding> => {
  const rig = await Rig.open(processes, { seed, mix: false })
  const { baseUrl } = rig.gateway
  const { accountId, liveKey: key } = rig.customer
  const staff = await staffClient(baseUrl, rig.dataDir)
  const path = `/v1/accounts/${accountId}/suspension`
  const calm = await load({ baseUrl, key, perSecond: null, forMs: 3_000, name: `calm-${seed}` }).calls
  const capacity = calm.filter(([, , status]) => status === 200).length / 3
  const violations: string[] = []
  const waits: number[] = []
  let answered = 0
  let backlog = 0
  for (let time = 1; time <= times; time += 1) {
    const crowd = load({ baseUrl, key, perSecond: capacity * overload, forMs: 3_000, name: `crowd-${seed}-${time}` })
    await crowd.begun
    await pause(1_500)
    const askedAt = Date.now()
    await staff.ask('PUT', path, { ground: 'fraud', note: 'torture' })
    const suspendedAt = Date.now()
    waits.push(suspendedAt - askedAt)
    if (suspendedAt - askedAt > mostMs) violations.push(`suspension ${time} took ${suspendedAt - askedAt} ms`)
    const calls = await crowd.calls
    const late = calls.filter(([sentAt, , status]) => sentAt > suspendedAt && status === 200).length
    if (late > 0) violations.push(`suspension ${time}: ${late} calls that were sent after it were answered`)
    const held = holdsAfterSuspension(rig.dataDir)
    if (held > 0) violations.push(`suspension ${time}: ${held} holds after it in the journal`)
    answered += calls.filter(([, , status]) => status === 200).length
    backlog = Math.max(backlog, calls.filter(([sentAt, answeredAt]) => sentAt < askedAt && answeredAt > askedAt).length)
    await staff.ask('DELETE', path, { reason: 'torture' })
  }
  await rig.gateway.child.end('SIGTERM')
  await rig.close()
  return {
    violations,
    answered,
    note: `${Math.round(capacity)} a second unpushed; at ${overload} times that, up to ${backlog} calls were waiting; a suspension took ${waits.join(', ')} ms`,
    isVoid: backlog < 100 ? `only ${backlog} calls were waiting: no overload` : null,
  }
}
