import type { Clock, Log } from '../core/ports.ts'

export interface SteadyClockDeps {
  /** The machine's clock: milliseconds since the Unix epoch. Anybody can set it. */
  clock: Clock
  /** Milliseconds that never jump and never go back; where they begin means nothing. */
  ticks(): number
  log: Log
}

export interface SteadyClock {
  /** What the gateway takes for the time. */
  read: Clock
  /** True once for each leap of the machine's clock, so that whoever asks can raise the alarm. */
  takeLeap(): boolean
}

/** A step of the machine's clock up to this long is a correction, and is taken at once. */
export const largestStepMs = 60_000

/**
 * So long a leap has to stand before it is believed. Longer than any question to a source: what was asked before the leap has
 * its ending by then, so that no hold ends because a clock was set.
 */
export const believedAfterMs = 300_000

/**
 * The machine's clock, held against a steady tick. A leap of more than a minute, ahead or back, is not believed at once: time
 * goes on at the tick's pace. When the machine's clock comes back to it, nothing has happened; when the leap has stood for
 * five minutes, as after the sleep of a machine, it is the time. An account's time never goes back (ledger/draft.ts), so that
 * one wrong instant believed would stay in it for good.
 */
export const openSteadyClock = ({ clock, ticks, log }: SteadyClockDeps): SteadyClock => {
  let time = clock()
  let tick = ticks()
  let leap: { since: number } | null = null
  let isUntold = false
  return {
    read() {
      const nowTick = ticks()
      const expected = time + (nowTick - tick)
      const machine = clock()
      const isLeap = Math.abs(machine - expected) > largestStepMs
      if (isLeap && leap === null) {
        leap = { since: nowTick }
        isUntold = true
        log('clock_leaped', { by_ms: Math.round(machine - expected) })
      }
      const isBelieved = leap !== null && nowTick - leap.since >= believedAfterMs
      if (leap !== null && (!isLeap || isBelieved)) {
        log(isLeap ? 'clock_leap_believed' : 'clock_leap_over', { by_ms: Math.round(machine - expected) })
        leap = null
      }
      time = isLeap && !isBelieved ? expected : machine
      tick = nowTick
      return Math.floor(time)
    },
    takeLeap() {
      const was = isUntold
      isUntold = false
      return was
    },
  }
}
