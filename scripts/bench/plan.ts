import { isWrkInstalled } from './load.ts'
import type { Plan } from './rounds.ts'

/** An option is wrong. The message says what it takes. */
export class UsageError extends Error {}

/** Text of the command line to the plan of a run. Throws UsageError. */
export const readPlan = (
  values: Record<'rounds' | 'seconds' | 'warm-up' | 'connections' | 'consents', string> & { generator?: string },
): Plan => {
  const whole = (name: 'rounds' | 'connections' | 'consents', most: number): number => {
    const value = Number(values[name])
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new UsageError(`--${name} takes a whole number from 1 to ${most}`)
    return value
  }
  const duration = (name: 'seconds' | 'warm-up'): number => {
    const value = Number(values[name])
    if (!(value >= 0.1 && value <= 600)) throw new UsageError(`--${name} takes a number from 0.1 to 600`)
    return value
  }
  const seconds = duration('seconds')
  const warmUpSeconds = duration('warm-up')
  const isWhole = Number.isInteger(seconds) && Number.isInteger(warmUpSeconds)
  const generator = values.generator ?? (isWhole && isWrkInstalled() ? 'wrk' : 'autocannon')
  if (generator !== 'wrk' && generator !== 'autocannon') throw new UsageError('--generator takes wrk or autocannon')
  if (generator === 'wrk' && !isWrkInstalled())
    throw new UsageError('wrk is not installed; leave --generator out, or install the package wrk')
  if (generator === 'wrk' && !isWhole)
    throw new UsageError('wrk takes whole seconds; change --seconds and --warm-up, or use --generator autocannon')
  return {
    rounds: whole('rounds', 1_000),
    seconds,
    warmUpSeconds,
    connections: whole('connections', 1_000),
    consents: whole('consents', 10_000),
    generator,
  }
}
