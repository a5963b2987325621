/** Why service pauses. */
export const maintenanceCauses = ['test', 'upgrade', 'update', 'sampling', 'partner', 'repair', 'function_off'] as const
export type MaintenanceCause = (typeof maintenanceCauses)[number]

/** Planned work: from when to when, and what pauses (S1 §4.3, §7.1.3). */
export interface MaintenanceWindow {
  from: number
  to: number
  /** Checks that pause; all of the account's when it is empty. */
  checks: string[]
  /** Sources that it concerns; empty where it is the gateway itself. */
  sources: string[]
  cause: MaintenanceCause
  /** Announced later than the agreement asks for. It is planned all the same, and the record says so. */
  lateNotice: boolean
  /** The clause that asks for the announcement. */
  clause: string
}

export type MaintenanceAct =
  | ({ kind: 'plan_maintenance'; reference: string | null } & Pick<
      MaintenanceWindow,
      'from' | 'to' | 'checks' | 'sources' | 'cause'
    >)
  | { kind: 'cancel_maintenance'; windowId: number }
