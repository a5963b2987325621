/** A security check with what was found, and when the next one is due (S4 §7.2.2). The text says 定期 and no number: it is recorded. */
export interface SecurityCheck {
  /** The Shanghai day on which it was made. */
  on: string
  intervalDays: number
  /** Weak points that were found, and how many of them are closed. */
  found: number
  fixed: number
  /** Digest of the report; null when there is none. */
  reportSha256: string | null
}

export type SecurityCheckAct = { kind: 'record_security_check'; reference: string | null } & SecurityCheck
