import type { Attribution, Cause } from './cause.ts'

/** A time in which the service, or some checks of it, could not be used by this account (S0 三(二)1,2). */
export interface Outage {
  from: number
  /** Null while it lasts. */
  to: number | null
  /** Codes of the checks that it concerns; none is all of them. */
  checks: string[]
  /** A short break that was planned and told: no breach, and not counted (S3 §8.3). */
  planned: boolean
  text: string | null
  attribution: Attribution | null
}

export type OutageAct =
  | {
      kind: 'record_outage'
      reference: string | null
      from: number
      to: number | null
      checks: string[]
      planned: boolean
      text: string | null
    }
  | { kind: 'end_outage'; outageId: number; to: number }
  | { kind: 'attribute_outage'; outageId: number; cause: Cause; proofSha256: string | null }
