import type { SourceIo } from '../sources/source.ts'

/** The timers that sources are handed, which every runtime has. */
export const timers: Pick<SourceIo, 'sleep' | 'after'> = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  after(ms, act) {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}
