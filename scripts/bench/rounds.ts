import { type ContenderName, type Contenders, contenderNames } from './contenders.ts'
import { type GeneratorName, runLoad } from './load.ts'

export interface Plan {
  rounds: number
  seconds: number
  /** Length of each first turn, which is not counted: the compilers need some ten thousand requests. */
  warmUpSeconds: number
  connections: number
  consents: number
  generator: GeneratorName
}

/** One turn of one contender, with the CPU time of its process. */
export interface Sample {
  answers: number
  rps: number
  p50Ms: number
  p99Ms: number
  cpuUs: number | null
}

/** One turn of each, one after the other. */
export type Round = Record<ContenderName, Sample>

/** A turn had an answer other than 200, or a request without one: what was measured is not what was meant. */
export class VoidRun extends Error {}

/**
 * The rounds of a run. All processes are alive all the time, one has the load at a time, and the order moves on by one from
 * round to round, so that what disturbs the machine for a while disturbs all of them.
 */
export const runRounds = async (contenders: Contenders, plan: Plan, onTurn: (done: number) => void): Promise<Round[]> => {
  let turns = 0
  const turn = async (name: ContenderName, seconds: number): Promise<Sample> => {
    const { port, cpuUs } = contenders.running[name]
    const before = cpuUs()
    const { connections, consents } = plan
    const prefix = `${name}-${turns}`
    const counted = await runLoad(plan.generator, { port, apiKey: contenders.apiKey, prefix, connections, consents, seconds })
    const after = cpuUs()
    turns += 1
    onTurn(turns)
    if (counted.failures > 0) throw new VoidRun(`${name}: ${counted.failures} requests of one turn were not answered with 200`)
    if (counted.answers === 0) throw new VoidRun(`${name}: nothing was answered in one turn`)
    const { answers, rps, p50Ms, p99Ms } = counted
    return { answers, rps, p50Ms, p99Ms, cpuUs: before === null || after === null ? null : (after - before) / answers }
  }

  const rounds: Round[] = []
  // The first round is not counted, but for what it leaves in the ledger.
  for (let at = 0; at <= plan.rounds; at += 1) {
    const samples: Partial<Round> = {}
    for (const step of contenderNames.keys()) {
      const name = contenderNames[(at + step) % contenderNames.length] ?? 'unmetered'
      samples[name] = await turn(name, at === 0 ? plan.warmUpSeconds : plan.seconds)
    }
    rounds.push(samples as Round)
  }
  return rounds
}

/** The middle value; the mean of the two in the middle for an even number. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
