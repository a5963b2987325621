import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Finding, Rig } from './pause-rig.ts'
import { type Processes, pause } from './processes.ts'

const drainDeadlineMs = 15_000
/** Longest wait for the doubts of the whole run to end, and how much each drain adds to it. */
const settleMs = 30_000
const settleMsPerDrain = 4_000

/** How many verifications were held, and how many of them have neither an ending nor a doubt. */
const countHeld = (dataDir: string): { held: number; unended: number } => {
  const database = new Database(join(dataDir, 'verimeter.db'))
  try {
    const count = (where: string): number =>
      Number(database.prepare(`SELECT count(*) FROM verifications v ${where}`).pluck().get())
    return {
      held: count(''),
      unended: count(
        `WHERE NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.verification_id = v.id)
           AND NOT EXISTS (SELECT 1 FROM doubts d WHERE d.verification_id = v.id)`,
      ),
    }
  } finally {
    database.close()
  }
}

/**
 * SIGTERM under load, so many times: exit 0 in time, every request that was taken is answered, every hold has its ending. A
 * request on an idle connection can meet the close of that connection (RFC 9112 §9.5): it was never read, and is counted.
 */
export const runDrain = async (
  processes: Processes,
  { seed, times, signal }: { seed: number; times: number; signal: 'SIGTERM' | 'SIGKILL' },
): Promise<Finding> => {
  const rig = await Rig.open(processes, {
    seed,
    mix: true,
    settings: { VERIMETER_DRAIN_DEADLINE_MS: String(drainDeadlineMs) },
  })
  const violations: string[] = []
  let neverTaken = 0
  for (let time = 1; time <= times; time += 1) {
    if (time > 1) await rig.restart()
    const answered = rig.book.delivered.length
    const load = rig.load(12, () => false)
    await rig.gateway.child.waitUntil(() => rig.book.delivered.length >= answered + 10)
    await pause(rig.random() * 500)
    const signalledAt = performance.now()
    const { code } = await rig.gateway.child.end(signal)
    if (code !== 0) violations.push(`drain ${time}: exit ${code}`)
    if (performance.now() - signalledAt > drainDeadlineMs) violations.push(`drain ${time}: later than its deadline`)
    await load
    const { held, unended } = countHeld(rig.dataDir)
    if (unended > 0) violations.push(`drain ${time}: ${unended} holds without an ending`)
    const answeredHolds = rig.book.calls.filter(
      ({ delivered, unavailable, pending }) => delivered !== null || unavailable || pending?.verificationId != null,
    ).length
    if (held > answeredHolds) violations.push(`drain ${time}: ${held - answeredHolds} taken and not answered`)
    neverTaken += rig.failures.splice(0).filter((failure) => failure !== 'ECONNREFUSED').length
    violations.push(...rig.image())
  }
  await rig.restart()
  // Every drain leaves doubts behind, and each is asked for until it has ended.
  violations.push(...(await rig.settle(settleMs + times * settleMsPerDrain)))
  const { violations: differences, isBlind } = await rig.compare()
  const answered = rig.book.delivered.length
  await rig.close()
  const voids = [
    ...(isBlind ? ['a forged book was not noticed'] : []),
    ...(answered < times * 10 ? [`only ${answered} answers`] : []),
  ]
  return {
    violations: [...violations, ...differences],
    answered,
    note: `${neverTaken} requests met the close of an idle connection and were never taken`,
    isVoid: voids.length === 0 ? null : voids.join('; '),
  }
}
