import type { Metrics } from '../core/metrics.ts'
import type { Sources } from '../core/ports.ts'

/** Verifications that wait for this process itself. Half a second of its work on a slow machine. */
const mostWaiting = 400

/**
 * Keeps the door from taking in more verifications than the process can do: beyond `most` that wait for the process itself, and not
 * for a source, a further one is turned away before anything of it is read. So a suspension does not stand in a line of calls
 * that it is to stop, and the callers that are let in are answered soon.
 */
export interface Admission {
  /** One more verification is let in, and `leave` has to be called when it has ended; null when there are too many. */
  enter(): { leave(): void } | null
  /** The same sources; who is being asked at one does not wait for the process. */
  watch(sources: Sources): Sources
}

export const openAdmission = (metrics: Pick<Metrics, 'count'>, most = mostWaiting): Admission => {
  let inside = 0
  let asking = 0
  return {
    enter() {
      if (inside - asking >= most) {
        metrics.count('verimeter_refusals_total', 'overloaded')
        return null
      }
      inside += 1
      let hasLeft = false
      return {
        leave() {
          if (!hasLeft) inside -= 1
          hasLeft = true
        },
      }
    },
    watch: (sources) => ({
      ...sources,
      async ask(sourceId, query, call) {
        asking += 1
        try {
          return await sources.ask(sourceId, query, call)
        } finally {
          asking -= 1
        }
      },
    }),
  }
}
