import type { Trace } from '../core/trace.ts'
import type { ProblemCode } from './problems.ts'

/** What a request carries through the door. */
export interface AppEnv {
  Bindings: Record<string, unknown>
  Variables: {
    requestId: string
    trace: Trace
    /** When it arrived, by the clock of durations. */
    arrivedAt: number
    /** Pattern of its route; not set where no route has its address. */
    route?: string
    /** Code of the problem that it was answered with. */
    problemCode?: ProblemCode
  }
}
